"""Brings what people did in the room to the app, in order, until the app has taken it.

At least once: what was stored when the app died is brought at the next start; whoever takes it knows
an activity that came before by its id. It never looks into what it carries.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from adapters.web.inbound import Happening, activity_of
from adapters.web.live import LiveRoom
from adapters.web.room_file import RoomUnavailable
from adapters.web.settings import WebSettings
from bot.errors import StoreUnavailable
from bot.ports import Intake

_BATCH: Final = 200
_FIRST_WAIT: Final = 0.1
_LONGEST_WAIT: Final = 3.0
_log = logging.getLogger(__name__)


class Pump:
    """One task from `start` to `stop`. A chat whose activity is not taken waits; the others go on."""

    def __init__(self, settings: WebSettings, room: LiveRoom, intake: Intake) -> None:
        self._settings = settings
        self._room = room
        self._intake = intake
        self._task: asyncio.Task[None] | None = None
        self._taking = asyncio.Lock()

    def start(self) -> None:
        """Begin, with what was left over from the last run."""
        self._task = asyncio.create_task(self._run(), name="playground-pump")

    async def stop(self) -> None:
        """Stop after what is under way; the rest stays in the room for the next start."""
        if self._task is not None:
            async with self._taking:
                self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self) -> None:
        wait = _FIRST_WAIT
        while True:
            await self._room.waiting.wait()
            self._room.waiting.clear()
            if await self._bring():
                wait = _FIRST_WAIT
                continue
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)
            self._room.waiting.set()

    async def _bring(self) -> bool:
        """Bring all that waits. False when something has to be brought again."""
        stuck: set[str] = set()
        try:
            batch = await self._room.untold(_BATCH)
            for happening in batch:
                where = happening.channel + happening.thread
                if where not in stuck and not await self._take(happening):
                    stuck.add(where)
        except RoomUnavailable as error:
            _log.warning("playground: %s", error)
            return False
        if len(batch) == _BATCH and not stuck:
            self._room.waiting.set()
        return not stuck

    async def _take(self, happening: Happening) -> bool:
        direct = self._room.is_direct(happening.channel)
        author, colleagues = self._settings.person(happening.author), [m.person for m in self._settings.agents]
        activity = activity_of(happening, author, direct=direct, colleagues=colleagues)
        async with self._taking:
            try:
                await self._intake.take(activity)
            except StoreUnavailable as error:
                _log.warning("playground: activity %s was not taken: %s", activity.id, error)
                return False
            except Exception:  # noqa: BLE001 - one activity that cannot be taken must not keep the other chats waiting
                _log.exception("playground: activity %s could not be taken; it stays in the room", activity.id)
                return False
            await self._room.taken(happening)
        return True
