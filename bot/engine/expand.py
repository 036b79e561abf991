"""Effects to what the store commits: entries in their lanes, timers, journal, counters, index rows.

Pure: the same decision always becomes the same changes. Sides become places here, copies do not: those
are looked up when an entry is sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import assert_never

from bot.core.activity import Place, Ref, Side
from bot.core.cases.stats import OF_A_CASE, counters_of, of_its_case
from bot.core.conversation import Case, Conversation, Status
from bot.core.decision import Decision
from bot.core.effects import (
    Abandon,
    Amend,
    Body,
    CancelTimer,
    ClearButtons,
    Effect,
    Erase,
    Mark,
    PassOn,
    Post,
    Priority,
    Record,
    Redraw,
    Resend,
    Scrub,
    SetTimer,
    Tell,
    Whisper,
    Withdraw,
)
from bot.core.events import AgentCommanded, CustomerForgotten, CustomerSaid, Event
from bot.core.policy import Policy
from bot.engine.case_rows import rows_that_differ
from bot.engine.codec import Forward, OnPlatform, Sendable, write_event, write_packed
from bot.engine.entries import Entry, entry_id, event_name, trace_of
from bot.engine.outgoing import fitted_pieces, is_guarded, new_entry, opens, owned, superseding
from bot.ports import Capabilities, Changes, JournalLine, NewEntry, Scrubbing


@dataclass(frozen=True, slots=True)
class _Step:
    """What happened. `origin` names the event, and every entry that comes of it is named after that."""

    before: Conversation | None
    after: Conversation
    event: Event
    origin: str


@dataclass(slots=True)
class _Gathered:
    entries: list[NewEntry] = field(default_factory=list[NewEntry])
    timers: dict[str, float] = field(default_factory=dict[str, float])
    cancelled: dict[str, None] = field(default_factory=dict[str, None])
    resend: list[str] = field(default_factory=list[str])
    abandon: list[str] = field(default_factory=list[str])
    journal: list[str] = field(default_factory=list[str])
    counts: Counter[str] = field(default_factory=Counter[str])
    scrub: Scrubbing | None = None


@dataclass(frozen=True, slots=True)
class Expansion:
    """Turns decisions into changes. `capabilities` says what the platform of that name can do.

    `unread_cases` has the numbers of open cases whose rows in the index cannot be read: they are written anew.
    """

    policy: Policy
    capabilities: Callable[[str], Capabilities]
    unread_cases: Callable[[], Collection[int]] = tuple

    def changes(
        self, before: Conversation | None, decision: Decision, event: Event, *, sequence: int, now: float
    ) -> Changes:
        """Everything that one event changed. `sequence` is the conversation's before the event."""
        after = decision.conversation
        step, gathered = _Step(before, after, event, event_name(after.id, sequence, event.at)), _Gathered()
        for n, effect in enumerate(decision.effects):
            self._gather(effect, n, step, gathered)
        return Changes(
            # To the store this says who has the word: with `bot` the bot's own entries are sent.
            status=Status.BOT.value if after.is_bots else after.status.value,
            word=after.word,
            customer_said=event.at if isinstance(event, CustomerSaid) else None,
            entries=tuple(gathered.entries),
            timers=tuple(gathered.timers.items()),
            cancelled=tuple(gathered.cancelled),
            resend=tuple(gathered.resend),
            abandon=tuple(gathered.abandon),
            journal=tuple(gathered.journal),
            hour=int(now // 3600),
            counts=tuple(gathered.counts.items()),
            index=tuple(rows_that_differ(before, after, self.policy, self.unread_cases())),
            customer=after.customer.key if before is None or before.customer.key != after.customer.key else "",
            scrub=gathered.scrub,
        )

    def _gather(self, effect: Effect, n: int, step: _Step, gathered: _Gathered) -> None:
        match effect:
            case SetTimer(name, at):
                gathered.cancelled.pop(name, None)
                gathered.timers[name] = at
            case CancelTimer(name):
                gathered.timers.pop(name, None)
                gathered.cancelled[name] = None
            case Resend(entry):
                gathered.resend.append(entry)
            case Abandon(entry, _):
                gathered.abandon.append(entry)
            case Scrub(wish):
                gathered.scrub = _scrubbing(wish, step.event)
            case Record():
                _record(effect, step, gathered)
            case Tell(number, verb, argument, by):
                told = AgentCommanded(step.event.at, by, verb, argument)
                gathered.entries.append(_forward(number, told, n, step))
            case PassOn(number):
                gathered.entries.append(_forward(number, _bare(step.event), n, step))
            case Post() | Redraw() | Amend() | Withdraw() | Erase() | Mark() | Whisper() | ClearButtons():
                was = step.before.case if step.before else None
                case = was if isinstance(effect, Post | Redraw) and effect.former else step.after.case or was
                gathered.entries += self._entries(effect, n, step, case)
            case _:
                assert_never(effect)

    def _entries(self, effect: OnPlatform, n: int, step: _Step, case: Case | None) -> Iterator[NewEntry]:
        side = Side.AGENTS if isinstance(effect, Redraw) else effect.side
        if side is Side.AGENTS and case is None and _needs_thread(effect):
            return
        to = step.after.place if side is Side.CUSTOMER else self.policy.desk(case.desk if case else "").place
        able = self.capabilities(to.platform)
        pieces = [(to, piece) for piece in self._pieces(effect, able)]
        if side is Side.AGENTS and step.after.left and _reaches_copies(effect):
            # Copies may be left in desks on other platforms, each with an adapter of its own.
            pieces += [(place, effect) for place in self._other_platforms(to)]
        first = entry_id(step.origin, n)
        for part, (where, piece) in enumerate(pieces, start=1):
            words = isinstance(piece, Post) and piece.source is not None
            entry = Entry(
                id=entry_id(step.origin, n, part),
                side=side,
                effect=piece,
                to=_origin_place(piece) or where,
                priority=int(_priority(piece)),
                in_thread=side is Side.AGENTS and _stands_in_thread(piece),
                case=case.key if case and side is Side.AGENTS else "",
                announce=(words and part == len(pieces)) or opens(piece) or _edits_a_reply(piece),
                part=part,
                of=len(pieces),
            )
            if words and entry.link:
                entry = replace(entry, id=entry.id + trace_of(entry.link, part))
            queued = new_entry(entry, guarded=is_guarded(entry, step.after))
            if part == 1 or where == to:
                # Those of other platforms stand beside it, and must not outdate it.
                queued = superseding(queued, piece, able)
            yield owned(queued, entry, step.after.word, first)

    def _other_platforms(self, place: Place) -> Iterator[Place]:
        """A desk on each platform that has one and is not this place's."""
        desks = {desk.place.platform: desk.place for desk in self.policy.desks}
        return (other for platform, other in desks.items() if platform != place.platform)

    def _pieces(self, effect: OnPlatform, able: Capabilities) -> tuple[OnPlatform, ...]:
        if isinstance(effect, Withdraw) and not effect.files_only:
            return (effect, Withdraw(effect.side, effect.source, files_only=True))
        if not isinstance(effect, Post):
            return (effect,)
        return tuple(
            # Further parts of a root card that had to become text stand in the thread that the first one opens.
            Post(effect.side, piece, effect.source, effect.priority, effect.opens_thread and first)
            for first, piece in _firsts(fitted_pieces(effect.body, able))
        )


def _record(effect: Record, step: _Step, gathered: _Gathered) -> None:
    before, after = step.before, step.after
    fact = of_its_case(effect, before, after)
    case = after.case or (before.case if before and fact.kind in OF_A_CASE else None)
    number = case.number if case else None
    # whose journal it is stands at its head, and not in each line
    line = JournalLine(step.event.at, "", number, fact.kind, fact.text, dict(fact.labels))
    gathered.journal.append(write_packed(line, JournalLine))
    for name, more in counters_of(fact):
        gathered.counts[name] += more


def _bare(event: Event) -> Event:
    """The event as it came, so that it is understood anew where it is passed on to."""
    return replace(event, parse=None, turn=None, requests=(), leans_on="") if isinstance(event, CustomerSaid) else event


def _forward(case: int, event: Event, n: int, step: _Step) -> NewEntry:
    effect = Forward(case, write_event(event), step.event.at)
    return new_entry(Entry(entry_id(step.origin, n), Side.AGENTS, effect, step.after.place, int(Priority.MIRRORED)))


def _firsts(bodies: tuple[Body, ...]) -> Iterator[tuple[bool, Body]]:
    return ((n == 0, body) for n, body in enumerate(bodies))


def _needs_thread(effect: OnPlatform) -> bool:
    """Whether this is shown in a case's thread or nowhere. What concerns messages that are there goes to them."""
    return isinstance(effect, Post | Redraw) or (isinstance(effect, Whisper) and effect.near is None)


def _stands_in_thread(piece: OnPlatform) -> bool:
    """Whether this goes into the thread of its case, once that is there; at a desk."""
    return (isinstance(piece, Post) and not opens(piece)) or (isinstance(piece, Whisper) and piece.near is None)


def _reaches_copies(effect: OnPlatform) -> bool:
    """Whether this changes copies, wherever they are, and no message that it names."""
    return isinstance(effect, Amend | Mark | Withdraw) and _origin_place(effect) is None


def _origin_place(effect: Sendable) -> Place | None:
    """Marks on an original, cleared buttons and hints go where that message is, wherever the thread is by now."""
    match effect:
        case Mark(on_original=True, source=source):
            return source.place
        case ClearButtons(ref=ref) | Erase(ref=ref) | Whisper(near=Ref() as ref):
            return ref.place
        case _:
            return None


def _scrubbing(wish: str, event: Event) -> Scrubbing:
    """A wish, with how much of the desk's its event names, so that this commit takes all of it back."""
    if not isinstance(event, CustomerForgotten):
        return Scrubbing(wish)
    return Scrubbing(wish, len(event.messages) + len(event.files), len(event.cards))


def _edits_a_reply(effect: Sendable) -> bool:
    return isinstance(effect, Amend) and effect.side is Side.CUSTOMER


def _priority(effect: Sendable) -> Priority:
    match effect:
        case Post(priority=priority):
            return priority
        case Redraw():
            return Priority.STATUS
        case _:
            return Priority.MIRRORED
