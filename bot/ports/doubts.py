"""Messages that the bot was not sure of: as the store keeps them (encoded rows), and as services read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.core.learning.lessons import Doubt


class Doubts(Protocol):
    """Encoded rows by the message's key, a bounded number. All may be done twice, and raise StoreUnavailable."""

    async def put(
        self, id: str, row: str, *, customer: str, conversation: str, sequence: int, at: float, most: int
    ) -> None:
        """Keep a message of a customer (a person's key), or change it; beyond `most` the oldest go.

        `sequence` is the conversation's by which that was decided. Nothing is kept when something of the conversation
        was taken back, or all of it cleared or forgotten, by that sequence or a later one: whoever comes to put it
        only now stood still meanwhile. That is known for an hour.
        """
        ...

    async def row(self, id: str) -> str | None:
        """One row, None when it is not kept (any more)."""
        ...

    async def rows(self) -> Sequence[str]:
        """All rows, in no order."""
        ...

    async def change(self, id: str, row: str) -> None:
        """Put another row where one is kept; nothing where none is."""
        ...

    async def remove(self, id: str) -> None:
        """Forget one message."""
        ...

    async def take_back(self, id: str, conversation: str, *, sequence: int) -> None:
        """Forget one message, as it was decided in its conversation by that sequence."""
        ...

    async def clear(self, conversation: str, *, sequence: int) -> None:
        """Forget all messages of a conversation, as it was decided there by that sequence."""
        ...

    async def forget(self, customer: str) -> int:
        """Forget all messages of a customer; how many there were."""
        ...

    async def drop(self, before: float) -> None:
        """Forget what is older than that (seconds since 1970)."""
        ...


class DoubtBook(Protocol):
    """The doubtful messages, decoded. Every method raises StoreUnavailable."""

    async def all(self) -> Sequence[Doubt]:
        """Every one that is kept, most informative first."""
        ...

    async def remove(self, id: str) -> None:
        """Forget one: it became a lesson, or teaches nothing."""
        ...

    async def drop_old(self, now: float) -> None:
        """Forget those that were kept for long enough by then (seconds since 1970)."""
        ...
