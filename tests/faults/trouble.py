"""What may happen to processes and to the store while people talk, by name. Each runs until it is cancelled.

Whatever a trouble has stopped, it lets go on when it ends: what comes after is the quiet in which everything arrives.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random  # noqa: TID251 - everything is drawn from the seed that is printed
from typing import Any, Final, Protocol, cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from adapters.redis.clients import REPLY_SECONDS
from adapters.redis.scripts import Script
from bot.engine.engine import ALL_ROLES, Role
from tests.faults.disk import SmallDisk
from tests.faults.pair import Pair
from tests.faults.sites import Platform
from tests.support.jitter import NONE, Drift, Drifting, Waits

DRAIN_SECONDS: Final = 10.0
"""How long a process may take to stop."""
STEPS: Final = frozenset(
    {"take", "commit", "begin", "settle", "bind", "locate", "unpark", "register", "indexed", "fire", "swept", "overdue"}
)
"""The scripts by which a message goes on."""
TOKEN_SECONDS: Final = 30.0
"""How long a token is used that is good for a minute."""


class Suffering(Protocol):
    """What a trouble can reach."""

    counts: Counter[str]
    random: Random
    disk: SmallDisk

    @property
    def nodes(self) -> list[asyncio.subprocess.Process]: ...
    @property
    def pair(self) -> Pair: ...
    @property
    def platforms(self) -> Sequence[Platform]: ...

    @property
    def store_pid(self) -> int: ...
    @property
    def store_url(self) -> str: ...
    @property
    def complaints(self) -> list[str]:
        """What a trouble saw and should not have seen."""
        ...

    async def succeed(self, victim: int) -> None:
        """Start another process in its place."""
        ...

    def note(self, what: str) -> None:
        """Remember that this happened now, for whoever has to find out what came of it."""
        ...


Trouble = Callable[[Suffering], Awaitable[None]]


async def kill_store(lab: Suffering) -> None:
    """kill -9 of the store every 5 s; it is written to the disk once a second only."""
    while True:
        await _tell_store(lab, "CONFIG", "SET", "appendfsync", "everysec")
        await asyncio.sleep(5.0)
        _signal(lab.store_pid, signal.SIGKILL)
        lab.counts["store killed"] += 1


async def kill_store_that_always_writes(lab: Suffering) -> None:
    """kill -9 of the store every 5 s; every answer of it is on the disk."""
    while True:
        await asyncio.sleep(5.0)
        _signal(lab.store_pid, signal.SIGKILL)
        lab.counts["store killed"] += 1


async def flush_scripts(lab: Suffering) -> None:
    """The store forgets its scripts every 2 s."""
    while True:
        await asyncio.sleep(2.0)
        lab.counts["scripts flushed"] += await _tell_store(lab, "SCRIPT", "FLUSH")


async def freeze_store(lab: Suffering) -> None:
    """The store stands still for 5 s, again and again."""
    while True:
        await asyncio.sleep(10.0)
        async with _stopped(lab.store_pid):
            lab.counts["store frozen"] += 1
            await asyncio.sleep(5.0)


async def fill_store(lab: Suffering) -> None:
    """The store is full for 2 s, again and again."""
    try:
        while True:
            await asyncio.sleep(6.0)
            lab.counts["store full"] += await _tell_store(lab, "CONFIG", "SET", "maxmemory", "1mb")
            await asyncio.sleep(2.0)
            await _tell_store(lab, "CONFIG", "SET", "maxmemory", "0")
    finally:
        await _tell_store(lab, "CONFIG", "SET", "maxmemory", "0")


async def make_zombies(lab: Suffering) -> None:
    """A process stands still for 10 s, long after the others took over its work, and then goes on."""
    while True:
        await asyncio.sleep(2.0)
        node = lab.random.choice([node for node in lab.nodes if node.returncode is None])
        async with _stopped(node.pid):
            lab.counts["process frozen"] += 1
            await asyncio.sleep(10.0)


async def deploy(lab: Suffering) -> None:
    """One process after the other is told to stop, and replaced; it has 10 s for what is under way."""
    while True:
        for number in range(len(lab.nodes)):
            await asyncio.sleep(4.0)
            node, began = lab.nodes[number], time.perf_counter()
            _signal(node.pid, signal.SIGTERM)
            code = await node.wait()
            took = time.perf_counter() - began
            lab.counts["process replaced"] += 1
            if code or took > DRAIN_SECONDS + 2.0:
                lab.complaints.append(f"a process took {took:.1f} s to stop, and ended with {code}")
            await lab.succeed(number)


async def rest(lab: Suffering) -> None:
    """Everybody who works is away for 20 s; who takes messages in stays. The first process has only that role."""
    away = range(1, len(lab.nodes))
    await asyncio.sleep(5.0)
    for number in away:
        _signal(lab.nodes[number].pid, signal.SIGKILL)
        await lab.nodes[number].wait()
        lab.counts["process killed"] += 1
    try:
        await asyncio.sleep(20.0)
    finally:
        await asyncio.gather(*(lab.succeed(number) for number in away))
    await asyncio.Event().wait()


async def fill_disk(lab: Suffering) -> None:
    """The store's disk is full for 4 s, again and again; every answer of it is on the disk."""
    try:
        while True:
            await asyncio.sleep(6.0)
            lab.disk.fill(lab.store_pid)
            lab.counts["disk full"] += 1
            await asyncio.sleep(4.0)
            lab.disk.free(lab.store_pid)
    finally:
        lab.disk.free(lab.store_pid)


