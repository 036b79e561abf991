"""Whether the app may write in a channel, found out before anything has to be said there."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from bot.core.activity import Place


@runtime_checkable
class Prober(Protocol):
    """An adapter that can ask whether the app may write in a channel, without writing there."""

    async def probe(self, channel: Place) -> None:
        """Ask now. Raises Refused, with the reason, where nothing can be written; else Throttled, NotDone."""
        ...
