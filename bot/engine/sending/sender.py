"""Sends what the outbox holds: the head of each lane, one attempt at a time.

An attempt is written down, with its time, before the platform is called. When nobody can tell how it
ended, the message is looked for, and sent again only after all looks missed; where a platform cannot
look, people are asked. Never retries a call by itself: every retry is a new attempt that was written down.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final, TypeAlias, TypeVar

import structlog

from bot.core.activity import Side
from bot.core.effects import Post
from bot.core.events import DeliveryDelayed
from bot.engine.codec import Forward, Unreadable, read, write, write_event
from bot.engine.entries import Entry, Root, Twin
from bot.engine.hands import insist
from bot.engine.node import Node
from bot.engine.sending import newest_words
from bot.engine.sending.attempts import HOPELESS, LONGEST_SLEEP, Attempts
from bot.engine.sending.deliver import Attempt, Done
from bot.engine.sending.doubtful import Doubtful
from bot.engine.sending.pacing import Pacing
from bot.engine.sending.transfers import Transfers
from bot.errors import StoreUnavailable
from bot.ports import Asleep, ChatAdapter, Head, LaneClaim, Phase, Settlement

T = TypeVar("T")

_log = structlog.get_logger("engine")

_IN_A_ROW: Final = 10
"""Entries of one lane before the others get their turn."""

_ABSENT_SECONDS: Final = 30.0


_Next: TypeAlias = Head | Asleep | None
"""What follows in a lane: its next head, or that it sleeps, or nothing: then it was released."""


class Sender:
    """Claims lanes and sends their heads."""

    def __init__(
        self,
        node: Node,
        adapters: Mapping[str, ChatAdapter],
        bind: Callable[[str, str], Awaitable[None]],
        again: Callable[[int, float], None],
        *,
        pacing: Pacing,
        transfers: Transfers,
        doubtful: Doubtful,
        overdue_seconds: float,
    ) -> None:
        """`bind` makes a thread known; `again` wants a shard to be looked at in so many seconds.

        Words that have waited for `overdue_seconds` are told to be late, to whoever can be told.
        """
        self._node = node
        self._store = node.store
        self._adapters = adapters
        self._bind = bind
        self._again = again
        self._pacing = pacing
        self._doubtful = doubtful
        self._overdue_seconds = overdue_seconds
        self.held: dict[tuple[str, str], str] = {}
        """Lanes that we own, with their epochs: their leases have to be renewed."""
        self.stopping = False
        self._attempts = Attempts(
            node, pacing=pacing, transfers=transfers, doubtful=doubtful, stopping=lambda: self.stopping
        )

    async def fetch(self, shard: int) -> LaneClaim | None:
        """The next lane of a shard with something to send."""
        token = self._node.fresh()
        claim = await self._insist(partial(self._store.outbox.open, shard, self._node.name, token))
        if claim is not None:
            self.held[claim.conversation, claim.lane] = claim.epoch
        return claim

    async def work(self, claim: LaneClaim) -> None:
        """Send the lane's entries until it is empty, has to wait, or others wait."""
        try:
            for n in range(_IN_A_ROW):
                keep = not self.stopping and n + 1 < _IN_A_ROW
                following = await self._head(claim, keep=keep)
                if isinstance(following, Asleep):
                    self._again(self._store.shard_of(claim.conversation), following.seconds)
                    return
                if following is None:
                    return
                claim = replace(claim, head=following)
        finally:
            if self.held.get((claim.conversation, claim.lane)) == claim.epoch:
                del self.held[claim.conversation, claim.lane]

    async def _head(self, claim: LaneClaim, *, keep: bool) -> _Next:
        """Do what the head of a lane needs, and say what follows; with `keep` the lane stays ours if anything does."""
        try:
            entry = read(claim.head.body, Entry)
        except Unreadable:
            return await self._put_aside(claim, keep=keep)
        if isinstance(entry.effect, Forward):
            return await self._forward(claim, entry.effect, keep=keep)
        adapter = self._adapters.get(entry.to.platform)
        if adapter is None:
            _log.warning("no_such_platform", platform=entry.to.platform, entry=entry.id)
            return await self._wait(claim, _ABSENT_SECONDS)
        await self._tell_overdue(claim, entry)
        if claim.head.phase is Phase.PENDING:
            return await self._attempt(claim, entry, adapter, keep=keep)
        settlement = await self._unsettled(claim, entry, adapter)
        return await self._settle(claim, claim.head.attempts, settlement, keep=keep)

    async def _tell_overdue(self, claim: LaneClaim, entry: Entry) -> None:
        """Let the other side know, once, of words that have waited for too long."""
        head = claim.head
        if _is_missed(entry) and not head.overdue and head.now - head.queued_at > self._overdue_seconds:
            event = write_event(DeliveryDelayed(self._node.clock.now(), entry.id, entry.side, head.queued_at))
            await self._insist(partial(self._store.outbox.overdue, claim, self._node.name, entry.side.value, event))

    async def _unsettled(self, claim: LaneClaim, entry: Entry, adapter: ChatAdapter) -> Settlement:
        """What becomes of an attempt that was begun and of which nobody has written down how it ended."""
        head = claim.head
        if not isinstance(entry.effect, Post):
            # Everything but a new message may be done twice.
            return Settlement("retry", begun=True)
        if head.phase is Phase.SENDING:
            # Whoever began this attempt is gone.
            return await self._attempts.lost(adapter, entry, claim.conversation, head.began_at)
        return await self._attempts.look(adapter, entry, head)

    async def _attempt(self, claim: LaneClaim, entry: Entry, adapter: ChatAdapter, *, keep: bool) -> _Next:
        """Send the head, as soon as its platform has room for it."""
        head, waiter = claim.head, f"{claim.conversation}|{claim.lane}"
        room = partial(self._pacing.room, adapter, entry, waiter=waiter, returns=LONGEST_SLEEP)
        wait = await self._insist(room)
        if wait > 0:
            return await self._wait(claim, wait)
        begun = await self._insist(partial(self._store.outbox.begin, claim, self._node.name))
        if begun is None:
            return None
        root = read(begun.root, Root) if begun.root else None
        renewed = newest_words.renewed(entry, begun.newest)
        if renewed is None:
            # The text has become shorter since, and needs this part no more.
            settlement = self._attempts.sent(adapter, entry, Done(), begun.first_at)
        else:
            attempt = Attempt(adapter, renewed, entry, claim, begun, root, steps=head.step)
            settlement = await self._attempts.make(attempt)
        return await self._settle(claim, head.attempts + 1, settlement, keep=keep)

    async def _forward(self, claim: LaneClaim, effect: Forward, *, keep: bool) -> _Next:
        """Bring an event to another case's mailbox, which knows it if it was brought before."""
        head, store = claim.head, self._store
        if head.phase is not Phase.PENDING:
            return await self._settle(claim, head.attempts, Settlement("retry"), keep=keep)
        if await self._insist(partial(store.outbox.begin, claim, self._node.name)) is None:
            return None
        conversation = await self._insist(partial(store.ledger.conversation_of, effect.case))
        if conversation is None:
            # The index of cases is written a moment after the case is there.
            outcome = Settlement("retry", delay=1.0) if head.tries < HOPELESS else Settlement("withheld")
            return await self._settle(claim, head.attempts + 1, outcome, keep=keep)
        ids = [f"forward|{head.entry}"]
        await self._insist(partial(store.mailboxes.take, conversation, effect.event, ids=ids, at=effect.at))
        return await self._settle(claim, head.attempts + 1, Settlement("sent"), keep=keep)

    async def _put_aside(self, claim: LaneClaim, *, keep: bool) -> _Next:
        """Park what cannot be read, or it would stop its lane for ever. It stays in the store."""
        _log.exception("entry_unreadable", entry=claim.head.entry)
        attempt = claim.head.attempts
        if claim.head.phase is Phase.PENDING:
            if await self._insist(partial(self._store.outbox.begin, claim, self._node.name)) is None:
                return None
            attempt += 1
        return await self._settle(claim, attempt, Settlement("parked"), keep=keep)

    async def _settle(self, claim: LaneClaim, attempt: int, settlement: Settlement, *, keep: bool) -> _Next:
        """Write down how an attempt ended; `attempt` is its number. What came next may be there already."""
        self._node.tally.count("attempts", outcome=settlement.outcome)
        if settlement.twins:
            twin = replace(read(settlement.twins, Twin), conversation=claim.conversation)
            settlement = replace(settlement, twins=write(twin, Twin))
        following = await self._insist(
            partial(self._store.outbox.settle, claim, self._node.name, attempt, settlement, keep=keep)
        )
        if settlement.opened is not None:
            try:
                await self._bind(settlement.opened.thread, claim.conversation)
            except StoreUnavailable as error:
                # The row stays in the store; the janitor binds what is forgotten here.
                _log.warning("store_unavailable", doing="binding", why=str(error))
        return following

    async def _wait(self, claim: LaneClaim, seconds: float) -> Asleep:
        seconds = min(seconds, LONGEST_SLEEP)
        await self._insist(partial(self._store.outbox.postpone, claim, self._node.name, seconds))
        return Asleep(seconds)

    async def _insist(self, call: Callable[[], Awaitable[T]]) -> T:
        return await insist(call, stopping=lambda: self.stopping, failed=self._doubtful.shake)


def _is_missed(entry: Entry) -> bool:
    """Whether somebody waits for this: every word to a customer; for agents what a customer wrote, and its card."""
    effect = entry.effect
    if not isinstance(effect, Post):
        return False
    return entry.side is Side.CUSTOMER or effect.source is not None or effect.opens_thread
