"""Reads what changes while we run, for the core: who is on duty, and which cases are open.

Never more than about a second old, and never in the way: when the store cannot be read, what was known last counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

import structlog

from bot.core.cases.stats import quantile
from bot.core.live import Duty, Live, Macro, OpenCase, Waits
from bot.engine.books.macros import StoredMacros
from bot.engine.codec import write
from bot.engine.damage import Rows
from bot.engine.open_cases import OpenCases
from bot.errors import StoreUnavailable
from bot.ports import Clock, DutyRow, Store

_log = structlog.get_logger("engine")

_SECONDS: Final = 1.0
_WAITS_SECONDS: Final = 300.0
_HOURS_OF_WAITS: Final = 24
_TO_END_OF_BUCKET: Final = 10**0.05
"""A quantile is the middle of its bucket; what customers are told must not be too short."""
_OPENING_SECONDS: Final = 3.0
"""A case that is about to open is in the store by then, or does not open."""
_SHARE: Final = 0.05
"""The most of our time that may go into reading: with very many open cases the facts are renewed more rarely."""


class LiveFacts:
    """The facts as this process knows them. Safe to share among tasks: one of them reads, the others wait for it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._macros = StoredMacros(store.macros)
        self._clock = clock
        self.duties = Rows("duty", DutyRow)
        self._known = Live()
        self._good_until = 0.0
        self._reading = asyncio.Lock()
        self.cases = OpenCases(store.ledger)
        self._waits: Waits | None = None
        self._waits_good_until = 0.0

    @property
    def damaged(self) -> Sequence[str]:
        """What stands in the store and cannot be read, as people call it."""
        macros = (f"macro `{name}`" for name in self._macros.rows.damaged)
        duties = (f"duty of `{agent}`" for agent in self.duties.damaged)
        return *macros, *duties, *(f"row of the open case #{number}" for number in sorted(self.cases.damaged))

    def unread_cases(self) -> Collection[int]:
        """The numbers of open cases whose rows cannot be read."""
        return self.cases.damaged.keys()

    async def now(self) -> Live:
        """What is known, not much older than a second."""
        loop = asyncio.get_running_loop()
        if loop.time() >= self._good_until:
            async with self._reading:
                if loop.time() >= self._good_until:
                    await self._renew()
        return self._known

    async def fresh(self) -> Live:
        """What is true now, as far as the store can be read."""
        async with self._reading:
            await self._renew()
        return self._known

    async def with_opening(self, case: OpenCase, token: str) -> tuple[int, Live]:
        """The number of a case that opens here, and what is true then: it counts from this moment on, in every process.

        Whoever has a smaller number is in front of it, and known here: no two are told the same place. `token` is one
        for all that ask for this case. Raises StoreUnavailable.
        """
        # whose case it is stays out of it: nothing of anybody's is to lie about
        row = write(replace(case, number=0, conversation=""), OpenCase)
        number = await self._store.ledger.announce(row, self._clock.now(), _OPENING_SECONDS, token=token)
        return number, await self.fresh()

    async def _renew(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            self._known = await self._read()
        except StoreUnavailable as error:
            _log.warning("store_unavailable", doing="live facts", why=str(error))
        ended = loop.time()
        self._good_until = ended + max(_SECONDS, (ended - began) / _SHARE)

    async def _read(self) -> Live:
        roster, touched, cases, macros, learned = await asyncio.gather(
            self._store.roster.rows(),
            self._store.roster.touched(),
            self.cases.read(self._clock.now()),
            self._macros.newest(),
            self._store.lessons.learned(),
        )
        await self._renew_waits()
        duties = self.duties.read(roster).values()
        return Live(
            on_duty=tuple(
                Duty(row.agent, row.desks, row.since, row.until, touched.get(row.agent.key, row.since))
                for row in sorted(duties, key=lambda row: row.agent.key)
                if is_on(row, self._clock.now())
            ),
            cases=cases,
            waits=self._waits,
            macros=tuple(Macro(row.name, row.text) for _, row in sorted(macros.items()) if row.text),
            learned=frozenset(learned),
        )

    async def _renew_waits(self) -> None:
        """What waiting was like in the last day: it changes slowly, and takes many keys to read."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._waits_good_until:
            return
        hour = int(self._clock.now() // 3600)
        counters = await self._store.ledger.counters(hour - _HOURS_OF_WAITS, hour, over=hour - 1)
        most = quantile(counters, "taken_up", 0.9)
        self._waits = Waits(counters.get("taken_up", 0), most * _TO_END_OF_BUCKET) if most is not None else None
        self._waits_good_until = loop.time() + _WAITS_SECONDS


def is_on(row: DutyRow, now: float) -> bool:
    """Whether an agent is on duty at that time (seconds since 1970)."""
    return row.on and row.since <= now and (row.until is None or now < row.until)
