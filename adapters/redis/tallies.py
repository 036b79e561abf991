"""What processes count of their own doings. Implements `bot.ports.Tallies`; decodes nothing."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.redis.connect import Connection, pairs_of
from adapters.redis.keys import Keys


class RedisTallies:
    """`bot.ports.Tallies` on Redis: one hash."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._key = keys.tallies

    async def add(self, counted: Mapping[str, int]) -> None:
        await self._connection.call_each([("HINCRBY", self._key, name, n) for name, n in counted.items()])

    async def read(self) -> Mapping[str, int]:
        return {name: int(n) for name, n in pairs_of(await self._connection.call("HGETALL", self._key)).items()}
