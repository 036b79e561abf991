"""Lessons are learnt beside the loop and go live only through the gate; every step may be the last before a kill."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

import nlu.store
from adapters.rasa.assistant import RasaAssistant
from adapters.rasa.lessons import FOLDER, known_to
from adapters.rasa.versions import VersionedAssistant
from bot.core.activity import Person
from bot.core.events import Turn
from bot.core.learning.lessons import Lesson, LessonState
from bot.errors import LearningFailed, LearningPostponed, UnderstandingUnavailable
from bot.ports import CustomerMessage
from bot.training.learning import Learning, train_at_start
from bot.training.models import BesideTheLoop
from tests.support.patience import PATIENCE, until

ROOT = Path(__file__).parents[2]
MUSEUM = ROOT / "tests" / "projects" / "museum"


# a trial has low priority, and waits while others compute
pytestmark = pytest.mark.timeout(600)


class Noon:
    def now(self) -> float:
        return 1_700_000_000.0


def lesson(number: int, intent: str, answer: str, *texts: str) -> Lesson:
    return Lesson(number, texts, intent, answer, "en", 0, "Nora", 1.0, LessonState.APPROVED)


GIFT = lesson(
    1, "gift_wrap", "Yes, for 2 euros.", "can you wrap a gift", "gift wrapping please", "wrap it as a present"
)
LATE = lesson(2, "opening_hours", "", "can I still come in tonight", "is the house shut on holidays")
LOCKER = replace(
    lesson(
        5, "locker", "Am Eingang, gratis.", "wo ist ein Schließfach", "Schließfach für Taschen", "Gepäck einschließen"
    ),
    language="de",
)
GONE = lesson(3, "gone_since", "", "what about the thing that is gone")
WRONG = lesson(
    4,
    "goodbye",
    "",
    "when do you open tomorrow",
    "when do you open tonight",
    "when do you open then",
    "when do you open on friday",
    "when do you open at all",
)


@dataclass
class Process:
    """What one process of the product has of it."""

    store: Path
    versions: VersionedAssistant
    models: BesideTheLoop
    learning: Learning
    trackers: dict[str, str] = field(default_factory=dict)

    @classmethod
    async def start(cls, project: Path, data: Path) -> Process:
        versions = VersionedAssistant(RasaAssistant.load(project, clock=Noon(), cache=data / "dialogue"))
        store = await train_at_start(versions, data / "models")
        models = BesideTheLoop(store, workers=1, seconds=PATIENCE, look_seconds=0.05, companion=versions)
        await models.start()
        learning = Learning(versions.project, store, models, data / "dialogue", seconds=500.0)
        return cls(store, versions, models, learning)

    async def say(self, text: str, who: str = "ann", *, language: str = "en") -> list[str]:
        """What a customer is answered."""
        return [reply.text for reply in (await self.turn(text, who, language=language)).replies]

    async def turn(self, text: str, who: str = "ann", *, language: str = "en") -> Turn:
        """What the assistant does with what a customer says, who writes that language."""
        parse = await self.models.parse(text)
        person = Person("web", "t", who, who.title())
        message = CustomerMessage(who, text, 1_700_000_000.0, "web", person, {"language": language})
        turn = await self.versions.turn(self.trackers.get(who, ""), message, parse)
        assert turn.model == parse.model
        self.trackers[who] = turn.tracker
        return turn

    @property
    def candidates(self) -> set[str]:
        place = self.store / "candidates"
        return {p.name for p in place.iterdir()} - {"measured"} if place.is_dir() else set()


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the museum's first model, which every test copies."""
    data = tmp_path_factory.mktemp("museum")

    async def train() -> None:
        await train_at_start(VersionedAssistant(RasaAssistant.load(MUSEUM, clock=Noon())), data / "models")

    asyncio.run(train())
    return data


@pytest.fixture
def data(trained: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained, tmp_path / "data"))


@pytest.fixture
async def here(data: Path) -> AsyncIterator[Process]:
    process = await Process.start(MUSEUM, data)
    yield process
    await process.models.stop()


async def taught(process: Process, *lessons: Lesson) -> str:
    """Teach that, through the gate; the version that answers afterwards."""
    trial = await process.learning.try_out(lessons)
    assert trial.passed, trial
    await process.learning.go_live(trial)
    return trial.model


