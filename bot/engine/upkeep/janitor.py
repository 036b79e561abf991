"""What nobody else does: timers that are due, leases that ran out, forgotten index rows, parked activities, twins.

Looks at every shard about once a second, in one round trip. Everything it does may be done by several
janitors at once, and twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import structlog

from bot.core.events import TimerFired
from bot.engine.codec import Unreadable, read, read_ref, write, write_event, write_ref
from bot.engine.entries import Root, Twin
from bot.engine.ingress import Ingress
from bot.engine.tally import Tally
from bot.engine.upkeep.strays import Strays
from bot.errors import DeliveryError, NotDone, StoreUnavailable
from bot.ports import ChatAdapter, Clock, Findings, IndexRow, NextLook, Posted, Relink, Store

_log = structlog.get_logger("engine")

_PARKED_SECONDS: Final = 180.0
"""How long an activity waits for its thread: ordinary chatter in a desk's threads is never bound."""

_SETTLING_SECONDS: Final = 1.0
"""How long a thread that is nobody's is left alone: whoever put a card there may be about to say so to the store."""

_LOOKS: Final = (60.0, 300.0)
"""After the first look for a twin: seconds until the next, and the last. Late commits come within minutes."""

_FAILED_SECONDS: Final = 5.0
_MOST_FAILURES: Final = 20
"""How soon a look is repeated for which a platform did not answer, and how often."""


