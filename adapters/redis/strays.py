"""Root cards that were lost on the way. Implements `bot.ports.Strays`; decodes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from adapters.redis.connect import Connection
from adapters.redis.keys import Keys

_KEEP_SECONDS: Final = 31 * 86400
_KEEP: Final = 500
"""Cards of one channel: more are lost in a month only where nothing works at all."""


class RedisStrays:
    """`bot.ports.Strays` on Redis: a set a channel, by the time at which the attempt began."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def lose(self, channel: str, record: str, began_at: float) -> None:
        key = self._keys.strays(channel)
        await self._connection.call("ZADD", key, f"{began_at:.6f}", record)
        await self._connection.call("ZREMRANGEBYRANK", key, 0, -_KEEP - 1)
        await self._connection.call("EXPIRE", key, _KEEP_SECONDS)

    async def lost(self, channel: str) -> Sequence[str]:
        return [str(one) for one in await self._connection.call("ZRANGE", self._keys.strays(channel), 0, -1)]
