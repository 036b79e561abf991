"""Asking for a person: why, for the card that agents read, and on stock Rasa the asking itself.

Warmline takes `action_human_handoff` for a hand-over with the reason in the slot `handoff_reason`, and does not run it.
"""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .sdk import Action, ConversationPaused, Dispatcher, Domain, Event, FollowupAction, SlotSet, Tracker

_AGREED_TO: Final[Mapping[str, str]] = {
    "action_test_results": "The patient asks to be told what a test result says.",
    "utter_sick_note": "The patient asks for a sick note.",
    "utter_referral": "The patient asks for a referral letter.",
    "utter_waiting_list": "The patient wants to be put on the waiting list{department}{when}.",
    "utter_new_patient": "Somebody wants to register as a new patient.",
    "utter_records_privacy": "The patient asks for a copy or the deletion of their records.",
    "utter_sorry_not_helpful": "The bot's answer did not help, and the patient wants a person.",
}
"""What a yes means after each of the bot's questions, as agents read it."""


class ActionNoteReason(Action):
    """Notes what the patient has just said yes to. Says nothing."""

    def name(self) -> str:
        return "action_note_reason"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        done = (str(event.get("name")) for event in reversed(tracker.events) if event.get("event") == "action")
        asked = next((name for name in done if name in _AGREED_TO), None)
        if asked is None:
            return [SlotSet("handoff_reason", None), SlotSet("handoff_kind", None)]
        department, when = tracker.get_slot("department"), tracker.get_slot("when")
        reason = _AGREED_TO[asked].format(
            department=f" of {department}" if department else "",
            when=f" ({when})" if when else "",
        )
        # nobody asked for a person: they agreed to what only people do, or to be helped after all
        kind = "stuck" if asked == "utter_sorry_not_helpful" else "policy"
        return [SlotSet("handoff_reason", reason), SlotSet("handoff_kind", kind)]


class ActionEmergency(Action):
    """Says what to do in an emergency; the rules ask for a person next, whatever else was going on."""

    def name(self) -> str:
        return "action_emergency"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        dispatcher.utter_message(response="utter_emergency")
        return _emergency("The patient's words point to an emergency.")


class ActionHumanHandoff(Action):
    """Pauses the conversation, which channels take as a request for a person."""

    def name(self) -> str:
        return "action_human_handoff"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        dispatcher.utter_message(response="utter_handoff")
        return [ConversationPaused()]


def call_for_help(dispatcher: Dispatcher, reason: str) -> list[Event]:
    """Tell the patient to call the emergency number, and go on to a person with `reason` on the card."""
    dispatcher.utter_message(response="utter_emergency")
    return [*_emergency(reason), FollowupAction("action_human_handoff")]


def _emergency(reason: str) -> list[Event]:
    return [SlotSet("handoff_reason", reason), SlotSet("handoff_kind", "safety")]
