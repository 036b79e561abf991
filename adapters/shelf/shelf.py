"""`bot.ports.Shelf` in a folder: copies under names that nobody can guess, served as downloads until they expire.

Served is from `/files/…`, with headers that keep a browser from opening or keeping what is inside. What expired is
deleted, and the place where it was says so.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

from aiohttp import web

from bot.core.activity import File
from bot.core.platforms import pictures
from bot.core.platforms.filenames import safe_name
from bot.errors import NotDone, Refused
from bot.ports import CHUNK, Clock, FileStream, Kept

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_CALL: Final = "keep file"
_ON_CARDS: Final = frozenset({"image/png", "image/jpeg", "image/gif"})
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Robots-Tag": "noindex",
}


class FolderShelf:
    """One folder, which all processes that send or serve must share.

    `public_url` is the address under which people reach this app; without one there are no links. `seconds` is how
    long a copy is kept.
    """

    def __init__(self, folder: Path, clock: Clock, *, public_url: str = "", seconds: float = 7 * 86400.0) -> None:
        self._folder = folder
        self._clock = clock
        self._public_url = public_url.rstrip("/")
        self._seconds = seconds

    @property
    def has_links(self) -> bool:
        return bool(self._public_url)

    def mount(self, app: web.Application) -> None:
        """Serve the copies."""
        app.router.add_get("/files/{token}", self._serve)

    async def keep(self, file: File, stream: FileStream) -> Kept:
        """See `bot.ports.Shelf`. Raises what reading raises, and NotDone when the folder cannot be written."""
        token = secrets.token_urlsafe(32)
        try:
            await asyncio.to_thread(self._make_room)
            kind = await self._write(token, file, stream)
        except OSError as error:
            await asyncio.to_thread(self._remove, token)
            raise NotDone(_CALL, f"the folder for files cannot be written ({type(error).__name__})") from error
        except BaseException:
            await asyncio.to_thread(self._remove, token)
            raise
        link = f"{self._public_url}/files/{token}" if self._public_url else ""
        return Kept(token, link, is_picture=kind != pictures.BYTES)

    async def _write(self, token: str, file: File, stream: FileStream) -> str:
        with await asyncio.to_thread(self._path(token).open, "wb") as out:
            head = b""
            async for chunk in stream.chunks:
                head = head or chunk[: pictures.HEAD]
                await asyncio.to_thread(out.write, chunk)
        kind = _type_of(head)
        told = {
            "name": file.name,
            "size": stream.size,
            "type": kind,
            "until": self._clock.now() + self._seconds,
        }
        await asyncio.to_thread(self._path(token, ".json").write_text, json.dumps(told), encoding="utf-8")
        return kind

    async def attach(self, token: str, message: str) -> None:
        """See `bot.ports.Shelf`."""
        await asyncio.to_thread(self._mark_of(message).write_text, token, encoding="ascii")

    @asynccontextmanager
    async def open(self, token: str) -> AsyncGenerator[tuple[File, FileStream]]:
        """See `bot.ports.Shelf`."""
        told = await asyncio.to_thread(self._told, token)
        if told is None:
            raise Refused(_CALL, "the copy has expired")
        name, size, _ = told
        with await asyncio.to_thread(self._path(token).open, "rb") as copy:
            yield File(token, name, size=size), FileStream(size, _read(copy))

    async def drop(self, *, token: str = "", message: str = "") -> None:
        """See `bot.ports.Shelf`."""
        await asyncio.to_thread(self._drop, token, message)

    def _drop(self, token: str, message: str) -> None:
        if message:
            mark = self._mark_of(message)
            if mark.is_file():
                token = mark.read_text(encoding="ascii")
                mark.unlink(missing_ok=True)
        if _TOKEN.fullmatch(token):
            self._remove(token)

    def _path(self, token: str, ending: str = ".bin") -> Path:
        return self._folder / f"{token}{ending}"

    def _mark_of(self, message: str) -> Path:
        return self._folder / f"{hashlib.sha256(message.encode()).hexdigest()}.message"

    def _remove(self, token: str) -> None:
        for ending in (".json", ".bin"):
            self._path(token, ending).unlink(missing_ok=True)

    def _told(self, token: str) -> tuple[str, int, str] | None:
        """Name, size and type of a copy; None when there is none any more."""
        if not _TOKEN.fullmatch(token):
            return None
        try:
            told = json.loads(self._path(token, ".json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if told["until"] < self._clock.now() or not self._path(token).is_file():
            return None
        return str(told["name"]), int(told["size"]), str(told["type"])

    def _make_room(self) -> None:
        """Make the folder, and delete what has expired."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for about in self._folder.glob("*.json"):
            if self._told(about.stem) is None:
                self._remove(about.stem)
        oldest = self._clock.now() - self._seconds
        for left in (*self._folder.glob("*.message"), *self._folder.glob("*.bin")):
            if left.stat().st_mtime < oldest - 3600:
                left.unlink(missing_ok=True)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        token = request.match_info["token"]
        told = await asyncio.to_thread(self._told, token)
        if told is None:
            return web.Response(status=410, text="This link has expired. Ask for the file again.", headers=_HEADERS)
        name, _, kind = told
        response = web.FileResponse(self._path(token), headers=_HEADERS)
        response.content_type = kind
        plain = safe_name(name).encode("ascii", "ignore").decode().replace('"', "").strip() or "file"
        response.headers["Content-Disposition"] = (
            f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
        )
        return response


def _type_of(head: bytes) -> str:
    """The type of a picture that a card may show; everything else is bytes."""
    kind = pictures.type_of(head)
    return kind if kind in _ON_CARDS else pictures.BYTES


async def _read(copy: IO[bytes]) -> AsyncGenerator[bytes]:
    while chunk := await asyncio.to_thread(copy.read, CHUNK):
        yield chunk
