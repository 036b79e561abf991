"""What the bot is taught. Implements `bot.ports.Lessons`; decodes no lesson."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from adapters.redis import scripts
from adapters.redis.connect import Connection, Durability, pairs_of
from adapters.redis.keys import Keys
from bot.ports import VersionedRow


class RedisLessons:
    """`bot.ports.Lessons` on Redis: rows, whose words they are, three counters, intents, a lease; under one tag."""

    def __init__(self, connection: Connection, keys: Keys, durability: Durability) -> None:
        self._connection = connection
        self._durability = durability
        self._keys = [keys.lessons(name) for name in ("rows", "whose", "changes", "forgettings")]
        self._last, self._learned = keys.lessons("last"), keys.lessons("learned")
        self._lease = keys.lessons("lease")

    async def number(self) -> int:
        return int(await self._connection.call_durably("INCR", self._last, durability=self._durability))

    async def put(self, number: int, row: str, *, customer: str, expected: int, forgettings: int | None = None) -> bool:
        known = "" if forgettings is None else str(forgettings)
        arguments: list[str | float] = ["put", str(number), row, customer, str(expected), known]
        return bool(await self._run(arguments))

    async def changes(self) -> int:
        return int(await self._connection.call("GET", self._keys[2]) or 0)

    async def forgettings(self) -> int:
        return int(await self._connection.call("GET", self._keys[3]) or 0)

    async def rows(self) -> Mapping[int, VersionedRow]:
        found = pairs_of(await self._connection.call("HGETALL", self._keys[0]))
        parted = ((number, stored.partition("|")) for number, stored in found.items())
        return {int(number): VersionedRow(int(versions), row) for number, (versions, _, row) in parted}

    async def remove(self, number: int) -> None:
        await self._run(["remove", str(number)])

    async def forget(self, customer: str) -> int:
        return int(await self._run(["forget", customer]))

    async def customers(self) -> Collection[str]:
        return {str(customer) for customer in await self._connection.call("HVALS", self._keys[1])}

    async def keep_learned(self, intents: Collection[str]) -> None:
        await self._connection.call("SET", self._learned, " ".join(sorted(intents)))

    async def learned(self) -> Collection[str]:
        return str(await self._connection.call("GET", self._learned) or "").split()

    async def lease(self, owner: str, seconds: float) -> bool:
        return bool(await self._connection.run(scripts.LOCK, [self._lease], [owner, int(seconds * 1000)]))

    async def release(self, owner: str) -> None:
        await self._connection.run(scripts.LOCK, [self._lease], [owner, 0])

    async def _run(self, arguments: list[str | float]) -> Any:
        return await self._connection.run_durably(scripts.LESSON, self._keys, arguments, self._durability)
