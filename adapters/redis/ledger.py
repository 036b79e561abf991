"""What can be read back. Implements `bot.ports.Ledger`; decodes nothing, writes nothing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import cast

from adapters.redis.connect import Connection
from adapters.redis.keys import Keys


class RedisLedger:
    """`bot.ports.Ledger` on Redis."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def state(self, conversation: str) -> str | None:
        key = f"{self._keys.home(conversation)}conv:{conversation}"
        found = await self._connection.call("HGET", key, "state")
        return str(found) if found else None

    async def journal(self, conversation: str) -> Sequence[str]:
        key = f"{self._keys.home(conversation)}journal:{conversation}"
        return [str(line) for line in await self._connection.call("LRANGE", key, 0, -1)]

    async def follow(self) -> AsyncIterator[str]:
        async for line in self._connection.listen(self._keys.journal):
            if line:
                yield line

    async def counters(self, first_hour: int, last_hour: int) -> Mapping[str, int]:
        bases = [self._keys.base(shard) for shard in range(self._keys.shards)]
        hours = await self._connection.call_each(
            [("ZRANGEBYSCORE", f"{base}hours", first_hour, last_hour) for base in bases]
        )
        keys = [f"{base}counts:{hour}" for base, found in zip(bases, hours, strict=True) for hour in found]
        total: dict[str, int] = {}
        for flat in await self._connection.call_each([("HGETALL", key) for key in keys]):
            # A raw command answers with a flat list, a client that knows HGETALL with a mapping.
            counts = (
                cast("dict[str, str]", flat)
                if isinstance(flat, dict)
                else dict(zip(flat[::2], flat[1::2], strict=True))
            )
            for name, count in counts.items():
                total[name] = total.get(name, 0) + int(count)
        return total

    async def open_cases(self) -> Sequence[str]:
        return [str(row) for row in await self._connection.call("HVALS", self._keys.open_cases)]

    async def conversation_of(self, case: int) -> str | None:
        found = await self._connection.call("HGET", self._keys.numbers, str(case))
        return str(json.loads(found)[0]) if found else None
