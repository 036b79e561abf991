"""What is remembered of solved cases, and how alike two texts are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bot.core.solved import Meaning


class SolvedCases(Protocol):
    """Encoded rows by case number, a bounded number of them. Everything may be done twice. Raises StoreUnavailable."""

    async def put(self, number: int, customer: str, row: str, *, at: float, most: int) -> None:
        """Remember a case of a customer (a person's key) over what was remembered of it; beyond `most` old ones go."""
        ...

    async def remove(self, number: int) -> None:
        """Forget one case."""
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
