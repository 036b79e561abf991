"""What is remembered of solved cases. Implements `bot.ports.SolvedCases`; decodes nothing."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.redis import scripts
from adapters.redis.connect import Connection, pairs_of
from adapters.redis.keys import Keys


class RedisSolvedCases:
    """`bot.ports.SolvedCases` on Redis: rows, whose they are, their order and a version, under one tag."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = [keys.solved(name) for name in ("rows", "whose", "order", "version")]

    async def put(self, number: int, customer: str, row: str, *, at: float, most: int) -> None:
        arguments = ["put", str(number), customer, row, f"{at:.6f}", str(most)]
        await self._connection.run(scripts.SOLVED, self._keys, arguments)

    async def remove(self, number: int) -> None:
        await self._connection.run(scripts.SOLVED, self._keys, ["remove", str(number)])

    async def forget(self, customer: str) -> int:
        return int(await self._connection.run(scripts.SOLVED, self._keys, ["forget", customer]))

    async def version(self) -> int:
        return int(await self._connection.call("GET", self._keys[3]) or 0)

    async def rows(self) -> Mapping[int, str]:
        found = pairs_of(await self._connection.call("HGETALL", self._keys[0]))
        return {int(number): row for number, row in found.items()}
