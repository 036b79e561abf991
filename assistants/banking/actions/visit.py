"""One run of an action: who is asking, what they said, and how they are answered.

Only what the platform vouches for counts as identity: the metadata keys `customer_id` and `customer_email` of the
latest message, which the channel sets and the customer cannot. (A channel that lets clients send metadata, such as
stock Rasa's REST channel, has to strip these keys.) The sender's id and what somebody types prove nothing.
"""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final, cast

from .bank import Bank, Identity
from .reading import speaks_of_another
from .sdk import Action, Button, CollectingDispatcher, Event, Tracker
from .values import MONTHS
from .wiring import current_bank, today
from .wording import Told

_SILENT: Final = frozenset({"action_listen", "action_take_up"})


@dataclass(frozen=True, slots=True)
class Visit:
    """What an action may look at and do."""

    tracker: Tracker
    dispatcher: CollectingDispatcher
    bank: Bank
    today: date

    @property
    def who(self) -> Identity:
        """Whom the platform vouches for."""
        known = self._metadata
        return Identity(str(known.get("customer_id") or ""), str(known.get("customer_email") or ""))

    @property
    def _metadata(self) -> dict[str, Any]:
        told: Any = self.tracker.latest_message.get("metadata")
        return cast("dict[str, Any]", told) if isinstance(told, dict) else {}

    @property
    def language(self) -> str:
        """In which to answer: the one that the customer writes, as far as the platform tells, else English; `de`."""
        told = str(self._metadata.get("language") or "")
        return told if told in MONTHS else "en"

    @property
    def text(self) -> str:
        """The latest message as it was typed."""
        return str(self.tracker.latest_message.get("text") or "")

    def named(self, entity: str) -> str:
        """What the latest message named of that kind, or nothing."""
        found = cast("list[dict[str, Any]]", self.tracker.latest_message.get("entities") or [])
        return next((str(e.get("value")) for e in found if e.get("entity") == entity), "")

    def slot(self, name: str) -> str:
        """The text in that slot, or nothing."""
        value: Any = self.tracker.get_slot(name)
        return value if isinstance(value, str) else ""

    @property
    def last_done(self) -> str:
        """The last action that was more than listening, or nothing."""
        done = (str(e.get("name")) for e in reversed(self.tracker.events) if e.get("event") == "action")
        return next((name for name in done if name not in _SILENT), "")

    @property
    def asks_for_another(self) -> bool:
        """Whether the latest message only points away from what was told: "and the other one?"."""
        meant: Any = self.tracker.latest_message.get("intent")
        is_bare = isinstance(meant, dict) and cast("dict[str, Any]", meant).get("name") == "inform"
        return is_bare and not self.names_any and speaks_of_another(self.text)

    @property
    def names_any(self) -> bool:
        """Whether the latest message names an account, a card or anything else that is more than a sum of money."""
        found = cast("list[dict[str, Any]]", self.tracker.latest_message.get("entities") or [])
        return any(entity.get("entity") != "amount" for entity in found)

    def utter(self, response: str, buttons: Sequence[Button] = (), **values: str) -> None:
        """Answer with a response of the domain, `values` filled in, and these buttons."""
        self.dispatcher.utter_message(response=response, buttons=list(buttons), **values)

    def tell(self, *told: Told) -> None:
        """Answer with responses of the domain that hold data, in this order."""
        for one in told:
            self.utter(one.response, (), **one.fields)

    async def is_recognised(self) -> bool:
        """Whether a customer of ours is asking; says what to do where not."""
        if await self.bank.knows(self.who):
            return True
        self.utter("utter_not_recognised")
        return False


class BankAction(Action, ABC):
    """An action that answers one `Visit`. A subclass gives its name in the domain, and the answer."""

    called: ClassVar[str]

    def name(self) -> str:
        return self.called

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> list[Event]:
        return await self.answer(visit_of(tracker, dispatcher)) or []

    @abstractmethod
    async def answer(self, visit: Visit) -> list[Event] | None:
        """Say something to the customer, and return what is to be remembered of it."""


def visit_of(tracker: Tracker, dispatcher: CollectingDispatcher) -> Visit:
    """This run, over the bank that is in place."""
    return Visit(tracker, dispatcher, current_bank(), today())


def button(title: str, intent: str, **entities: str) -> Button:
    """A button that asks for `intent` and names entities."""
    named = ", ".join(f'"{name}": "{value}"' for name, value in entities.items())
    return {"title": title, "payload": f"/{intent}{{{named}}}" if named else f"/{intent}"}