async def test_what_passed_answers_here_and_in_other_processes_and_rolls_back_as_one(here: Process, data: Path) -> None:
    first = here.models.answering
    other = await Process.start(MUSEUM, data)
    assert await here.say("could you wrap the gift") != ["Yes, for 2 euros."]
    assert await here.say("I want to book a tour", "bob") == ["How many of you will come?"]
    trial = await here.learning.try_out([LATE, GIFT, LOCKER])
    assert trial.passed, trial
    assert await here.learning.known() == frozenset(), "until it goes live"
    assert nlu.store.list_versions(here.store) == [first]
    report = "\n".join(trial.report)
    new = "3 of them new (#1 `gift_wrap`, #2 `opening_hours`, #5 `locker`)"
    for said in (new, "4 of 4 passed, now 4", "8 of 8 are understood"):
        assert said in report
    await here.learning.go_live(trial)
    assert (here.models.answering, await here.learning.known()) == (trial.model, frozenset({1, 2, 5}))
    assert await here.say("could you wrap the gift") == ["Yes, for 2 euros."]
    assert await here.say("we are 12", "bob") == ["A tour for 12 is noted."]
    await until(lambda: other.models.answering == trial.model)
    assert await other.say("could you wrap the gift") == ["Yes, for 2 euros."]
    learned = [(t.name, t.answer, *t.languages) for t in await here.learning.teachable() if t.is_learned]
    assert learned == [("gift_wrap", "Yes, for 2 euros.", "en"), ("locker", "Am Eingang, gratis.", "de")]
    # an answer in another language than the assistant's is for those who write it, and nobody else
    assert await here.say("wo ist ein Schließfach", "eva", language="de") == ["Am Eingang, gratis."]
    turn = await here.turn("wo ist ein Schließfach", "ida", language="it")
    assert turn.replies == ()
    assert turn.hand_over == "its answer to `locker` is in other languages only (de)"

    await here.models.switch(first)
    assert await here.learning.known() == frozenset()
    assert await here.say("could you wrap the gift") != ["Yes, for 2 euros."]
    assert await here.say("how much is a ticket") == ["A ticket is 9 euros."]
    await other.models.stop()


@pytest.mark.slow
async def test_the_same_lessons_give_the_same_model_to_the_last_byte(
    here: Process, tmp_path: Path, trained: Path
) -> None:
    version = await taught(here, GIFT, LATE)
    twin = await Process.start(MUSEUM, Path(shutil.copytree(trained, tmp_path / "twin")))
    assert await taught(twin, LATE, GIFT) == version
    await twin.models.stop()
    again = await here.learning.try_out([LATE, GIFT])
    assert (again.passed, again.model) == (True, version), "nothing had to be trained"
    assert "nothing in it" in again.report[0]


async def test_a_lesson_that_harms_is_named_and_the_others_pass_without_it(here: Process) -> None:
    before = here.models.answering
    trial = await here.learning.try_out([GIFT, WRONG])
    assert not trial.passed
    assert list(trial.refused) == [4]
    assert "Somebody asks for the hours" in trial.refused[4]
    assert "is nearly “when do you open” (`opening_hours`)" in trial.refused[4]
    assert any(line.startswith("❌") for line in trial.report)
    assert here.candidates == set()
    with pytest.raises(LearningFailed, match="did not pass"):
        await here.learning.go_live(trial)
    assert (await here.models.parse("when do you open tomorrow")).intent.name == "opening_hours"
    assert here.models.answering == before
    await taught(here, GIFT)


async def test_a_lesson_that_clashes_is_named_and_what_was_measured_without_it_counts(here: Process) -> None:
    trial = await here.learning.try_out([GIFT, GONE])
    assert not trial.passed, "a candidate has to know exactly what was asked for"
    assert trial.refused == {3: "the assistant has no intent `gone_since` (any more), and the lesson brings no answer"}
    made = (here.store / "candidates" / trial.model / "manifest.json").stat().st_mtime_ns
    again = await here.learning.try_out([GIFT])
    assert (again.passed, again.model, again.refused) == (True, trial.model, {})
    assert (here.store / "candidates" / trial.model / "manifest.json").stat().st_mtime_ns == made
    await here.learning.go_live(again)
    assert await here.say("could you wrap the gift") == ["Yes, for 2 euros."]
    kept = await here.learning.try_out([], keep=[GIFT.number])
    assert kept.model == trial.model, "what the bot knows of a lesson that cannot be read any more goes along"


