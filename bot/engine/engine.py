"""The engine, put together: which roles this process plays, and its beginning and end.

One process may play every role, and any number of processes each. Processes know nothing of each other:
what they share is in the store.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from enum import StrEnum
from functools import partial
from typing import Any, Final

import structlog

from bot.core.routing import Doors
from bot.engine.books.audit import StoredAudit
from bot.engine.books.doubts import StoredDoubts
from bot.engine.books.lessons import StoredLessons
from bot.engine.books.memory import Memory
from bot.engine.books.records import StoredRecords
from bot.engine.books.songs import StoredSongs
from bot.engine.expand import Expansion
from bot.engine.hands import Hands
from bot.engine.ingress import Ingress
from bot.engine.live import LiveFacts
from bot.engine.mind import Mind
from bot.engine.node import Limits, Node
from bot.engine.people import People
from bot.engine.sending.doubtful import Doubtful
from bot.engine.sending.pacing import Pacing
from bot.engine.sending.sender import Sender
from bot.engine.sending.transfers import Transfers
from bot.engine.staff import StoredStaff
from bot.engine.tally import Tally
from bot.engine.upkeep.forgetting import Forgetter
from bot.engine.upkeep.janitor import Janitor
from bot.engine.upkeep.leavers import Leavers
from bot.engine.upkeep.recall import Recall
from bot.engine.upkeep.retention import Retention
from bot.engine.upkeep.strays import Strays
from bot.engine.worker import Worker
from bot.errors import StoreUnavailable
from bot.ports import (
    Capabilities,
    ChatAdapter,
    Claim,
    Clock,
    Encoder,
    Intake,
    LaneClaim,
    Pace,
    Records,
    Store,
)

_log = structlog.get_logger("engine")

_BEAT_SECONDS: Final = 0.3
_DEAD_AFTER: Final = 1.2
"""A process that has not beaten for this long is dead to the others; if it was only slow, it is fenced."""

_RENEW_SECONDS: Final = 3.0
_TICK_SECONDS: Final = 1.0
_FLUSH_SECONDS: Final = 5.0
_DRAIN_SECONDS: Final = 10.0


class Role(StrEnum):
    """What a process does. `ingress` needs no task of its own: adapters call `Engine.intake`."""

    INGRESS = "ingress"
    WORKER = "worker"
    SENDER = "sender"
    JANITOR = "janitor"


ALL_ROLES: Final = frozenset(Role)
DEFAULT_LIMITS: Final = Limits()


class Engine:
    """Mailboxes, workers, senders, janitor of one process."""

    def __init__(
        self,
        *,
        store: Store,
        adapters: Mapping[str, ChatAdapter],
        mind: Mind,
        doors: Doors,
        encoder: Encoder | None = None,
        clock: Clock,
        fresh: Callable[[], str],
        roles: frozenset[Role] = ALL_ROLES,
        paces: Mapping[str, Pace] | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        """`fresh` as in `Node`. `paces` replace what adapters say of their platform's limits.

        Without an `encoder` solved cases are compared by their words.
        """
        policy = mind.policy
        self._policy = policy
        self._adapters = adapters
        self._roles = roles
        self._node = Node(fresh(), store, clock, fresh, Tally())
        self._store = store
        ingress = Ingress(store, doors, clock, self.tally)
        self.intake: Intake = ingress
        self.forgetter = Forgetter(store, clock, fresh)
        self.audit = StoredAudit(store.audit)
        self.songs = StoredSongs(store.songs)
        self.lessons = StoredLessons(store.lessons)
        self.doubts = StoredDoubts(store.doubts, policy)
        self.live = LiveFacts(store, clock)
        self.records: Records = StoredRecords(store, ingress, fresh, self.live.cases)
        self.staff = StoredStaff(self._node, self.live, least_load=policy.staffing.least_load)
        self.recall = Recall(self._node, adapters, ingress)
        listed = partial(self.staff.nudge, [desk.name for desk in policy.desks])
        self._janitor = Janitor(store, adapters, ingress, Strays(store, adapters, ingress), clock, listed, self.tally)
        self._leavers = Leavers(self._node, adapters, self.staff, policy)
        keep = limits.keep_seconds
        self._retention = Retention(store, clock, keep) if keep is not None else None
        self._worker = Worker(
            self._node,
            mind,
            Expansion(policy, self._capabilities, self.live.unread_cases),
            people=People(adapters, policy.tiers),
            live=self.live,
            staff=self.staff,
            memory=Memory(store.solved, encoder, policy),
            doubts=self.doubts,
            markless=self._markless,
        )
        self.pacing = Pacing(store.outbox, paces or {})
        self._doubtful = Doubtful(store, clock)
        self._sender = Sender(
            self._node,
            adapters,
            ingress.bind,
            self._again,
            pacing=self.pacing,
            transfers=Transfers(adapters, limits.max_file),
            doubtful=self._doubtful,
            overdue_seconds=limits.overdue_seconds,
        )
        self._working: Hands[Claim] = Hands(limits.hands, self._worker.fetch, self._worker.work)
        self._sending: Hands[LaneClaim] = Hands(limits.hands, self._sender.fetch, self._sender.work)
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def name(self) -> str:
        """Under which this process owns conversations and lanes."""
        return self._node.name

    @property
    def tally(self) -> Tally:
        """What this process has counted."""
        return self._node.tally

    async def damaged(self) -> Sequence[str]:
        """What stands in the store and cannot be read, as people call it. Raises StoreUnavailable."""
        lessons = await self.lessons.damaged()
        await self.live.fresh()
        return *(f"lesson {number}" for number in lessons), *self.live.damaged

    async def start(self) -> None:
        """Begin to play the roles. The adapters are started by whoever made them."""
        if self._roles & {Role.WORKER, Role.SENDER}:
            await self._janitor.beat(self.name, _DEAD_AFTER)
            self._spawn(self._listen, "wakes")
            self._spawn(self._beats, "heartbeat")
            self._spawn(self._renewals, "leases")
        elif Role.JANITOR in self._roles:
            self._spawn(self._beats, "heartbeat")
        if Role.WORKER in self._roles:
            self._spawn(self._working.run, "worker")
        if Role.SENDER in self._roles:
            self._spawn(self._sending.run, "sender")
            self._spawn(self._doubtful.run, "doubts")
        self._spawn(self._flushes, "tally")
        if Role.JANITOR in self._roles:
            self._spawn(self._ticks, "janitor")
            self._spawn(self.recall.run, "recall")
            self._spawn(self._leavers.run, "leavers")
            if self._retention is not None:
                self._spawn(self._retention.run, "retention")

    async def stop(self) -> None:
        """Take nothing more, finish what is under way (at most 10 s), and give everything back.

        Call it before the adapters are stopped: what is under way may need them.
        """
        self._worker.stopping = self._sender.stopping = True
        await asyncio.gather(self._working.close(_DRAIN_SECONDS), self._sending.close(_DRAIN_SECONDS))
        ending = set(self._tasks)
        while ending:
            for task in ending:
                task.cancel()
            # Before Python 3.12 a cancellation that meets the end of a wait_for is lost: it is given again.
            _, ending = await asyncio.wait(ending, timeout=1.0)
        self._tasks.clear()
        await self._quietly(self.tally.flush(self._store.tallies), "tally")
        try:
            await self._store.upkeep.release(self.name, leaving=True)
        except StoreUnavailable as error:
            # The others notice that our heart has stopped.
            _log.warning("store_unavailable", doing="leave", why=str(error))

    async def bucket_levels(self) -> Mapping[str, float]:
        """How full the bucket of each desk's channel is, 0 to 1. Raises StoreUnavailable."""
        found: dict[str, float] = {}
        for desk in self._policy.desks:
            if (adapter := self._adapters.get(desk.place.platform)) is not None:
                found[desk.name] = await self.pacing.level(adapter, desk.place)
        return found

    def _spawn(self, work: Callable[[], Coroutine[Any, Any, None]], name: str) -> None:
        self._tasks.append(asyncio.create_task(self._for_ever(work, name), name=name))

    @staticmethod
    async def _for_ever(work: Callable[[], Coroutine[Any, Any, None]], name: str) -> None:
        """A surprise must not silence a role for good."""
        while True:
            try:
                await work()
            except Exception:  # noqa: BLE001 - told in the next line, and begun again
                _log.exception("role_failed", role=name)
                await asyncio.sleep(1.0)
            else:
                return

    def _again(self, shard: int, seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds + 0.002, self._sending.look, shard)

    def _markless(self) -> frozenset[str]:
        """The platforms of this process that let the app put no marks on messages."""
        return frozenset(name for name, adapter in self._adapters.items() if not adapter.capabilities.react)

    def _capabilities(self, platform: str) -> Capabilities:
        adapter = self._adapters.get(platform)
        return adapter.capabilities if adapter is not None else Capabilities()

    async def _listen(self) -> None:
        async for who, shard in self._store.upkeep.wakes():
            if who == "w" and Role.WORKER in self._roles:
                self._working.look(shard)
            elif who == "s" and Role.SENDER in self._roles:
                self._sending.look(shard)

    async def _beats(self) -> None:
        loop = asyncio.get_running_loop()
        beaten, trust_at = loop.time(), loop.time() + 2 * _DEAD_AFTER
        owns = bool(self._roles & {Role.WORKER, Role.SENDER})
        while True:
            dead = await self._janitor.beat(self.name if owns else "", _DEAD_AFTER)
            now = loop.time()
            if now - beaten > _DEAD_AFTER:
                # The store was away, or we were: the others may just not have come round to their beat yet.
                trust_at = now + 2 * _DEAD_AFTER
            beaten = now
            if dead and now >= trust_at and Role.JANITOR in self._roles:
                await self._quietly(self._janitor.reap([name for name in dead if name != self.name]), "reap")
            await asyncio.sleep(_BEAT_SECONDS)

    async def _renewals(self) -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            lanes = [(cid, lane, epoch) for (cid, lane), epoch in self._sender.held.items()]
            renewal = self._store.upkeep.renew(self.name, list(self._worker.held.items()), lanes)
            await self._quietly(renewal, "renew")

    async def _flushes(self) -> None:
        while True:
            await asyncio.sleep(_FLUSH_SECONDS)
            await self._quietly(self.tally.flush(self._store.tallies), "tally")

    async def _ticks(self) -> None:
        while True:
            await self._quietly(self._janitor.look(), "tick")
            await self._quietly(self.forgetter.look(), "forgetting")
            await self._quietly(self.staff.look(), "duty")
            await asyncio.sleep(_TICK_SECONDS)

    async def _quietly(self, work: Coroutine[Any, Any, None], doing: str) -> None:
        try:
            await work
        except StoreUnavailable as error:
            _log.warning("store_unavailable", doing=doing, why=str(error))
        except Exception:  # noqa: BLE001 - a janitor that stops at the first surprise is none
            _log.exception("upkeep_failed", doing=doing)
