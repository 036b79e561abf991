"""Lets the steps of a test come in other orders: random waits around calls to the store and to platforms.

`pytest --jitter 7 tests/engine` waits as the seed 7 draws it; without the option nothing waits. Each store of a test
draws its own, so that what stands for several processes drifts apart, and so does each town, and each platform on
loopback that runs in the test's process. With `--jitter-uneven` half of the stores do not wait at all, and the others
long. A failure that needs no bound on time is a race: of the test, which asks before a person could see it, or of the
product.
"""

from __future__ import annotations

import asyncio
import itertools
import random  # noqa: TID251 - the seed is what repeats a run
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from adapters.redis.connect import Call, Connection, Durability
from adapters.redis.scripts import Script
from tests.support.patience import PATIENCE

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Waits:
    """How long is waited, in seconds: mostly up to `short`, and with the chance `often` from `long` to `longest`."""

    short: float
    often: float
    long: float = 0.1
    longest: float = 0.4


NONE: Final = Waits(0.0, 0.0)
USUAL: Final = Waits(0.03, 0.05)
LONG: Final = Waits(0.15, 0.2)
WAITS: Final = {"none": NONE, "usual": USUAL, "long": LONG}


class Drift:
    """Waits of one part of a test."""

    def __init__(self, waits: Waits, seed: str) -> None:
        self._waits = waits
        # a text's own hash differs in every process
        self._random = random.Random(zlib.crc32(seed.encode()))

    async def wait(self) -> None:
        """Let others go first, for as long as was drawn."""
        waits, drawn = self._waits, self._random
        is_long = drawn.random() < waits.often
        seconds = drawn.uniform(waits.long, waits.longest) if is_long else drawn.uniform(0.0, waits.short)
        await asyncio.sleep(seconds)


class Jitter:
    """What a run of pytest was told, and which test runs."""

    def __init__(self) -> None:
        self._seed: int | None = None
        self._uneven = False
        self._test = ""
        self._count = itertools.count()

    @property
    def is_on(self) -> bool:
        """Whether anything waits in this run."""
        return self._seed is not None

    @property
    def seed(self) -> int:
        """What this run draws from; 0 when nothing waits in it."""
        return self._seed or 0

    def told(self, seed: int | None, *, uneven: bool) -> None:
        """The options of the run."""
        self._seed, self._uneven = seed, uneven

    def begins(self, test: str) -> None:
        """A test begins: what drifts in it depends on its name and the seed alone."""
        self._test, self._count = test, itertools.count()

    def platform(self) -> Drift:
        """How one platform, or town, drifts."""
        return self._drift(NONE if self._seed is None else USUAL)

    def connection(self, url: str) -> Connection:
        """A connection to a store that drifts as this run wants it."""
        if self._seed is None:
            return Connection(url, PATIENCE)
        return Drifting(url, self._drift(USUAL if not self._uneven else LONG, halved=self._uneven))

    def _drift(self, waits: Waits, *, halved: bool = False) -> Drift:
        seed = f"{self._seed}|{self._test}|{next(self._count)}"
        return Drift(NONE if halved and zlib.crc32(seed.encode()) % 2 else waits, seed)


jitter: Final = Jitter()
"""That of this process."""


class Drifting(Connection):
    """A connection whose commands leave late, and whose answers come late."""

    def __init__(self, url: str, drift: Drift, reply_seconds: float = PATIENCE) -> None:
        super().__init__(url, reply_seconds)
        self._drift = drift

    async def run(self, script: Script, keys: Sequence[str], args: Sequence[str | float]) -> Any:
        return await self._late(partial(super().run, script, keys, args))

    async def run_durably(
        self, script: Script, keys: Sequence[str], args: Sequence[str | float], durability: Durability
    ) -> Any:
        if not durability.replicas:  # which is `run`, late already
            return await super().run_durably(script, keys, args, durability)
        return await self._late(partial(super().run_durably, script, keys, args, durability))

    async def run_each(self, script: Script, calls: Sequence[Call]) -> list[Any]:
        return await self._late(partial(super().run_each, script, calls))

    async def call(self, *command: str | float) -> Any:
        return await self._late(partial(super().call, *command))

    async def call_each(self, commands: Sequence[Sequence[str | float]]) -> list[Any]:
        return await self._late(partial(super().call_each, commands))

    async def listen(self, channel: str) -> AsyncIterator[str]:
        async for message in super().listen(channel):
            await self._drift.wait()
            yield message

    async def _late(self, call: Callable[[], Awaitable[T]]) -> T:
        await self._drift.wait()
        answer = await call()
        await self._drift.wait()
        return answer


def late(drift: Drift) -> Middleware:
    """Lets what a platform is asked, and what it answers, come late."""

    @web.middleware
    async def wait(request: web.Request, handler: Handler) -> web.StreamResponse:
        await drift.wait()
        answer = await handler(request)
        await drift.wait()
        return answer

    return wait
