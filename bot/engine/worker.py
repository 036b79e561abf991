"""Handles events: one conversation at a time each, any number of conversations at once.

Understand, decide, commit. The commit is one script of the store; everything before it may be repeated by
another worker, and everything after it is in the outbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeVar

import structlog

from bot.core.conversation import Conversation, case_of
from bot.core.events import (
    AgentReacted,
    CustomerForgotten,
    CustomerPressed,
    CustomerReacted,
    CustomerSaid,
    DeliveryFailed,
    Event,
)
from bot.core.live import Live, OpenCase
from bot.engine.books.doubts import StoredDoubts
from bot.engine.books.memory import Memory
from bot.engine.codec import Remembered, read_event, read_ref
from bot.engine.expand import Expansion
from bot.engine.hands import insist
from bot.engine.live import LiveFacts
from bot.engine.mind import Mind
from bot.engine.node import Node
from bot.engine.people import People
from bot.engine.staff import LATE_SECONDS, StoredStaff, gives_cases
from bot.engine.upkeep.forgetting import with_remains
from bot.errors import Fenced, StoreUnavailable
from bot.ports import Changes, Claim, IndexRow, Mail

T = TypeVar("T")

_log = structlog.get_logger("engine")

_IN_A_ROW: Final = 20
"""Events of one conversation before the others get their turn."""

_REMEMBERED: Final = 500
"""Conversations that are kept as they were committed: about 20 MB when all are long."""

_NOT_YET: Final = 0
"""The number of a case of which it is only asked whether it would open."""

_SAME_MOMENT: Final = 1e-6
"""Slack's times have microseconds; what differs by less was rounded on the way."""


@dataclass(frozen=True, slots=True)
class _Decided:
    """What came of one event: the conversation afterwards and what is to be committed.

    `before` and `after` are None where there is no conversation. `state` is `after`, encoded; `event` is as it was
    understood.
    """

    before: Conversation | None
    event: Event
    after: Conversation | None
    state: str
    changes: Changes