@pytest.mark.slow
async def test_what_is_taken_back_is_gone_whatever_that_loses(data: Path, tmp_path: Path) -> None:
    project = Path(shutil.copytree(MUSEUM, tmp_path / "museum"))
    stories = project / "tests" / "test_stories.yml"
    stories.write_text(
        stories.read_text("utf-8")
        + "  - story: At night\n    steps:\n      - {user: zzyzx at midnight, intent: opening_hours}\n"
        + "      - action: utter_opening_hours\n",
        "utf-8",
    )
    here = await Process.start(project, data)
    await taught(here, lesson(5, "opening_hours", "", "zzyzx at midnight"), GIFT)
    trial = await here.learning.try_out([GIFT])
    assert trial.passed
    assert "No longer taught: #5." in trial.report
    assert any("“At night”" in line for line in trial.report)
    await here.learning.go_live(trial)
    assert await here.learning.known() == {1}
    await here.models.stop()


@pytest.mark.slow
async def test_a_rollback_in_the_middle_of_a_trial_is_not_undone_by_it(here: Process) -> None:
    first = here.models.answering
    await taught(here, GIFT)
    trial = await here.learning.try_out([GIFT, LATE])
    await here.models.switch(first)
    with pytest.raises(LearningPostponed, match=f"{first} answers by now"):
        await here.learning.go_live(trial)
    assert nlu.store.current_version(here.store) == here.models.answering == first


async def test_what_can_be_taught_has_an_example_and_its_answer_where_that_is_one_text(here: Process) -> None:
    found = {t.name: t for t in await here.learning.teachable()}
    assert found["opening_hours"].answer == "We are open from ten to six."
    assert found["opening_hours"].example == "when do you open"
    assert found["faq/cafe"].answer == "The café is on the first floor."
    assert found["complaint"].answer == found["book_tour"].answer == ""
    assert not {"faq", "EXTERNAL_closing", "nlu_fallback", "restart"} & set(found)


@pytest.mark.slow
async def test_a_model_whose_lessons_are_damaged_is_refused_and_the_one_before_goes_on(here: Process) -> None:
    first = here.models.answering
    second = await taught(here, GIFT)
    await here.models.switch(first)
    domain = here.store / second / FOLDER / "domain.yml"
    domain.write_text(domain.read_text("utf-8").replace("2 euros", "9 euros"), "utf-8")
    with pytest.raises(UnderstandingUnavailable, match="does not match its hash"):
        await here.models.switch(second)
    assert here.models.answering == nlu.store.current_version(here.store) == first
    assert await here.say("how much is a ticket") == ["A ticket is 9 euros."]


@pytest.mark.slow
async def test_a_start_after_the_project_changed_trains_with_what_was_taught_and_says_what_no_longer_fits(
    here: Process, data: Path, tmp_path: Path
) -> None:
    await taught(here, GIFT, LATE)
    await here.models.stop()
    changed = Path(shutil.copytree(MUSEUM, tmp_path / "museum"))
    domain, examples = changed / "domain.yml", changed / "data" / "nlu.yml"
    domain.write_text(domain.read_text("utf-8") + "  utter_gift_wrap:\n    - text: No.\n", "utf-8")
    with capture_logs() as logs:
        later = await Process.start(changed, data)
    assert [(line["event"], line["lesson"]) for line in logs if "lesson" in line] == [("lesson_left_out", 1)]
    assert await later.learning.known() == {2}
    assert (await later.models.parse("can I still come in tonight")).intent.name == "opening_hours"
    await later.models.stop()

    examples.write_text(examples.read_text("utf-8").replace("- hey\n", "- hey\n      - howdy\n"), "utf-8")
    third = await Process.start(changed, data)
    assert await third.learning.known() == {2}
    version = third.models.answering
    await third.models.stop()
    same = await Process.start(changed, data)
    assert same.models.answering == version, "nothing has changed, nothing is trained"
    await same.models.stop()
    assert len(nlu.store.list_versions(same.store)) == 4


