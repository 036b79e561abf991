"""What was sung on platforms and came back. Implements `bot.ports.Songs`; decodes nothing."""

from __future__ import annotations

from adapters.redis.connect import Connection
from adapters.redis.keys import Keys


class RedisSongs:
    """`bot.ports.Songs` on Redis: one hash."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def last(self, platform: str) -> tuple[str, str]:
        found = await self._connection.call("HMGET", self._keys.songs, f"sung:{platform}", f"heard:{platform}")
        sung, heard = (str(each or "") for each in found)
        return sung, heard

    async def sung(self, platform: str, song: str) -> None:
        await self._connection.call("HSET", self._keys.songs, f"sung:{platform}", song)

    async def heard(self, platform: str, word: str) -> None:
        await self._connection.call("HSET", self._keys.songs, f"heard:{platform}", word)
