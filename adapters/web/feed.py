"""What was decided, line by line, for the *what happened* strip: the newest few hundred, and live.

Best effort, for showing only. Knows a conversation's chat by the key of its place.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Final

from adapters.web.live import LiveRoom
from adapters.web.outbound import line_payload
from adapters.web.settings import place
from bot.errors import StoreUnavailable
from bot.ports import JournalLine

_KEPT: Final = 300
_REMEMBERED: Final = 50
"""Chats whose journals are read for it after a restart; each has some lines for every message."""
_WAIT: Final = 1.0
_FORGOTTEN: Final = "forgotten"
"""The kind of the line that says that everything before it in its conversation was deleted."""
_log = logging.getLogger(__name__)


class Feed:
    """Follows the journal from `start` to `stop`. `past` reads what was decided in one conversation before."""

    def __init__(
        self,
        room: LiveRoom,
        follow: Callable[[], AsyncIterator[JournalLine]],
        past: Callable[[str], Awaitable[Sequence[JournalLine]]] | None,
    ) -> None:
        self._room = room
        self._follow = follow
        self._past = past
        self._count = 0
        self._lines: deque[tuple[str, dict[str, Any]]] = deque(maxlen=_KEPT)
        """Each with the conversation that it is about."""
        self._task: asyncio.Task[None] | None = None

    @property
    def lines(self) -> Sequence[dict[str, Any]]:
        """The newest lines, oldest first."""
        return tuple(line for _, line in self._lines)

    def start(self) -> None:
        """Begin to follow."""
        self._task = asyncio.create_task(self._run(), name="playground-feed")

    async def stop(self) -> None:
        """Stop following."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self) -> None:
        remembered = False
        while True:
            try:
                if not remembered:
                    await self._remember()
                    remembered = True
                async for line in self._follow():
                    self._show(line)
            except StoreUnavailable as error:
                _log.warning("playground: the journal cannot be followed now: %s", error)
            except Exception:  # noqa: BLE001 - the strip is for showing: it must not end because of one line
                _log.exception("playground: the journal cannot be followed; trying again")
            await asyncio.sleep(_WAIT)

    async def _remember(self) -> None:
        """After a restart the strip shows again what it showed before."""
        if self._past is None:
            return
        lines: list[JournalLine] = []
        for channel in await self._room.newest_chats(_REMEMBERED):
            lines += await self._past(place(channel).key)
        for line in sorted(lines, key=lambda each: each.at)[-_KEPT:]:
            self._show(line)

    def _show(self, line: JournalLine) -> None:
        self._count += 1
        shown = line_payload(line, self._room.channel_of(line.conversation), self._count)
        gone: list[int] = []
        if line.kind == _FORGOTTEN:
            gone = [each["n"] for conversation, each in self._lines if conversation == line.conversation]
            kept = [each for each in self._lines if each[0] != line.conversation]
            self._lines = deque(kept, maxlen=_KEPT)
        self._lines.append((line.conversation, shown))
        self._room.show_agents({"type": "happened", "line": shown, "gone": gone})
