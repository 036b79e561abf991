"""Asking for a person: why, for the card that agents read, and on stock Rasa the asking itself.

Warmline takes `action_human_handoff` for a hand-over with the reason in the slot `handoff_reason`, and does not run it.
"""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .identity import read_order_number
from .sdk import Action, ConversationPaused, Dispatcher, Domain, Event, SlotSet, Tracker

_YES_TO: Final[Mapping[str, str]] = {
    "action_check_cancellation": "The customer confirmed: cancel order {order}. It has not left the warehouse.",
    "action_check_address_change": "The customer confirmed: send order {order} to {address}.",
    "utter_ask_return_reason": "The customer wants to return something that arrived damaged or wrong{of_order}.",
    "utter_delete_account": "The customer asks for a copy or the deletion of their data.",
    "utter_sorry_not_helpful": "The bot's answer did not help, and the customer wants a person.",
}
"""What a yes means after each of the bot's questions, as agents read it."""

_NOT_HELPED: Final = "utter_sorry_not_helpful"


class ActionNoteReason(Action):
    """Notes what the customer has just said yes to, and forgets what was left to them to decide. Says nothing."""

    def name(self) -> str:
        return "action_note_reason"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        question = _last_question(tracker)
        reason = _YES_TO.get(question, "").format(
            order=tracker.get_slot("order_number"),
            of_order=_of_order(tracker),
            address=tracker.get_slot("new_address"),
        )
        return [
            SlotSet("handoff_reason", reason or None),
            # nobody asked for a person: they agreed to what only people do, or to be helped after all
            SlotSet("handoff_kind", ("stuck" if question == _NOT_HELPED else "policy") if reason else None),
            SlotSet("can_be_cancelled", None),
            SlotSet("address_can_change", None),
        ]


class ActionHumanHandoff(Action):
    """Pauses the conversation, which channels take as a request for a person."""

    def name(self) -> str:
        return "action_human_handoff"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        dispatcher.utter_message(response="utter_handoff")
        return [ConversationPaused()]


def _of_order(tracker: Tracker) -> str:
    number = read_order_number(tracker.get_slot("order_number"))
    return f" (order {number})" if number else ""


def _last_question(tracker: Tracker) -> str:
    """The name of the last action that asked something a yes hands over, or nothing."""
    done = (str(event.get("name")) for event in reversed(tracker.events) if event.get("event") == "action")
    return next((name for name in done if name in _YES_TO), "")
