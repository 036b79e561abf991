"""Conversations that are forgotten, with every name under which others would find them.

Implements `bot.ports.Forgetting`; decodes nothing. What a crash leaves half done, the next look at `unfinished` ends.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Final

from adapters.redis import scripts
from adapters.redis.connect import Connection, Durability, pairs_of
from adapters.redis.keys import LATE_SECONDS, Keys
from bot.ports import Remains

_THREAD: Final = "thread\x1f"
_UNTIL: Final = "until\x1f"
"""As the scripts have them."""
_PAGE: Final = 100


class RedisForgetting:
    """`bot.ports.Forgetting` on Redis."""

    def __init__(self, connection: Connection, keys: Keys, durability: Durability) -> None:
        self._connection = connection
        self._durability = durability
        self._keys = keys

    async def forget(self, conversation: str, *, moved: float | None = None) -> bool:
        last = "" if moved is None else f"{moved:.6f}"
        answer = await self._connection.run(scripts.FORGET, [self._keys.home(conversation)], [conversation, last])
        done, *names = answer
        if not int(done):
            return False
        await self._forget_names(conversation, [str(name) for name in names])
        return True

    async def remains(self, conversation: str) -> Remains:
        answer = await self._connection.run(scripts.REMAINS, [self._keys.home(conversation)], [conversation])
        moved, waiting, wish, copied, roots = answer
        copies = {name: tuple(map(str, json.loads(refs))) for name, refs in pairs_of(copied).items()}
        return Remains(float(moved) if moved else None, int(waiting), str(wish), copies, pairs_of(roots))

    async def of_customers(self, is_meant: Callable[[str], bool]) -> Sequence[tuple[str, str]]:
        found = await self._connection.call_each(
            [("HGETALL", f"{self._keys.base(shard)}whose") for shard in range(self._keys.shards)]
        )
        pairs = (pair for flat in found for pair in pairs_of(flat).items())
        return sorted((name, customer) for name, customer in pairs if is_meant(customer))

    async def wish(self, id: str, row: str) -> None:
        await self._connection.call_durably("HSET", self._keys.wishes, id, row, durability=self._durability)

    async def go_on(self, id: str, row: str) -> None:
        await self._connection.run(scripts.WISH, [self._keys.wishes], [id, row])

    async def wishes(self) -> Mapping[str, str]:
        return pairs_of(await self._connection.call("HGETALL", self._keys.wishes))

    async def fulfilled(self, id: str) -> None:
        await self._connection.call("HDEL", self._keys.wishes, id)

    async def idle(self, before: float) -> AsyncIterator[tuple[str, float]]:
        for shard in range(self._keys.shards):
            key, after = f"{self._keys.base(shard)}moved", "-inf"
            while True:
                flat = await self._connection.call(
                    "ZRANGE", key, after, f"({before:.6f}", "BYSCORE", "LIMIT", 0, _PAGE, "WITHSCORES"
                )
                for name, at in zip(flat[::2], flat[1::2], strict=True):
                    yield str(name), float(at)
                if len(flat) < 2 * _PAGE:
                    break
                after = f"({float(flat[-1]):.6f}"

    async def finish(self) -> None:
        found = await self._connection.call_each(
            [("HGETALL", f"{self._keys.base(shard)}forgotten") for shard in range(self._keys.shards)]
        )
        for flat in found:
            for conversation, names in pairs_of(flat).items():
                await self._forget_names(conversation, json.loads(names))

    async def _forget_names(self, conversation: str, names: Sequence[str]) -> None:
        for name in names:
            if name.startswith(_UNTIL):
                keys = self._keys.solved_until(conversation), self._keys.doubts_until(conversation)
                for key in keys:
                    await self._connection.run(scripts.UNTIL, [key], [name.removeprefix(_UNTIL), LATE_SECONDS])
            elif name.startswith(_THREAD):
                thread = name.removeprefix(_THREAD)
                await self._connection.run(scripts.UNBIND, [self._keys.home(thread)], [thread, conversation])
            else:
                await self._connection.run(scripts.UNREGISTER, self._keys.case_index, [name, conversation])
        await self._connection.call("HDEL", f"{self._keys.home(conversation)}forgotten", conversation)
