"""What operators did that must be known later. Implements `bot.ports.Audit`; decodes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from adapters.redis.connect import Connection, Durability
from adapters.redis.keys import Keys

_MOST_KEPT: Final = 10_000


class RedisAudit:
    """`bot.ports.Audit` on Redis: a set in which the same line is there once, ordered by time."""

    def __init__(self, connection: Connection, keys: Keys, durability: Durability) -> None:
        self._connection = connection
        self._durability = durability
        self._key = keys.audit

    async def note(self, line: str, *, at: float) -> None:
        await self._connection.call_durably("ZADD", self._key, f"{at:.6f}", line, durability=self._durability)
        await self._connection.call("ZREMRANGEBYRANK", self._key, 0, -_MOST_KEPT - 1)

    async def lines(self) -> Sequence[str]:
        return [str(line) for line in await self._connection.call("ZRANGE", self._key, 0, -1)]
