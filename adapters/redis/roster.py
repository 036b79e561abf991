"""Who is on duty. Implements `bot.ports.Roster`; decodes nothing."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.redis import scripts
from adapters.redis.connect import Connection, Durability, pairs_of
from adapters.redis.keys import Keys


class RedisRoster:
    """`bot.ports.Roster` on Redis: two hashes under one tag."""

    def __init__(self, connection: Connection, keys: Keys, durability: Durability) -> None:
        self._connection = connection
        self._durability = durability
        self._keys = keys

    async def put(self, agent: str, row: str) -> None:
        await self._connection.call_durably("HSET", self._keys.duty, agent, row, durability=self._durability)

    async def rows(self) -> Mapping[str, str]:
        return pairs_of(await self._connection.call("HGETALL", self._keys.duty))

    async def touch(self, agent: str, at: float) -> None:
        await self._connection.run(scripts.TOUCH, [self._keys.touched], [agent, f"{at:.6f}"])

    async def touched(self) -> Mapping[str, float]:
        found = pairs_of(await self._connection.call("HGETALL", self._keys.touched))
        return {agent: float(at) for agent, at in found.items()}

    async def lock(self, token: str, seconds: float) -> bool:
        return bool(await self._connection.run(scripts.LOCK, [self._keys.giving], [token, int(seconds * 1000)]))

    async def unlock(self, token: str) -> None:
        await self._connection.run(scripts.LOCK, [self._keys.giving], [token, 0])
