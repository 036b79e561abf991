"""While models change, each message is decided by the dialogue of the model that understood it, and nobody is lost."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

import nlu.store
from adapters.rasa.assistant import RasaAssistant
from adapters.rasa.grounds import Grounds
from adapters.rasa.lessons import FOLDER, Taught, write_layer
from adapters.rasa.versions import VersionedAssistant
from bot.core.activity import Person
from bot.core.events import Turn
from bot.errors import UnderstandingUnavailable
from bot.ports import CustomerMessage
from nlu.payload import parse_payload
from nlu.training_data import read_training_data

MUSEUM = Path(__file__).parents[2] / "projects" / "museum"
GIFT = Taught(1, ("do you wrap gifts",), "gift_wrap", "Yes, for 2 euros.")


class Noon:
    def now(self) -> float:
        return 1_700_000_000.0


def model(store: Path, version: str, *lessons: Taught) -> Path:
    """A model as far as dialogue is concerned: its lessons, sealed."""
    folder = store / version
    folder.mkdir()
    project = RasaAssistant.load(MUSEUM, clock=Noon()).project
    fitting = Grounds.of(project, read_training_data(*project.training_files)).fit(lessons)
    if lessons:
        write_layer(fitting.lessons, folder / FOLDER, new=fitting.new, spare=fitting.spare)
    nlu.store.seal(folder, {"components": []})
    return folder


@dataclass
class Customer:
    versions: VersionedAssistant
    tracker: str = ""
    turn: Turn = field(default_factory=Turn)

    async def say(self, payload: str, model: str) -> list[str]:
        """Say something that a model took for `payload`; "" presses a button that says it."""
        parse = parse_payload(payload) if model else self.versions.understood(payload)
        assert parse is not None
        parse = replace(parse, model=model or parse.model)
        message = CustomerMessage("u1", payload, 1_700_000_000.0, "web", Person("web", "t", "u1", "Ann"), {})
        self.turn = await self.versions.turn(self.tracker, message, parse)
        self.tracker = self.turn.tracker
        assert self.turn.failure is None
        return [reply.text for reply in self.turn.replies]


@pytest.fixture
def versions() -> VersionedAssistant:
    return VersionedAssistant(RasaAssistant.load(MUSEUM, clock=Noon()))


@pytest.fixture
async def taught(versions: VersionedAssistant, tmp_path: Path) -> VersionedAssistant:
    """Model `v1` knows nothing that was taught; `v2`, which answers now, does."""
    for folder in (model(tmp_path, "v1"), model(tmp_path, "v2", GIFT)):
        await versions.prepare(folder)
        versions.settle(folder.name)
    return versions


async def test_what_was_taught_is_answered_and_the_answer_names_its_model(taught: VersionedAssistant) -> None:
    ann = Customer(taught)
    assert await ann.say("/gift_wrap", "v2") == ["Yes, for 2 euros."]
    assert (ann.turn.decided_by, ann.turn.model) == ("Lesson 1: gift_wrap", "v2")


async def test_a_message_that_the_old_model_understood_is_decided_by_the_old_dialogue(taught) -> None:
    ann = Customer(taught)
    assert await ann.say("/gift_wrap", "v1") == []
    assert ann.turn.model == "v1"
    assert await ann.say("/greet", "v1") == ["Welcome to the museum."]


async def test_a_button_is_decided_by_the_model_that_answers_now(taught: VersionedAssistant) -> None:
    ann = Customer(taught)
    assert await ann.say("/gift_wrap", "") == ["Yes, for 2 euros."]
    assert ann.turn.model == "v2"
    taught.settle("v1")
    assert await ann.say("/gift_wrap", "") == []
    assert ann.turn.model == "v1"
    assert await ann.say("/greet", "") == ["Welcome to the museum."]


async def test_a_form_goes_on_over_a_change_of_models_and_back(taught: VersionedAssistant) -> None:
    taught.settle("v1")
    ann = Customer(taught)
    assert await ann.say("/book_tour", "v1") == ["How many of you will come?"]
    taught.settle("v2")
    assert await ann.say("/gift_wrap", "v2") == ["Yes, for 2 euros.", "How many of you will come?"]
    taught.settle("v1")
    assert await ann.say('/inform{"people": "12"}', "v1") == ["A tour for 12 is noted."]


async def test_a_conversation_about_what_is_no_longer_known_goes_on(taught: VersionedAssistant) -> None:
    ann = Customer(taught)
    await ann.say("/gift_wrap", "v2")
    taught.settle("v1")
    assert await ann.say("/ticket_price", "v1") == ["A ticket is 9 euros."]
    ann.tracker = await taught.resumed(ann.tracker, "A person helped.")
    assert await ann.say("/greet", "v1") == ["Welcome to the museum."]


async def test_a_damaged_layer_is_refused_and_the_old_dialogue_stays(
    taught: VersionedAssistant, tmp_path: Path
) -> None:
    broken = model(tmp_path, "v3", replace(GIFT, answer="No."))
    (broken / FOLDER / "domain.yml").write_text("intents: [gift_wrap]\n", "utf-8")
    with pytest.raises(UnderstandingUnavailable, match=r"lessons of v3 cannot be read.*does not match its hash"):
        await taught.prepare(broken)
    assert await Customer(taught).say("/gift_wrap", "") == ["Yes, for 2 euros."]


async def test_a_layer_that_contradicts_the_project_is_refused(taught: VersionedAssistant, tmp_path: Path) -> None:
    odd = model(tmp_path, "v3", GIFT)
    (odd / FOLDER / "rules.yml").write_text('version: "3.1"\nrules: [{rule: x, steps: [{intnt: greet}]}]\n', "utf-8")
    nlu.store.seal(odd, {"components": []})
    with pytest.raises(UnderstandingUnavailable, match="lessons of v3 do not go with the assistant"):
        await taught.prepare(odd)


async def test_models_with_the_same_lessons_share_a_dialogue_and_old_ones_are_let_go(
    taught: VersionedAssistant, tmp_path: Path
) -> None:
    before = taught.answering
    await taught.prepare(model(tmp_path, "v3", GIFT))
    taught.settle("v3")
    assert taught.answering is before
    for n in range(4, 9):
        await taught.prepare(model(tmp_path, f"v{n}"))
        taught.settle(f"v{n}")
    ann = Customer(taught)
    assert await ann.say("/gift_wrap", "v3") == [], "whatever v3 had understood was answered long ago"
    assert ann.turn.model == "v8"
