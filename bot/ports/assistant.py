"""What answers customers: understanding beside the loop, and an assistant that keeps no state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.core.activity import Person
from bot.core.events import Turn
from nlu.types import ParseResult


@dataclass(frozen=True, slots=True)
class CustomerMessage:
    """What the assistant is told of one customer message.

    `text` may be a Rasa payload (`/intent{"entity": "value"}`) when a button was pressed. `metadata` says what
    `customer` does not: the platform, and the language that they write.
    """

    sender: str
    text: str
    at: float
    channel: str
    customer: Person
    metadata: Mapping[str, str]


class Understanding(Protocol):
    """NLU, beside the loop."""

    async def parse(self, text: str) -> ParseResult:
        """Understand one text. Raises UnderstandingUnavailable."""
        ...


class Assistant(Protocol):
    """A Rasa project that answers. Keeps no state of its own: the tracker travels with the conversation."""

    def understood(self, payload: str) -> ParseResult | None:
        """What a button's payload (`/intent{…}`) means, or None when the text is no payload."""
        ...

    async def turn(
        self, tracker: str, message: CustomerMessage, parse: ParseResult, requests: Sequence[ParseResult] = ()
    ) -> Turn:
        """Decide the answer, running custom actions within their time limits.

        `requests` are the pieces of a message that asks for several things (`bot.core.customers.several`), to be
        answered one after the other where nothing stands between.
        Never raises because of an action or its server: that is `Turn.failure`.
        """
        ...

    async def reminded(self, tracker: str, name: str, message: CustomerMessage) -> Turn:
        """Decide what to say when a reminder that the assistant had scheduled is due."""
        ...

    async def resumed(self, tracker: str, summary: str) -> str:
        """The tracker after people gave the conversation back; `summary` is for the slot `last_case`."""
        ...
