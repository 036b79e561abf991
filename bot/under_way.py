"""Work that goes on after the answer: begun by whoever answers a platform, waited for by whoever stops.

Knows nothing of what is done, and reports nothing: the work itself tells what goes wrong.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")


class UnderWay:
    """Work that was begun and whose end nobody waits for, until its owner stops."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, _T]) -> asyncio.Task[_T]:
        """Begin it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def finish(self) -> None:
        """Wait for what is under way."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await asyncio.sleep(0)  # since 3.13 waiting for what is done already does not let it be taken out

    def __len__(self) -> int:
        return len(self._tasks)


class OneAtATime:
    """Work that is never under way twice: whoever wants it done meanwhile gets what is under way."""

    def __init__(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._work = work
        self._task: asyncio.Task[None] | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether it was begun and has not ended."""
        return self._task is not None and not self._task.done()

    def begin(self) -> asyncio.Task[None]:
        """Begin it, unless it is under way. What goes wrong is raised to whoever waits for it."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        return self._task

    def begin_unwatched(self) -> None:
        """The same where nobody waits. What goes wrong then is the work's own to tell, and raised to nobody."""
        self.begin().add_done_callback(_retrieved)

    async def give_up(self) -> None:
        """End what is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


def _retrieved(task: asyncio.Task[None]) -> None:
    """Or the loop would report an error that nobody asked for."""
    if not task.cancelled():
        task.exception()
