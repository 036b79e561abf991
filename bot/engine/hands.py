"""Takes work from the shards in which there is some, for as long as there are free hands.

Knows nothing of the work. Never polls: a shard is looked at when somebody says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

import structlog

from bot.errors import StoreUnavailable


class Work(Protocol):
    """What a shard gives."""

    @property
    def more(self) -> bool:
        """Whether the shard has more to give."""
        ...


T = TypeVar("T")
W = TypeVar("W", bound=Work)

_log = structlog.get_logger("engine")


class Hands(Generic[W]):
    """Up to `hands` pieces of work at once, each done in a task of its own."""

    def __init__(
        self,
        hands: int,
        fetch: Callable[[int], Awaitable[W | None]],
        do: Callable[[W], Awaitable[None]],
    ) -> None:
        self._free = asyncio.Semaphore(hands)
        self._fetch = fetch
        self._do = do
        self._shards: dict[int, None] = {}
        self._bell = asyncio.Event()
        self._busy: set[asyncio.Task[None]] = set()
        self._closing = False

    def look(self, shard: int) -> None:
        """There may be work in that shard."""
        if not self._closing:
            self._shards[shard] = None
            self._bell.set()

    @property
    def closing(self) -> bool:
        """Whether no further work is taken."""
        return self._closing

    async def run(self) -> None:
        """Take work until `close`."""
        while not self._closing:
            await self._bell.wait()
            self._bell.clear()
            while self._shards and not self._closing:
                await self._free.acquire()
                self._one()

    async def close(self, seconds: float) -> None:
        """Take no more, and wait for what is under way; after so many seconds it is cancelled."""
        self._closing = True
        self._shards.clear()
        self._bell.set()
        if self._busy:
            _, late = await asyncio.wait(self._busy, timeout=seconds)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)

    def _one(self) -> None:
        """Let a free hand look at the shard that has waited longest. Several look at once: their calls go together."""
        if not self._shards or self._closing:
            self._free.release()
            return
        shard = next(iter(self._shards))
        del self._shards[shard]
        task = asyncio.create_task(self._look_and_work(shard))
        self._busy.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._busy.discard(task)
        self._free.release()

    async def _look_and_work(self, shard: int) -> None:
        work: W | None = None
        try:
            work = await self._fetch(shard)
        except StoreUnavailable as error:
            _log.warning("store_unavailable", doing="fetch", why=str(error))
            self._later(shard)
        except Exception:  # noqa: BLE001 - told in the next line, and tried again
            _log.exception("fetch_failed", shard=shard)
            self._later(shard)
        if work is None:
            return
        if work.more:
            # The other shards get their turn first. What comes later is announced.
            self.look(shard)
        try:
            await self._do(work)
        except StoreUnavailable as error:  # whoever insists gives up once we are stopping
            _log.warning("store_unavailable", doing="work", why=str(error))
        except Exception:  # noqa: BLE001 - one piece of work must not take the others with it; its claim runs out
            _log.exception("work_failed")

    def _later(self, shard: int) -> None:
        asyncio.get_running_loop().call_later(0.5, self.look, shard)


def _nothing() -> None:
    """Nobody has to know."""


async def insist(
    call: Callable[[], Awaitable[T]], *, stopping: Callable[[], bool], failed: Callable[[], None] = _nothing
) -> T:
    """Repeat a call that may run twice until the store answers. Raises StoreUnavailable once we are stopping.

    `failed` is told of each time that it did not.
    """
    pause = 0.05
    while True:
        try:
            return await call()
        except StoreUnavailable as error:
            failed()
            if stopping():
                raise
            _log.warning("store_unavailable", doing="insist", why=str(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, 1.0)
