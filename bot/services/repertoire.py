"""What can be taught, as of late. Reading it anew takes a while after each training, and no window waits for that."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog

from bot.errors import LearningFailed
from bot.ports import Learner, Teachable

_log = structlog.get_logger("learning")

_SECONDS: Final = 0.4


class Repertoire:
    """The intents that the bot knows, kept from the last time they were read."""

    def __init__(self, learner: Learner, *, seconds: float = _SECONDS) -> None:
        """`seconds` is how long to wait for what is read anew."""
        self._learner = learner
        self._seconds = seconds
        self._known: Sequence[Teachable] | None = None
        self._reading: asyncio.Task[None] | None = None

    def begin(self) -> asyncio.Task[None]:
        """Read, unless that is going on."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read(), name="repertoire")
        return self._reading

    async def finish(self) -> None:
        """End what is being read."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def now(self) -> Sequence[Teachable] | None:
        """The intents as they are, or were a moment ago; None when they have never been read so far."""
        await asyncio.wait({self.begin()}, timeout=self._seconds)
        return self._known

    async def _read(self) -> None:
        try:
            self._known = await self._learner.teachable()
        except LearningFailed as error:
            _log.warning("repertoire_unknown", why=str(error))
