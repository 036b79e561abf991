"""Sums of counters over hours: what is over is summed once over all shards, and kept by hour and by day.

A commit counts in its own shard, hour by hour; that is what is true, and what is kept here only repeats it. A hash
with the field `=` is whole; one without it, or none, is made again from the shards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, cast

from adapters.redis.connect import Connection
from adapters.redis.keys import Keys

_DAY: Final = 24
_KEEP_SECONDS: Final = 90 * 86400
_WHOLE: Final = "="
_AT_ONCE: Final = 2000

Counts = dict[str, int]


class Counting:
    """Reads counters; what it writes are sums of what is there."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def total(self, first: int, last: int, over: int) -> Mapping[str, int]:
        """The sum of the hours `first` to `last`; those before `over` do not change any more."""
        days = [day for day in range(-(-first // _DAY), (last + 1) // _DAY) if (day + 1) * _DAY <= over]
        inside = {hour for day in days for hour in range(day * _DAY, (day + 1) * _DAY)}
        parts = [await self._day(day, over, counts) for day, counts in await self._kept_days(days)]
        others = [hour for hour in range(first, last + 1) if hour not in inside]
        ended = [hour for hour in others if hour < over]
        kept = await self._connection.call_each([("HGETALL", self._keys.counted_hour(hour)) for hour in ended])
        whole = {hour: _counts(flat) for hour, flat in zip(ended, kept, strict=True) if _WHOLE in _fields(flat)}
        parts += whole.values()
        parts += (await self._made([hour for hour in others if hour not in whole], over)).values()
        return _summed(parts)

    async def each(self, first: int, last: int, names: Sequence[str], over: int) -> Mapping[int, Sequence[int]]:
        """Some counters of each hour that has any of them. Of what is kept, nothing else is read."""
        ended = range(first, min(last + 1, over))
        kept = await self._connection.call_each(
            [("HMGET", self._keys.counted_hour(hour), _WHOLE, *names) for hour in ended]
        )
        found = {hour: [int(n or 0) for n in answer[1:]] for hour, answer in zip(ended, kept, strict=True) if answer[0]}
        fresh = await self._made([hour for hour in range(first, last + 1) if hour not in found], over)
        found |= {hour: [counts.get(name, 0) for name in names] for hour, counts in fresh.items()}
        return {hour: found[hour] for hour in sorted(found) if any(found[hour])}

    async def _kept_days(self, days: Sequence[int]) -> list[tuple[int, Counts | None]]:
        answers = await self._connection.call_each([("HGETALL", self._keys.counted_day(day)) for day in days])
        return [
            (day, _counts(flat) if _WHOLE in _fields(flat) else None) for day, flat in zip(days, answers, strict=True)
        ]

    async def _day(self, day: int, over: int, kept: Counts | None) -> Counts:
        if kept is not None:
            return kept
        hours = await self._made(range(day * _DAY, (day + 1) * _DAY), over)
        counts = _summed(hours.values())
        await self._keep([(self._keys.counted_day(day), counts)])
        return counts

    async def _made(self, hours: Sequence[int], over: int) -> dict[int, Counts]:
        """What the shards counted in these hours; what is over is kept."""
        found = await self._from_shards(hours)
        await self._keep([(self._keys.counted_hour(hour), found.get(hour, {})) for hour in hours if hour < over])
        return found

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

    async def _keep(self, sums: Sequence[tuple[str, Counts]]) -> None:
        commands: list[tuple[str | int, ...]] = []
        for key, counts in sums:
            commands.append(("HSET", key, _WHOLE, 1, *(part for pair in counts.items() for part in pair)))
            commands.append(("EXPIRE", key, _KEEP_SECONDS))
        for start in range(0, len(commands), _AT_ONCE):
            await self._connection.call_each(commands[start : start + _AT_ONCE])


def _fields(flat: object) -> Mapping[str, str]:
    """A raw command answers with a flat list, a client that knows HGETALL with a mapping."""
    if isinstance(flat, dict):
        return cast("dict[str, str]", flat)
    pairs = cast("list[str]", flat)
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


def _counts(flat: object) -> Counts:
    return {name: int(n) for name, n in _fields(flat).items() if name != _WHOLE}


def _add(total: Counts, more: Mapping[str, int]) -> None:
    for name, n in more.items():
        total[name] = total.get(name, 0) + n


def _summed(parts: Iterable[Mapping[str, int]]) -> Counts:
    total: Counts = {}
    for part in parts:
        _add(total, part)
    return total
