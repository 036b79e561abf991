"""Conversations between the real core and people: what is decided is queued as the engine queues it, and sent late.

The queue keeps what the store keeps of an entry, and refuses what the store refuses; the store's own tests hold
`begin.lua` and `commit.lua` to the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.core.activity import Person, Place, Side
from bot.core.conversation import Conversation
from bot.core.effects import Amend, Body, Post, Withdraw
from bot.core.events import Delivered, DeliveryFailed, Event
from bot.core.machine import handle, wants_assistant, wants_turn
from bot.core.policy import Policy
from bot.engine.codec import Forward, read, read_event
from bot.engine.entries import Entry
from bot.engine.expand import Expansion
from bot.ports import Capabilities, NewEntry
from nlu.types import ParseResult
from tests.core.people import turn
from tests.leaks.judge import Judge


@dataclass
class Shared:
    """What all conversations have in common: the time, the next case's number, the rules of the desk."""

    policy: Policy
    at: float = 1.0
    number: int = 1001


@dataclass
class World:
    """One conversation: its lane of the outbox, the desk's root cards, and the judge who watches what is sent."""

    shared: Shared
    place: Place
    customer: Person
    judge: Judge = field(default_factory=Judge)

    def __post_init__(self) -> None:
        self.state = Conversation(self.place.key, self.place, self.customer, 0.0)
        self.forwards: list[Forward] = []
        """What is on its way to other cases' mailboxes."""
        self.own_numbers: set[int] = set()
        self.sequence = 0
        self.lane: list[NewEntry] = []
        self.parked: dict[str, NewEntry] = {}
        self.timers: dict[str, float] = {}
        self.newest: dict[str, str] = {}
        self.shown: set[str] = set()
        """Sources of which the customer has a copy: only what is there can be edited."""
        self.roots: list[Entry] = []
        self.threads: list[Place] = []
        self.steps = self.withheld = 0

    @property
    def policy(self) -> Policy:
        return self.shared.policy

    @property
    def at(self) -> float:
        return self.shared.at

    @property
    def number(self) -> int:
        return self.shared.number

    def play(self, event: Event) -> None:
        """Decide one event and queue what follows."""
        before = self.state
        decision = handle(before, event, self.policy, number=self.number)
        self.state = decision.conversation
        self.sequence += 1
        self.steps += 1
        expansion = Expansion(self.policy, lambda _platform: Capabilities())
        changes = expansion.changes(before, decision, event, sequence=self.sequence, now=self.at)
        if self.state.case and self.state.case.number == self.number:
            self.own_numbers.add(self.number)
            self.shared.number += 1
            self.judge.queued(opened=True)
        self.timers |= dict(changes.timers)
        for name in changes.cancelled:
            self.timers.pop(name, None)
        for name in changes.resend:
            if name in self.parked:
                self.lane.append(self.parked.pop(name))
        for entry in changes.entries:
            self._queue(entry)

    def _queue(self, new: NewEntry) -> None:
        entry = read(new.body, Entry)
        if isinstance(entry.effect, Forward):
            self.forwards.append(entry.effect)
            return
        if entry.side is Side.AGENTS:
            self.judge.sees_at_desk(new.body)
            if isinstance(entry.effect, Post) and entry.effect.opens_thread:
                self.roots.append(entry)
            return
        if not isinstance(entry.effect, Post | Amend | Withdraw):
            return
        if new.recalls or new.renews:
            self.lane = [e for e in self.lane if not (e.renews and e.source == new.source)]
        if new.recalls:
            self.lane = [e for e in self.lane if not (e.words and e.source == new.source)]
            self.parked = {name: e for name, e in self.parked.items() if not (e.words and e.source == new.source)}
        if new.renews and any(e.words and e.source == new.source for e in (*self.lane, *self.parked.values())):
            self.newest[new.source] = new.renews
        self.lane.append(new)

    def send_one(self, *, fails: bool = False) -> None:
        """The head of the customer's lane reaches the customer, or is parked."""
        if not self.lane:
            return
        new = self.lane.pop(0)
        entry = read(new.body, Entry)
        if new.word and new.word != self.state.word:
            self.withheld += 1
            self.lane = [e for e in self.lane if not (new.group and e.group == new.group)]
            if new.told:
                self.play(replace(read_event(new.told), at=self.at))
            return
        if fails and isinstance(entry.effect, Post):
            self.parked[entry.id] = new
            self.play(DeliveryFailed(self.at, entry.id, entry.side, entry.source, "archived"))
            return
        source = entry.source.key if entry.source else ""
        if isinstance(entry.effect, Withdraw):
            self.shown.discard(source)
        if isinstance(entry.effect, Post) or (isinstance(entry.effect, Amend) and source in self.shown):
            self.shown.add(source)
            body = entry.effect.body
            if new.words and new.source in self.newest:
                body = read(self.newest.pop(new.source), tuple[Body, ...])[0]
            self.judge.sees(body.text, as_agent=entry.source is not None)
        self.judge.sees_secrets(new.body)
        if entry.announce:
            self.play(Delivered(self.at, entry.id, entry.side, entry.source))

    def opens_threads(self) -> None:
        """The root cards that are on their way arrive, each with a thread of its own."""
        while self.roots:
            entry = self.roots.pop(0)
            thread = replace(entry.to, thread=f"root-{entry.case}-{len(self.threads)}")
            self.threads.append(thread)
            self.play(Delivered(self.at, entry.id, Side.AGENTS, None, root=entry.case, thread=thread.key))
            if self.state.case and self.state.case.key == entry.case:
                self.judge.thread = thread.key

    def understood(self, event, parse: ParseResult, reply: str):
        """A customer's message, as it reaches the core."""
        if wants_turn(self.state, event, self.policy):
            event = replace(event, parse=parse)
            if wants_assistant(self.state, event, self.policy):
                event = replace(event, turn=turn(reply))
        return event