class Worker:
    """Claims ready conversations and works through their mailboxes."""

    def __init__(
        self,
        node: Node,
        mind: Mind,
        expansion: Expansion,
        *,
        people: People,
        live: LiveFacts,
        staff: StoredStaff,
        memory: Memory,
        doubts: StoredDoubts,
        markless: Callable[[], frozenset[str]],
    ) -> None:
        """`markless` tells the platforms that let the app put no marks on messages."""
        self._node = node
        self._store = node.store
        self._mind = mind
        self._expansion = expansion
        self._people = people
        self._live = live
        self._staff = staff
        self._memory = memory
        self._doubts = doubts
        self._markless = markless
        self._remembered = Remembered(_REMEMBERED)
        self.held: dict[str, str] = {}
        """Conversations that we own, with their epochs: their leases have to be renewed."""
        self.stopping = False

    async def fetch(self, shard: int) -> Claim | None:
        """The next ready conversation of a shard."""
        token = self._node.fresh()
        claim = await self._insist(partial(self._store.mailboxes.claim, shard, self._node.name, token))
        if claim is not None:
            self.held[claim.conversation] = claim.epoch
        return claim

    async def work(self, claim: Claim) -> None:
        """Handle the claimed conversation's events until its mailbox is empty or others wait."""
        try:
            await self._work(claim)
        except Fenced:
            self._node.tally.count("fenced")
            _log.info("fenced", conversation=claim.conversation)
        finally:
            if self.held.get(claim.conversation) == claim.epoch:
                del self.held[claim.conversation]

    async def _work(self, claim: Claim) -> None:
        conversation: Conversation | None = None
        loop = asyncio.get_running_loop()
        for n in range(_IN_A_ROW):
            try:
                if n == 0 and claim.state:
                    conversation = self._remembered.read(claim.conversation, claim.state)
                event = await self._event(claim)
            except StoreUnavailable:
                raise
            except Exception as error:  # noqa: BLE001 - told by what is called
                await self._put_aside(claim, error)
                return
            keep = not self.stopping and n + 1 < _IN_A_ROW
            async with self._staff.alone() if gives_cases(event) else nullcontext():
                try:
                    decided = await self._decide(conversation, event, claim)
                except StoreUnavailable:
                    raise
                except Exception as error:  # noqa: BLE001 - told by what is called
                    await self._put_aside(claim, error)
                    return
                began = loop.time()
                mail = await self._commit(claim, decided, keep=keep)
                rows = await self._write_rows(claim, decided.changes)
                late = bool(decided.changes.index) and loop.time() - began > LATE_SECONDS
            await self._follow(rows, decided, late=late)
            await self._note(decided, claim.sequence + 1)
            if mail is None:
                return
            conversation = decided.after
            claim = replace(claim, sequence=claim.sequence + 1, mail=mail)

    async def _note(self, decided: _Decided, sequence: int) -> None:
        """Count what happened, and keep what can be learned of it. `sequence` is the conversation's afterwards."""
        for name, count in decided.changes.counts:
            if name.isidentifier():
                self._node.tally.count("facts", count, kind=name)
        if decided.after is not None:
            await self._memory.note(decided.before, decided.after, sequence=sequence)
            await self._doubts.note(decided.before, decided.event, decided.after, sequence=sequence)

    async def _put_aside(self, claim: Claim, error: Exception) -> None:
        """An event that cannot be handled would stop its conversation for ever: put it aside, loudly."""
        _log.error("quarantined", conversation=claim.conversation, exc_info=error)
        why = f"{type(error).__name__}: {error}"
        await self._insist(partial(self._store.mailboxes.quarantine, claim, self._node.name, why))

    async def _commit(self, claim: Claim, decided: _Decided, *, keep: bool) -> Mail | None:
        commit, state, changes = self._store.mailboxes.commit, decided.state, decided.changes
        return await self._insist(lambda: commit(claim, self._node.name, state, changes, keep=keep))

    async def _write_rows(self, claim: Claim, changes: Changes) -> Sequence[IndexRow]:
        """Those that were written. Best effort: the janitor writes what is forgotten here."""
        written: list[IndexRow] = []
        for number, text in changes.index:
            row = IndexRow(claim.conversation, str(claim.sequence + 1), text, number=str(number))
            try:
                await self._store.upkeep.write_row(row)
            except StoreUnavailable as error:
                _log.warning("store_unavailable", doing="case index", why=str(error))
            else:
                written.append(row)
        return written

    async def _follow(self, rows: Sequence[IndexRow], decided: _Decided, *, late: bool) -> None:
        """Tell those who wait; only then are the rows done with, so that the janitor does both when this ends early."""
        try:
            await self._staff.followed(decided.before, decided.after, late=late)
            for row in rows:
                await self._store.upkeep.row_done(row)
        except StoreUnavailable as error:
            _log.warning("store_unavailable", doing="what follows", why=str(error))

    async def _event(self, claim: Claim) -> Event:
        """The event, with what only the store knows: whether it is late, and which original is meant."""
        event = await self._people.introduce(read_event(claim.mail.body))
        match event:
            case CustomerSaid(at=at, late=late):
                return replace(event, late=late or at < claim.mail.customer_said - _SAME_MOMENT)
            case DeliveryFailed(withheld=True):
                # written down before anybody knew when it would be
                return replace(event, at=claim.mail.at)
            case CustomerForgotten():
                return with_remains(
                    event, await self._insist(partial(self._store.forgetting.remains, claim.conversation))
                )
            case CustomerReacted(ref=ref) | AgentReacted(ref=ref):
                found = await self._insist(lambda: self._store.mailboxes.origin(claim.conversation, ref.key))
                return replace(event, ref=read_ref(found)) if found else event
            case _:
                return event

    async def _decide(self, before: Conversation | None, event: Event, claim: Claim) -> _Decided:
        conversation = before
        if conversation is None:
            if not isinstance(event, CustomerSaid | CustomerPressed):
                _log.info("nothing_to_belong_to", what=type(event).__name__, conversation=claim.conversation)
                return _Decided(None, event, None, "", Changes(status=""))
            conversation = self._mind.core.open_conversation(event, claim.conversation)
        live = await (self._live.fresh() if gives_cases(event) else self._live.now())
        policy = replace(self._mind.policy, live=live, markless=self._markless())
        event = await self._mind.understood(conversation, event, policy)
        decide = self._mind.core.handle
        decision = decide(conversation, event, policy, number=_NOT_YET)
        if _opens_case(conversation, decision.conversation):
            # Deciding is free of effects, so it may be done again with a number, and what was found for the case. A
            # number is drawn for one decision alone: others are made while this one waits.
            similar = await self._memory.like(decision.conversation)
            number, live = await self._facts_for(decision.conversation)
            policy = replace(policy, live=replace(live, similar=similar))
            decision = decide(conversation, event, policy, number=number)
        after = decision.conversation
        changes = self._expansion.changes(before, decision, event, sequence=claim.sequence, now=self._node.clock.now())
        return _Decided(before, event, after, self._remembered.write(after), changes)

    async def _facts_for(self, opening: Conversation) -> tuple[int, Live]:
        """The number of a case that is about to open, and what is true for it."""
        case = case_of(opening)
        shown = OpenCase(_NOT_YET, opening.id, case.desk, opening.status.value, "", case.opened_at)
        return await self._insist(partial(self._live.with_opening, shown, self._node.fresh()))

    async def _insist(self, call: Callable[[], Awaitable[T]]) -> T:
        return await insist(call, stopping=lambda: self.stopping)


def _opens_case(before: Conversation, after: Conversation) -> bool:
    return after.case is not None and (before.case is None or before.case.number != after.case.number)
