"""Forms with a validator that the project wrote: what it says of slots, and what it leaves unsaid."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.dialogue import names
from bot.dialogue.acting import ActionCall, ActionResult
from bot.dialogue.builtin import Context
from bot.dialogue.domain import Domain, Form, IntentSettings, MappingKind, Slot, SlotMapping, SlotType, Variation
from bot.dialogue.events import ActionExecuted, ActiveLoop, BotUttered, SlotSet, TrackerEvent, UserUttered
from bot.dialogue.forms import run_form
from bot.dialogue.tracker import Tracker
from bot.dialogue.turn import Dialogue, Outcome
from nlu.types import Entity

DOMAIN = Domain(
    intents={i: IntentSettings() for i in ("book", "tell")},
    entities=frozenset({"city"}),
    slots={
        "city": Slot("city", SlotType.TEXT, (SlotMapping(MappingKind.FROM_ENTITY, "city"),)),
        "day": Slot("day", SlotType.TEXT),
    },
    responses={"utter_ask_city": (Variation("Where?"),), "utter_ask_day": (Variation("When?"),)},
    forms={"form": Form("form", ("city", "day"))},
    actions=("validate_form",),
)


def answered(*validated: TrackerEvent) -> Outcome:
    """The turn in which *Rome* answers the form's question, as the validator sees it."""
    asked = [ActiveLoop("form"), SlotSet(names.REQUESTED_SLOT, "city"), ActionExecuted(names.LISTEN)]
    tracker = Tracker.new(
        DOMAIN, "u", [ActionExecuted(names.LISTEN), UserUttered("go", "book"), ActionExecuted("form"), *asked]
    )
    turn = Dialogue(DOMAIN).answer(tracker, UserUttered("Rome", "tell", 1.0, (Entity("city", "Rome", 0, 4),)))
    result = ActionResult((), ())
    try:
        call = next(turn)
        while True:
            assert isinstance(call, ActionCall)
            call = turn.send(result if not validated else ActionResult(validated, ()))
    except StopIteration as done:
        outcome: Outcome = done.value
        return outcome


def test_a_validator_that_says_nothing_of_a_slot_has_nothing_against_it() -> None:
    outcome = answered()
    assert outcome.tracker.slot("city") == "Rome"
    assert [said.text for said in outcome.said] == ["When?"]


def test_a_validator_can_refuse_a_slot_and_it_is_asked_for_again() -> None:
    outcome = answered(SlotSet("city", None))
    assert outcome.tracker.slot("city") is None
    assert [said.text for said in outcome.said] == ["Where?"]


def told_to_code_that_asks(*happened: TrackerEvent) -> dict[str, Any]:
    """What the project's code is told of the conversation when the form lets it ask for the city."""
    domain = replace(DOMAIN, actions=("action_ask_form_city",))
    tracker = Tracker.new(domain, "u", [ActionExecuted(names.LISTEN), *happened])
    call = next(run_form("form", tracker, Context(domain, "web", "seed", 1.0, {})))
    assert call.name == "action_ask_form_city"
    told = call.payload["tracker"]
    assert isinstance(told, dict)
    return told


def test_code_that_asks_knows_which_slot_was_asked_for_before() -> None:
    elsewhere = [ActiveLoop("other"), SlotSet(names.REQUESTED_SLOT, "city"), ActionExecuted(names.LISTEN)]
    first = told_to_code_that_asks(*elsewhere, UserUttered("go", "book"))
    assert first["slots"][names.REQUESTED_SLOT] is None, "what another form asked for is not this one's"
    assert first["latest_action_name"] == "form"
    asked = [ActionExecuted("form"), ActiveLoop("form"), SlotSet(names.REQUESTED_SLOT, "city")]
    digressed = [ActionExecuted(names.LISTEN), UserUttered("why", "why"), ActionExecuted("utter_why")]
    again = told_to_code_that_asks(UserUttered("go", "book"), *asked, *digressed)
    assert again["slots"][names.REQUESTED_SLOT] == "city"


def test_a_validator_finds_what_it_has_to_judge_at_the_end_after_the_form() -> None:
    tracker = Tracker.new(
        DOMAIN, "u", [ActionExecuted(names.LISTEN), SlotSet("day", "Monday"), UserUttered("go", "book")]
    )
    call = next(run_form("form", tracker, Context(DOMAIN, "web", "seed", 1.0, {})))
    told: Any = call.payload["tracker"]
    assert call.name == "validate_form"
    assert [e["name"] for e in told["events"][-3:]] == [names.REQUESTED_SLOT, "form", "day"]


def test_what_was_said_of_a_messages_slots_is_not_said_again_when_it_begins_a_form() -> None:
    domain = replace(DOMAIN, actions=(names.VALIDATE_SLOT_MAPPINGS,))
    tracker = Tracker.new(domain, "u", [ActionExecuted(names.LISTEN), UserUttered("go", "book")])
    turn = run_form("form", tracker, Context(domain, "web", "seed", 1.0, {}))
    assert next(turn).name == names.VALIDATE_SLOT_MAPPINGS
    with pytest.raises(StopIteration) as ended:
        turn.send(ActionResult((SlotSet("day", "Monday"),), ({"text": "Monday it is."},)))
    assert [e.text for e in ended.value.value if isinstance(e, BotUttered)] == ["Where?"]
    assert SlotSet("day", "Monday") in ended.value.value


def test_a_form_without_a_validator_does_not_set_again_what_it_knows() -> None:
    domain = replace(DOMAIN, actions=())
    tracker = Tracker.new(
        domain, "u", [ActionExecuted(names.LISTEN), SlotSet("day", "Monday"), UserUttered("go", "book")]
    )
    with pytest.raises(StopIteration) as ended:
        next(run_form("form", tracker, Context(domain, "web", "seed", 1.0, {})))
    assert [e.name for e in ended.value.value if isinstance(e, SlotSet)] == [names.REQUESTED_SLOT]
