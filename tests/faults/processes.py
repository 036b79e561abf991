"""The processes of an experiment: started, killed and replaced; none is left behind."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random  # noqa: TID251 - everything is drawn from the seed that is printed

from adapters.redis.embedded import Embedded
from tests.faults.node import NodeSettings
from tests.faults.pair import Pair
from tests.faults.people import moment
from tests.faults.plan import Plan
from tests.faults.sites import Platform
from tests.faults.trouble import roles_of
from tests.support.jitter import WAITS
from tests.support.ports import free_port


class Processes:
    """They share a port and a store."""

    def __init__(
        self,
        plan: Plan,
        folder: Path,
        platforms: list[Platform],
        inside: Platform,
        server: Embedded | Pair,
        drawn: Random,
        note: Callable[[str], None],
    ) -> None:
        self.plan, self._note = plan, note
        self._folder, self._platforms, self._inside = folder, platforms, inside
        self._server, self._random = server, drawn
        self.nodes: list[asyncio.subprocess.Process] = []
        self.started: list[asyncio.subprocess.Process] = []
        """All there ever were, also those that nobody waited for."""
        self._successors: list[asyncio.Task[None]] = []
        self.kills = 0
        self._port = free_port()
        for platform in platforms:
            platform.open_to(self._port)

    async def begin(self) -> None:
        """Start the first ones."""
        self.nodes = list(await asyncio.gather(*(self._spawn(n) for n in range(self.plan.nodes))))

    async def succeeded(self) -> None:
        """Return when every successor is there."""
        await asyncio.gather(*self._successors)

    async def stop(self) -> None:
        """Let all of them end by themselves."""
        await asyncio.gather(*(end(node, signal.SIGTERM) for node in self.nodes))

    async def _spawn(self, number: int) -> asyncio.subprocess.Process:
        home = self._inside.site()
        settings = NodeSettings(
            port=self._port,
            store=self._server.url if isinstance(self._server, Pair) else "",
            replicas=self.plan.replicas or 0,
            folder=str(self._folder),
            desk=(home.name, home.tenant, home.desk),
            sites={platform.name: platform.site().settings for platform in self._platforms},
            looks=self.plan.looks,
            sweep=self.plan.sweep,
            repeat=self.plan.repeat,
            deaths=self.plan.deaths,
            waits=self._random.choice(tuple(WAITS)) if self.plan.waits else "none",
            seed=self.plan.seed + len(self.started),
            roles=tuple(roles_of(self.plan.trouble, number)),
        )
        node = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.faults.node", settings.to_json(), stdout=asyncio.subprocess.PIPE
        )
        self.started.append(node)
        assert node.stdout is not None
        await node.stdout.readline()
        return node

    async def bury(self) -> None:
        """Replace those that died of themselves."""
        buried: list[asyncio.subprocess.Process] = []
        while True:
            await moment()
            for number, node in enumerate(self.nodes):
                if node.returncode is not None and node not in buried:
                    buried.append(node)
                    self.kills += 1
                    self._begin_successor(number)

    async def kill(self) -> None:
        """Kill one every so often; its successor takes its time to start, so that there may be fewer."""
        while True:
            await asyncio.sleep(self.plan.kill_every)
            alive = [n for n, node in enumerate(self.nodes) if node.returncode is None]
            if len(alive) < 2:
                continue
            victim = self._random.choice(alive[self.plan.spared :])
            self._note(f"process {self.nodes[victim].pid} is killed")
            await end(self.nodes[victim], signal.SIGKILL)
            self.kills += 1
            self._begin_successor(victim)

    async def succeed(self, victim: int) -> None:
        """Start another process in its place. It comes although whoever asked for it is called off meanwhile."""
        await asyncio.shield(self._begin_successor(victim))

    def _begin_successor(self, victim: int) -> asyncio.Task[None]:
        beginning = asyncio.create_task(self._start_in_place_of(victim))
        self._successors.append(beginning)
        return beginning

    async def _start_in_place_of(self, victim: int) -> None:
        self.nodes[victim] = await self._spawn(victim)

    async def end(self) -> None:
        """Leave no process behind, whether anybody waited for it or it is just being started."""
        for beginning in self._successors:
            beginning.cancel()
        await asyncio.gather(*self._successors, return_exceptions=True)
        for node in self.started:
            await end(node, signal.SIGKILL)


async def end(node: asyncio.subprocess.Process, how: signal.Signals) -> None:
    """Tell a process to end, and wait until it has."""
    with contextlib.suppress(ProcessLookupError):
        node.send_signal(how)
    await node.wait()
