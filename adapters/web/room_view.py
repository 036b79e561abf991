"""What one person sees of a channel, a page at a time: the newest first, and how much there is behind it.

Steps inside one transaction of `Room`, which only read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from adapters.web.room_rows import Message, message_id, messages_of

PAGE: Final = 300
"""Messages at the top of a channel, and of each one's thread, that are given at once."""

_ROOTS: Final = """
SELECT * FROM messages
WHERE channel = :channel AND only_for IN ('', :person) AND (only_for = '' OR deleted_at IS NULL)
    AND thread = 0 AND id < :before AND (:root = 0 OR id = :root)
ORDER BY id DESC LIMIT :page
"""
_BEHIND: Final = """
SELECT count(*) AS left, count(json_extract(body, '$.card.number')) AS cards FROM messages
WHERE channel = :channel AND only_for IN ('', :person) AND (only_for = '' OR deleted_at IS NULL)
    AND thread = 0 AND id < :before
"""
_REPLIES: Final = """
WITH replies AS (
    SELECT *, row_number() OVER (PARTITION BY thread ORDER BY id DESC) AS place,
        count(*) OVER (PARTITION BY thread) AS of_thread
    FROM messages
    WHERE channel = :channel AND only_for IN ('', :person) AND (only_for = '' OR deleted_at IS NULL)
        AND thread > 0 AND thread BETWEEN :first AND :last AND id < :before
)
SELECT * FROM replies WHERE place <= :page ORDER BY id
"""
_NO_END: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class Older:
    """What was not given of a place: `left` messages before that of the id `before`, `cards` of them cards of cases."""

    channel: str
    thread: str
    before: str
    left: int
    cards: int = 0


@dataclass(frozen=True, slots=True)
class View:
    """Messages, oldest first, and what there is behind them."""

    messages: Sequence[Message]
    older: Sequence[Older]


def threads(db: sqlite3.Connection, channel: str, person: str, before: int = 0) -> View:
    """The newest threads whose first message is before that one (0: of all), and of each the newest replies."""
    return _view(db, channel, person, {"before": before or _NO_END, "root": 0}, behind=True)


def thread(db: sqlite3.Connection, channel: str, person: str, root: int, before: int = 0) -> View:
    """One thread: its newest replies before that message; with 0 the newest of all, and the first message, too."""
    if not before:
        return _view(db, channel, person, {"before": _NO_END, "root": root}, behind=False)
    given = {"channel": channel, "person": person, "first": root, "last": root, "before": before, "page": PAGE}
    rows = db.execute(_REPLIES, given).fetchall()
    return View(messages_of(db, rows), _cut(channel, rows))


def _view(db: sqlite3.Connection, channel: str, person: str, which: dict[str, int], *, behind: bool) -> View:
    given = {"channel": channel, "person": person, "page": PAGE, **which}
    roots = db.execute(_ROOTS, given).fetchall()
    if not roots:
        return View([], [])
    first, last = roots[-1]["id"], roots[0]["id"]
    replies = db.execute(_REPLIES, {**given, "first": first, "last": last, "before": _NO_END}).fetchall()
    older = _cut(channel, replies)
    if behind:
        found = db.execute(_BEHIND, {**given, "before": first}).fetchone()
        if found["left"]:
            older = [Older(channel, "", message_id(first), found["left"], found["cards"]), *older]
    rows = sorted((*roots, *replies), key=lambda row: int(row["id"]))
    return View(messages_of(db, rows), older)


def _cut(channel: str, replies: Sequence[sqlite3.Row]) -> list[Older]:
    """The threads of which not all replies were given."""
    firsts: dict[int, sqlite3.Row] = {}
    for row in replies:
        firsts.setdefault(row["thread"], row)
    return [
        Older(channel, message_id(number), message_id(row["id"]), row["of_thread"] - PAGE)
        for number, row in firsts.items()
        if row["of_thread"] > PAGE
    ]
