"""A primary and its replica behind proxies that can be cut, for the laboratory: what a failover does to what was said.

Clients reach whoever leads through one address, as through a virtual IP. The replica follows through a proxy of its
own, so that it can be cut off while the primary goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager

from tests.support.cluster import ask, facts, server, until
from tests.support.ports import free_port


class Proxy:
    """Forwards connections to a port of loopback, until it is cut."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = free_port()
        self._is_cut = False
        self._open: set[asyncio.StreamWriter] = set()
        self._pumps: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def stop(self) -> None:
        """Cut for good."""
        self.cut()
        if self._server is not None:
            self._server.close()
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    def cut(self) -> None:
        """Break every connection, and let nobody in."""
        self._is_cut = True
        for writer in self._open:
            writer.transport.abort()

    def lead_to(self, target: int) -> None:
        """From now on, to another port."""
        self.cut()
        self.target, self._is_cut = target, False

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, back}
        for source, drain in ((reader, back), (there, writer)):
            pump = asyncio.create_task(self._pump(source, drain))
            self._pumps.add(pump)
            pump.add_done_callback(self._pumps.discard)

    async def _pump(self, source: asyncio.StreamReader, drain: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while part := await source.read(65536):
                drain.write(part)
                await drain.drain()
        drain.transport.abort()
        self._open.discard(drain)


class Pair:
    """Who leads and who follows."""

    def __init__(self, servers: ExitStack) -> None:
        self._servers = servers
        self._leader = self._follower = 0
        self._link: Proxy | None = None
        self.front = Proxy(0)

    @property
    def url(self) -> str:
        """For whoever uses the store."""
        return f"redis://127.0.0.1:{self.front.port}"

    @property
    def pid(self) -> int:
        """The process of whoever leads."""
        return int(facts(self._leader, "server")["process_id"])

    async def start(self) -> None:
        """A primary, a replica that has everything of it, and the address."""
        self._leader = await self._new()
        self.front.target = self._leader
        await self.front.start()
        await self._follow()

    async def stop(self) -> None:
        """Take the proxies down; the servers end with their stack."""
        await self.front.stop()
        if self._link is not None:
            await self._link.stop()

    def cut(self) -> None:
        """The replica hears nothing any more."""
        assert self._link is not None
        self._link.cut()

    def mend(self) -> None:
        """The replica hears of everything again."""
        assert self._link is not None
        self._link.lead_to(self._leader)

    async def promote(self) -> None:
        """The primary has died: the replica leads, and gets a replica of its own."""
        assert self._link is not None
        await self._link.stop()
        await asyncio.to_thread(ask, self._follower, "REPLICAOF", "NO", "ONE")
        self._leader = self._follower
        self.front.lead_to(self._leader)
        await self._follow()

    async def _follow(self) -> None:
        self._link = Proxy(self._leader)
        await self._link.start()
        self._follower = await self._new("--replicaof", f"127.0.0.1 {self._link.port}")
        await asyncio.to_thread(until, lambda: facts(self._follower, "replication")["master_link_status"] == "up", 30.0)

    async def _new(self, *options: str) -> int:
        always = ("--appendonly", "yes", "--appendfsync", "everysec", "--repl-diskless-sync-delay", "0")
        return await asyncio.to_thread(self._servers.enter_context, server(*always, *options))


@asynccontextmanager
async def pair() -> AsyncIterator[Pair]:
    """A pair, taken apart at the end."""
    async with AsyncExitStack() as stack:
        found = Pair(stack.enter_context(ExitStack()))
        await found.start()
        stack.push_async_callback(found.stop)
        yield found
