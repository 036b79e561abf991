"""How long a test waits for what must come.

It ends what hangs, and says nothing of how fast anything is: a machine that does much else may take its time, and what
is there sooner is not waited for. How long things take is measured in `benchmarks/`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 60.0
"""Seconds; less than the limit of a test (`timeout` in pyproject.toml), so that what did not come is named."""

ENOUGH = 1.0
"""Seconds after which a call is given up that is never answered: what matters is that it has arrived by then."""


async def comes_about(look: Callable[[], T], changed: asyncio.Event, seconds: float = PATIENCE) -> T:
    """What `look` gives once it gives something: it looks after every change, and now and then without one.

    `changed` tells what happens in one place; what is looked for may lie elsewhere. Raises TimeoutError.
    """
    async with asyncio.timeout(seconds):
        while not (found := look()):
            changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    await changed.wait()
    return found


async def until(look: Callable[[], T], *, seconds: float = PATIENCE) -> T:
    """What `look` gives once it gives something: for what rings no bell. Raises AssertionError."""
    end, pause = asyncio.get_running_loop().time() + seconds, 0.001
    while not (found := look()):
        assert asyncio.get_running_loop().time() < end, "it did not happen in time"
        await asyncio.sleep(pause)
        pause = min(2 * pause, 0.02)
    return found


async def comes_to(ask: Callable[[], Awaitable[T]], wanted: Callable[[T], bool]) -> T:
    """The same for what has to be asked: the answer, once it is as wanted. Raises AssertionError with the last one."""
    end = asyncio.get_running_loop().time() + PATIENCE
    while not wanted(found := await ask()):
        assert asyncio.get_running_loop().time() < end, found
        await asyncio.sleep(0.02)
    return found
