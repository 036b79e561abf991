"""Work that goes on after the answer: begun by whoever answers a platform, waited for by whoever stops.

Knows nothing of what is done, and reports nothing: the work itself tells what goes wrong.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
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
