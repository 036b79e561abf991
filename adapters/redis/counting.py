"""Sums of counters over hours: what is over is summed once over all shards, and kept by hour and by day.

A commit counts in its own shard, hour by hour; that is what is true, and what is kept here only repeats it: what is
lost is made again. It is kept as JSON, because a hash of a thousand fields takes forty times as long to read.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from adapters.redis import scripts
from adapters.redis.connect import Call, Connection, pairs_of
from adapters.redis.keys import Keys

_DAY: Final = 24
_KEEP_SECONDS: Final = 90 * 86400
_AT_ONCE: Final = 2000
_SHARDS_AT_ONCE: Final = 8

Counts = dict[str, int]


class Counting:
    """Reads counters; what it writes are sums of what is there."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys
        self._summing = asyncio.Lock()

    async def total(self, first: int, last: int, over: int) -> Mapping[str, int]:
        """The sum of the hours `first` to `last`; those before `over` do not change any more."""
        days, others = _days_and_hours(first, last, over)
        kept = await self._kept([self._keys.counted_day(day) for day in days])
        parts: list[Counts] = []
        made = await self._made([day for day, counts in zip(days, kept, strict=True) if counts is None])
        parts += [made[day][0] if counts is None else counts for day, counts in zip(days, kept, strict=True)]
        parts += (await self._hours(others, over)).values()
        return _summed(parts)

    async def each(self, first: int, last: int, kinds: Sequence[str], over: int) -> Mapping[int, Sequence[int]]:
        """How often facts of some kinds were counted, in each hour that has any of them."""
        days, others = _days_and_hours(first, last, over)
        kept = await self._kept([self._keys.counted_by_hour(day) for day in days])
        made = await self._made([day for day, by_hour in zip(days, kept, strict=True) if by_hour is None])
        found: dict[int, Counts] = {}
        for day, by_hour in zip(days, kept, strict=True):
            counts_by_hour = made[day][1] if by_hour is None else by_hour
            found |= {day * _DAY + int(n): counts for n, counts in counts_by_hour.items()}
        found |= await self._hours(others, over)
        rows = {hour: [found[hour].get(kind, 0) for kind in kinds] for hour in sorted(found)}
        return {hour: row for hour, row in rows.items() if any(row)}

    async def _hours(self, hours: Sequence[int], over: int) -> dict[int, Counts]:
        ended = [hour for hour in hours if hour < over]
        kept = await self._kept([self._keys.counted_hour(hour) for hour in ended])
        found: dict[int, Counts] = {h: counts for h, counts in zip(ended, kept, strict=True) if counts is not None}
        lacking = [hour for hour in hours if hour not in found]
        fresh = await self._from_shards(lacking)
        await self._keep([(self._keys.counted_hour(h), fresh.get(h, {})) for h in lacking if h < over])
        return found | fresh

    async def _made(self, days: Sequence[int]) -> dict[int, tuple[Counts, dict[str, Counts]]]:
        """Sum days that nobody has summed yet: the sum of each, and its kinds by hour of the day.

        The shards sum their own, for read by hour a month is some ten thousand hashes; a few shards at a time, for a
        server does nothing else meanwhile.
        """
        made: dict[int, tuple[Counts, dict[str, Counts]]] = {}
        for day in days:
            # Several may ask for a month that nobody has summed: it is summed once, and the others find it.
            async with self._summing:
                keys = [self._keys.counted_day(day), self._keys.counted_by_hour(day)]
                total, by_hour = await self._kept(keys)
                made[day] = await self._made_day(day) if total is None or by_hour is None else (total, by_hour)
        return made

    async def _made_day(self, day: int) -> tuple[Counts, dict[str, Counts]]:
        hours = [str(hour) for hour in range(day * _DAY, (day + 1) * _DAY)]
        calls: list[Call] = [(self._keys.base(shard), hours) for shard in range(self._keys.shards)]
        total: Counts = {}
        by_hour: dict[str, Counts] = {}
        for start in range(0, len(calls), _SHARDS_AT_ONCE):
            for sums, kinds in await self._connection.run_each(scripts.SUMS, calls[start : start + _SHARDS_AT_ONCE]):
                _add(total, json.loads(sums))
                for hour, counts in json.loads(kinds).items():
                    _add(by_hour.setdefault(str(int(hour) - day * _DAY), {}), counts)
        await self._keep([(self._keys.counted_day(day), total), (self._keys.counted_by_hour(day), by_hour)])
        return total, by_hour

    async def _from_shards(self, hours: Sequence[int]) -> dict[int, Counts]:
        if not hours:
            return {}
        bases = [self._keys.base(shard) for shard in range(self._keys.shards)]
        wanted = set(hours)
        present = await self._connection.call_each(
            [("ZRANGEBYSCORE", f"{base}hours", min(hours), max(hours)) for base in bases]
        )
        where = [
            (int(hour), f"{base}counts:{hour}")
            for base, found in zip(bases, present, strict=True)
            for hour in found
            if int(hour) in wanted
        ]
        total: dict[int, Counts] = {}
        for start in range(0, len(where), _AT_ONCE):
            some = where[start : start + _AT_ONCE]
            answers = await self._connection.call_each([("HGETALL", key) for _, key in some])
            for (hour, _), flat in zip(some, answers, strict=True):
                _add(total.setdefault(hour, {}), _counts(flat))
        return total

    async def _kept(self, keys: Sequence[str]) -> list[Any]:
        """What is kept under each key, None for nothing. All of these keys have one tag."""
        if not keys:
            return []
        return [json.loads(text) if text else None for text in await self._connection.call("MGET", *keys)]

    async def _keep(self, sums: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        await self._connection.call_each(
            [("SET", key, json.dumps(s, separators=(",", ":")), "EX", _KEEP_SECONDS) for key, s in sums]
        )


def _days_and_hours(first: int, last: int, over: int) -> tuple[list[int], list[int]]:
    """The days that lie in a stretch of hours and are over, and the hours beside them."""
    days = [day for day in range(-(-first // _DAY), (last + 1) // _DAY) if (day + 1) * _DAY <= over]
    inside = {hour for day in days for hour in range(day * _DAY, (day + 1) * _DAY)}
    return days, [hour for hour in range(first, last + 1) if hour not in inside]


def _counts(flat: object) -> Counts:
    return {name: int(n) for name, n in pairs_of(flat).items()}


def _add(total: Counts, more: Mapping[str, int]) -> None:
    for name, n in more.items():
        total[name] = total.get(name, 0) + n


def _summed(parts: Iterable[Mapping[str, int]]) -> Counts:
    total: Counts = {}
    for part in parts:
        _add(total, part)
    return total
