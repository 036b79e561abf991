"""What follows from how an attempt ended: links, the thread that it opens, what people are told, what goes behind it.

Values in, values out: `attempts` makes the calls, the store writes down what is worked out here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import structlog

from bot.core.activity import Side
from bot.core.effects import Amend, Erase, Post, Withdraw
from bot.core.events import Delivered, DeliveryFailed
from bot.core.platforms.filenames import safe_name
from bot.engine.codec import write, write_event, write_packed, write_ref
from bot.engine.entries import Entry, Root, Twin, entry_id, file_of, files_of, own_of
from bot.engine.lanes import lanes_of_case
from bot.engine.outgoing import new_entry
from bot.engine.sending.deliver import Done
from bot.ports import Capabilities, Link, NewEntry, OpenedThread, Posted, Settlement

_log = structlog.get_logger("engine")

LOOK_MARGIN: Final = 120.0
"""How far the platform's clock and ours may differ when a message is looked for."""


def sent(
    able: Capabilities, entry: Entry, done: Done, first_at: float, now: float, *, twins: bool = False
) -> Settlement:
    """What follows from an entry that is there: links, the thread it opens, Delivered, what goes behind it."""
    posted = done.posted
    opened = posted if isinstance(entry.effect, Post) and entry.effect.opens_thread else None
    copies = _copies(entry, posted) if posted else ()
    told = write_event(_delivered(entry, opened, now)) if entry.announce else ""
    # What a customer's words became in the desk concerns nobody, unless agents were told that they are late.
    is_quiet = entry.side is Side.AGENTS and not opened
    return Settlement(
        "sent",
        copies=copies,
        unlinked=done.unlinked,
        removed=tuple((_all_copies(entry), copy) for copy in done.removed),
        opened=_opened_thread(entry.case, opened) if opened else None,
        events=(told,) if told and not is_quiet else (),
        relief=(entry.side.value, told) if told and is_quiet else None,
        wake=lanes_of_case(entry.case) if opened else (),
        follow=tuple(new_entry(e) for e in done.follow),
        twins=_twin(entry, posted, copies, first_at) if posted and able.look_up and able.delete else "",
        sweep=twins,
        takes_back=_erasure(entry, posted) if posted and entry.side is Side.AGENTS and not able.look_up else None,
    )


def _erasure(entry: Entry, posted: Posted) -> NewEntry:
    """What deletes the message that was posted."""
    is_file = isinstance(entry.effect, Post) and bool(entry.effect.body.files)
    effect = Erase(entry.side, posted.ref, file=is_file)
    return new_entry(Entry(entry_id(entry.id, 0), entry.side, effect, posted.ref.place))


def _opened_thread(case: str, card: Posted) -> OpenedThread:
    return OpenedThread(case, write_packed(Root(card.ref, card.thread), Root), card.thread.key)


def _all_copies(entry: Entry) -> str:
    """The name under which a copy that was removed stands with others."""
    if isinstance(entry.effect, Withdraw) and entry.source is not None:
        return files_of(entry.side, entry.source)
    return entry.link


def _copies(entry: Entry, posted: Posted) -> tuple[Link, ...]:
    """Under which names the message that was posted is found again."""
    ours = write_ref(posted.ref)
    if entry.source is not None:
        names = (entry.link, *((file_of(entry.side, entry.source, entry.file),) if entry.file else ()))
        return tuple(Link(name, ours, posted.ref.key, write_ref(entry.source)) for name in names)
    if entry.side is Side.AGENTS and isinstance(entry.effect, Post) and not entry.effect.opens_thread:
        # A copy of nothing; it may have to be deleted all the same.
        return (Link(own_of(entry.side, entry.id), ours, posted.ref.key, ours),)
    return ()


def _twin(entry: Entry, posted: Posted, copies: Sequence[Link], first_at: float) -> str:
    """What is to be looked for, should it turn up a second time after it was sent again."""
    keep = write_ref(posted.ref) if isinstance(entry.effect, Post) and entry.effect.opens_thread else ""
    linked = copies[0].source if copies else ""
    return write(Twin("", entry.id, posted.ref.place, first_at - LOOK_MARGIN, linked, keep), Twin)


def _delivered(entry: Entry, opened: Posted | None, now: float) -> Delivered:
    root, thread = (entry.case, opened.thread.key) if opened else ("", "")
    there = Delivered(now, entry.id, entry.side, entry.source, root=root, thread=thread)
    if entry.source is None or entry.side is not Side.CUSTOMER:
        return there
    return replace(there, words=_whole_words(entry), edit=isinstance(entry.effect, Amend))


def failed(entry: Entry, why: str, now: float, *, unknown: bool = False, limit: int = 0) -> Settlement:
    """Parked; people are told where it was words. A mark or a hint that failed is only logged."""
    if not isinstance(entry.effect, Post):
        _log.warning("given_up", entry=entry.id, effect=type(entry.effect).__name__, why=why)
        return Settlement("withheld", events=_not_changed(entry, why, now))
    file = next((safe_name(file.name, safe_name(file.id)) for file in entry.effect.body.files), "")
    event = DeliveryFailed(now, entry.id, entry.side, entry.source, why, unknown=unknown, file=file, limit=limit)
    return Settlement("parked", events=(write_event(event),))


def _not_changed(entry: Entry, why: str, now: float) -> tuple[str, ...]:
    """What is to be told when one side goes on to have the other's old words, or what was taken back."""
    event = DeliveryFailed(now, entry.id, entry.side, entry.source, why)
    match entry.effect:
        case Amend(body=body):
            return (write_event(replace(event, edit=True, words=body.text)),)
        case Withdraw():
            return (write_event(replace(event, deletion=True)),)
        case _:
            return ()


def _whole_words(entry: Entry) -> str | None:
    """What a message says now, None where this was only a part of it."""
    match entry.effect:
        case Amend(body=body):
            return body.text
        case Post(body=body) if entry.of == 1:
            return body.text
        case _:
            return None
