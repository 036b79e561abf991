"""One entry, one platform: which calls an effect is there, and what has to follow from them.

Calls the adapter and nothing else. Copies and threads are resolved here, from what the store linked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import assert_never

import structlog

from bot.core.activity import Place, Ref, Side
from bot.core.effects import Amend, Body, ClearButtons, Erase, Mark, Post, Redraw, Whisper, Withdraw
from bot.core.platforms import degrade
from bot.engine.codec import Forward, read_ref, write_ref
from bot.engine.entries import Entry, Root, entry_id
from bot.engine.outgoing import fitted, fitted_pieces
from bot.engine.sending.transfers import Transfer
from bot.errors import Refused
from bot.ports import Begun, Capabilities, ChatAdapter, FileCarrier, LaneClaim, Posted

_log = structlog.get_logger("engine")


@dataclass(frozen=True, slots=True)
class Done:
    """What a call brought: the new message if it made one, entries to send behind it, what is gone.

    `unlinked` are names without any copy left, `removed` single copies (encoded) of a name that has others.
    """

    posted: Posted | None = None
    follow: tuple[Entry, ...] = ()
    unlinked: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(slots=True)
class Attempt:
    """One attempt to send the head of a lane, which the store has written down as `begun`.

    `entry` has the words that its source has by now; `queued` is the same entry as it waited. `steps` counts the calls
    of a longer job that are done already, those of earlier attempts with them.
    """

    adapter: ChatAdapter
    entry: Entry
    queued: Entry
    claim: LaneClaim
    begun: Begun
    root: Root | None
    steps: int

    @property
    def place(self) -> Place:
        """Where the entry goes."""
        return self.entry.place(self.root)


async def deliver(attempt: Attempt, transfer: Transfer | None = None) -> Done:
    """Do what the entry says, and count the steps. Raises what the adapter raises."""
    adapter, entry = attempt.adapter, attempt.entry
    match effect := entry.effect:
        case Post():
            place = attempt.place
            if transfer is None:
                return Done(await adapter.post(place, effect.body, key=entry.id))
            if not isinstance(adapter, FileCarrier):
                # It was queued when the platform still took files.
                return Done(await adapter.post(place, degrade.without_files(effect.body), key=entry.id))
            return Done(await adapter.post_file(place, effect.body, transfer, key=entry.id))
        case Redraw():
            return await _redraw(attempt, effect)
        case Amend():
            return await _amend(attempt, effect)
        case Withdraw():
            return await _withdraw(attempt, effect)
        case Mark():
            await _mark(attempt, effect)
            return Done()
        case Whisper():
            return await _whisper(attempt, effect)
        case ClearButtons() | Erase():
            await _change(adapter, effect)
            return Done()
        case Forward():
            raise AssertionError("what is for another case goes to no platform")
        case _:
            assert_never(effect)


async def _redraw(attempt: Attempt, effect: Redraw) -> Done:
    adapter, root = attempt.adapter, attempt.root
    assert root is not None, "the store does not begin a redraw before the root card is there"
    if adapter.capabilities.edit:
        await adapter.edit(root.ref, fitted(effect.body, adapter.capabilities))
    return Done()


async def _amend(attempt: Attempt, effect: Amend) -> Done:
    adapter, entry = attempt.adapter, attempt.entry
    able = adapter.capabilities
    bodies = fitted_pieces(effect.body, able)
    follow: tuple[Entry, ...] = ()
    removed: list[str] = []
    n = 0
    for refs in _by_place(attempt):
        if not able.edit:
            follow += _follow(entry, degrade.edited(effect.body), able, refs[-1].place)
            continue
        # Editing twice to the same words is harmless, so only the count of calls has to be remembered.
        for ref, body in zip_longest(refs, bodies[: len(refs)]):
            n += 1
            is_over = body is None and able.delete
            if is_over:
                removed.append(write_ref(ref))
            if n <= attempt.steps:
                continue
            if body is not None:
                await adapter.edit(ref, body)
            elif is_over:
                await adapter.delete(ref)
            attempt.steps = n
        rest = bodies[len(refs) :]
        follow += posts_behind(entry, rest, refs[-1].place, already=len(refs), first=len(follow) + 1)
    return Done(follow=follow, removed=tuple(removed))


async def _change(adapter: ChatAdapter, effect: ClearButtons | Erase) -> None:
    """What names the very message that is to be changed or deleted."""
    able = adapter.capabilities
    if isinstance(effect, ClearButtons):
        if able.edit and able.buttons:
            await adapter.edit(effect.ref, Body(effect.text))
    elif effect.file and isinstance(adapter, FileCarrier):
        await adapter.remove_file(effect.ref)
    elif able.delete:
        await adapter.delete(effect.ref)
    elif able.edit:
        await adapter.edit(effect.ref, degrade.withdrawn())


async def _withdraw(attempt: Attempt, effect: Withdraw) -> Done:
    adapter, entry = attempt.adapter, attempt.entry
    refs = [ref for here in _by_place(attempt) for ref in here]
    able = adapter.capabilities
    if refs and not effect.files_only and not able.delete and not able.edit:
        return Done(follow=_follow(entry, degrade.withdrawn(), able, refs[-1].place))
    for n, ref in enumerate(refs):
        if n < attempt.steps:
            continue
        if effect.files_only and isinstance(adapter, FileCarrier):
            await adapter.remove_file(ref)
        elif able.delete:
            await adapter.delete(ref)
        else:
            await adapter.edit(ref, degrade.withdrawn())
        attempt.steps = n + 1
    # The name stands for the copies on every platform: those of the others are still to be found by it.
    is_last = entry.part == entry.of or len(refs) == len(attempt.begun.copies)
    gone = tuple(write_ref(ref) for ref in refs) if effect.file else ()
    return Done(unlinked=(entry.link,) if is_last else (), removed=gone)


async def _mark(attempt: Attempt, effect: Mark) -> None:
    adapter = attempt.adapter
    if not adapter.capabilities.react:
        return
    if effect.on_original:
        await adapter.react(effect.source, effect.emoji, added=effect.added)
        return
    for refs in _by_place(attempt):
        # A text in several parts is one message to whoever reacts to it: its first part stands for it.
        await adapter.react(refs[0], effect.emoji, added=effect.added)


async def _whisper(attempt: Attempt, effect: Whisper) -> Done:
    able, place = attempt.adapter.capabilities, attempt.place
    if effect.confirms and able.whispers_apart and able.edit:
        # the question stands beside it and says so itself, and the thread would hear of it once more
        return Done()
    body = fitted(effect.body, able)
    if able.whispers_apart and attempt.entry.case:
        body = degrade.about(body, attempt.entry.case.partition("@")[0])
    if able.whisper:
        try:
            await attempt.adapter.whisper(place, effect.to, body)
        except Refused as error:
            # A platform that whispers apart says itself, in the thread, that it did not reach them.
            if able.whispers_apart or attempt.entry.side is Side.CUSTOMER:
                raise
            _log.warning("said_aloud", entry=attempt.entry.id, why=error.why)
        else:
            return Done()
    return Done(follow=_follow(attempt.entry, degrade.aloud(body, effect.to.label), able, place))


def _follow(entry: Entry, body: Body, able: Capabilities, place: Place) -> tuple[Entry, ...]:
    return posts_behind(entry, fitted_pieces(body, able), place)


def _by_place(attempt: Attempt) -> list[list[Ref]]:
    """The copies that are on this platform, those of one place together: a transferred case has them in two desks."""
    places: dict[str, list[Ref]] = {}
    for ref in (read_ref(copy) for copy in attempt.begun.copies):
        if ref.place.platform == attempt.adapter.platform:
            places.setdefault(ref.place.key, []).append(ref)
    return list(places.values())


def posts_behind(
    entry: Entry, bodies: tuple[Body, ...], place: Place, *, already: int = 0, first: int = 1
) -> tuple[Entry, ...]:
    """New messages that go right behind an entry, into the place where its copies are.

    `already` counts the parts of the same text that are there, `first` the messages that go behind it at all.
    """
    source: Ref | None = entry.source
    return tuple(
        replace(
            entry,
            id=entry_id(entry.id, n),
            effect=Post(entry.side, body, source),
            to=place,
            in_thread=False,
            announce=False,
            part=already + n - first + 1,
            of=already + len(bodies),
        )
        for n, body in enumerate(bodies, start=first)
    )
