"""What can be taught, as of late. Reading it anew takes a while after each training, and no window waits for that."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog

from bot.errors import LearningFailed
from bot.ports import Learner, Teachable
from bot.under_way import OneAtATime

_log = structlog.get_logger("learning")

_SECONDS: Final = 0.4


class Repertoire:
    """The intents that the bot knows, kept from the last time they were read."""

    def __init__(self, learner: Learner, *, seconds: float = _SECONDS) -> None:
        """`seconds` is how long to wait for what is read anew."""
        self._learner = learner
        self._seconds = seconds
        self._known: Sequence[Teachable] | None = None
        self._reading = OneAtATime(self._read)

    def begin(self) -> asyncio.Task[None]:
        """Read, unless that is going on."""
        return self._reading.begin()

    async def finish(self) -> None:
        """End what is being read."""
        await self._reading.give_up()

    async def now(self) -> Sequence[Teachable] | None:
        """The intents as they are, or were a moment ago; None when they have never been read so far."""
        await asyncio.wait({self.begin()}, timeout=self._seconds)
        return self._known

    async def _read(self) -> None:
        try:
            self._known = await self._learner.teachable()
        except LearningFailed as error:
            _log.warning("repertoire_unknown", why=str(error))