@pytest.mark.slow
async def test_a_start_with_a_damaged_model_trains_it_again_with_what_it_was_taught(here: Process, data: Path) -> None:
    version = await taught(here, GIFT)
    await here.models.stop()
    domain = here.store / version / FOLDER / "domain.yml"
    domain.write_text(domain.read_text("utf-8").replace("2 euros", "9 euros"), "utf-8")
    with capture_logs() as logs:
        later = await Process.start(MUSEUM, data)
    assert [line["model"] for line in logs if line["event"] == "taught_model_unusable"] == [version]
    assert await later.learning.known() == {1}
    assert await later.say("could you wrap the gift") == ["Yes, for 2 euros."]
    await later.models.stop()


async def test_files_that_changed_under_a_running_process_are_not_trained_on(data: Path, tmp_path: Path) -> None:
    project = Path(shutil.copytree(MUSEUM, tmp_path / "museum"))
    here = await Process.start(project, data)
    rules = project / "data" / "rules.yml"
    rules.write_text(rules.read_text("utf-8") + "\n", "utf-8")
    with pytest.raises(LearningPostponed, match="have changed since the start; restart first"):
        await here.learning.try_out([GIFT])
    await here.models.stop()


@pytest.mark.slow
async def test_a_training_that_fails_says_why_in_its_own_words_and_leaves_nothing(data: Path, tmp_path: Path) -> None:
    project = Path(shutil.copytree(MUSEUM, tmp_path / "museum"))
    here = await Process.start(project, data)
    (project / "tests" / "test_stories.yml").write_text("stories: [{story: x, steps: [{intnt: greet}]}]\n", "utf-8")
    with pytest.raises(LearningFailed, match=r"tests/test_stories.yml:1"):
        await here.learning.try_out([GIFT])
    assert here.candidates == set()
    assert await here.say("how much is a ticket") == ["A ticket is 9 euros."]
    await here.models.stop()


async def test_a_trial_that_is_given_up_ends_its_process_and_leaves_nothing(here: Process) -> None:
    trying = asyncio.create_task(here.learning.try_out([GIFT]))
    await until(lambda: here.candidates, seconds=200)
    trying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await trying
    assert here.candidates == set()
    assert await here.say("how much is a ticket") == ["A ticket is 9 euros."]


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="looks for the child in /proc")
@pytest.mark.slow
async def test_a_trainer_that_is_killed_is_told_as_that_and_leaves_nothing(here: Process) -> None:
    trying = asyncio.create_task(here.learning.try_out([GIFT]))
    await until(lambda: here.candidates, seconds=200)
    for child in _children(os.getpid()):
        os.kill(child, signal.SIGKILL)
    with pytest.raises(LearningPostponed, match=r"ended from outside \(signal 9\).*too little memory"):
        await trying
    assert here.candidates == set()


_ANOTHER = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, "tests/app")
import test_learning as t
async def main():
    process = await t.Process.start(t.MUSEUM, Path(sys.argv[1]))
    await process.learning.try_out([t.GIFT])
asyncio.run(main())
"""


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="looks for the child in /proc")
async def test_a_process_killed_in_the_middle_of_a_trial_leaves_the_old_model_answering(
    here: Process, data: Path
) -> None:
    first = here.models.answering
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _ANOTHER, str(data), cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    await until(lambda: here.candidates, seconds=200)
    trainers = _children(other.pid)
    assert len(trainers) == 1
    os.kill(other.pid, signal.SIGKILL)
    await other.wait()
    await until(lambda: not any(map(_lives, trainers)))
    assert here.candidates, "what was half done still lies there"
    assert nlu.store.current_version(here.store) == here.models.answering == first
    assert nlu.store.list_versions(here.store) == [first]
    assert await taught(here, GIFT) != first
    assert here.candidates == set()
    assert [t.number for t in known_to(here.store / here.models.answering)] == [1]


def _children(parent: int) -> list[int]:
    """The processes below another one that try something out."""
    found: list[int] = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            of = int((entry / "stat").read_text("utf-8").rpartition(")")[2].split()[1])
            if of == parent and b"adapters.rasa.trial" in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
    return found


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
