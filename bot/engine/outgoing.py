"""What leaves, made ready: a body as its platform can show it, an entry as the store queues it.

The store knows no effects. What it must know to withhold, renew or outdate an entry stands beside the entry's body.
"""

from __future__ import annotations

from dataclasses import replace

from bot.core.activity import Side
from bot.core.conversation import Conversation
from bot.core.effects import Amend, Body, Mark, Post, Priority, Redraw, Withdraw
from bot.core.events import DeliveryFailed
from bot.core.platforms import degrade
from bot.engine.codec import Sendable, write, write_event
from bot.engine.entries import Entry
from bot.engine.lanes import lane_of
from bot.ports import Capabilities, NewEntry


def fitted(body: Body, able: Capabilities) -> Body:
    """A body without what the platform cannot show, which is put into words instead."""
    if not able.cards:
        body = degrade.without_card(body)
    if not able.buttons:
        body = degrade.without_buttons(body)
    if not able.files:
        body = degrade.without_files(body)
    return body


def fitted_pieces(body: Body, able: Capabilities) -> tuple[Body, ...]:
    """What is fitted to a platform, in as many parts as its longest message makes of it."""
    return degrade.split(fitted(body, able), able.max_text)


def new_entry(entry: Entry, *, guarded: bool = False) -> NewEntry:
    """An entry as the store queues it. `guarded` words are withheld once people have the thread."""
    effect = entry.effect
    waits = entry.in_thread or isinstance(effect, Redraw)
    linked = not (isinstance(effect, Mark) and effect.on_original)
    return NewEntry(
        id=entry.id,
        lane=lane_of(entry),
        body=write(entry, Entry),
        priority=entry.priority,
        case=entry.case if waits else "",
        source=entry.link if linked else "",
        guarded=guarded,
        only=isinstance(effect, Redraw),
        opens_thread=opens(effect),
        words=isinstance(effect, Post) and bool(entry.link),
    )


def superseding(queued: NewEntry, effect: Sendable, able: Capabilities) -> NewEntry:
    """What an edit or a deletion means for copies that wait or are parked: they must not bring the old words."""
    match effect:
        case Amend(body=body):
            return replace(queued, renews=write(fitted_pieces(body, able), tuple[Body, ...]))
        case Withdraw():
            return replace(queued, recalls=True)
        case _:
            return queued


def owned(new: NewEntry, entry: Entry, word: str, first: str) -> NewEntry:
    """An agent's words on their way to a customer: they are withheld, all parts, once the word is somebody else's."""
    effect = entry.effect
    if entry.side is not Side.CUSTOMER:
        return new
    why = "the case was not theirs any more"
    if isinstance(effect, Amend):
        told = DeliveryFailed(
            0.0, entry.id, entry.side, effect.source, why, withheld=True, edit=True, words=effect.body.text
        )
        return replace(new, word=word, told=write_event(told))
    if not isinstance(effect, Post) or effect.source is None or effect.priority is not Priority.AGENT_WORDS:
        return new
    if entry.part > 1:
        return replace(new, group=first)
    told = DeliveryFailed(0.0, entry.id, entry.side, effect.source, why, withheld=True)
    return replace(new, group=first, word=word, told=write_event(told))


def is_guarded(entry: Entry, after: Conversation) -> bool:
    """Whether these are the bot's own words, which are withheld once people have the thread.

    What was said at the hand-over itself is not: by then the thread is not the bot's.
    """
    effect = entry.effect
    return (
        isinstance(effect, Post)
        and entry.side is Side.CUSTOMER
        and effect.priority is Priority.BOT_WORDS
        and effect.source is None
        and after.is_bots
    )


def opens(effect: Sendable) -> bool:
    """Whether this opens the thread of a case."""
    return isinstance(effect, Post) and effect.opens_thread
