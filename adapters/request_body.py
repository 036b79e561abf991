"""Reads a platform's request before it is believed: capped, in time, and never unpacked."""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import web

MAX_BODY: Final = 512 * 1024
READ_SECONDS: Final = 5.0
"""Platforms send what they have at once; nobody may hold a connection for longer."""


async def read_capped(request: web.Request) -> bytes | web.Response:
    """The raw body, or the answer to one that is too large, too slow or packed."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        return final(415)
    if (request.content_length or 0) > MAX_BODY:
        return final(413)
    pieces: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for piece in request.content.iter_any():
                size += len(piece)
                if size > MAX_BODY:
                    return final(413)
                pieces.append(piece)
    except TimeoutError:
        return final(408)
    except web.RequestPayloadError:
        return final(400)
    return b"".join(pieces)


def final(status: int) -> web.Response:
    """An answer after which the connection ends: the rest of the body is not read."""
    response = web.Response(status=status)
    response.force_close()
    return response
