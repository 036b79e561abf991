"""What is done once. Implements `bot.ports.Errands`."""

from __future__ import annotations

from typing import Final

from adapters.redis.connect import Connection
from adapters.redis.keys import Keys

_KEEP_SECONDS: Final = 31 * 86400


class RedisErrands:
    """`bot.ports.Errands` on Redis: a key an errand, that expires while it is being done and stays once it is."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def begin(self, name: str, seconds: float) -> bool:
        given = await self._connection.call("SET", self._keys.errand(name), "begun", "NX", "PX", round(seconds * 1000))
        return given is not None

    async def finish(self, name: str) -> None:
        await self._connection.call("SET", self._keys.errand(name), "done", "EX", _KEEP_SECONDS)