@dataclass(frozen=True, slots=True)
class Janitor:
    """One look at everything."""

    store: Store
    adapters: Mapping[str, ChatAdapter]
    ingress: Ingress
    strays: Strays
    clock: Clock
    listed: Callable[[], Awaitable[None]]
    """Called after rows of cases were written here, because whoever committed them did not, or told nobody."""
    tally: Tally = field(default_factory=Tally)

    async def look(self) -> None:
        """Find what is to be done and do it. Raises StoreUnavailable."""
        found = [findings for findings in await self.store.upkeep.tick(self.clock.now()) if findings != _NOTHING]
        for findings in found:
            await self._do(findings)
        opened = {thread for findings in found for thread in findings.opened}
        for findings in found:
            for orphan in findings.orphans:
                if orphan.conversation:
                    await self.ingress.unpark(orphan.thread, orphan.conversation)
                elif orphan.thread not in opened and orphan.age > _SETTLING_SECONDS:
                    await self._look_at_stray(orphan.thread, orphan.age)

    async def _look_at_stray(self, thread: str, age: float) -> None:
        """Find out whether a thread is that of a lost card; what nobody is to have after a while is let go."""
        if not await self.strays.look(thread) and age > _PARKED_SECONDS:
            await self._drop(thread)

    async def reap(self, dead: Sequence[str]) -> None:
        """Free what dead workers held."""
        for worker in dead:
            freed = await self.store.upkeep.release(worker)
            self.tally.count("lease_steals", freed)
            _log.warning("reaped", worker=worker, freed=freed)

    async def _do(self, findings: Findings) -> None:
        self.tally.count("lease_steals", findings.freed)
        for conversation, name, due in findings.timers:
            body = write_event(TimerFired(max(due, self.clock.now()), name))
            await self.store.upkeep.fire(conversation, name, due, body)
        await self._write_rows(findings.rows)
        for record in findings.twins:
            await self._sweep(record)

    async def _write_rows(self, rows: Sequence[IndexRow]) -> None:
        """Do what whoever committed these rows had still to do."""
        for row in rows:
            _log.info("row_repaired", number=row.number, thread=row.thread)
            if row.thread:
                await self.ingress.bind(row.thread, row.conversation)
            else:
                await self.store.upkeep.write_row(row)
        of_cases = [row for row in rows if row.number]
        if of_cases:
            await self.listed()
        for row in of_cases:
            await self.store.upkeep.row_done(row)

    async def _drop(self, thread: str) -> None:
        conversation, parcels = await self.store.mailboxes.parked(thread)
        if conversation or not parcels:
            return
        times = [float(read(raw, tuple[str, str])[0]) for raw in parcels]
        # The first is known to be too old; whatever came soon after it follows with the next looks.
        old = [raw for raw, at in zip(parcels, times, strict=True) if at <= times[0] + 1.0]
        _log.info("parked_dropped", thread=thread, count=len(old), why="nobody's thread")
        await self.store.mailboxes.unpark(thread, old)

    async def _sweep(self, record: str) -> None:
        """Delete the later twin of a message that was sent again and turned out to have arrived before."""
        try:
            twin = read(record, Twin)
        except Unreadable:
            _log.exception("twin_unreadable")
            return
        self.tally.count("sweeps")
        relinks: list[Relink] = []
        again = _again(twin)
        try:
            await self._delete_twins(twin, relinks)
        except DeliveryError as error:
            _log.warning("sweep_failed", entry=twin.key, why=str(error))
            again = _failed(twin)
        await self.store.outbox.swept(twin.conversation, record, again, relinks)

    async def _delete_twins(self, twin: Twin, relinks: list[Relink]) -> None:
        """Delete all but the one that stays, and add what that means for links. Raises DeliveryError on the way."""
        adapter = self._adapter(twin.place.platform)
        found = list(await adapter.find(twin.place, twin.key, since=twin.since))
        kept = await self._kept(twin, found)
        for other in found:
            if other is not kept:
                await adapter.delete(other.ref)
                self.tally.count("twins_deleted")
                _log.warning("twin_deleted", entry=twin.key)
                if kept is not None:
                    relinks.append(_relink(twin, other, kept))

    def _adapter(self, platform: str) -> ChatAdapter:
        """That of a platform. Raises NotDone where there is none: one that was taken out may come back."""
        if platform not in self.adapters:
            raise NotDone("find", f"there is no {platform} here")
        return self.adapters[platform]

    async def _kept(self, twin: Twin, found: Sequence[Posted]) -> Posted | None:
        """The one that stays: the card of a case, the one that people have answered under, or the earliest.

        None when nothing is known any more of what stands in a desk: its customer was forgotten, or took it back.
        Several janitors may be shown different ones of them: what each decides must not depend on that. Raises NotDone
        while it is being sent, for any of them may become the one that is known.
        """
        owned = await self.store.outbox.owned(twin.conversation, twin.key, twin.source)
        if owned.waits:
            raise NotDone("find", "it is still being sent")
        cards = {read(root, Root).ref.key for root in owned.cards}
        card = next((posted for posted in found if posted.ref.key in cards), None)
        return _earliest(found, twin.keep) if card is None and (owned.is_linked or not twin.is_in_desk) else card

    async def beat(self, worker: str, ttl: float) -> Sequence[str]:
        """Say that a worker lives; the dead, or none when the store does not answer."""
        try:
            return await self.store.upkeep.beat(worker, ttl)
        except StoreUnavailable as error:
            _log.warning("store_unavailable", doing="heartbeat", why=str(error))
            return ()


_NOTHING: Final = Findings()


def _again(twin: Twin) -> NextLook | None:
    if twin.looks >= len(_LOOKS):
        return None
    return NextLook(write(replace(twin, looks=twin.looks + 1), Twin), _LOOKS[twin.looks])


def _failed(twin: Twin) -> NextLook | None:
    """The look that follows one that came to nothing; None once there were too many of those."""
    if twin.failures >= _MOST_FAILURES:
        return None
    return NextLook(write(replace(twin, failures=twin.failures + 1), Twin), _FAILED_SECONDS)


def _earliest(found: Sequence[Posted], keep: str) -> Posted | None:
    """The one that people have answered under already, else the earliest: that keeps the order."""
    ref = read_ref(keep) if keep else None
    return next((posted for posted in found if posted.ref == ref), next(iter(found), None))


def _relink(twin: Twin, lost: Posted, kept: Posted) -> Relink:
    return Relink(twin.source, write_ref(lost.ref), lost.ref.key, write_ref(kept.ref), kept.ref.key)
