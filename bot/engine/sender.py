"""Sends what the outbox holds: the head of each lane, one attempt at a time.

An attempt is written down, with its time, before the platform is called. When nobody can tell how it
ended, the message is looked for, and sent again only after all looks missed; where a platform cannot
look, people are asked. Never retries a call by itself: every retry is a new attempt that was written down.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final, TypeVar

import structlog

from bot.core.activity import Side
from bot.core.effects import Post
from bot.core.events import DeliveryDelayed
from bot.engine import newest_words, outcomes
from bot.engine.codec import Forward, Unreadable, read, write, write_event
from bot.engine.deliver import Done, deliver
from bot.engine.doubtful import Doubtful
from bot.engine.entries import Entry, Root, Twin
from bot.engine.expand import new_entry
from bot.engine.hands import insist
from bot.engine.pacing import Pacing
from bot.engine.strays import remember
from bot.engine.tally import Tally
from bot.engine.transfers import Transfer, Transfers
from bot.errors import NotDone, Refused, StoreUnavailable, Throttled, TooLarge, Uncertain
from bot.ports import Begun, ChatAdapter, Clock, Head, LaneClaim, Settlement, Store

T = TypeVar("T")

_log = structlog.get_logger("engine")

_IN_A_ROW: Final = 10
"""Entries of one lane before the others get their turn."""

_CALL_SECONDS: Final = 10.0
"""The longest call to a platform: shorter than the last look for an attempt, or the look would come too early."""

_FILE_SECONDS: Final = 600.0
"""The longest that a file may take. What is uncertain comes at its very end: a look before that finds nothing."""

_FILE_TRIES: Final = 6
"""Tries to get hold of a file before it is given up: what comes after it in the lane waits meanwhile."""

_ABSENT_SECONDS: Final = 30.0
_LONGEST_SLEEP: Final = 15.0
"""A lane that may not send for longer looks up meanwhile, to say that it is late."""

_HOPELESS: Final = 8
"""Attempts that ended in nobody knows what, before the entry is parked: the platform is not to be believed."""


class Sender:
    """Claims lanes and sends their heads."""

    def __init__(
        self,
        store: Store,
        adapters: Mapping[str, ChatAdapter],
        clock: Clock,
        bind: Callable[[str, str], Awaitable[None]],
        again: Callable[[int, float], None],
        *,
        pacing: Pacing,
        transfers: Transfers,
        doubtful: Doubtful,
        name: str,
        fresh: Callable[[], str],
        overdue_seconds: float,
        tally: Tally,
    ) -> None:
        """`bind` makes a thread known; `again` wants a shard to be looked at in so many seconds.

        Words that have waited for `overdue_seconds` are told to be late, to whoever can be told.
        """
        self._store = store
        self._adapters = adapters
        self._clock = clock
        self._bind = bind
        self._again = again
        self._pacing = pacing
        self._transfers = transfers
        self._doubtful = doubtful
        self._name = name
        self._fresh = fresh
        self._overdue_seconds = overdue_seconds
        self._tally = tally
        self.held: dict[tuple[str, str], str] = {}
        """Lanes that we own, with their epochs: their leases have to be renewed."""
        self.stopping = False

    async def fetch(self, shard: int) -> LaneClaim | None:
        """The next lane of a shard with something to send."""
        token = self._fresh()
        claim = await self._insist(partial(self._store.outbox.open, shard, self._name, token))
        if claim is not None:
            self.held[claim.conversation, claim.lane] = claim.epoch
        return claim

    async def work(self, claim: LaneClaim) -> None:
        """Send the lane's entries until it is empty, has to wait, or others wait."""
        try:
            for n in range(_IN_A_ROW):
                keep = not self.stopping and n + 1 < _IN_A_ROW
                following = await self._head(claim, keep=keep)
                if isinstance(following, float):
                    self._again(self._store.shard_of(claim.conversation), following)
                    return
                if following is None:
                    return
                claim = replace(claim, head=following)
        finally:
            if self.held.get((claim.conversation, claim.lane)) == claim.epoch:
                del self.held[claim.conversation, claim.lane]

    async def _head(self, claim: LaneClaim, *, keep: bool) -> Head | float | None:
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
        head = claim.head
        if _is_missed(entry) and not head.overdue and head.now - head.queued_at > self._overdue_seconds:
            event = write_event(DeliveryDelayed(self._clock.now(), entry.id, entry.side, head.queued_at))
            await self._insist(partial(self._store.outbox.overdue, claim, self._name, entry.side.value, event))
        if head.phase != "P":
            if not isinstance(entry.effect, Post):
                # Everything but a new message may be done twice.
                return await self._settle(claim, head.attempts, Settlement("retry", begun=True), keep=keep)
            if head.phase == "S":
                # Whoever began this attempt is gone.
                lost = await self._lost(adapter, entry, claim.conversation, head.began_at)
                return await self._settle(claim, head.attempts, lost, keep=keep)
            return await self._settle(claim, head.attempts, await self._look(adapter, entry, head), keep=keep)
        waiter = f"{claim.conversation}|{claim.lane}"
        room = partial(self._pacing.room, adapter, entry, waiter=waiter, returns=_LONGEST_SLEEP)
        wait = await self._insist(room)
        if wait > 0:
            return await self._wait(claim, wait)
        begun = await self._insist(partial(self._store.outbox.begin, claim, self._name))
        if begun is None:
            return None
        root = read(begun.root, Root) if begun.root else None
        renewed = newest_words.renewed(entry, begun.newest)
        if renewed is None:
            # The text has become shorter since, and needs this part no more.
            settlement = self._sent(adapter, entry, Done(), begun.first_at)
        else:
            settlement = await self._try(adapter, entry, renewed, claim, root, begun)
        return await self._settle(claim, head.attempts + 1, settlement, keep=keep)

    async def _try(
        self,
        adapter: ChatAdapter,
        entry: Entry,
        renewed: Entry,
        claim: LaneClaim,
        root: Root | None,
        begun: Begun,
    ) -> Settlement:
        """Make one call, unless the store has forgotten that it was made. What is tried again is looked for anyway."""
        place = root.thread if entry.in_thread and root else entry.to
        if not claim.head.attempts and (found := await self._doubtful.copies(adapter, entry, place)):
            return self._sent(adapter, entry, Done(found[0]), begun.first_at)
        settlement = await self._attempt(adapter, renewed, claim, root, begun)
        if settlement.outcome != "sent":
            return settlement
        rest = newest_words.rest(entry, begun.newest, root)
        return replace(settlement, follow=(*settlement.follow, *(new_entry(e) for e in rest)))

    async def _forward(self, claim: LaneClaim, effect: Forward, *, keep: bool) -> Head | float | None:
        """Bring an event to another case's mailbox, which knows it if it was brought before."""
        head, store = claim.head, self._store
        if head.phase != "P":
            return await self._settle(claim, head.attempts, Settlement("retry"), keep=keep)
        if await self._insist(partial(store.outbox.begin, claim, self._name)) is None:
            return None
        conversation = await self._insist(partial(store.ledger.conversation_of, effect.case))
        if conversation is None:
            # The index of cases is written a moment after the case is there.
            outcome = Settlement("retry", delay=1.0) if head.tries < _HOPELESS else Settlement("withheld")
            return await self._settle(claim, head.attempts + 1, outcome, keep=keep)
        ids = [f"forward|{head.entry}"]
        await self._insist(partial(store.mailboxes.take, conversation, effect.event, ids=ids, at=effect.at))
        return await self._settle(claim, head.attempts + 1, Settlement("sent"), keep=keep)

    async def _put_aside(self, claim: LaneClaim, *, keep: bool) -> Head | float | None:
        """Park what cannot be read, or it would stop its lane for ever. It stays in the store."""
        _log.exception("entry_unreadable", entry=claim.head.entry)
        attempt = claim.head.attempts
        if claim.head.phase == "P":
            if await self._insist(partial(self._store.outbox.begin, claim, self._name)) is None:
                return None
            attempt += 1
        return await self._settle(claim, attempt, Settlement("parked"), keep=keep)

    async def _attempt(
        self,
        adapter: ChatAdapter,
        entry: Entry,
        claim: LaneClaim,
        root: Root | None,
        begun: Begun,
    ) -> Settlement:
        """Make one call and say how it ended."""
        head = claim.head
        progress = [head.step]
        if head.resent:
            self._tally.count("resends")
        transfer = self._transfers.of(entry)
        try:
            async with asyncio.timeout(_FILE_SECONDS if transfer else _CALL_SECONDS):
                done = await _told(deliver(adapter, entry, root, begun.copies, progress, transfer), transfer)
        except Throttled as error:
            self._tally.count("throttled", platform=entry.to.platform)
            await self._insist(partial(self._pacing.freeze, adapter, entry, error.retry_after))
            # What is limited by channel is held back by its bucket, too: the lane may look up earlier.
            longest = _LONGEST_SLEEP if isinstance(entry.effect, Post) else error.retry_after
            return Settlement(
                "retry", delay=min(max(error.retry_after, 0.05), longest), step=progress[0], begun=progress[0] > 0
            )
        except NotDone as error:
            _log.info("not_done", entry=entry.id, call=error.call, why=error.why)
            if transfer is not None and head.tries + 1 >= _FILE_TRIES:
                return self._failed(entry, error.why)
            delay = min(0.25 * 2**head.tries, 30.0)
            return Settlement("retry", delay=delay, step=progress[0], begun=progress[0] > 0)
        except (Uncertain, TimeoutError) as error:
            _log.warning("uncertain", entry=entry.id, why=str(error))
            return await self._uncertain(adapter, entry, claim, begun, progress[0])
        except Refused as error:
            _log.warning("refused", entry=entry.id, call=error.call, why=error.why)
            return self._failed(entry, error.why, limit=error.limit if isinstance(error, TooLarge) else 0)
        except Exception as error:  # noqa: BLE001 - an adapter's own mistake; whether it called, nobody knows
            _log.exception("adapter_failed", entry=entry.id)
            if head.attempts >= _HOPELESS:
                return self._failed(entry, type(error).__name__)
            return await self._uncertain(adapter, entry, claim, begun, progress[0])
        return self._sent(adapter, entry, done, begun.first_at)

    async def _uncertain(
        self, adapter: ChatAdapter, entry: Entry, claim: LaneClaim, begun: Begun, step: int
    ) -> Settlement:
        if isinstance(entry.effect, Post):
            return await self._lost(adapter, entry, claim.conversation, begun.began_at)
        return Settlement("retry", delay=min(0.5 * 2**claim.head.tries, 30.0), step=step, begun=True)

    async def _lost(self, adapter: ChatAdapter, entry: Entry, conversation: str, began_at: float) -> Settlement:
        """Nobody knows whether a new message arrived: look for it, or ask people where that is impossible."""
        if adapter.capabilities.look_up:
            return Settlement("unknown")
        if isinstance(entry.effect, Post) and entry.effect.opens_thread:
            # It is sent again by itself, so that the first one may turn up beside it.
            await self._insist(partial(remember, self._store, entry, conversation, began_at))
        return self._failed(entry, "the connection broke, and the platform cannot be asked", unknown=True)

    async def _look(self, adapter: ChatAdapter, entry: Entry, head: Head) -> Settlement:
        root = read(head.root, Root) if head.root else None
        place = root.thread if entry.in_thread and root else entry.to
        try:
            async with asyncio.timeout(_CALL_SECONDS):
                found = await adapter.find(place, entry.id, since=head.first_at - outcomes.LOOK_MARGIN)
        except Throttled as error:
            return Settlement("unknown", delay=max(error.retry_after, 0.1))
        except (NotDone, Uncertain, TimeoutError) as error:
            _log.info("look_failed", entry=entry.id, why=str(error))
            return Settlement("unknown", delay=1.0)
        except Refused as error:
            return self._failed(entry, error.why)
        if not found:
            self._tally.count("looks", result="missed")
            _log.info("look_missed", entry=entry.id, seconds=round(head.now - head.began_at, 1))
            return Settlement("missed", looked_at=head.now)
        self._tally.count("looks", result="found")
        _log.info("look_found", entry=entry.id)
        return self._sent(adapter, entry, Done(found[0]), head.first_at, twins=len(found) > 1)

    def _sent(
        self, adapter: ChatAdapter, entry: Entry, done: Done, first_at: float, *, twins: bool = False
    ) -> Settlement:
        return outcomes.sent(adapter.capabilities, entry, done, first_at, self._clock.now(), twins=twins)

    def _failed(self, entry: Entry, why: str, *, unknown: bool = False, limit: int = 0) -> Settlement:
        return outcomes.failed(entry, why, self._clock.now(), unknown=unknown, limit=limit)

    async def _settle(
        self, claim: LaneClaim, attempt: int, settlement: Settlement, *, keep: bool
    ) -> Head | float | None:
        self._tally.count("attempts", outcome=settlement.outcome)
        if settlement.twins:
            twin = replace(read(settlement.twins, Twin), conversation=claim.conversation)
            settlement = replace(settlement, twins=write(twin, Twin))
        following = await self._insist(
            partial(self._store.outbox.settle, claim, self._name, attempt, settlement, keep=keep)
        )
        if settlement.root is not None:
            try:
                await self._bind(settlement.root[2], claim.conversation)
            except StoreUnavailable as error:
                # The row stays in the store; the janitor binds what is forgotten here.
                _log.warning("store_unavailable", doing="binding", why=str(error))
        return following

    async def _wait(self, claim: LaneClaim, seconds: float) -> float:
        seconds = min(seconds, _LONGEST_SLEEP)
        await self._insist(partial(self._store.outbox.postpone, claim, self._name, seconds))
        return seconds

    async def _insist(self, call: Callable[[], Awaitable[T]]) -> T:
        return await insist(call, stopping=lambda: self.stopping, failed=self._doubtful.shake)


def _is_missed(entry: Entry) -> bool:
    """Whether somebody waits for this: every word to a customer; for agents what a customer wrote, and its card."""
    effect = entry.effect
    if not isinstance(effect, Post):
        return False
    return entry.side is Side.CUSTOMER or effect.source is not None or effect.opens_thread


async def _told(work: Coroutine[Any, Any, Done], transfer: Transfer | None) -> Done:
    """What came of it. When the file could not be read, that is why: nothing was sent, however the call ended."""
    try:
        return await work
    except Exception as error:
        if transfer is None or transfer.failure is None or error is transfer.failure:
            raise
        raise transfer.failure from error
