"""What is sent says what its source says by now: an edit wins over words that still wait. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot.core.effects import Body, Post
from bot.engine.codec import read
from bot.engine.entries import Entry, Root
from bot.engine.sending.deliver import posts_behind


def renewed(entry: Entry, newest: str) -> Entry | None:
    """The entry with the words that its source has by now; None for a part that these do not need."""
    if not newest or not isinstance(entry.effect, Post) or entry.effect.body.files:
        return entry
    pieces = read(newest, tuple[Body, ...])
    if entry.part > len(pieces):
        return None
    return replace(entry, effect=replace(entry.effect, body=pieces[entry.part - 1]))


def rest(entry: Entry, newest: str, root: Root | None) -> tuple[Entry, ...]:
    """What goes behind the last part of a text that has become longer since."""
    if not newest or not isinstance(entry.effect, Post) or entry.effect.body.files or entry.part < entry.of:
        return ()
    pieces = read(newest, tuple[Body, ...])
    return posts_behind(entry, pieces[entry.of :], entry.place(root), already=entry.of)
