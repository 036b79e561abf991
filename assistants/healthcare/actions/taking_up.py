"""Takes up a fact that comes out of the blue ("thursday", "FP-2041", "a rash"): decides what it was said for."""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

from typing import Final

from .entities import named_in
from .sdk import Action, Dispatcher, Domain, Event, FollowupAction, Tracker

_LEADS_TO: Final = {
    "appointment_number": "action_my_appointments",
    "symptom": "symptom_form",
    "clinician": "booking_form",
    "department": "booking_form",
    "soonest": "booking_form",
    "slot_id": "booking_form",
}
"""What an entity on its own asks for; the first of these that is in the message counts. A day alone says too little."""


class ActionTakeUp(Action):
    """Goes on with what the message's entities are about, or asks what is wanted."""

    def name(self) -> str:
        return "action_take_up"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        named = named_in(tracker.latest_message)
        follows = next((action for entity, action in _LEADS_TO.items() if entity in named), None)
        if follows is not None:
            return [FollowupAction(follows)]
        dispatcher.utter_message(response="utter_please_rephrase")
        return []