async def fill_disk_written_each_second(lab: Suffering) -> None:
    """The same for a store that is written to the disk once a second only, and refuses what is written meanwhile."""
    await _tell_store(lab, "CONFIG", "SET", "appendfsync", "everysec")
    await fill_disk(lab)


async def fail_over(lab: Suffering) -> None:
    """The replica is cut off for 3 s, then the primary is killed and the replica leads; again and again."""
    while True:
        await asyncio.sleep(8.0)
        lab.pair.cut()
        lab.note("the replica was cut off")
        try:
            await asyncio.sleep(3.0)
        except asyncio.CancelledError:
            lab.pair.mend()
            raise
        _signal(lab.store_pid, signal.SIGKILL)
        lab.note("the primary was killed")
        lab.counts["failover"] += 1
        await asyncio.shield(asyncio.ensure_future(lab.pair.promote()))
        lab.note("the replica leads, and has a replica")


async def expire_tokens(lab: Suffering) -> None:
    """Everybody's own token for a platform ends in the same second, every 30 s, and the next one takes a second."""
    began = time.perf_counter()
    try:
        await asyncio.Event().wait()
    finally:
        lasted = time.perf_counter() - began
        times = 1 + math.ceil(lasted / TOKEN_SECONDS)
        asked = sum(platform.tokens_asked() for platform in lab.platforms)
        unbelieved = sum(platform.unbelieved() for platform in lab.platforms)
        lab.counts["token asked for"] = asked
        if lasted < TOKEN_SECONDS:
            lab.complaints.append(f"no token ended within {lasted:.0f} s, so nothing was tried: give it more --events")
        elif unbelieved or not len(lab.nodes) < asked <= len(lab.nodes) * times:
            lab.complaints.append(f"{asked} tokens for {len(lab.nodes)} processes, {unbelieved} calls with a bad one")


TROUBLES: Final[dict[str, Trouble]] = {
    "store everysec": kill_store,
    "store always": kill_store_that_always_writes,
    "scripts": flush_scripts,
    "freeze": freeze_store,
    "full": fill_store,
    "zombie": make_zombies,
    "deploy": deploy,
    "rest": rest,
    "failover": fail_over,
    "tokens": expire_tokens,
    "disk always": fill_disk,
    "disk everysec": fill_disk_written_each_second,
}


def roles_of(trouble: str, number: int) -> Sequence[str]:
    """What the process of that number does."""
    if trouble == "rest":
        return tuple(role for role in Role if (role is Role.INGRESS) == (number == 0))
    return tuple(ALL_ROLES)


class Mortal:
    """A process that dies at some of its steps, right before or right after it has told the store of one."""

    def __init__(self, share: float, seed: str, calm: Path) -> None:
        """It lives on once the file `calm` is there."""
        self._share, self._calm = share, calm
        self._random = Random(seed)

    def may_die(self, script: Script) -> None:
        if script.name in STEPS and self._random.random() < self._share and not self._calm.exists():
            os.kill(os.getpid(), signal.SIGKILL)


class Repeating(Drifting):
    """A connection on which some commands run twice, as when the first answer was lost, and all may be late."""

    def __init__(self, url: str, share: float, seed: int, waits: Waits = NONE, mortal: Mortal | None = None) -> None:
        super().__init__(url, Drift(waits, f"{seed}"), REPLY_SECONDS)
        self._share = share
        self._random = Random(seed)
        self._mortal = mortal

    async def run(self, script: Script, keys: Sequence[str], args: Sequence[str | float]) -> object:
        if self._mortal is not None:
            self._mortal.may_die(script)
        if self._random.random() < self._share:
            await super().run(script, keys, args)
        answer = await super().run(script, keys, args)
        if self._mortal is not None:
            self._mortal.may_die(script)
        return answer

    async def call(self, *command: str | float) -> object:
        if self._random.random() < self._share:
            await super().call(*command)
        return await super().call(*command)


async def _tell_store(lab: Suffering, *command: str) -> bool:
    """Whether the store was there to be told."""
    with contextlib.suppress(RedisError, OSError):
        async with Redis.from_url(lab.store_url, socket_timeout=1.0) as client:
            await cast("Any", client).execute_command(*command)
            return True
    return False


@asynccontextmanager
async def _stopped(pid: int) -> AsyncIterator[None]:
    _signal(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        _signal(pid, signal.SIGCONT)


def _signal(pid: int, how: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, how)
