"""The files of the room: their bytes in a folder, one row each in the room's own file that says whose they are.

A file is staged by whoever brings it, belongs to one message from then on, and goes with it. Bytes that no row knows,
and files that nobody sent, are swept away. Never looks into a file further than to tell a picture.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from adapters.web.room_file import RoomFile, RoomUnavailable
from adapters.web.room_rows import Rejected
from bot.core.platforms import pictures
from bot.core.platforms.filenames import safe_name
from bot.ports import CHUNK

_UNSENT_SECONDS: Final = 86400.0
_NOT_SENT: Final = 0
_GONE: Final = -1
"""Where a message's number stands: not sent yet, and deleted (see `room_rows.wipe`)."""


@dataclass(frozen=True, slots=True)
class Held:
    """One file of the room. `size` is in bytes; `media_type` is that of a picture, or of mere bytes."""

    id: str
    name: str
    media_type: str
    size: int

    @property
    def payload(self) -> dict[str, Any]:
        """As a message's body names it."""
        return {"id": self.id, "name": self.name, "type": self.media_type, "size": self.size}


def claimed(db: sqlite3.Connection, ids: Sequence[str], owner: str) -> list[Held]:
    """Files that their owner is about to send, a step of a transaction. Raises Rejected for any other."""
    found: list[Held] = []
    for wanted in dict.fromkeys(ids):
        row = db.execute(
            "SELECT * FROM files WHERE id = ? AND owner = ? AND message = ?", (wanted, owner, _NOT_SENT)
        ).fetchone()
        if row is None:
            raise Rejected(409, "an attached file is not here any more; attach it again")
        found.append(_held(row))
    return found


def attach(db: sqlite3.Connection, files: Sequence[Held], number: int) -> None:
    """These files belong to that message from now on; a step of a transaction."""
    db.executemany("UPDATE files SET message = ? WHERE id = ?", [(number, each.id) for each in files])


class RoomFiles:
    """The files of one room, from `open` on. `folder` holds their bytes."""

    def __init__(self, file: RoomFile, folder: Path) -> None:
        self._file = file
        self._folder = folder

    async def open(self, now: float) -> None:
        """Make the folder and sweep it. Raises RoomUnavailable."""
        await self._on_disk(lambda: self._folder.mkdir(parents=True, exist_ok=True))
        known = await self._file.run(self._known)
        await self._on_disk(lambda: self._remove(p.name for p in self._folder.iterdir() if p.name not in known))
        await self.tidy(now)

    async def keep(self, owner: str, name: str, pieces: AsyncIterator[bytes], now: float, *, limit: int = 0) -> Held:
        """Stage a file for its owner, durably. `limit` is in bytes, 0 for none.

        Raises Rejected (400, 413) and RoomUnavailable, and what reading `pieces` raises; then nothing is left of it.
        """
        token = secrets.token_urlsafe(24)
        try:
            size, kind = await self._write(token, pieces, limit)
            held = Held(token, safe_name(name), kind, size)
            await self._file.run(lambda: self._stage(held, owner, now))
        except OSError as error:
            await asyncio.to_thread(self._remove, (token,))
            raise RoomUnavailable(f"{self._folder}: {error}; the file was not kept, try again") from error
        except BaseException:
            self._remove((token,))
            raise
        return held

    async def _write(self, id: str, pieces: AsyncIterator[bytes], limit: int) -> tuple[int, str]:
        size, head = 0, b""
        with await asyncio.to_thread(self.path(id).open, "xb") as out:
            async for piece in pieces:
                size += len(piece)
                if 0 < limit < size:
                    raise Rejected(413, f"a file has at most {max(1, limit // 1_000_000)} MB here")
                if len(head) < pictures.HEAD:
                    head += piece[: pictures.HEAD]
                await asyncio.to_thread(out.write, piece)
            if not size:
                raise Rejected(400, "the file is empty")
            await asyncio.to_thread(_settle, out)
        return size, pictures.type_of(head)

    async def where(self, id: str) -> tuple[Held, str, int]:
        """A file that is there, its owner, and the number of its message (0 before it was sent). Raises Rejected."""
        return await self._file.run(lambda: self._where(id))

    @asynccontextmanager
    async def reading(self, id: str) -> AsyncGenerator[tuple[Held, AsyncIterator[bytes]]]:
        """A file that was sent, piece by piece. Raises Rejected when it is not there, and RoomUnavailable."""
        held, _, message = await self.where(id)
        if message == _NOT_SENT:
            raise Rejected(404, "there is no such file")
        try:
            source = await asyncio.to_thread(self.path(id).open, "rb")
        except OSError as error:
            raise RoomUnavailable(f"{self._folder}: {error}") from error
        with source:
            yield held, _pieces(source)

    def path(self, id: str) -> Path:
        """Where the bytes of a file are. `id` is one of ours."""
        return self._folder / id

    async def discard(self, id: str, now: float) -> None:
        """A staged file that was not needed after all."""
        await self._file.run(lambda: self._mark_gone(id))
        await self.tidy(now)

    async def tidy(self, now: float) -> None:
        """Let go of the bytes of files whose message is deleted, or that nobody sent for a day."""
        ids = await self._file.run(lambda: self._stale(now))
        if ids:
            await self._on_disk(lambda: self._remove(ids))
            await self._file.run(lambda: self._forget(ids))

    # on the room's thread

    def _known(self) -> frozenset[str]:
        with self._file.transaction() as db:
            return frozenset(row["id"] for row in db.execute("SELECT id FROM files"))

    def _stage(self, held: Held, owner: str, now: float) -> None:
        with self._file.transaction() as db:
            db.execute(
                "INSERT INTO files (id, owner, name, media_type, size, at) VALUES (?, ?, ?, ?, ?, ?)",
                (held.id, owner, held.name, held.media_type, held.size, now),
            )

    def _where(self, id: str) -> tuple[Held, str, int]:
        with self._file.transaction() as db:
            row = db.execute("SELECT * FROM files WHERE id = ? AND message != ?", (id, _GONE)).fetchone()
        if row is None:
            raise Rejected(410, "that file is not there any more; ask for it again")
        return _held(row), row["owner"], int(row["message"])

    def _mark_gone(self, id: str) -> None:
        with self._file.transaction() as db:
            db.execute("UPDATE files SET message = ? WHERE id = ? AND message = ?", (_GONE, id, _NOT_SENT))

    def _stale(self, now: float) -> list[str]:
        with self._file.transaction() as db:
            rows = db.execute(
                "SELECT id FROM files WHERE message = ? OR (message = ? AND at < ?)",
                (_GONE, _NOT_SENT, now - _UNSENT_SECONDS),
            ).fetchall()
        return [row["id"] for row in rows]

    def _forget(self, ids: Sequence[str]) -> None:
        with self._file.transaction() as db:
            db.executemany("DELETE FROM files WHERE id = ?", [(each,) for each in ids])

    # on the disk

    def _remove(self, ids: Iterable[str]) -> None:
        for each in list(ids):
            (self._folder / each).unlink(missing_ok=True)

    async def _on_disk(self, work: Callable[[], None]) -> None:
        try:
            await asyncio.to_thread(work)
        except OSError as error:
            raise RoomUnavailable(f"{self._folder}: {error}") from error


def _held(row: sqlite3.Row) -> Held:
    return Held(row["id"], row["name"], row["media_type"], row["size"])


def _settle(out: IO[bytes]) -> None:
    """On the disk, whatever is killed."""
    out.flush()
    os.fsync(out.fileno())


async def _pieces(source: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(source.read, CHUNK):
        yield piece
