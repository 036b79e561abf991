"""Whether what is to be sent may stand there already, although the store says that it was never tried.

After a failover that lost what was acknowledged, events are decided once more whose copies were sent just before. For
some minutes each copy is looked for before its first attempt, where the platform can be asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog

from bot.core.activity import Place
from bot.core.effects import Post
from bot.engine.entries import Entry, trace_of
from bot.errors import DeliveryError, Refused, StoreUnavailable
from bot.ports import ChatAdapter, Clock, Posted, Recaller, Store

_log = structlog.get_logger("engine")

_LOOK_SECONDS: Final = 1.0
_SHAKEN_SECONDS: Final = 5.0
"""After the store was away nobody knows yet whether it has forgotten anything."""

_BEFORE: Final = 120.0
"""Seconds before that from which on copies are looked for: longer than a replica is cut off unnoticed."""

_MARGIN: Final = 30.0
_PAUSES: Final = (0.3, 1.0, 2.0, 0.0)
"""After each time that a platform did not tell; then it is sent all the same: twice is better than never."""

_MOST_SECONDS: Final = 4.0
"""The attempt has begun by then: with the call that follows this is shorter than until others look for it in vain."""


class Doubtful:
    """What a process that sends knows of it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._since: float | None = None
        self._shaken_until = 0.0

    async def run(self) -> None:
        """Look for ever."""
        while True:
            try:
                self._since = await self._store.tides.doubt()
            except StoreUnavailable:
                self.shake()
            await asyncio.sleep(_LOOK_SECONDS)

    def shake(self) -> None:
        """The store was away."""
        self._shaken_until = self._clock.now() + _SHAKEN_SECONDS

    @property
    def since(self) -> float | None:
        """The time since which copies may stand there that the store does not know; None when there are none."""
        now = self._clock.now()
        if self._since is not None:
            return self._since - _MARGIN
        return now - _BEFORE if now < self._shaken_until else None

    async def copies(self, adapter: ChatAdapter, entry: Entry, place: Place) -> Sequence[Posted]:
        """Copies of the same message that stand there; empty when nobody doubts, or the platform does not tell."""
        since = self.since
        if since is None or not isinstance(entry.effect, Post) or not entry.link or not isinstance(adapter, Recaller):
            return ()
        try:
            async with asyncio.timeout(_MOST_SECONDS):
                return await _found(adapter, entry, place, since)
        except TimeoutError:
            _log.info("copies_not_looked_for", entry=entry.id, why=f"no answer within {_MOST_SECONDS} s")
            return ()


async def _found(adapter: Recaller, entry: Entry, place: Place, since: float) -> Sequence[Posted]:
    for pause in _PAUSES:
        try:
            found = await adapter.copies(place, trace_of(entry.link, entry.part), since=since)
        except Refused:
            break
        except DeliveryError as error:
            _log.info("copies_not_looked_for", entry=entry.id, why=str(error))
            await asyncio.sleep(pause)
        else:
            if found:
                _log.warning("copy_found", entry=entry.id)
            return found
    return ()
