"""The HTTP connections for files of one platform, which are opened at the first call and read chunk by chunk.

Nothing has a time-out as a whole, because files are of any size; only silence ends a transfer. Redirects are never
followed by those who use it: addresses are checked before they are called.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable

import aiohttp

from bot.errors import NotDone
from bot.ports import CHUNK

BROKEN = (aiohttp.ClientError, TimeoutError, OSError)
"""What a connection that breaks raises."""


class FileSession:
    """One session. `silence` is how many seconds nothing may come before the transfer counts as broken."""

    def __init__(self, silence: float, trust: Callable[[], ssl.SSLContext] | None = None) -> None:
        self._silence = silence
        self._trust = trust
        self._session: aiohttp.ClientSession | None = None

    def __call__(self) -> aiohttp.ClientSession:
        """The session, opened when it is not."""
        if self._session is None:
            trusted = self._trust() if self._trust is not None else True
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=None, connect=5.0, sock_read=self._silence),
                headers={"User-Agent": "Warmline"},
                connector=aiohttp.TCPConnector(limit=20, ssl=trusted),
                read_bufsize=CHUNK,
            )
        return self._session

    async def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def broke(call: str, error: Exception) -> NotDone:
    """What a connection that broke means to whoever asked for the call."""
    return NotDone(call, f"the connection broke ({type(error).__name__})")


async def chunks_of(answer: aiohttp.ClientResponse, call: str) -> AsyncIterator[bytes]:
    """The body, chunk by chunk. Raises NotDone when it ends too early."""
    try:
        async for chunk in answer.content.iter_chunked(CHUNK):
            yield chunk
    except BROKEN as error:
        raise broke(call, error) from error
