"""What the store may have forgotten, and asking a platform again for what people wrote meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from bot.core.activity import Activity, Place
from bot.ports.chat import Posted


@runtime_checkable
class Recaller(Protocol):
    """An adapter of a platform that shows what was written before."""

    async def rooms(self) -> Sequence[Place]:
        """The direct chats and channels that the app is in. Raises DeliveryError."""
        ...

    async def recall(self, place: Place, since: float) -> Sequence[Activity]:
        """What people wrote in a place since then (seconds since 1970), oldest first, as if it was just brought.

        Known by the names under which it was brought. Raises DeliveryError.
        """
        ...

    async def copies(self, place: Place, trace: str, *, since: float) -> Sequence[Posted]:
        """Our messages in a place that were posted since then with a key that ends so. Raises DeliveryError."""
        ...


class Tides(Protocol):
    """Numbers that only grow, unless the store has forgotten. Every method raises StoreUnavailable."""

    async def rise(self, watcher: str, at: float) -> tuple[int, float]:
        """Let a watcher's number grow by one: the number, and when any watcher's grew last, 0 for never."""
        ...

    async def born(self, at: float) -> float:
        """When this store was new, by the clock of whoever saw it first: `at`, if that is now."""
        ...

    async def emptied(self, at: float) -> None:
        """Remember that the store was new at that time although there had been one before: it lost all it had."""
        ...

    async def emptied_at(self) -> float | None:
        """When the store lost all it had; None for never."""
        ...

    async def moved(self, since: float) -> Sequence[str]:
        """The conversations in which something happened since then, by the store's clock."""
        ...

    async def lock(self, token: str, seconds: float) -> bool:
        """Whether whoever has this token may ask the platforms, for so long."""
        ...

    async def unlock(self, token: str) -> None:
        """Let others ask."""
        ...

    async def owe(self, debts: Sequence[float]) -> None:
        """Remember that what was written since each of these times may be missing."""
        ...

    async def doubt(self) -> float | None:
        """The time since which what was done may be forgotten, for some minutes after that was noticed; else None."""
        ...

    async def owed(self) -> Sequence[float]:
        """The times since which something may be missing, the earliest first."""
        ...

    async def paid(self, debts: Sequence[float]) -> None:
        """What may have been missing since these times was asked for."""
        ...
