"""Ready-made replies. Implements `bot.ports.Macros`; decodes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.redis import scripts
from adapters.redis.connect import Connection, Durability, pairs_of
from adapters.redis.keys import Keys
from bot.ports import VersionedRow


class RedisMacros:
    """`bot.ports.Macros` on Redis: a hash of what stands, and a list a macro of what ever stood, under one tag."""

    def __init__(self, connection: Connection, keys: Keys, durability: Durability) -> None:
        self._connection = connection
        self._durability = durability
        self._keys = keys

    async def put(self, name: str, row: str, *, expected: int) -> bool:
        keys = [self._keys.macros, self._keys.macro_versions(name)]
        return bool(await self._connection.run_durably(scripts.MACRO, keys, [name, row, expected], self._durability))

    async def rows(self) -> Mapping[str, VersionedRow]:
        found = pairs_of(await self._connection.call("HGETALL", self._keys.macros))
        return {name: _numbered(row) for name, row in found.items()}

    async def versions(self, name: str) -> Sequence[str]:
        return [str(row) for row in await self._connection.call("LRANGE", self._keys.macro_versions(name), 0, -1)]


def _numbered(stored: str) -> VersionedRow:
    count, _, row = stored.partition("|")
    return VersionedRow(int(count), row)
