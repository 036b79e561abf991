"""The open cases as one process knows them, and those about to open: only what changed is read, and decoded.

What the core decides by and what people are shown in lists comes from here alike, so that ten thousand open cases are
read and decoded once a process, and not each time that somebody asks.

A row that cannot be read is set aside, and named: the others go on, and its case writes it anew with its next commit.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.core.live import OpenCase
from bot.engine.codec import Unreadable, read
from bot.engine.damage import Rows, tell_set_aside
from bot.ports import CaseNews, CaseRow, Ledger

_WHOLE_SECONDS: Final = 10.0
"""How often they are read whole all the same: who runs an earlier version does not say what changed."""

_AT_ONCE: Final = 200
"""Rows that are decoded before others get their turn: some milliseconds."""


class OpenCases:
    """What is known, by number. Safe to share among tasks: one of them reads, the others wait for it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._version = -1
        self._whole_until = 0.0
        self._reading = asyncio.Lock()
        self._rows: dict[int, str] = {}
        self._cases: dict[int, OpenCase] = {}
        self._listed: dict[int, CaseRow] = {}
        self._damaged: dict[int, str] = {}
        self._opening = Rows("case about to open", OpenCase)

    @property
    def damaged(self) -> Mapping[int, str]:
        """Why rows could not be read, by the case's number: such a case is left out until its row is written anew."""
        return self._damaged

    async def read(self, now: float) -> tuple[OpenCase, ...]:
        """All of them at `now` (seconds since 1970), in the order of their numbers. Raises StoreUnavailable."""
        async with self._reading:
            news = await self._renew(now)
            opening = self._opening.read({str(number): row for number, row in news.opening.items()})
            ahead = {int(number): replace(case, number=int(number)) for number, case in opening.items()}
            found = {**self._cases, **ahead} if ahead else self._cases
            return tuple(map(found.__getitem__, sorted(found)))

    async def rows(self) -> tuple[CaseRow, ...]:
        """Those that are open, as lists show them, oldest first. Raises StoreUnavailable."""
        async with self._reading:
            await self._renew(math.inf)
            return tuple(sorted(self._listed.values(), key=lambda row: (row.opened_at, row.number)))

    async def unread(self) -> Sequence[int]:
        """The numbers of those that are open and cannot be listed. Raises StoreUnavailable."""
        async with self._reading:
            await self._renew(math.inf)
            return sorted(self._damaged)

    async def _renew(self, now: float) -> CaseNews:
        """Know what the store knows; the news are of `now`, which only those about to open depend on."""
        monotonic = asyncio.get_running_loop().time()
        since = self._version if monotonic < self._whole_until else -1
        news = await self._ledger.changed_cases(since, now)
        if news.is_whole:
            self._whole_until = monotonic + _WHOLE_SECONDS
            for number in self._rows.keys() - news.changed.keys():
                self._take(number, "")
        changed = [(number, row) for number, row in news.changed.items() if self._rows.get(number, "") != row]
        for n, (number, row) in enumerate(changed, 1):
            self._take(number, row)
            if n % _AT_ONCE == 0:
                await asyncio.sleep(0)
        self._version = news.version
        return news

    def _take(self, number: int, row: str) -> None:
        """Know a case by its row as it is now; "" when it is not open any more."""
        for known in (self._rows, self._cases, self._listed, self._damaged):
            known.pop(number, None)
        if not row:
            return
        self._rows[number] = row
        try:
            listed = self._listed[number] = read(row, CaseRow)
        except Unreadable as error:
            self._damaged[number] = str(error)
            tell_set_aside("open case", f"{number}", str(error))
        else:
            self._cases[number] = _case(listed)


def _case(row: CaseRow) -> OpenCase:
    return OpenCase(row.number, row.conversation, row.desk, row.status, row.assignee_key, row.opened_at)
