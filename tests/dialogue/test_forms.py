"""Forms with a validator that the project wrote: what it says of slots, and what it leaves unsaid."""

from __future__ import annotations

from bot.dialogue import names
from bot.dialogue.acting import ActionCall, ActionResult
from bot.dialogue.domain import Domain, Form, IntentSettings, MappingKind, Slot, SlotMapping, SlotType, Variation
from bot.dialogue.events import ActionExecuted, ActiveLoop, SlotSet, TrackerEvent, UserUttered
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
