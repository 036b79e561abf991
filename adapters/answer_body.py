"""Reads what a platform answers, capped: whoever answers too much is not to fill the memory."""

from __future__ import annotations

import aiohttp


async def read_answer(answer: aiohttp.ClientResponse, most: int) -> bytes:
    """The body; empty when it has more than `most` bytes, of which the rest is not read. Raises as aiohttp does."""
    pieces: list[bytes] = []
    size = 0
    async for piece in answer.content.iter_any():
        size += len(piece)
        if size > most:
            answer.close()
            return b""
        pieces.append(piece)
    return b"".join(pieces)
