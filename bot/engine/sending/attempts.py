"""Makes one attempt: a call to a platform, or a look for what may have arrived; and says how it ended.

The attempt was written down before, and how it ended is written down after: by `sender`. A call is never made twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import Any, Final, TypeVar

import structlog

from bot.core.effects import Mark, Post
from bot.engine.codec import read
from bot.engine.entries import Entry, Root
from bot.engine.hands import insist
from bot.engine.node import Node
from bot.engine.outgoing import new_entry
from bot.engine.sending import newest_words, outcomes
from bot.engine.sending.deliver import Attempt, Done, deliver
from bot.engine.sending.doubtful import Doubtful
from bot.engine.sending.pacing import Pacing
from bot.engine.sending.transfers import Transfer, Transfers
from bot.engine.upkeep.strays import remember
from bot.errors import NotDone, Refused, ShutOut, Throttled, TooLarge, Uncertain
from bot.ports import ChatAdapter, Head, Settlement

T = TypeVar("T")

_log = structlog.get_logger("engine")

LONGEST_SLEEP: Final = 15.0
"""A lane that may not send for longer looks up meanwhile, to say that it is late."""

HOPELESS: Final = 8
"""Attempts that ended in nobody knows what, before the entry is parked: the platform is not to be believed."""

_LONGEST_PAUSE: Final = 30.0
_DOUBLED: Final = 16
"""Times after which a pause is the longest anyway; after a thousand the number would be none any more."""

_CALL_SECONDS: Final = 10.0
"""The longest call to a platform: shorter than the last look for an attempt, or the look would come too early."""

_FILE_SECONDS: Final = 600.0
"""The longest that a file may take. What is uncertain comes at its very end: a look before that finds nothing."""

_FILE_TRIES: Final = 6
"""Tries to get hold of a file before it is given up: what comes after it in the lane waits meanwhile."""


class Attempts:
    """`stopping` says whether this process ends: then a store that is away is not waited for any more."""

    def __init__(
        self, node: Node, *, pacing: Pacing, transfers: Transfers, doubtful: Doubtful, stopping: Callable[[], bool]
    ) -> None:
        self._node = node
        self._pacing = pacing
        self._transfers = transfers
        self._doubtful = doubtful
        self._stopping = stopping

    async def make(self, attempt: Attempt) -> Settlement:
        """Make one call, unless the store has forgotten that it was made. What is tried again is looked for anyway."""
        adapter, queued, begun = attempt.adapter, attempt.queued, attempt.begun
        if not attempt.claim.head.attempts and (found := await self._doubtful.copies(adapter, queued, attempt.place)):
            return self.sent(adapter, queued, Done(found[0]), begun.first_at)
        settlement = await self._call(attempt)
        if settlement.outcome != "sent":
            return settlement
        rest = newest_words.rest(queued, begun.newest, attempt.root)
        return replace(settlement, follow=(*settlement.follow, *(new_entry(e) for e in rest)))

    async def _call(self, attempt: Attempt) -> Settlement:
        """Make one call and say how it ended."""
        adapter, entry, head = attempt.adapter, attempt.entry, attempt.claim.head
        if head.resent:
            self._node.tally.count("resends")
        transfer = self._transfers.of(entry)
        try:
            async with asyncio.timeout(_FILE_SECONDS if transfer else _CALL_SECONDS):
                done = await _told(deliver(attempt, transfer), transfer)
        except Throttled as error:
            self._node.tally.count("throttled", platform=entry.to.platform)
            await self._insist(partial(self._pacing.freeze, adapter, entry, error.retry_after))
            if is_not_worth(entry, error.retry_after):
                return self._failed(entry, error.why)
            # What is limited by channel is held back by its bucket, too: the lane may look up earlier.
            longest = LONGEST_SLEEP if isinstance(entry.effect, Post) else error.retry_after
            return _again(attempt, min(max(error.retry_after, 0.05), longest))
        except ShutOut as error:
            _log.error("shut_out", doing=entry.to.platform, call=error.call, why=error.why)
            return _again(attempt, pause(0.25, head.tries))
        except NotDone as error:
            _log.info("not_done", entry=entry.id, call=error.call, why=error.why)
            if transfer is not None and head.tries + 1 >= _FILE_TRIES:
                return self._failed(entry, error.why)
            return _again(attempt, pause(0.25, head.tries))
        except (Uncertain, TimeoutError) as error:
            _log.warning("uncertain", entry=entry.id, why=str(error))
            return await self._uncertain(attempt)
        except Refused as error:
            _log.warning("refused", entry=entry.id, call=error.call, why=error.why)
            return self._failed(entry, error.why, limit=error.limit if isinstance(error, TooLarge) else 0)
        except Exception as error:  # noqa: BLE001 - an adapter's own mistake; whether it called, nobody knows
            _log.exception("adapter_failed", entry=entry.id)
            if head.attempts >= HOPELESS:
                return self._failed(entry, type(error).__name__)
            return await self._uncertain(attempt)
        return self.sent(adapter, entry, done, attempt.begun.first_at)

    async def _uncertain(self, attempt: Attempt) -> Settlement:
        head = attempt.claim.head
        if isinstance(attempt.entry.effect, Post):
            return await self.lost(attempt.adapter, attempt.entry, attempt.claim.conversation, attempt.begun.began_at)
        return replace(_again(attempt, pause(0.5, head.tries)), begun=True)

    async def lost(self, adapter: ChatAdapter, entry: Entry, conversation: str, began_at: float) -> Settlement:
        """Nobody knows whether a new message arrived: look for it, or ask people where that is impossible."""
        if adapter.capabilities.look_up:
            return Settlement("unknown")
        if isinstance(entry.effect, Post) and entry.effect.opens_thread:
            # It is sent again by itself, so that the first one may turn up beside it.
            await self._insist(partial(remember, self._node.store, entry, conversation, began_at))
        return self._failed(entry, "the connection broke, and the platform cannot be asked", unknown=True)

    async def look(self, adapter: ChatAdapter, entry: Entry, head: Head) -> Settlement:
        """Look for a message of which nobody knows whether it arrived, and say what came of it."""
        root = read(head.root, Root) if head.root else None
        try:
            async with asyncio.timeout(_CALL_SECONDS):
                found = await adapter.find(entry.place(root), entry.id, since=head.first_at - outcomes.LOOK_MARGIN)
        except Throttled as error:
            return Settlement("unknown", delay=max(error.retry_after, 0.1))
        except (NotDone, Uncertain, TimeoutError) as error:
            _log.info("look_failed", entry=entry.id, why=str(error))
            return Settlement("unknown", delay=_LONGEST_PAUSE if isinstance(error, ShutOut) else 1.0)
        except Refused as error:
            return self._failed(entry, error.why)
        if not found:
            self._node.tally.count("looks", result="missed")
            _log.info("look_missed", entry=entry.id, seconds=round(head.now - head.began_at, 1))
            return Settlement("missed", looked_at=head.now)
        self._node.tally.count("looks", result="found")
        _log.info("look_found", entry=entry.id)
        return self.sent(adapter, entry, Done(found[0]), head.first_at, twins=len(found) > 1)

    def sent(
        self, adapter: ChatAdapter, entry: Entry, done: Done, first_at: float, *, twins: bool = False
    ) -> Settlement:
        """What follows from an entry that is there; `first_at` is when it was first tried, by the store's time."""
        return outcomes.sent(adapter.capabilities, entry, done, first_at, self._node.clock.now(), twins=twins)

    def _failed(self, entry: Entry, why: str, *, unknown: bool = False, limit: int = 0) -> Settlement:
        return outcomes.failed(entry, why, self._node.clock.now(), unknown=unknown, limit=limit)

    async def _insist(self, call: Callable[[], Awaitable[T]]) -> T:
        return await insist(call, stopping=self._stopping, failed=self._doubtful.shake)


def pause(first: float, tries: int) -> float:
    """Seconds until the next try: twice as many each time, and half a minute at the most."""
    return min(first * 2.0 ** min(tries, _DOUBLED), _LONGEST_PAUSE)


def is_not_worth(entry: Entry, seconds: float) -> bool:
    """Whether it is a mark on a copy, in the lane of the words that it would hold up for so long."""
    return isinstance(entry.effect, Mark) and not entry.effect.on_original and seconds > LONGEST_SLEEP


def _again(attempt: Attempt, seconds: float) -> Settlement:
    """Try again in so many seconds, from the step on that was reached."""
    return Settlement("retry", delay=seconds, step=attempt.steps, begun=attempt.steps > 0)


async def _told(work: Coroutine[Any, Any, Done], transfer: Transfer | None) -> Done:
    """What came of it. When the file could not be read, that is why: nothing was sent, however the call ended."""
    try:
        return await work
    except Exception as error:
        if transfer is None or transfer.failure is None or error is transfer.failure:
            raise
        raise transfer.failure from error
