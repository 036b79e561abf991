"""Takes up a fact that comes out of the blue ("HP-10432", "tents"): decides what it was probably said for."""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

from typing import Any, Final, cast

from .sdk import Action, Dispatcher, Domain, Event, FollowupAction, Tracker

_MEANT_FOR: Final = (
    ("order_number", "track_order_form"),
    ("product", "action_product_details"),
    ("category", "recommend_form"),
    ("budget", "recommend_form"),
)
"""What an entity on its own asks for; the first that is in the message counts."""


class ActionTakeUp(Action):
    """Goes on with what the message's entities are about, or asks what is wanted."""

    def name(self) -> str:
        return "action_take_up"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        found = cast("list[dict[str, Any]]", tracker.latest_message.get("entities") or [])
        named = {str(entity.get("entity")) for entity in found}
        for entity, action in _MEANT_FOR:
            if entity in named:
                return [FollowupAction(action)]
        dispatcher.utter_message(response="utter_please_rephrase")
        return []
