"""The room: everything that people and the app wrote, kept in one file, each change whole or not at all.

It has the rules that a chat platform has (who may change what), and remembers what the app was not
yet told of. It never interprets a message, and tells nobody of a change: `live` does that.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from adapters.web.inbound import Happening
from adapters.web.room_file import RoomFile
from adapters.web.room_files import attach, claimed
from adapters.web.room_rows import (
    SELECT,
    Chat,
    Message,
    NewMessage,
    Rejected,
    add,
    done_before,
    find_row,
    for_me,
    happened,
    message_id,
    message_number,
    messages_of,
    owned,
    present,
    read,
    remember,
    set_reaction,
    update,
    wipe,
)
from adapters.web.room_view import View, thread, threads
from adapters.web.settings import APP_ID, first_chat

_WAITING: Final = """
SELECT happenings.*, messages.only_for FROM happenings JOIN messages ON messages.id = happenings.message
WHERE happenings.taken = 0 ORDER BY happenings.id LIMIT ?
"""
_NEWEST_CHATS: Final = """
SELECT channel FROM messages JOIN chats USING (channel) GROUP BY channel ORDER BY max(messages.id) DESC LIMIT ?
"""


class Room:
    """All methods run on the thread of the room's file, through `RoomFile.run`."""

    def __init__(self, file: RoomFile, desks: frozenset[str]) -> None:
        self._file = file
        self._desks = desks

    # chats

    def chats(self) -> Sequence[Chat]:
        """All chats, oldest first."""
        with self._file.transaction() as db:
            rows = db.execute("SELECT * FROM chats ORDER BY opened_at, channel").fetchall()
        return [Chat(r["channel"], r["customer"], r["opened_at"]) for r in rows]

    def newest_chats(self, most: int) -> Sequence[str]:
        """The channels of the chats in which something was written last, newest first."""
        with self._file.transaction() as db:
            rows = db.execute(_NEWEST_CHATS, (most,)).fetchall()
        return [str(row["channel"]) for row in rows]

    def open_chat(self, customer: str, at: float, *, first: bool = False) -> Chat:
        """Open the next chat of a customer; with `first` only if there is none yet."""
        with self._file.transaction() as db:
            mine = db.execute(
                "SELECT * FROM chats WHERE customer = ? ORDER BY opened_at, channel", (customer,)
            ).fetchall()
            if first and mine:
                return Chat(mine[0]["channel"], customer, mine[0]["opened_at"])
            channel = first_chat(customer) if not mine else f"{first_chat(customer)}-{len(mine) + 1}"
            db.execute("INSERT INTO chats VALUES (?, ?, ?)", (channel, customer, at))
        return Chat(channel, customer, at)

    # what the app does

    def post(
        self, channel: str, thread: str, body: dict[str, Any], at: float, *, key: str, files: Sequence[str] = ()
    ) -> Message:
        """A new message of the app's. With a key that is there already, the message that has it."""
        with self._file.transaction() as db:
            parent = self._parent(db, channel, thread)
            row = db.execute(
                SELECT + "channel = ? AND thread = ? AND key = ? AND deleted_at IS NULL", (channel, parent, key)
            ).fetchone()
            if row:
                return read(db, row["id"])
            return read(db, _add_with(db, NewMessage(channel, parent, APP_ID, body, at, key=key), files))

    def whisper(
        self, channel: str, thread: str, to: str, body: dict[str, Any], at: float, *, files: Sequence[str] = ()
    ) -> Message:
        """A new message of the app's that only one person sees."""
        with self._file.transaction() as db:
            parent = self._parent(db, channel, thread)
            return read(db, _add_with(db, NewMessage(channel, parent, APP_ID, body, at, to=to), files))

    def rewrite(self, id: str, body: dict[str, Any], at: float) -> Message:
        """Make a message of the app's say something else."""
        with self._file.transaction() as db:
            row = owned(db, id, APP_ID)
            if json.loads(row["body"]) != body:
                update(db, row["id"], "body = ?, edited_at = ?", json.dumps(body), at)
            return read(db, row["id"])

    def withdraw(self, id: str, at: float) -> Message | None:
        """Delete a message of the app's; None when it is gone already."""
        with self._file.transaction() as db:
            row = find_row(db, id)
            if row is None or row["deleted_at"] is not None:
                return None
            owned(db, id, APP_ID)
            wipe(db, row["id"], at)
            return read(db, row["id"])

    def mark(self, id: str, emoji: str, at: float, *, added: bool) -> Message:
        """Put the app's own reaction on a message, or take it away."""
        with self._file.transaction() as db:
            row = present(db, id)
            set_reaction(db, row["id"], APP_ID, emoji, at, added=added)
            return read(db, row["id"])

    def with_key(self, channel: str, thread: str, key: str, since: float) -> Sequence[Message]:
        """The app's messages in one place that were posted with that key, oldest first."""
        with self._file.transaction() as db:
            rows = db.execute(
                SELECT + "channel = ? AND thread = ? AND key = ? AND at >= ? AND deleted_at IS NULL ORDER BY id",
                (channel, max(message_number(thread), 0), key, since),
            ).fetchall()
            return messages_of(db, rows)

    # what people do

    def done(self, author: str, nonce: str) -> Message | None:
        """The message that an act with that nonce led to, as it stands now; None when the act is new."""
        with self._file.transaction() as db:
            number = done_before(db, author, nonce)
            return read(db, number) if number is not None else None

    def say(
        self,
        author: str,
        channel: str,
        thread: str,
        text: str,
        at: float,
        *,
        nonce: str,
        files: Sequence[str] = (),
    ) -> Message:
        """A person's new message with the files that they staged, and that the app has to be told of it."""
        with self._file.transaction() as db:
            done = done_before(db, author, nonce)
            if done is None:
                parent = self._parent(db, channel, thread)
                done = _add_with(db, NewMessage(channel, parent, author, {"text": text}, at), files)
                sent = read(db, done).body.get("files", [])
                happened(db, done, at, author, "said", text, json.dumps(sent) if sent else "")
                remember(db, author, nonce, done)
            return read(db, done)

    def change(self, author: str, id: str, text: str, at: float) -> Message:
        """A person changes the words of their own message; its files stay."""
        with self._file.transaction() as db:
            row = owned(db, id, author)
            before = json.loads(row["body"])
            if before["text"] != text:
                update(db, row["id"], "body = ?, edited_at = ?", json.dumps({**before, "text": text}), at)
                happened(db, row["id"], at, author, "edited", text)
            return read(db, row["id"])

    def remove(self, author: str, id: str, at: float) -> Message:
        """A person deletes their own message, or puts a whisper away (which is nobody's business)."""
        with self._file.transaction() as db:
            row = present(db, id)
            if row["only_for"]:
                for_me(row, author)
            else:
                owned(db, id, author)
                happened(db, row["id"], at, author, "deleted")
            wipe(db, row["id"], at)
            return read(db, row["id"])

    def react(self, author: str, id: str, emoji: str, at: float, *, added: bool) -> Message:
        """A person puts a reaction on a message, or takes their own away."""
        with self._file.transaction() as db:
            row = present(db, id)
            if row["only_for"]:
                raise Rejected(403, "what is shown to one person alone takes no reactions")
            if set_reaction(db, row["id"], author, emoji, at, added=added):
                happened(db, row["id"], at, author, "reacted", emoji, "added" if added else "removed")
            return read(db, row["id"])

    def press(self, author: str, message: Message, action: str, value: str, at: float, *, nonce: str) -> Message:
        """A person presses a button of `message`, which the caller has just read; `answered` holds its label."""
        with self._file.transaction() as db:
            row = present(db, message.id)
            for_me(row, author)
            if done_before(db, author, nonce) is None:
                if row["rev"] != message.rev or row["answered"]:
                    raise Rejected(409, "the buttons have changed in the meantime; look again")
                if row["only_for"]:
                    update(db, row["id"], "answered = ?", message.answered)
                happened(db, row["id"], at, author, "pressed", action, value)
                remember(db, author, nonce, row["id"])
            return read(db, row["id"])

    def submit(
        self,
        author: str,
        id: str,
        action: str,
        value: str,
        fields: Sequence[tuple[str, str]],
        at: float,
        *,
        nonce: str,
    ) -> Message:
        """A person sends the form that a button of a message had opened."""
        with self._file.transaction() as db:
            row = present(db, id)
            for_me(row, author)
            if done_before(db, author, nonce) is None:
                told = json.dumps([value, [list(pair) for pair in fields]])
                happened(db, row["id"], at, author, "submitted", action, told)
                remember(db, author, nonce, row["id"])
            return read(db, row["id"])

    # what the app was not yet told of

    def waiting(self, limit: int) -> Sequence[Happening]:
        """What people did that the app has not taken yet, oldest first."""
        with self._file.transaction() as db:
            rows = db.execute(_WAITING, (limit,)).fetchall()
        return [
            Happening(
                id=r["id"],
                at=r["at"],
                author=r["author"],
                channel=r["channel"],
                thread=message_id(r["thread"]),
                message=message_id(r["message"]),
                kind=r["kind"],
                text=r["text"],
                value=r["value"],
                is_whisper=bool(r["only_for"]),
            )
            for r in rows
        ]

    def taken(self, happening: Happening) -> Message | None:
        """The app has it. The message, when it now shows that."""
        with self._file.transaction() as db:
            db.execute("UPDATE happenings SET taken = 1 WHERE id = ?", (happening.id,))
            if happening.kind != "said":
                return None
            number = message_number(happening.message)
            update(db, number, "taken = 1")
            return read(db, number)

    # what people see

    def message(self, id: str) -> Message:
        """One message that is there. Raises Rejected (404, 410) when it is not."""
        with self._file.transaction() as db:
            return read(db, present(db, id)["id"])

    def view(self, channel: str, person: str, *, before: str = "") -> View:
        """What one person sees of a channel, oldest first: the newest threads, or the newest before that message."""
        with self._file.transaction() as db:
            return threads(db, channel, person, _number(before))

    def thread(self, channel: str, person: str, root: str, *, before: str = "") -> View:
        """What one person sees of one thread; without `before` with its first message."""
        with self._file.transaction() as db:
            return thread(db, channel, person, _number(root), _number(before))

    def _parent(self, db: sqlite3.Connection, channel: str, thread: str) -> int:
        """The row of a thread's first message, 0 for none. Raises Rejected when there is no such place."""
        known = channel in self._desks or db.execute("SELECT 1 FROM chats WHERE channel = ?", (channel,)).fetchone()
        if not known:
            raise Rejected(404, f"there is no channel {channel!r} in this room")
        if not thread:
            return 0
        row = find_row(db, thread)
        if row is None or row["channel"] != channel or row["thread"] or row["only_for"]:
            raise Rejected(404, f"there is no thread {thread!r} in {channel!r}")
        if row["deleted_at"] is not None:
            raise Rejected(410, f"the message that thread {thread!r} hangs on was deleted")
        return int(row["id"])


def _number(id: str) -> int:
    """The row of a message by its name, 0 for none. Raises Rejected for what is no name of a message."""
    number = message_number(id) if id else 0
    if number < 0:
        raise Rejected(400, f"{id[:20]!r} is no message's id, such as m12")
    return number


def _add_with(db: sqlite3.Connection, new: NewMessage, files: Sequence[str]) -> int:
    """A new message's row, with the files that its author staged; its number."""
    held = claimed(db, files, new.author)
    shown = {**new.body, "files": [each.payload for each in held]} if held else new.body
    number = add(db, replace(new, body=shown))
    attach(db, held, number)
    return number
