"""Runs the product against people, a killer, and platforms that misbehave; then asks what a person sees.

`people` speak, `processes` are killed, `trouble` is made by name, `checker` judges; here they are put together.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import os
import re
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random  # noqa: TID251 - everything is drawn from the seed that is printed

from adapters.redis.embedded import Embedded, embedded
from tests.fakes.slack import FakeSlack
from tests.fakes.teams import FakeTeams
from tests.faults.checker import Verdict, words_in
from tests.faults.disk import SmallDisk, small_disk
from tests.faults.growth import Growth
from tests.faults.node import CALM
from tests.faults.pair import Pair, pair
from tests.faults.people import People, moment
from tests.faults.plan import Plan
from tests.faults.processes import Processes
from tests.faults.remains import journal_of, residue
from tests.faults.report import Report
from tests.faults.sites import OnSlack, OnTeams, Platform
from tests.faults.steps import history
from tests.faults.trouble import TROUBLES


class Laboratory:
    """One experiment. What a trouble may touch is public (see `trouble.Suffering`)."""

    def __init__(
        self, plan: Plan, folder: Path, outside: Platform, inside: Platform, server: Embedded | Pair, disk: SmallDisk
    ) -> None:
        self.plan = plan
        self.random = Random(plan.seed)
        self._folder = folder
        self._outside, self._inside = outside, inside
        self._server = server
        self.disk = disk
        self.counts: Counter[str] = Counter()
        self.complaints: list[str] = []
        self.people = People(plan, outside, inside, self.random, self.counts)
        self._happened: dict[float, str] = {}
        self.processes = Processes(plan, folder, self.platforms, inside, server, self.random, self.note)
        self._redis_kills = 0

    @property
    def platforms(self) -> list[Platform]:
        return [self._inside] if self._inside is self._outside else [self._outside, self._inside]

    @property
    def nodes(self) -> list[asyncio.subprocess.Process]:
        """The processes that are at work, or were until just now."""
        return self.processes.nodes

    async def succeed(self, victim: int) -> None:
        """Start another process in its place. It comes although whoever asked for it is called off meanwhile."""
        await self.processes.succeed(victim)

    def note(self, what: str) -> None:
        """Remember that this happened now."""
        self._happened[time.time()] = what  # noqa: TID251 - as the platforms' clocks

    @property
    def store_pid(self) -> int:
        return self._server.pid

    @property
    def pair(self) -> Pair:
        """The primary and its replica, where the store is such a pair."""
        assert isinstance(self._server, Pair)
        return self._server

    @property
    def store_url(self) -> str:
        return self._server.url

    async def run(self) -> Report:
        """The whole experiment."""
        started = time.perf_counter()
        await self.processes.begin()
        growths = [Growth(self._folder) for _ in range(self.plan.spared)]
        watching = [asyncio.create_task(g.watch(node.pid)) for g, node in zip(growths, self.nodes, strict=False)]
        watching.append(asyncio.create_task(self.people.decide()))
        if self.plan.deaths:
            watching.append(asyncio.create_task(self.processes.bury()))
        await self._live_in_trouble()
        await self.people.spoken()
        await self.people.ask_under_second_cards()
        for platform in self.platforms:
            await platform.settled()
        verdict = await self._quiet()
        await _call_off(watching)
        left = await residue(self._server.url)
        evidence = await self._evidence(verdict)
        await self.processes.stop()
        self.counts["twin deleted"] = self._deleted_twins()
        return Report(
            verdict,
            said=self.people.said,
            acknowledged=self.people.acknowledged,
            given_up=self.people.given_up,
            node_kills=self.processes.kills,
            redis_kills=self._redis_kills,
            seconds=time.perf_counter() - started,
            calls=sum((platform.calls() for platform in self.platforms), Counter[str]()),
            delays=self.people.delays(),
            residue=left,
            evidence=evidence,
            decided=self.people.decided,
            second_cards=self.people.second_cards,
            counts=self.counts,
            complaints=self.complaints,
            acks=[seconds for platform in self.platforms for seconds in platform.acks()],
            growth=[line for growth in growths for line in growth.lines()],
        )

    async def _live_in_trouble(self) -> None:
        """Let people speak while everything else goes wrong; in the end there is calm, and all processes are there."""
        nemesis = [asyncio.create_task(self._trouble()), asyncio.create_task(self._kill_redis())]
        if self.plan.trouble:
            nemesis.append(asyncio.create_task(_run_trouble(self.plan.trouble, self)))
        try:
            await self.people.live()
        finally:
            try:
                await _call_off(nemesis)
            finally:
                (self._folder / CALM).touch()
                await self.processes.succeeded()

    async def _trouble(self) -> None:
        for platform in self.platforms:
            platform.begin(self.plan.seed, self.plan.rates, self.plan.duplicates, self.plan.overtaking)
        if self.plan.kill_every:
            await self.processes.kill()

    async def _kill_redis(self) -> None:
        for n in range(self.plan.redis_kills):
            share = (n + 1) / (self.plan.redis_kills + 1)
            while self.people.said < share * self.plan.events:
                await moment()
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._server.pid, signal.SIGKILL)
            self.note("the store was killed")
            self._redis_kills += 1

    async def _quiet(self) -> Verdict:
        """The verdict, once nothing is missing and nothing is left to do, or for a while nothing has moved."""
        moved, least = time.perf_counter(), math.inf
        while True:
            verdict = self.people.judged(self.processes.kills)
            # What came twice may yet be swept.
            wrong = (verdict.lost, verdict.doubled, verdict.silent, verdict.stale)
            left = sum(map(len, wrong)) + len(await residue(self._server.url))
            if not left:
                await asyncio.sleep(1.0)
                return self.people.judged(self.processes.kills)
            if left < least:
                moved, least = time.perf_counter(), left
            if time.perf_counter() - moved > self.plan.patience:
                return verdict
            # Judging reads everything that was ever said.
            await asyncio.sleep(0.5 + self.plan.events / 5000)

    async def _evidence(self, verdict: Verdict) -> dict[int, list[str]]:
        """What is known of the first customers with whom something is wrong, and what stands on the platforms."""
        found = [line for lines in verdict.violations.values() for line in lines]
        guilty = sorted({int(m[1]) for line in found if (m := re.match(r"[can](\d+)", line))})[:5]
        journals = {n: await journal_of(self._server.url, *self._outside.names(n)) for n in guilty}
        return {
            n: [*lines[-60:], *self.people.standing(n), *self._histories(n, found)] for n, lines in journals.items()
        }

    def _deleted_twins(self) -> int:
        """How many messages stood twice for a while."""
        logs = (path.read_text(errors="replace") for path in self._folder.glob("node-*.log"))
        return sum(log.count("twin_deleted") for log in logs)

    def _histories(self, customer: int, found: Sequence[str]) -> Iterator[str]:
        """What the processes did about each word of a customer's with which something is wrong."""
        for word in dict.fromkeys(word for line in found for word in words_in(line)):
            if word.customer == customer:
                yield f"steps of {word}, by process and entry:"
                yield from history(self._folder, word, self._happened)


