"""What a room is made of, and how its rows are read and written inside one transaction.

The functions here are steps of `Room`'s transactions; none of them begins or ends one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

SELECT: Final = "SELECT * FROM messages WHERE "


class Rejected(Exception):
    """The room does not let this happen. `status` is the HTTP status for it."""

    def __init__(self, status: int, why: str) -> None:
        self.status = status
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Reaction:
    """One emoji on a message and who put it there, first come first."""

    emoji: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it stands. With `to` it is a whisper for that person alone.

    `body` is what `outbound.body_payload` made. `answered` is the label of the button that was pressed
    on a whisper. `taken` says that the app was told of it. A deleted one has lost its words.
    """

    id: str
    rev: int
    channel: str
    thread: str
    author: str
    to: str
    key: str
    body: dict[str, Any]
    at: float
    edited_at: float | None
    deleted_at: float | None
    answered: str
    taken: bool
    reactions: tuple[Reaction, ...]


@dataclass(frozen=True, slots=True)
class Chat:
    """One customer's chat with the app."""

    channel: str
    customer: str
    opened_at: float


def message_id(number: int) -> str:
    """The name of a message outside the file; empty for none."""
    return f"m{number}" if number else ""


def message_number(id: str) -> int:
    """The row of a message by its name; -1 for what is no name of a message."""
    digits = id.removeprefix("m")
    return int(digits) if id.startswith("m") and digits.isascii() and digits.isdigit() and len(digits) < 16 else -1


def find_row(db: sqlite3.Connection, id: str) -> sqlite3.Row | None:
    """The row of a message, None when there never was one."""
    row: sqlite3.Row | None = db.execute(SELECT + "id = ?", (message_number(id),)).fetchone()
    return row


def present(db: sqlite3.Connection, id: str) -> sqlite3.Row:
    """The row of a message that is there. Raises Rejected (404, 410)."""
    row = find_row(db, id)
    if row is None:
        raise Rejected(404, f"there is no message {id!r}")
    if row["deleted_at"] is not None:
        raise Rejected(410, f"the message {id!r} was deleted")
    return row


def owned(db: sqlite3.Connection, id: str, author: str) -> sqlite3.Row:
    """The row of a message that is there and is this author's. Raises Rejected."""
    row = present(db, id)
    if row["author"] != author:
        raise Rejected(403, f"the message {id!r} is somebody else's")
    return row


def for_me(row: sqlite3.Row, person: str) -> None:
    """Raises Rejected when the message is a whisper for somebody else."""
    if row["only_for"] not in ("", person):
        raise Rejected(404, f"there is no message {message_id(row['id'])!r}")


def read(db: sqlite3.Connection, number: int) -> Message:
    """One message by its row's number."""
    return messages_of(db, [db.execute(SELECT + "id = ?", (number,)).fetchone()])[0]


def messages_of(db: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> list[Message]:
    """Messages from their rows, with their reactions."""
    found: list[Message] = []
    for r in rows:
        people: dict[str, list[str]] = {}
        for emoji, person in db.execute(
            "SELECT emoji, person FROM reactions WHERE message = ? ORDER BY at, emoji, person", (r["id"],)
        ):
            people.setdefault(emoji, []).append(person)
        found.append(
            Message(
                id=message_id(r["id"]),
                rev=r["rev"],
                channel=r["channel"],
                thread=message_id(r["thread"]),
                author=r["author"],
                to=r["only_for"],
                key=r["key"] or "",
                body=json.loads(r["body"]),
                at=r["at"],
                edited_at=r["edited_at"],
                deleted_at=r["deleted_at"],
                answered=r["answered"],
                taken=bool(r["taken"]),
                reactions=tuple(Reaction(emoji, tuple(who)) for emoji, who in people.items()),
            )
        )
    return found


def _next_rev(db: sqlite3.Connection) -> int:
    db.execute("UPDATE revisions SET last = last + 1")
    return int(db.execute("SELECT last FROM revisions").fetchone()[0])


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What a message's row is made of. `parent` is the thread's first row, 0 for none; the rest as in `Message`."""

    channel: str
    parent: int
    author: str
    body: dict[str, Any]
    at: float
    key: str = ""
    to: str = ""


def add(db: sqlite3.Connection, new: NewMessage) -> int:
    """A new message's row; its number."""
    made = db.execute(
        "INSERT INTO messages (rev, channel, thread, author, only_for, key, body, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (_next_rev(db), new.channel, new.parent, new.author, new.to, new.key or None, json.dumps(new.body), new.at),
    )
    return int(made.lastrowid or 0)


def update(db: sqlite3.Connection, number: int, what: str, *values: object) -> None:
    """Change a message's row, so that pages see it change."""
    # `what` is one of the literals in this file, never anybody's words
    db.execute(f"UPDATE messages SET {what}, rev = ? WHERE id = ?", (*values, _next_rev(db), number))  # noqa: S608


def wipe(db: sqlite3.Connection, number: int, at: float) -> None:
    """Take a message's words, files and reactions away, and keep that it was there."""
    db.execute("DELETE FROM reactions WHERE message = ?", (number,))
    db.execute("UPDATE files SET message = -1 WHERE message = ?", (number,))
    update(db, number, "body = ?, deleted_at = ?", json.dumps({"text": ""}), at)


def set_reaction(db: sqlite3.Connection, number: int, person: str, emoji: str, at: float, *, added: bool) -> bool:
    """Whether anything changed."""
    if added:
        done = db.execute("INSERT OR IGNORE INTO reactions VALUES (?, ?, ?, ?)", (number, emoji, person, at))
    else:
        done = db.execute(
            "DELETE FROM reactions WHERE message = ? AND emoji = ? AND person = ?", (number, emoji, person)
        )
    if done.rowcount > 0:
        update(db, number, "edited_at = edited_at")
    return done.rowcount > 0


def happened(
    db: sqlite3.Connection, number: int, at: float, author: str, kind: str, text: str = "", value: str = ""
) -> None:
    """Keep that the app has to be told of something that was done to a message."""
    db.execute(
        "INSERT INTO happenings (at, author, channel, thread, message, kind, text, value)"
        " SELECT ?, ?, channel, thread, id, ?, ?, ? FROM messages WHERE id = ?",
        (at, author, kind, text, value, number),
    )


def done_before(db: sqlite3.Connection, author: str, nonce: str) -> int | None:
    """What the act with that nonce led to, None when it is new."""
    row = db.execute("SELECT result FROM nonces WHERE author = ? AND nonce = ?", (author, nonce)).fetchone()
    return int(row["result"]) if row and nonce else None


def remember(db: sqlite3.Connection, author: str, nonce: str, result: int) -> None:
    """Keep what the act with that nonce led to."""
    if nonce:
        db.execute("INSERT INTO nonces VALUES (?, ?, ?)", (author, nonce, result))
