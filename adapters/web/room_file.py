"""The SQLite file that a room is kept in: its tables, its connection, the thread that all of it runs on.

Write-ahead log and full synchronisation: what was answered is on the disk, whatever is killed.
Knows nothing of what the rows mean.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

_T = TypeVar("_T")

_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS chats (
    channel TEXT PRIMARY KEY,
    customer TEXT NOT NULL,
    opened_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    rev INTEGER NOT NULL,
    channel TEXT NOT NULL,
    thread INTEGER NOT NULL DEFAULT 0,
    author TEXT NOT NULL,
    only_for TEXT NOT NULL DEFAULT '',
    key TEXT,
    body TEXT NOT NULL,
    at REAL NOT NULL,
    edited_at REAL,
    deleted_at REAL,
    answered TEXT NOT NULL DEFAULT '',
    taken INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS messages_in_place ON messages (channel, thread, id);
CREATE UNIQUE INDEX IF NOT EXISTS messages_by_key ON messages (channel, thread, key)
    WHERE key IS NOT NULL AND deleted_at IS NULL;
CREATE TABLE IF NOT EXISTS reactions (
    message INTEGER NOT NULL,
    emoji TEXT NOT NULL,
    person TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (message, emoji, person)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS happenings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    author TEXT NOT NULL,
    channel TEXT NOT NULL,
    thread INTEGER NOT NULL,
    message INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    value TEXT NOT NULL,
    taken INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS happenings_waiting ON happenings (id) WHERE taken = 0;
CREATE TABLE IF NOT EXISTS files (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    at REAL NOT NULL,
    message INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS files_of_message ON files (message);
CREATE TABLE IF NOT EXISTS nonces (
    author TEXT NOT NULL,
    nonce TEXT NOT NULL,
    result INTEGER NOT NULL,
    PRIMARY KEY (author, nonce)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS revisions (last INTEGER NOT NULL);
INSERT INTO revisions SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM revisions);
"""


class RoomUnavailable(Exception):
    """The file cannot be read or written now: the disk is full, or somebody else holds it."""


class RoomFile:
    """One connection, used by one thread. `run` is the way in from the event loop."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="room")
        self._db: sqlite3.Connection | None = None
        self._closed = False

    async def open(self) -> None:
        """Open the file, making it if need be. Raises RoomUnavailable."""
        await self.run(self._open)

    async def close(self) -> None:
        """Finish what is under way and close the file. Closing twice is fine."""
        if not self._closed:
            await self.run(self._close)
            self._closed = True
            self._thread.shutdown(wait=False)

    async def run(self, work: Callable[[], _T]) -> _T:
        """Do something on the room's thread, all or nothing as its transactions say. Raises RoomUnavailable."""
        if self._closed:
            raise RoomUnavailable(f"{self._path}: the playground has stopped; nothing was changed")
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except sqlite3.Error as error:
            raise RoomUnavailable(f"{self._path}: {error}; nothing was changed, try again") from error

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection, None, None]:
        """One transaction on the room's own thread: everything in the block is kept, or nothing."""
        if self._db is None:
            raise sqlite3.OperationalError("the room is not open")
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self._path, timeout=5.0, isolation_level=None, check_same_thread=False)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        version: int = db.execute("PRAGMA user_version").fetchone()[0]
        if version > _VERSION:
            db.close()
            raise sqlite3.OperationalError(f"written by a newer version of the app (format {version})")
        db.executescript(_SCHEMA)
        db.execute(f"PRAGMA user_version = {_VERSION}")
        self._db = db

    def _close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None
