"""Whether this is still the store that it was. Implements `bot.ports.Tides`; decodes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from adapters.redis import scripts
from adapters.redis.connect import Connection
from adapters.redis.keys import Keys

_KEEP_SECONDS: Final = 3600
_DOUBT_SECONDS: Final = 600


class RedisTides:
    """`bot.ports.Tides` on Redis: a number for each watcher, and a lock, all under one tag.

    Replicas get what is written in its order. So when a promoted one, or a file that lost its end, lacks anything, it
    lacks the latest numbers as well, at least where all keys are on one server.
    """

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def rise(self, watcher: str, at: float) -> tuple[int, float]:
        number = self._keys.tide(watcher)
        grown, _, before = await self._connection.call_each(
            [("INCR", number), ("EXPIRE", number, _KEEP_SECONDS), ("GETSET", self._keys.tide("at"), f"{at:.6f}")]
        )
        return int(grown), float(before or 0.0)

    async def born(self, at: float) -> float:
        born = self._keys.born
        _, found = await self._connection.call_each([("SET", born, f"{at:.6f}", "NX"), ("GET", born)])
        return float(found)

    async def emptied(self, at: float) -> None:
        await self._connection.call("SET", self._keys.emptied, f"{at:.6f}")

    async def emptied_at(self) -> float | None:
        found = await self._connection.call("GET", self._keys.emptied)
        return float(found) if found else None

    async def moved(self, since: float) -> Sequence[str]:
        found = await self._connection.call_each(
            [("ZRANGEBYSCORE", f"{self._keys.base(n)}moved", f"{since:.6f}", "+inf") for n in range(self._keys.shards)]
        )
        return [str(name) for names in found for name in names]

    async def lock(self, token: str, seconds: float) -> bool:
        return bool(await self._connection.run(scripts.LOCK, [self._keys.recalling], [token, int(seconds * 1000)]))

    async def unlock(self, token: str) -> None:
        await self._connection.run(scripts.LOCK, [self._keys.recalling], [token, 0])

    async def owe(self, debts: Sequence[float]) -> None:
        rows = [part for since in debts for part in (f"{since:.6f}", f"{since:.6f}")]
        await self._connection.call("ZADD", self._keys.owed, *rows)
        earliest = min([*debts, *filter(None, [await self.doubt()])])
        await self._connection.call("SET", self._keys.doubt, f"{earliest:.6f}", "EX", _DOUBT_SECONDS)

    async def doubt(self) -> float | None:
        found = await self._connection.call("GET", self._keys.doubt)
        return float(found) if found else None

    async def owed(self) -> Sequence[float]:
        return [float(since) for since in await self._connection.call("ZRANGE", self._keys.owed, 0, -1)]

    async def paid(self, debts: Sequence[float]) -> None:
        await self._connection.call("ZREM", self._keys.owed, *(f"{since:.6f}" for since in debts))
