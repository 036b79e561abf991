"""Root cards of which nobody can tell whether they arrived, where the platform cannot be asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Strays(Protocol):
    """Lost root cards by the desk's channel. Records are opaque here. Every method raises StoreUnavailable."""

    async def lose(self, channel: str, record: str, began_at: float) -> None:
        """Remember for a month that an attempt to put a card there, begun at that time, was lost. Twice is once."""
        ...

    async def lost(self, channel: str) -> Sequence[str]:
        """What was lost there, oldest first."""
        ...
