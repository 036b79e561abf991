"""What a message fills, as Rasa 3.6 decides it where it is not obvious.

The cases come from some thousands of random domains and messages that were decided in Rasa 3.6.21 and here.
"""

from __future__ import annotations

from bot.dialogue import names
from bot.dialogue.domain import (
    Domain,
    Form,
    IntentSettings,
    MappingCondition,
    MappingKind,
    Slot,
    SlotMapping,
    SlotType,
)
from bot.dialogue.events import ActionExecuted, ActiveLoop, SlotSet, UserUttered
from bot.dialogue.slot_filling import extract
from bot.dialogue.tracker import Tracker
from nlu.types import Entity

IN_FORM = (MappingCondition("form"),)
FROM_CITY = SlotMapping(MappingKind.FROM_ENTITY, "city")


def filled(
    *slots: Slot,
    loop: str | None = "form",
    requested: str = "",
    intent: str = "tell",
    ignored: frozenset[str] = frozenset(),
) -> dict[str, object]:
    """What *Rome* fills, said while a form is active."""
    domain = Domain(
        intents={i: IntentSettings() for i in ("tell", "book", "chat")},
        entities=frozenset({"city"}),
        slots={s.name: s for s in slots},
        forms={"form": Form("form", tuple(s.name for s in slots), ignored)},
    )
    events = [ActionExecuted(names.LISTEN), UserUttered("go", "book"), ActionExecuted("form"), ActiveLoop(loop)]
    asked = [SlotSet(names.REQUESTED_SLOT, requested)] if requested else []
    said = UserUttered("Rome", intent, 1.0, (Entity("city", "Rome", 0, 4), Entity("town", "Bari", 0, 4)))
    tracker = Tracker.new(domain, "u", [*events, *asked, ActionExecuted(names.LISTEN), said])
    return {event.name: event.value for event in extract(tracker).slots}


def slot(name: str, *mappings: SlotMapping) -> Slot:
    return Slot(name, SlotType.TEXT, mappings)


def test_an_entity_that_the_same_mapping_gives_two_slots_of_a_form_fills_the_one_that_was_asked_for() -> None:
    to, via = slot("to", FROM_CITY), slot("via", FROM_CITY)
    assert filled(to, via) == {}
    assert filled(to, via, requested="via") == {"via": "Rome"}


def test_mappings_of_one_entity_under_different_conditions_do_not_stand_in_each_others_way() -> None:
    to = slot("to", FROM_CITY)
    via = slot("via", SlotMapping(MappingKind.FROM_ENTITY, "city", conditions=IN_FORM))
    assert filled(to, via) == {"to": "Rome", "via": "Rome"}


def test_the_intent_that_starts_a_form_fills_its_slot_whenever_it_is_said_in_the_form() -> None:
    title = slot("title", SlotMapping(MappingKind.FROM_TRIGGER_INTENT, intents=frozenset({"book"}), value="Booking"))
    assert filled(title, intent="book", requested="title") == {"title": "Booking"}
    assert filled(title, intent="tell", requested="title") == {}
    assert filled(title, intent="book", loop=None) == {}


def test_intents_that_a_form_ignores_fill_only_what_belongs_elsewhere() -> None:
    elsewhere = SlotMapping(
        MappingKind.FROM_ENTITY, "city", conditions=(MappingCondition("other"), MappingCondition(None))
    )
    assert filled(slot("to", FROM_CITY), intent="chat", ignored=frozenset({"chat"})) == {}
    assert filled(slot("to", FROM_CITY), intent="tell", ignored=frozenset({"chat"})) == {"to": "Rome"}
    assert filled(slot("to", elsewhere), intent="chat", ignored=frozenset({"chat"}), loop=None) == {"to": "Rome"}


def test_an_entity_that_the_domain_does_not_have_fills_nothing() -> None:
    assert filled(slot("to", SlotMapping(MappingKind.FROM_ENTITY, "town"))) == {}


def test_an_entity_of_no_value_takes_back_what_a_slot_holds_and_fills_nothing_else() -> None:
    domain = Domain(
        intents={"tell": IntentSettings()},
        entities=frozenset({"city"}),
        slots={name: slot(name, FROM_CITY) for name in ("known", "empty")},
    )
    said = UserUttered("/tell", "tell", 1.0, (Entity("city", None, 0, 0),))
    tracker = Tracker.new(domain, "u", [ActionExecuted(names.LISTEN), SlotSet("known", "Rome"), said])
    assert extract(tracker).slots == (SlotSet("known", None),)
