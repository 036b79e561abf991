"""What keeps the rest going: heartbeats, leases, timers, indexes, wake-ups.

Implements `bot.ports.Upkeep`; decodes nothing.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

from adapters.redis import scripts
from adapters.redis.connect import Call, Connection, Durability
from adapters.redis.keys import Keys
from adapters.redis.mailboxes import LEASE_SECONDS
from bot.ports import Backlog, DueTimer, Findings, IndexRow, Orphan

_FORGOTTEN_SECONDS: Final = 3.0
"""A row that is not done with this long after its commit was forgotten by its worker."""

_SWEEPING_SECONDS: Final = 15.0
"""A look for twins takes less; what was not looked for by then is told again."""

_SEPARATOR: Final = "\x1f"
_THREAD: Final = "thread" + _SEPARATOR


class RedisUpkeep:
    """`bot.ports.Upkeep` on Redis."""

    def __init__(self, connection: Connection, keys: Keys, durability: Durability) -> None:
        self._connection = connection
        self._keys = keys
        self._durability = durability

    async def probe(self) -> None:
        await self._connection.call("SET", self._keys.probe, "1", "EX", 60)

    async def beat(self, worker: str, ttl: float) -> Sequence[str]:
        dead = await self._connection.run(scripts.BEAT, [self._keys.living], [worker, ttl])
        return [str(name) for name in dead]

    async def renew(
        self, worker: str, conversations: Sequence[tuple[str, str]], lanes: Sequence[tuple[str, str, str]]
    ) -> None:
        held: dict[str, tuple[list[tuple[str, str]], list[tuple[str, str]]]] = {}
        for cid, epoch in conversations:
            held.setdefault(self._keys.home(cid), ([], []))[0].append((cid, epoch))
        for cid, lane, epoch in lanes:
            held.setdefault(self._keys.home(cid), ([], []))[1].append((f"{cid}{_SEPARATOR}{lane}", epoch))
        calls: list[Call] = [
            (base, [worker, LEASE_SECONDS, json.dumps(pairs, ensure_ascii=False)]) for base, pairs in held.items()
        ]
        if calls:
            await self._connection.run_each(scripts.RENEW, calls)

    async def release(self, worker: str, *, leaving: bool = False) -> int:
        calls: list[Call] = [(self._keys.base(shard), [worker]) for shard in range(self._keys.shards)]
        freed = await self._connection.run_each(scripts.RELEASE, calls)
        await self._connection.run(scripts.BURY, [self._keys.living], [worker, "1" if leaving else "0"])
        return sum(int(n) for n in freed)

    async def tick(self, now: float) -> Sequence[Findings]:
        calls: list[Call] = [
            (self._keys.base(shard), [f"{now:.6f}", _FORGOTTEN_SECONDS, _SWEEPING_SECONDS])
            for shard in range(self._keys.shards)
        ]
        return [_findings(*found) for found in await self._connection.run_each(scripts.TICK, calls)]

    async def backlog(self) -> Backlog:
        calls: list[Call] = [(self._keys.base(shard), []) for shard in range(self._keys.shards)]
        found = await self._connection.run_each(scripts.BACKLOG, calls)
        ages, lanes, unknown, conversations = zip(*found, strict=True)
        return Backlog(
            max(map(float, ages)), sum(map(int, lanes)), sum(map(int, unknown)), sum(map(int, conversations))
        )

    async def fire(self, conversation: str, timer: str, due: float, body: str) -> None:
        await self._connection.run(
            scripts.FIRE, [self._keys.home(conversation)], [conversation, timer, f"{due:.6f}", body]
        )

    async def write_row(self, row: IndexRow) -> None:
        await self._connection.run_durably(
            scripts.REGISTER,
            self._keys.case_index,
            [row.number, row.conversation, row.sequence, row.row],
            self._durability,
        )

    async def row_done(self, row: IndexRow) -> None:
        await self._connection.run(
            scripts.INDEXED, [self._keys.home(row.conversation)], [row.number or _THREAD + row.thread, row.sequence]
        )

    async def wakes(self) -> AsyncIterator[tuple[str, int]]:
        async for message in self._connection.listen(self._keys.wake):
            if message:
                yield message[0], int(message[1:])
                continue
            # Connected (again): what was said meanwhile was missed, so everything deserves a look.
            for shard in range(self._keys.shards):
                yield "w", shard
                yield "s", shard


def _findings(
    timers: list[str], twins: list[str], rows: list[str], orphans: list[str], freed: int, opened: list[str]
) -> Findings:
    return Findings(
        timers=tuple(DueTimer(cid, name, float(at)) for cid, name, at in _chunks(timers, 3)),
        twins=tuple(twins),
        rows=tuple(_row(*row) for row in _chunks(rows, 4)),
        orphans=tuple(Orphan(thread, cid, float(age)) for thread, cid, age in _chunks(orphans, 3)),
        freed=int(freed),
        opened=tuple(opened),
    )


def _row(field: str, cid: str, sequence: str, row: str) -> IndexRow:
    if field.startswith(_THREAD):
        return IndexRow(cid, sequence, row, thread=field.removeprefix(_THREAD))
    return IndexRow(cid, sequence, row, number=field)


def _chunks(flat: list[Any], size: int) -> list[list[Any]]:
    return [flat[i : i + size] for i in range(0, len(flat), size)]
