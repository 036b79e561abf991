"""Messages that the bot was not sure of. Implements `bot.ports.Doubts`; decodes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.redis import scripts
from adapters.redis.connect import Connection, pairs_of
from adapters.redis.keys import LATE_SECONDS, Keys


class RedisDoubts:
    """`bot.ports.Doubts` on Redis: rows, whose they are, where they were said and their order, under one tag."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._names = keys
        self._keys = [keys.doubts(name) for name in ("rows", "whose", "where", "order")]

    async def put(
        self, id: str, row: str, *, customer: str, conversation: str, sequence: int, at: float, most: int
    ) -> None:
        arguments: list[str | float] = ["put", id, row, customer, conversation, f"{at:.6f}", most, sequence]
        await self._run(*arguments, until=self._names.doubts_until(conversation))

    async def row(self, id: str) -> str | None:
        found = await self._connection.call("HGET", self._keys[0], id)
        return None if found is None else str(found)

    async def rows(self) -> Sequence[str]:
        return list(pairs_of(await self._connection.call("HGETALL", self._keys[0])).values())

    async def change(self, id: str, row: str) -> None:
        await self._run("change", id, row)

    async def remove(self, id: str) -> None:
        await self._run("remove", id)

    async def take_back(self, id: str, conversation: str, *, sequence: int) -> None:
        until = self._names.doubts_until(conversation)
        await self._run("take_back", id, sequence, LATE_SECONDS, until=until)

    async def clear(self, conversation: str, *, sequence: int) -> None:
        until = self._names.doubts_until(conversation)
        await self._run("clear", conversation, sequence, LATE_SECONDS, until=until)

    async def forget(self, customer: str) -> int:
        return await self._run("forget", customer)

    async def drop(self, before: float) -> None:
        await self._run("drop", f"{before:.6f}")

    async def _run(self, *arguments: str | float, until: str = "") -> int:
        keys = [*self._keys, until] if until else self._keys
        return int(await self._connection.run(scripts.DOUBT, keys, list(arguments)))
