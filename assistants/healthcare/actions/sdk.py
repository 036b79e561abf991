"""rasa-sdk with types, as far as this practice needs it: the only module here that imports the untyped library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict

Event = dict[str, Any]
"""What an action returns, in Rasa's JSON shape."""

Domain = Mapping[str, Any]


class Button(TypedDict):
    """What a button shows, and what pressing it says."""

    title: str
    payload: str


if TYPE_CHECKING:

    class Tracker:
        """What was said and noted so far; `latest_message` holds the text, its entities and what the channel knows."""

        slots: dict[str, Any]
        latest_message: dict[str, Any]
        events: list[dict[str, Any]]

        def get_slot(self, key: str) -> Any: ...

    class Dispatcher:
        """Takes what the patient is to read."""

        def utter_message(
            self,
            text: str | None = None,
            *,
            response: str | None = None,
            buttons: list[Button] | None = None,
            **values: object,
        ) -> None: ...

    class Action:
        """Something the assistant does, found by its name."""

        def name(self) -> str: ...

        async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]: ...

    class FormValidationAction(Action):
        """Looks at each answer that a form gets, in methods named `validate_<slot>`."""

        async def required_slots(
            self, domain_slots: list[str], dispatcher: Dispatcher, tracker: Tracker, domain: Domain
        ) -> list[str]: ...

    def SlotSet(key: str, value: object = None) -> Event: ...  # noqa: N802 - rasa-sdk's own spelling
    def FollowupAction(name: str) -> Event: ...  # noqa: N802 - rasa-sdk's own spelling
    def ConversationPaused() -> Event: ...  # noqa: N802 - rasa-sdk's own spelling

else:
    from rasa_sdk import Action, FormValidationAction, Tracker
    from rasa_sdk.events import ConversationPaused, FollowupAction, SlotSet
    from rasa_sdk.executor import CollectingDispatcher as Dispatcher

__all__ = [
    "Action",
    "Button",
    "ConversationPaused",
    "Dispatcher",
    "Domain",
    "Event",
    "FollowupAction",
    "FormValidationAction",
    "SlotSet",
    "Tracker",
]
