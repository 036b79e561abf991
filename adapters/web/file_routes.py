"""The page's HTTP for files: `POST /api/files` stages one, `GET /api/files/{id}` gives one to whoever may see it.

Bytes go straight between the connection and the disk. Only pictures are ever shown by a browser; all else is saved.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import quote

from aiohttp import web

from adapters.web.inbound import Malformed
from adapters.web.live import LiveRoom
from adapters.web.room_files import Held
from adapters.web.room_rows import Rejected
from bot.core.platforms import pictures
from bot.ports import CHUNK

_MAX_NAME: Final = 1000
_HEADERS: Final = {"Content-Security-Policy": "default-src 'none'; sandbox"}
"""Whatever a file holds, it runs nothing and loads nothing when somebody opens it."""


class FilePages:
    """Uploads and downloads. `limit` is in bytes; both handlers raise Malformed, Rejected and RoomUnavailable."""

    def __init__(self, room: LiveRoom, limit: int) -> None:
        self._room = room
        self._limit = limit

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Stage what the body holds, for the person in `as`, under the name in `name`."""
        if request.content_type != pictures.BYTES:
            raise Rejected(415, f"a file is sent as {pictures.BYTES}")
        name = request.query.get("name", "")
        if not 0 < len(name) <= _MAX_NAME:
            raise Malformed(f"'name' must say what the file is called, in at most {_MAX_NAME} characters")
        held = await self._room.stage(request.query.get("as", ""), name, _pieces(request), self._limit)
        return web.json_response({"ok": True, "file": held.payload})

    async def download(self, request: web.Request) -> web.StreamResponse:
        """The file, for the person in `as`."""
        held, path = await self._room.file_for(request.query.get("as", ""), request.match_info["id"])
        response = web.FileResponse(path, headers=_HEADERS)
        response.content_type = held.media_type
        response.headers["Content-Disposition"] = disposition(held)
        return response


def disposition(held: Held) -> str:
    """How a browser treats a file: pictures are shown, the rest is saved under its name."""
    how = "inline" if held.media_type != pictures.BYTES else "attachment"
    return f"{how}; filename*=UTF-8''{quote(held.name, safe='')}"


async def _pieces(request: web.Request) -> AsyncIterator[bytes]:
    async for piece in request.content.iter_chunked(CHUNK):
        yield piece
