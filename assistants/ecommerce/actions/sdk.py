"""What these actions use of rasa-sdk, with types: the only module here that imports the untyped library.

At run time the names are rasa-sdk's own classes; for type checkers they are the shapes that rasa-sdk 3.x
documents. It holds no behaviour.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict

Event = dict[str, Any]
"""An event in Rasa's JSON shape, as the functions of `rasa_sdk.events` build it."""

Domain = Mapping[str, Any]


class Button(TypedDict):
    """A quick reply: what is shown, and what is sent as if the customer had typed it."""

    title: str
    payload: str


if TYPE_CHECKING:

    class Dispatcher:
        """Collects what the customer will be told."""

        def utter_message(
            self,
            text: str | None = None,
            image: str | None = None,
            json_message: dict[str, Any] | None = None,
            template: str | None = None,
            response: str | None = None,
            attachment: str | None = None,
            buttons: list[Button] | None = None,
            **values: object,
        ) -> None: ...

    class Tracker:
        """The conversation so far."""

        sender_id: str
        slots: dict[str, Any]
        latest_message: dict[str, Any]
        active_loop: dict[str, Any]
        events: list[dict[str, Any]]

        def get_slot(self, key: str) -> Any: ...

    class Action:
        """One named action."""

        def name(self) -> str: ...

        async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]: ...

    class FormValidationAction(Action):
        """Checks what a form was told, slot by slot, by methods named `validate_<slot>`."""

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
