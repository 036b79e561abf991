"""Forgets conversations in which nothing has happened for as long as the operator keeps them. Open cases stay.

Looks about once an hour. Any number of processes may look, and at the same time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import structlog

from bot.engine.codec import Unreadable, read_conversation
from bot.errors import StoreUnavailable
from bot.ports import Clock, Store

_log = structlog.get_logger("engine")

_EVERY_SECONDS: Final = 3600.0
_FIRST_AFTER: Final = 60.0


@dataclass(frozen=True, slots=True)
class Retention:
    """Conversations are kept for `keep_seconds` after their last event."""

    store: Store
    clock: Clock
    keep_seconds: float

    async def run(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Look now and then, for ever."""
        await sleep(_FIRST_AFTER)
        while True:
            try:
                forgotten = await self.look()
                if forgotten:
                    _log.info("conversations_forgotten", count=forgotten, older_than_days=self.keep_seconds / 86400)
            except StoreUnavailable as error:
                _log.warning("store_unavailable", doing="retention", why=str(error))
            await sleep(_EVERY_SECONDS)

    async def look(self) -> int:
        """Forget what is old enough; how many conversations that were. Raises StoreUnavailable."""
        await self.store.forgetting.finish()
        forgotten = 0
        async for conversation, moved in self.store.forgetting.idle(self.clock.now() - self.keep_seconds):
            if await self._is_closed(conversation):
                forgotten += await self.store.forgetting.forget(conversation, moved=moved)
        return forgotten

    async def _is_closed(self, conversation: str) -> bool:
        """Whether nobody has to do anything in it. What cannot be read is left for whoever can."""
        state = await self.store.ledger.state(conversation)
        if not state:
            return True
        try:
            return not read_conversation(state).status.is_open
        except Unreadable as error:
            _log.warning("conversation_unreadable", conversation=conversation, why=str(error))
            return False
