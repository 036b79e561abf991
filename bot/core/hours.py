"""Working hours: when people are there, and time that is counted only while they are.

A week of shifts by the clock on the wall of one time zone, less the days on which nobody works. Every moment that
comes in or goes out is in seconds since 1970; no clock is read here.

Daylight saving, both ways, by one rule: *a time of the wall clock is reached when the clock first shows it or a later
one*. When an hour is left out, what begins or ends within it does so at the jump. When an hour is repeated, its
times count when they come first, so that a shift ends once and two shifts that meet go on meeting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

DAY_MINUTES: Final = 24 * 60

_HORIZON_DAYS: Final = 400
"""Who has no shift in more than a year has none."""

_LONGEST_PIECE: Final = 8 * 86400.0
"""Around the clock is told in pieces, or the first of them would never be complete."""

Period = tuple[float, float]
"""From a moment on, and until just before another."""


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """Work on one day of the week (Monday is 0), in minutes since midnight.

    `start` is 0 to 1439, `end` 1 to 1440. An `end` that is not after `start` lies on the next day.
    """

    day: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hours:
    """The shifts of a week by the clock of `zone` (an IANA name), and the dates without any.

    On a closed date nobody works from midnight to midnight: a night shift that began the evening before ends then.
    """

    zone: str = "Etc/UTC"
    week: tuple[Shift, ...] = ()
    closed: frozenset[date] = frozenset()

    def is_open(self, at: float) -> bool:
        """Whether somebody works at that moment."""
        return self.next_opening(at) == at

    def next_opening(self, at: float) -> float | None:
        """The first moment from `at` on at which somebody works: `at` itself when open. None: not within a year."""
        if self._never_closes:
            return at
        return next((max(start, at) for start, end in self._periods(at) if end > at), None)

    def next_closing(self, at: float) -> float | None:
        """The first moment from `at` on at which nobody works: `at` itself when closed. None: not within a year."""
        if self._never_closes:
            return None
        until = at
        for start, end in self._periods(at):
            if start > until:
                return until
            until = max(until, end)
        return until if until < at + _HORIZON_DAYS * 86400.0 / 2 else None

    def of_day(self, at: float) -> tuple[Period, ...]:
        """The working time of the date that the clock of the zone shows at that moment, in order."""
        zone = ZoneInfo(self.zone)
        day = datetime.fromtimestamp(at, zone).date()
        first, last = _instant(day, 0, zone), _instant(day, DAY_MINUTES, zone)
        found: list[Period] = []
        for start, end in self._periods(first):
            if start >= last:
                break
            if end <= first:
                continue
            low, high = max(start, first), min(end, last)
            if found and low <= found[-1][1]:
                found[-1] = (found[-1][0], high)
            else:
                found.append((low, high))
        return tuple(found)

    def working_seconds(self, start: float, end: float) -> float:
        """How much working time lies between two moments; 0 when `end` is not after `start`."""
        if self._never_closes:
            return max(0.0, end - start)
        worked = 0.0
        at = start
        while at < end:
            # a year at a time: what `_periods` gives is bounded
            until = min(end, at + (_HORIZON_DAYS - 10) * 86400.0)
            for opens, closes in self._periods(at):
                if opens >= until:
                    break
                worked += max(0.0, min(closes, until) - max(opens, at))
            at = until
        return worked

    def add_working_time(self, at: float, seconds: float) -> float | None:
        """The moment at which so much working time has passed since `at`. None: not within a year."""
        if seconds <= 0 or self._never_closes:
            return at + max(0.0, seconds)
        left = seconds
        for start, end in self._periods(at):
            begins = max(start, at)
            if end - begins >= left:
                return begins + left
            left -= max(0.0, end - begins)
        return None

    @property
    def _never_closes(self) -> bool:
        return self.week == _AROUND_THE_CLOCK and not self.closed

    def _periods(self, at: float) -> Iterator[Period]:
        """Working time from about `at` on, in order; pieces may touch, and none overlap."""
        zone = ZoneInfo(self.zone)
        first = datetime.fromtimestamp(at, zone).date() - timedelta(days=2)
        piece: Period | None = None
        for n in range(_HORIZON_DAYS):
            for start, end in sorted(self._of(first + timedelta(days=n), zone)):
                if piece is None:
                    piece = (start, end)
                elif start <= piece[1] and end - piece[0] <= _LONGEST_PIECE:
                    piece = (piece[0], max(piece[1], end))
                else:
                    yield piece
                    piece = (max(start, piece[1]), max(end, piece[1]))
        if piece is not None:
            yield piece

    def _of(self, day: date, zone: ZoneInfo) -> Iterator[Period]:
        """The working time that begins on one date, without closed dates."""
        for shift in self.week:
            if shift.day != day.weekday():
                continue
            end = shift.end if shift.end > shift.start else shift.end + DAY_MINUTES
            start = shift.start
            for n in range(2):
                # a shift touches two dates at most, and either may be closed
                low, high = max(start, n * DAY_MINUTES), min(end, (n + 1) * DAY_MINUTES)
                if low < high and day + timedelta(days=n) not in self.closed:
                    period = (_instant(day, low, zone), _instant(day, high, zone))
                    if period[0] < period[1]:
                        yield period


_AROUND_THE_CLOCK: Final = tuple(Shift(day, 0, DAY_MINUTES) for day in range(7))

ALWAYS: Final = Hours("Etc/UTC", _AROUND_THE_CLOCK)
"""Somebody is always there."""


@lru_cache(4096)
def _instant(day: date, minutes: int, zone: ZoneInfo) -> float:
    """When the clock of `zone` first shows that many minutes after midnight of `day`, or later."""
    wall = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minutes)
    early, late = wall.replace(fold=0).timestamp(), wall.replace(fold=1).timestamp()
    if early <= late:
        return early
    # The clock never shows it. It jumps between the two readings, at a full second.
    before, after = int(late), int(early)
    offset = datetime.fromtimestamp(before, zone).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return float(after)
