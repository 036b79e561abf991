"""Asking for a person, where this project runs on stock Rasa: says so, and the bot falls silent.

Warmline takes `action_human_handoff` for a hand-over itself and does not run it.
"""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

from .sdk import Action, ConversationPaused, Dispatcher, Domain, Event, Tracker


class ActionHumanHandoff(Action):
    """Pauses the conversation, which channels take as a request for a person."""

    def name(self) -> str:
        return "action_human_handoff"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        dispatcher.utter_message(response="utter_handoff")
        return [ConversationPaused()]
