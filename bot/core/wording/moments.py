"""A moment in the words of a customer, by their own clock if that is known: *tomorrow at 09:00 your time*."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from bot.core.policy import Policy
from bot.core.wording.words import say

_THIS_WEEK = 6
"""Days ahead for which the day of the week alone is clear."""


def moment(at: float, now: float, theirs: str, ours: str, language: str, policy: Policy) -> str:
    """When `at` is, seen from `now` (both seconds since 1970).

    `theirs` and `ours` are IANA names, `theirs` "" when the customer's is unknown: then ours is named.
    """
    when = datetime.fromtimestamp(at, zone_among(theirs, ours))
    today = datetime.fromtimestamp(now, when.tzinfo).date()
    day = _day(when, (when.date() - today).days, language, policy)
    at_that_hour = say("at_one" if when.hour == 1 else "at", language, policy)
    clock = say(
        "clock" if when.minute else "full_hour", language, policy, h=when.hour, hh=f"{when:%H}", mm=f"{when:%M}"
    )
    if zone_of(theirs) is not None:
        return say("moment_theirs", language, policy, day=day, at=at_that_hour, time=clock)
    place = ours.rpartition("/")[2].replace("_", " ") or "UTC"
    return say("moment_ours", language, policy, day=day, at=at_that_hour, time=clock, zone=place)


def wait(seconds: float, language: str, policy: Policy) -> str:
    """A waiting time, rounded up to what is worth saying: 5 minutes, 20 minutes, 3 hours."""
    minutes = seconds / 60
    if minutes <= 90:
        step = 5 if minutes <= 30 else 10
        return say("minutes", language, policy, n=max(step, int(-(-minutes // step) * step)))
    return say("hours", language, policy, n=int(-(-minutes // 60)))


def zone_of(name: str) -> ZoneInfo | None:
    """The zone of an IANA name; None when there is none of that name."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def zone_among(*names: str) -> tzinfo:
    """The zone of the first of these IANA names that there is; UTC when there is none of them."""
    return next(filter(None, map(zone_of, names)), UTC)


def _day(when: datetime, ahead: int, language: str, policy: Policy) -> str:
    if ahead in {0, 1}:
        return say("today" if ahead == 0 else "tomorrow", language, policy)
    weekday = say("weekdays", language, policy).split(",")[when.weekday()]
    if 0 < ahead <= _THIS_WEEK:
        return weekday
    month = say("months", language, policy).split(",")[when.month - 1]
    day = say("first_day", language, policy) if when.day == 1 else when.day
    return say("date", language, policy, weekday=weekday, day=day, month=month)
