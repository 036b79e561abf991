"""When a hold ends, in the words of whoever puts a case on hold: `2h`, `17:30`, `friday 14:00`, `customer`. Pure."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Final

from bot.core.wording.moments import zone_among

UNTIL_CUSTOMER: Final = "customer"
"""Until the customer writes."""
TOMORROW: Final = "tomorrow"

_UNITS: Final = {"m": 60.0, "h": 3600.0, "d": 86400.0}
_SPAN: Final = re.compile(r"\s*(\d{1,4})\s*([mhd])")
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MOMENT: Final = re.compile(
    rf"\s*(?:until\s+)?(?P<day>{TOMORROW}|{'|'.join(f'{day[:3]}(?:{day[3:]})?' for day in _DAYS)})?"
    r"(?:(?:^|(?<=\s)|\s+(?:at\s+)?)(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d))?\s*"
)
_MORNING: Final = time(9)
_DEFAULT: Final = 3600.0
_LONGEST: Final = 366 * 86400.0


def span(text: str) -> float | None:
    """A duration as agents type it (`30m`, `2h`, `1d`) in seconds; None when it is none, or longer than a year."""
    found = _SPAN.match(text.lower())
    seconds = float(found[1]) * _UNITS[found[2]] if found else 0.0
    return seconds if 0.0 < seconds <= _LONGEST else None


def is_end(text: str) -> bool:
    """Whether the words say when a hold ends: later than now, and within a year."""
    return text.lower().startswith(UNTIL_CUSTOMER) or span(text) is not None or _named(text) is not None


def end_of(text: str, at: float, timezone: str) -> float | None:
    """When a hold that begins at `at` ends, in seconds since 1970; None for when the customer writes.

    A day is meant from nine o'clock on unless a time is given, a time alone as the next one, both by the clock of
    `timezone` (an IANA name; UTC where it is unknown). An hour later where the words say nothing of that kind.
    """
    if text.lower().startswith(UNTIL_CUSTOMER):
        return None
    if (named := _named(text)) is not None:
        return _moment(*named, at, timezone)
    return at + (span(text) or _DEFAULT)


def _named(text: str) -> tuple[str, time | None] | None:
    """The day that is named, "" for none, and the time, None for none; None when neither is."""
    found = _MOMENT.fullmatch(text.lower())
    if found is None or not (found["day"] or found["hour"]):
        return None
    return found["day"] or "", time(int(found["hour"]), int(found["minute"])) if found["hour"] else None


def _moment(day: str, clock: time | None, at: float, timezone: str) -> float:
    now = datetime.fromtimestamp(at, zone_among(timezone))

    def after(days: int) -> datetime:
        return datetime.combine(now.date() + timedelta(days), clock or _MORNING, now.tzinfo)

    if day:
        return after(1 if day == TOMORROW else _until_weekday(day, now)).timestamp()
    # In the hour that the clock shows twice a time may be over the first time, and still to come the second.
    today = (after(0).replace(fold=fold).timestamp() for fold in (0, 1) if after(0) > now)
    return next((moment for moment in today if moment > at), after(1).timestamp())


def _until_weekday(day: str, now: datetime) -> int:
    """Days until the next such weekday; today is not meant."""
    wanted = next(n for n, name in enumerate(_DAYS) if name.startswith(day[:3]))
    return (wanted - now.weekday() - 1) % 7 + 1
