"""What is remembered of solved cases. Implements `bot.ports.SolvedCases`; decodes nothing."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.redis import scripts
from adapters.redis.connect import Connection, pairs_of
from adapters.redis.keys import LATE_SECONDS, Keys


class RedisSolvedCases:
    """`bot.ports.SolvedCases` on Redis: rows, whose they are, their order and a version, under one tag."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._names = keys
        self._keys = [keys.solved(name) for name in ("rows", "whose", "order", "version")]

    async def put(
        self, number: int, customer: str, row: str, *, conversation: str, sequence: int, at: float, most: int
    ) -> None:
        arguments: list[str | float] = ["put", number, customer, row, f"{at:.6f}", most, sequence, LATE_SECONDS]
        keys = [*self._keys, self._changed(number), self._names.solved_until(conversation)]
        await self._connection.run(scripts.SOLVED, keys, arguments)

    async def remove(self, number: int, *, sequence: int) -> None:
        arguments: list[str | float] = ["remove", number, sequence, LATE_SECONDS]
        await self._connection.run(scripts.SOLVED, [*self._keys, self._changed(number)], arguments)

    async def forget(self, customer: str) -> int:
        return int(await self._connection.run(scripts.SOLVED, self._keys, ["forget", customer]))

    async def version(self) -> int:
        return int(await self._connection.call("GET", self._keys[3]) or 0)

    async def rows(self) -> Mapping[int, str]:
        found = pairs_of(await self._connection.call("HGETALL", self._keys[0]))
        return {int(number): row for number, row in found.items()}

    def _changed(self, number: int) -> str:
        """The sequence by which a case changed last."""
        return self._names.solved(f"changed:{number}")
