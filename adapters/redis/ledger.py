"""What can be read back. Implements `bot.ports.Ledger`; decodes nothing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final

from adapters.redis import scripts
from adapters.redis.connect import Connection, Durability
from adapters.redis.counting import Counting
from adapters.redis.keys import Keys
from bot.ports import CaseNews

FIRST_CASE: Final = 1001
_SEPARATOR: Final = "\x1f"
"""As the scripts have it."""


class RedisLedger:
    """`bot.ports.Ledger` on Redis."""

    def __init__(self, connection: Connection, keys: Keys, durability: Durability) -> None:
        self._connection = connection
        self._keys = keys
        self._durability = durability
        self._counting = Counting(connection, keys)

    async def state(self, conversation: str) -> str | None:
        key = f"{self._keys.home(conversation)}conv:{conversation}"
        found = await self._connection.call("HGET", key, "state")
        return str(found) if found else None

    async def journal(self, conversation: str) -> Sequence[str]:
        key = f"{self._keys.home(conversation)}journal:{conversation}"
        return [str(line) for line in await self._connection.call("LRANGE", key, 0, -1)]

    async def follow(self) -> AsyncIterator[tuple[str, str]]:
        async for told in self._connection.listen(self._keys.journal):
            conversation, _, line = told.partition(_SEPARATOR)
            if line:
                yield conversation, line

    async def counters(self, first_hour: int, last_hour: int, *, over: int) -> Mapping[str, int]:
        return await self._counting.total(first_hour, last_hour, over)

    async def series(
        self, first_hour: int, last_hour: int, kinds: Sequence[str], *, over: int
    ) -> Mapping[int, Sequence[int]]:
        return await self._counting.each(first_hour, last_hour, kinds, over)

    async def open_count(self) -> int:
        return int(await self._connection.call("HLEN", self._keys.open_cases))

    async def changed_cases(self, since: int, now: float) -> CaseNews:
        answer = await self._connection.run(scripts.CHANGED, self._keys.open_index, [since])
        version, is_whole, opening, *flat = answer
        numbers = map(int, flat[::2])
        # In the order of their numbers: whoever sorts them has little to do.
        rows = dict(sorted(zip(numbers, flat[1::2], strict=True)))
        return CaseNews(int(version), bool(is_whole), rows, _still(opening, now))

    async def announce(self, row: str, now: float, seconds: float, *, token: str) -> int:
        keys = [self._keys.last_case, self._keys.opening, self._keys.announced(token)]
        args: list[str | float] = [row, now, seconds, FIRST_CASE]
        # A replica that has not heard of it would give the number to another case, too.
        return int(await self._connection.run_durably(scripts.ANNOUNCE, keys, args, self._durability))

    async def conversation_of(self, case: int) -> str | None:
        found = await self._connection.call("HGET", self._keys.numbers, str(case))
        return str(json.loads(found)[0]) if found else None

    async def last_case(self) -> int | None:
        given = await self._connection.call("GET", self._keys.last_case)
        return FIRST_CASE - 1 + int(given) if given else None

    async def stories(self, first: int, last: int) -> Sequence[tuple[int, Sequence[str]]]:
        numbers = list(range(first, last + 1))
        rows = await self._connection.call("HMGET", self._keys.numbers, *map(str, numbers))
        held = {n: str(json.loads(row)[0]) for n, row in zip(numbers, rows, strict=True) if row}
        names = sorted(set(held.values()))
        journals = await self._connection.call_each(
            [("LRANGE", f"{self._keys.home(name)}journal:{name}", 0, -1) for name in names]
        )
        by_name = {name: [str(line) for line in lines] for name, lines in zip(names, journals, strict=True)}
        return [(n, by_name[name]) for n, name in held.items()]


def _still(announced: Sequence[str], now: float) -> Mapping[int, str]:
    """Those of the announced rows that are not to be forgotten yet, by number."""
    parted = (str(each).split("|", 2) for each in announced)
    return {int(number): row for number, until, row in parted if float(until) > now}
