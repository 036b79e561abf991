"""The fence around rasa-sdk, which has no types: what the bank's actions use of it, and nothing else.

At run time these names are rasa-sdk's own; type checkers see the shapes that rasa-sdk 3 documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

Event = dict[str, Any]
"""An event in Rasa's JSON shape."""


class Button(TypedDict):
    """A quick reply: the words shown, and the payload that is sent for them."""

    title: str
    payload: str


if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    class Tracker:
        """What the conversation holds so far."""

        latest_message: dict[str, Any]
        events: list[dict[str, Any]]

        def get_slot(self, key: str) -> Any: ...

    class CollectingDispatcher:
        """Takes what the customer will read."""

        def utter_message(
            self,
            text: str | None = None,
            *,
            response: str | None = None,
            buttons: list[Button] | None = None,
            **values: Any,
        ) -> None: ...

    class Action:
        def name(self) -> str: ...

        async def run(
            self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
        ) -> list[Event]: ...

    class FormValidationAction(Action):
        async def required_slots(
            self,
            domain_slots: list[str],
            dispatcher: CollectingDispatcher,
            tracker: Tracker,
            domain: Mapping[str, Any],
        ) -> list[str]: ...

    def SlotSet(key: str, value: object = None) -> Event: ...  # noqa: N802 - rasa-sdk's own spelling
    def FollowupAction(name: str) -> Event: ...  # noqa: N802 - rasa-sdk's own spelling
    def ConversationPaused() -> Event: ...  # noqa: N802 - rasa-sdk's own spelling
    def ReminderScheduled(  # noqa: N802 - rasa-sdk's own spelling
        intent_name: str, trigger_date_time: datetime, *, name: str, kill_on_user_message: bool
    ) -> Event: ...

else:
    from rasa_sdk import Action, FormValidationAction, Tracker
    from rasa_sdk.events import ConversationPaused, FollowupAction, ReminderScheduled, SlotSet
    from rasa_sdk.executor import CollectingDispatcher

__all__ = [
    "Action",
    "Button",
    "CollectingDispatcher",
    "ConversationPaused",
    "Event",
    "FollowupAction",
    "FormValidationAction",
    "ReminderScheduled",
    "SlotSet",
    "Tracker",
]
