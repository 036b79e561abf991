"""Somebody who listens where nothing of ours must ever come: counts who connects, and keeps what they say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Eavesdropper:
    """`host` is where it listens, as addresses write it. `heard` has an entry for each connection."""

    host: str = ""
    heard: list[bytes] = field(default_factory=list[bytes])

    async def listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(1):
                self.heard.append(await reader.read(65536))
        if not self.heard:
            self.heard.append(b"")
        writer.close()

    def tricks(self, good: str) -> list[str]:
        """Addresses that lead here and look as if they led to `good`, a host that may be reached."""
        here = self.host
        return [
            f"http://{here}/a",
            f"https://{here}/a",
            f"http://{good}@{here}/a",
            f"http://{good}:80@{here}/a",
            f"http://{here}#@{good}/a",
            f"http://{here}?@{good}/a",
            f"http://{here}\\@{good}/a",
            f"http://{here}/{good}/a",
            f"http://{here}/v3/attachments/1/views/original",
            f"http://{good}.{here}/a",
            f"http://{here.replace('127.0.0.1', 'localhost')}/a",
            f"http://{here.replace('127.0.0.1', '127.1')}/a",
            f"http://{here.replace('127.0.0.1', '2130706433')}/a",
            f"http://{here.replace('127.0.0.1', '0x7f000001')}/a",
            f"http://{here.replace('127.0.0.1', '0177.0.0.1')}/a",
            f"http://{here.replace('127.0.0.1', '[::ffff:127.0.0.1]')}/a",
            f"http://{here}%2f{good}/a",
            f"//{here}/a",
            f"HTTP://{here}/a",
            f" http://{here}/a",
            f"http://{here}/a\r\nHost: {good}",
        ]


@asynccontextmanager
async def eavesdropper() -> AsyncIterator[Eavesdropper]:
    """One who listens until the block ends."""
    found = Eavesdropper()
    server = await asyncio.start_server(found.listen, "127.0.0.1", 0)
    address = server.sockets[0].getsockname()
    found.host = f"{address[0]}:{address[1]}"
    async with server:
        yield found
