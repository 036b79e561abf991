"""A candidate goes live whole or not at all, in a process that understands nothing itself as well."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest

import nlu.store
from adapters.rasa.assistant import RasaAssistant
from adapters.rasa.lessons import FOLDER, Taught, write_layer
from adapters.rasa.versions import VersionedAssistant
from bot.errors import LearningFailed, LearningPostponed
from bot.ports import Trial
from bot.training.learning import KEPT, Learning
from bot.training.models import BesideTheLoop

MUSEUM = Path(__file__).parents[1] / "projects" / "museum"
GIFT = Taught(4, ("do you wrap gifts",), "gift_wrap", "Yes, for 2 euros.")


class Noon:
    def now(self) -> float:
        return 1_700_000_000.0


def model(folder: Path, *lessons: Taught) -> Path:
    """A model as far as its lessons are concerned, sealed."""
    folder.mkdir(parents=True)
    (folder / "about").write_text(folder.name, "utf-8")
    if lessons:
        write_layer(lessons, folder / FOLDER, new={t.intent for t in lessons if t.answer}, spare=())
    nlu.store.seal(folder, {"components": []})
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Path:
    model(tmp_path / "v0001-000000000000")
    nlu.store.set_current(tmp_path, "v0001-000000000000")
    return tmp_path


@pytest.fixture
def learning(store: Path) -> Learning:
    """In a process that has no model loaded: the janitor's, where roles are apart."""
    project = RasaAssistant.load(MUSEUM, clock=Noon())
    models = BesideTheLoop(store, workers=1, seconds=1.0, companion=VersionedAssistant(project))
    return Learning(project, store, models, store / "dialogue")


CANDIDATE = Trial("v0002-000000000000", passed=True, report=())


async def test_a_candidate_becomes_current_for_all_processes_where_none_is_loaded(
    learning: Learning, store: Path
) -> None:
    model(store / "candidates" / CANDIDATE.model, GIFT)
    assert await learning.known() == frozenset()
    await learning.go_live(CANDIDATE)
    assert nlu.store.current_version(store) == CANDIDATE.model
    assert await learning.known() == {4}
    assert list((store / "candidates").iterdir()) == []


async def test_one_that_answers_already_or_answered_before_may_go_live_again(learning: Learning, store: Path) -> None:
    model(store / "candidates" / CANDIDATE.model, GIFT)
    await learning.go_live(CANDIDATE)
    await learning.go_live(CANDIDATE)
    nlu.store.set_current(store, "v0001-000000000000")
    await learning.go_live(CANDIDATE)
    assert nlu.store.current_version(store) == CANDIDATE.model


async def test_a_model_that_is_trained_while_a_candidate_goes_live_stays(learning: Learning, store: Path) -> None:
    model(store / "candidates" / CANDIDATE.model, GIFT)
    switch, other = learning._models.switch, "v0003-000000000000"

    async def slowly(version: str, *, among: Collection[str] | None = None) -> None:
        model(store / other)
        nlu.store.set_current(store, other)  # as who trains by hand just then
        await switch(version, among=among)

    learning._models.switch = slowly  # type: ignore[method-assign]  # as when its process stands still
    with pytest.raises(LearningPostponed, match=f"meanwhile {other} is current"):
        await learning.go_live(CANDIDATE)
    assert nlu.store.current_version(store) == other


async def test_a_candidate_that_is_gone_or_was_touched_changes_nothing(learning: Learning, store: Path) -> None:
    with pytest.raises(LearningFailed, match="is not there as it was tried out; try again"):
        await learning.go_live(CANDIDATE)
    folder = model(store / "candidates" / CANDIDATE.model, GIFT)
    (folder / "about").write_text("something else", "utf-8")
    with pytest.raises(LearningFailed, match="about does not match its hash"):
        await learning.go_live(CANDIDATE)
    assert nlu.store.list_versions(store) == [nlu.store.current_version(store)] == ["v0001-000000000000"]


async def test_a_candidate_whose_dialogue_cannot_be_opened_is_put_away_again(learning: Learning, store: Path) -> None:
    folder = model(store / "candidates" / CANDIDATE.model, GIFT)
    (folder / FOLDER / "rules.yml").write_text("rules: nothing\n", "utf-8")
    nlu.store.seal(folder, {"components": []})
    with pytest.raises(LearningFailed, match="passed its trial but cannot be loaded: the lessons of v0002"):
        await learning.go_live(CANDIDATE)
    assert nlu.store.list_versions(store) == [nlu.store.current_version(store)] == ["v0001-000000000000"]


async def test_lessons_of_a_model_that_was_touched_are_not_believed(learning: Learning, store: Path) -> None:
    model(store / "candidates" / CANDIDATE.model, GIFT)
    await learning.go_live(CANDIDATE)
    book = store / CANDIDATE.model / FOLDER / "lessons.json"
    book.write_text(book.read_text("utf-8").replace("2 euros", "9 euros"), "utf-8")
    with pytest.raises(LearningFailed, match="does not match its hash"):
        await learning.known()


async def test_models_do_not_pile_up(learning: Learning, store: Path) -> None:
    for number in range(2, KEPT + 2):
        model(store / f"v{number:04d}-{number:012x}")
    last = Trial(f"v{KEPT + 2:04d}-000000000000", passed=True, report=())
    model(store / "candidates" / last.model, GIFT)
    await learning.go_live(last)
    versions = nlu.store.list_versions(store)
    assert len(versions) == KEPT
    assert versions[-1] == last.model
    assert versions[0] == f"v0003-{3:012x}"