@asynccontextmanager
async def laboratory(plan: Plan) -> AsyncIterator[Laboratory]:
    """A laboratory with its own platforms and its own store, taken apart at the end."""
    # The fake cuts connections on purpose; aiohttp would print a trace each time.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="wl-") as folder, small_disk(Path(folder)) as disk:
        async with AsyncExitStack() as stack:
            server = await _store(plan, Path(folder), stack)
            platforms = {name: await _platform(name, plan, stack) for name in {plan.customers, plan.desk}}
            outside, inside = platforms[plan.customers], platforms[plan.desk]
            lab = Laboratory(plan, Path(folder), outside, inside, server, disk)
            try:
                yield lab
            finally:
                await lab.processes.end()
                if os.environ.get("KEEP_LOGS"):
                    _keep_logs(Path(folder), Path(os.environ["KEEP_LOGS"]))


async def _store(plan: Plan, folder: Path, stack: AsyncExitStack) -> Embedded | Pair:
    if plan.replicas is not None:
        return await stack.enter_async_context(pair())
    server = await embedded(folder)
    stack.push_async_callback(server.stop)
    return server


async def _platform(name: str, plan: Plan, stack: AsyncExitStack) -> Platform:
    if name == "slack":
        return OnSlack(await stack.enter_async_context(FakeSlack()), plan.conversations)
    teams = await stack.enter_async_context(FakeTeams())
    if plan.brief_tokens:
        teams.issuer.lifetime, teams.issuer.delay = 60, 1.0
    # What came again under another id is known by that one, and an edit of it names the first.
    return OnTeams(teams, plan.conversations, new_ids=not plan.changes)


async def _call_off(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel them until they have ended: the store's client loses a cancellation that meets its own time limit.

    Raises what one of them raised: nobody did its work from then on.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=0.5)
    for task in tasks:
        if not task.cancelled() and (error := task.exception()):
            raise error


def _keep_logs(folder: Path, where: Path) -> None:
    where.mkdir(parents=True, exist_ok=True)
    for path in (*folder.glob("node-*.log"), *folder.glob("steps-*")):
        shutil.copy(path, where)


async def _run_trouble(name: str, lab: Laboratory) -> None:
    await TROUBLES[name](lab)
