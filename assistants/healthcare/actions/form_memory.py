"""What the forms were told: what begins anew with a new wish, and what is forgotten when one is done."""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

from typing import Final

from .complaints import child_told, tells_complaint
from .entities import intent_of, named_in
from .sdk import Action, Dispatcher, Domain, Event, SlotSet, Tracker
from .wiring import current_practice

_FORM_SLOTS: Final = {
    # each with the entities that fill it
    "department": {"department", "clinician", "slot_id"},
    "clinician": {"clinician"},
    "when": {"time", "soonest", "part_of_day"},
    "chosen_slot": {"slot_id"},
    "appointment": {"appointment_number"},
    "contact": set[str](),
    "symptom": {"symptom"},
    "warning_signs": set[str](),
    "age_group": {"age_group"},
    "since": set[str](),
    "severity": {"severity"},
    "red_flag": {"red_flag"},
    "offered": set[str](),
    "decided": set[str](),
    "confirming": set[str](),
}


class ActionBegin(Action):
    """Forgets what earlier forms were told, so that an old wish does not answer for a new one."""

    def name(self) -> str:
        return "action_begin"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        found = named_in(tracker.latest_message)
        events = [
            SlotSet(slot, None)
            for slot, entities in _FORM_SLOTS.items()
            if tracker.get_slot(slot) is not None and not entities & found
        ]
        message = tracker.latest_message
        if intent_of(message) == "symptom_check" and tells_complaint(str(message.get("text") or "")):
            # the complaint in whole words: whoever has told it is not asked for it
            events.append(SlotSet("symptom", message["text"]))
        if "clinician" in found and not tracker.get_slot("department"):
            # who names a clinician is not asked for the department
            known = await current_practice().clinician_named(str(tracker.get_slot("clinician") or ""))
            events += [SlotSet("department", known.department)] if known else []
        elif intent_of(message) == "book_appointment" and "department" not in found:
            text = str(message.get("text") or "")
            named = await current_practice().department_named(text) or ("children" if child_told(text) else None)
            events += [SlotSet("department", named)] if named else []
        return events


def forget_all() -> list[Event]:
    """Forget everything that the forms were told."""
    return [SlotSet(slot, None) for slot in _FORM_SLOTS]


def offered(what: str) -> list[Event]:
    """Remember what a yes would be to: `person`, `call`, or `search` with a department."""
    return [SlotSet("confirming", True), SlotSet("decided", what)]
