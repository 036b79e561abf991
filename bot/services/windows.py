"""Stretches of time as operators name them, in their own time zone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from bot.core.typed.commands import WINDOWS

HOUR: Final = 3600.0
DAY: Final = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time in seconds since 1970, how people call it, and the zone in which they read a clock."""

    since: float
    until: float
    label: str
    zone: tzinfo

    @property
    def by_day(self) -> bool:
        """Whether a chart of it has a bar a day; else a bar an hour."""
        return self.until - self.since > 2 * DAY


def midnight(at: float, zone: tzinfo) -> float:
    """When the day of that moment began in that zone."""
    return datetime.fromtimestamp(at, zone).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


def window_of(name: str, now: float, zone: tzinfo) -> Window:
    """The window of that name that ends now; `today` begins at midnight in that zone.

    Counters are kept by the hour, so a window begins at the full hour.
    """
    if name == "today":
        return Window(midnight(now, zone), now, "today", zone)
    return Window((now - WINDOWS[name]) // HOUR * HOUR, now, f"the last {name}", zone)


def spoken(window: Window) -> str:
    """The window with its beginning, as people in its zone read it."""
    begin = datetime.fromtimestamp(window.since, window.zone)
    return f"{window.label}, since {begin:%a %d %b %H:%M} ({window.zone})"
