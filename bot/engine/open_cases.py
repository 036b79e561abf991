"""The open cases as one process knows them, and those about to open: only what changed is read, and decoded."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

from bot.core.live import OpenCase
from bot.engine.codec import read
from bot.ports import CaseRow, Ledger

_WHOLE_SECONDS: Final = 10.0
"""How often they are read whole all the same: who runs an earlier version does not say what changed."""


class OpenCases:
    """What is known, by number. For one task at a time."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._version = -1
        self._whole_until = 0.0
        self._rows: dict[int, str] = {}
        self._cases: dict[int, OpenCase] = {}

    async def read(self, now: float) -> tuple[OpenCase, ...]:
        """All of them at `now` (seconds since 1970), in the order of their numbers.

        Raises StoreUnavailable, and Unreadable for a row of a newer version.
        """
        monotonic = asyncio.get_running_loop().time()
        since = self._version if monotonic < self._whole_until else -1
        news = await self._ledger.changed_cases(since, now)
        # What cannot be read is read again, until it can be.
        self._version = -1
        if news.is_whole:
            for number in self._rows.keys() - news.changed.keys():
                del self._rows[number], self._cases[number]
        for number, row in news.changed.items():
            if not row:
                self._rows.pop(number, None)
                self._cases.pop(number, None)
            elif self._rows.get(number) != row:
                self._cases[number] = _case(row)
                self._rows[number] = row
        if news.is_whole:
            self._whole_until = monotonic + _WHOLE_SECONDS
        self._version = news.version
        ahead = {number: replace(read(row, OpenCase), number=number) for number, row in news.opening.items()}
        found = {**self._cases, **ahead} if ahead else self._cases
        return tuple(map(found.__getitem__, sorted(found)))


def _case(text: str) -> OpenCase:
    row = read(text, CaseRow)
    return OpenCase(row.number, row.conversation, row.desk, row.status, row.assignee_key, row.opened_at)
