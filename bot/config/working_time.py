"""The part of `config.yaml` about time: hours, targets, staffing; checked, and made into what the core knows.

Public holidays come from the `holidays` library, here and nowhere else. Reads no clock: the year is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Final, Literal
from zoneinfo import available_timezones

import holidays
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.core.conversation import Reason
from bot.core.hours import DAY_MINUTES, Hours, Shift
from bot.core.policy import AutoClose, ServiceLevels, Staffing, Targets

YEARS_AHEAD: Final = 20
"""Holidays are worked out for so many years from the start on: longer than a process runs."""

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN: Final = re.compile(r"^([01]?\d|2[0-4]):([0-5]\d)\s*-\s*([01]?\d|2[0-4]):([0-5]\d)$")
_MINUTE: Final = 60.0
_HOUR: Final = 3600.0


def read_week(week: Mapping[str, str]) -> tuple[Shift, ...]:
    """The shifts of `{mon-fri: "09:00-12:00, 13:00-17:00", sat: "22:00-06:00"}`; {} is around the clock.

    A span whose end is not after its start runs into the next day. Raises ValueError with every mistake.
    """
    mistakes: list[str] = []
    shifts: list[Shift] = []
    for written, spans in (week or {"daily": "00:00-24:00"}).items():
        days = list(_days(written, mistakes))
        for span in spans.split(","):
            read = _span(span, written, mistakes)
            shifts += [Shift(day, *read) for day in days] if read else []
    if mistakes:
        raise ValueError("; ".join(mistakes))
    return tuple(sorted(set(shifts)))


def closed_dates(calendar: str, year: int) -> frozenset[date]:
    """The public holidays of `DE` or `DE-BY`, from the year before `year` to `YEARS_AHEAD` after it."""
    country, _, part = calendar.partition("-")
    found = holidays.country_holidays(country, subdiv=part or None, years=range(year - 1, year + YEARS_AHEAD + 1))
    return frozenset(found)


def _days(written: str, mistakes: list[str]) -> Iterator[int]:
    for part in written.lower().replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if part == "daily":
            yield from range(7)
        elif first in _DAYS and (not last or last in _DAYS):
            start = _DAYS.index(first)
            length = (_DAYS.index(last) - start) % 7 if last else 0
            yield from ((start + n) % 7 for n in range(length + 1))
        else:
            mistakes.append(f"{written!r} names no days; write mon, mon-fri, `sat, sun` or daily")


def _span(span: str, day: str, mistakes: list[str]) -> tuple[int, int] | None:
    found = _SPAN.match(span.strip())
    if found:
        hour, minute, end_hour, end_minute = (int(part) for part in found.groups())
        start, end = hour * 60 + minute, end_hour * 60 + end_minute
        if start < DAY_MINUTES and end <= DAY_MINUTES:
            return start, end or DAY_MINUTES
    mistakes.append(f"{day}: {span.strip()!r} is no span of time; write 09:00-17:00, or 22:00-06:00 for a night")
    return None


def _is_week(week: Mapping[str, str]) -> Mapping[str, str]:
    read_week(week)
    return week


def _is_zone(zone: str) -> str:
    if zone and zone not in available_timezones():
        raise ValueError(f"{zone!r} is no IANA time zone such as Europe/Lisbon")
    return zone


def _is_calendar(calendar: str) -> str:
    country, _, part = calendar.partition("-")
    known = holidays.list_supported_countries()
    if country not in known:
        raise ValueError(f"no holidays are known for {country!r}; write a country's code of two letters, such as DE")
    if part and part not in known[country]:
        allowed = ", ".join(known[country]) or "none"
        raise ValueError(f"{country} has no part {part!r} with holidays of its own; there are: {allowed}")
    return calendar


def _is_reason(by: Mapping[str, TargetsSection]) -> Mapping[str, TargetsSection]:
    unknown = sorted(set(by) - {reason.value for reason in Reason})
    if unknown:
        allowed = ", ".join(reason.value for reason in Reason)
        raise ValueError(f"{', '.join(unknown)}: no reason of a hand-over; there are: {allowed}")
    return by


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Zone = Annotated[str, AfterValidator(_is_zone)]
Amount = Annotated[float, Field(ge=0)]


class HoursSection(_Section):
    """When somebody works."""

    timezone: Zone = ""
    week: Annotated[Mapping[str, str], AfterValidator(_is_week)] = Field(default_factory=dict[str, str])
    holidays: tuple[Annotated[str, AfterValidator(_is_calendar)], ...] = ()
    closed: tuple[date, ...] = ()


class TargetsSection(_Section):
    """How soon, in working time; 0: no target."""

    first_answer_minutes: Amount = 0
    next_answer_minutes: Amount = 0
    resolution_hours: Amount = 0


class SlaSection(TargetsSection):
    """Targets of a desk, and what happens when they are missed."""

    warn_at: float = Field(default=0.8, gt=0, le=1)
    leads_after_minutes: Amount = 15
    next_desk_after_minutes: Amount = 0
    by_tier: Mapping[str, TargetsSection] = Field(default_factory=dict[str, TargetsSection])
    by_reason: Annotated[Mapping[str, TargetsSection], AfterValidator(_is_reason)] = Field(
        default_factory=dict[str, TargetsSection]
    )


class StaffingSection(_Section):
    """Who gets which case."""

    assignment: Literal["manual", "least_load"] = "manual"
    most_open_cases: int = Field(default=5, ge=0)
    back_to_queue_minutes: Amount = 0
    tell_position: bool = True


class AutoCloseSection(_Section):
    """When a case is closed whose customer is silent."""

    warn_after_hours: Amount = 0
    close_after_hours: float = Field(default=24, gt=0)


class AgentSection(_Section):
    """What is different for one agent."""

    account: str = Field(min_length=1)
    hours: HoursSection | None = None
    most_open_cases: int | None = Field(default=None, ge=0)


def hours_of(section: HoursSection, zone: str, year: int) -> Hours:
    """Working hours as the core knows them; `zone` is that of whoever names none."""
    off = frozenset(section.closed).union(*(closed_dates(calendar, year) for calendar in section.holidays))
    return Hours(section.timezone or zone, read_week(section.week), off)


def levels_of(section: SlaSection) -> ServiceLevels:
    """A desk's targets as the core knows them."""
    return ServiceLevels(
        targets=_targets(section),
        by_tier={name: _targets(own) for name, own in section.by_tier.items()},
        by_reason={name: _targets(own) for name, own in section.by_reason.items()},
        warn_share=section.warn_at,
        leads_after=section.leads_after_minutes * _MINUTE or None,
        next_desk_after=section.next_desk_after_minutes * _MINUTE or None,
    )


def staffing_of(section: StaffingSection, agents: tuple[AgentSection, ...], zone: str, year: int) -> Staffing:
    """Who gets which case, as the core knows it."""
    return Staffing(
        least_load=section.assignment == "least_load",
        most_open_cases=section.most_open_cases,
        hours={agent.account.lower(): hours_of(agent.hours, zone, year) for agent in agents if agent.hours},
        most={agent.account.lower(): agent.most_open_cases for agent in agents if agent.most_open_cases is not None},
        back_to_queue_after=section.back_to_queue_minutes * _MINUTE or None,
        tell_position=section.tell_position,
    )


def auto_close_of(section: AutoCloseSection) -> AutoClose:
    """When silent customers' cases are closed, as the core knows it."""
    return AutoClose(section.warn_after_hours * _HOUR or None, section.close_after_hours * _HOUR)


def _targets(section: TargetsSection) -> Targets:
    return Targets(
        first_answer=section.first_answer_minutes * _MINUTE or None,
        next_answer=section.next_answer_minutes * _MINUTE or None,
        resolution=section.resolution_hours * _HOUR or None,
    )
