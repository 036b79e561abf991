"""Which conversation an activity belongs to, and what it is there: pure look-ups in the configuration.

Never decides what happens next; `machine` does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, assert_never

from bot.core.activity import Activity, Deleted, Edited, Person, Place, Pressed, Reacted, Ref, Said, Side, Submitted
from bot.core.events import (
    AgentDeleted,
    AgentEdited,
    AgentPressed,
    AgentReacted,
    AgentSaid,
    AgentSubmitted,
    CustomerDeleted,
    CustomerEdited,
    CustomerPressed,
    CustomerReacted,
    CustomerSaid,
    CustomerSubmitted,
    Event,
)

PERSON_FIELD: Final = "person"
"""The name of a form's field that names a person: who that is, the engine finds out before it is decided."""

_NAMING: Final = frozenset({"assign"})
_NAMED: Final = re.compile(r"\s*<?@?([^\s<>@|]+)")


@dataclass(frozen=True, slots=True)
class Doors:
    """Where the app listens. Keys are Place.key of channel roots."""

    desks: frozenset[str]
    support: frozenset[str]


@dataclass(frozen=True, slots=True)
class Home:
    """The side that an activity is on, and its conversation: known, or to be found by the thread's binding."""

    side: Side
    conversation: str | None
    thread: Place
    opens: bool = False


def home_of(activity: Activity, doors: Doors) -> Home | None:
    """Where an activity belongs by its place alone; None when it is none of our business for certain.

    A desk's thread, and a thread in a channel where the app was once mentioned, are bound to a
    conversation by an index: then `conversation` is None and `thread` is what to look up. With
    `opens` the activity starts a conversation of its own when the thread is not bound.
    """
    place = activity.place
    if place.root.key in doors.desks:
        if not place.thread and not isinstance(activity.content, Pressed | Reacted | Submitted):
            return None
        # what is pressed at the channel's root is a root card, and its thread is its own
        return Home(Side.AGENTS, None, thread_of(activity))
    if activity.direct:
        return Home(Side.CUSTOMER, place.root.key, place.root)
    if place.root.key in doors.support:
        thread = thread_of(activity)
        return Home(Side.CUSTOMER, thread.key, thread)
    opens = activity.addressed and isinstance(activity.content, Said)
    thread = thread_of(activity)
    return Home(Side.CUSTOMER, thread.key if opens else None, thread, opens=opens)


def thread_of(activity: Activity) -> Place:
    """The thread that an activity is in, or would open: a top-level message is the root of its own."""
    place = activity.place
    if place.thread:
        return place
    return Place(place.platform, place.tenant, place.channel, activity.content.ref.id)


def event_of(activity: Activity, side: Side, *, late: bool = False) -> Event:
    """The event that an activity is on its side. References stay those of the platform's message."""
    at, author, content = activity.at, activity.author, activity.content
    late = late or ("late", "1") in activity.metadata
    agents = side is Side.AGENTS
    match content:
        case Said(ref, text, files, mentions, borrowed):
            if agents:
                return AgentSaid(at, ref, author, text, files, late=late, mentions=mentions, borrowed=borrowed)
            return CustomerSaid(at, _in_thread(ref, activity), author, text, files, late=late)
        case Edited(ref, text, still):
            return (AgentEdited if agents else CustomerEdited)(at, ref, author, text, still)
        case Deleted(ref):
            return (AgentDeleted if agents else CustomerDeleted)(at, ref, author)
        case Reacted(ref, emoji, added):
            return (AgentReacted if agents else CustomerReacted)(at, ref, author, emoji, added)
        case Pressed(ref, action, value):
            return (AgentPressed if agents else CustomerPressed)(at, ref, author, action, value)
        case Submitted(ref, action, value, fields):
            if not agents:
                return CustomerSubmitted(at, ref, author, action, value, fields)
            return AgentSubmitted(at, ref, author, action, value, fields, _subject(author, fields))
        case _:
            assert_never(content)


def subject_of(author: Person, verb: str, words: str) -> Person | None:
    """Whom a command names: `@ana`, or the mention of an account on the platform on which it was given."""
    named = _NAMED.match(words) if verb in _NAMING else None
    return Person(author.platform, author.tenant, named[1]) if named else None


def _subject(author: Person, fields: tuple[tuple[str, str], ...]) -> Person | None:
    """Whom a form names: an account of the platform on which it was filled in, known by its identifier alone."""
    account = dict(fields).get(PERSON_FIELD, "").strip()
    return Person(author.platform, author.tenant, account) if account else None


def _in_thread(ref: Ref, activity: Activity) -> Ref:
    """A top-level message in a channel is answered in its own thread; in a direct chat, where it is."""
    return ref if activity.direct else Ref(thread_of(activity), ref.id)
