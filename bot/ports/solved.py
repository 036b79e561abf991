"""What is remembered of solved cases, and how alike two texts are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bot.core.learning.solved import Meaning


class SolvedCases(Protocol):
    """Encoded rows by case number, a bounded number of them. Everything may be done twice. Raises StoreUnavailable."""

    async def put(
        self, number: int, customer: str, row: str, *, conversation: str, sequence: int, at: float, most: int
    ) -> None:
        """Remember a case of a customer (a person's key) over what was remembered of it; beyond `most` old ones go.

        `sequence` is the conversation's by which the case was solved. Nothing is remembered of a case of which
        something later was put or removed, nor of a conversation that was forgotten by that sequence or a later one:
        whoever comes to put it only now stood still meanwhile. That is known for an hour.
        """
        ...

    async def remove(self, number: int, *, sequence: int) -> None:
        """Forget one case that turned out not to be solved, unless something later was put of it."""
        ...

    async def forget(self, customer: str) -> int:
        """Forget every case of a customer; how many there were."""
        ...

    async def version(self) -> int:
        """A number that is another one after every change."""
        ...

    async def rows(self) -> Mapping[int, str]:
        """All rows by case number."""
        ...


class Encoder(Protocol):
    """Tells what a text means, beside the event loop."""

    async def encode(self, text: str) -> Meaning | None:
        """The text's meaning, None when the model that runs has no sentence encoder.

        Raises UnderstandingUnavailable when no answer comes in time.
        """
        ...
