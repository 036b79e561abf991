"""Working hours, against a walk from minute to minute that follows the clock on the wall."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.hours import ALWAYS, Hours, Shift

BERLIN, NEW_YORK, SYDNEY = "Europe/Berlin", "America/New_York", "Australia/Sydney"
OFFICE = tuple(Shift(day, 9 * 60, 17 * 60) for day in range(5))
NIGHTS = tuple(Shift(day, 22 * 60, 6 * 60) for day in range(7))


def moment(text: str, zone: str = "Etc/UTC", *, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()


def shown(at: float | None, zone: str) -> str:
    assert at is not None
    return f"{datetime.fromtimestamp(at, ZoneInfo(zone)):%a %d %H:%M}"


# --- by example


def test_the_office_is_open_from_nine_to_five() -> None:
    office = Hours(BERLIN, OFFICE)
    assert not office.is_open(moment("2026-11-23T08:59:59", BERLIN))
    assert office.is_open(moment("2026-11-23T09:00", BERLIN))
    assert not office.is_open(moment("2026-11-23T17:00", BERLIN))
    assert shown(office.next_opening(moment("2026-11-20T18:00", BERLIN)), BERLIN) == "Mon 23 09:00"
    assert shown(office.next_closing(moment("2026-11-23T12:00", BERLIN)), BERLIN) == "Mon 23 17:00"


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (BERLIN, "2026-03-28", 7.0),
        (BERLIN, "2026-10-24", 9.0),
        (NEW_YORK, "2026-03-07", 7.0),
        (NEW_YORK, "2026-10-31", 9.0),
        (SYDNEY, "2026-10-03", 7.0),
        (SYDNEY, "2026-04-04", 9.0),
        (BERLIN, "2026-06-01", 8.0),
    ],
)
def test_a_night_shift_is_an_hour_shorter_in_spring_and_longer_in_autumn(zone: str, day: str, hours: float) -> None:
    nights = Hours(zone, NIGHTS)
    start = moment(f"{day}T12:00", zone)
    assert nights.working_seconds(start, start + 24 * 3600) == hours * 3600


def test_what_begins_in_the_hour_that_is_left_out_begins_at_the_jump() -> None:
    early = Hours(BERLIN, (Shift(6, 2 * 60 + 30, 8 * 60),))
    assert early.next_opening(moment("2026-03-29T00:00", BERLIN)) == moment("2026-03-29T03:00", BERLIN)
    inside = Hours(BERLIN, (Shift(6, 2 * 60 + 10, 2 * 60 + 50),))
    assert shown(inside.next_opening(moment("2026-03-29T00:00", BERLIN)), BERLIN) == "Sun 05 02:10"


def test_a_time_that_comes_twice_counts_the_first_time() -> None:
    hours = Hours(BERLIN, (Shift(6, 60, 2 * 60 + 30),))
    at = moment("2026-10-25T02:30", BERLIN)
    assert hours.next_closing(moment("2026-10-25T01:00", BERLIN)) == at
    assert not hours.is_open(moment("2026-10-25T02:15", BERLIN, fold=1))


@pytest.mark.parametrize("day", ["2026-03-28", "2026-10-24", "2026-06-01"])
def test_a_promise_of_working_time_is_kept_over_the_change(day: str) -> None:
    nights = Hours(BERLIN, NIGHTS)
    start = moment(f"{day}T21:00", BERLIN)
    due = nights.add_working_time(start, 5 * 3600.0)
    assert due == moment(f"{day}T22:00", BERLIN) + 5 * 3600


def test_nobody_works_on_a_holiday_from_midnight_to_midnight() -> None:
    nights = Hours(BERLIN, NIGHTS, frozenset({date(2026, 12, 25)}))
    eve = moment("2026-12-24T23:00", BERLIN)
    assert shown(nights.next_closing(eve), BERLIN) == "Fri 25 00:00"
    assert shown(nights.next_opening(eve + 2 * 3600), BERLIN) == "Sat 26 00:00"


def test_shifts_that_meet_are_one() -> None:
    hours = Hours(BERLIN, (Shift(0, 9 * 60, 12 * 60), Shift(0, 12 * 60, 17 * 60)))
    assert shown(hours.next_closing(moment("2026-11-23T10:00", BERLIN)), BERLIN) == "Mon 23 17:00"


def test_three_zones_follow_the_sun_without_a_gap() -> None:
    day = (Shift(2, 9 * 60, 17 * 60),)
    desks = [Hours(zone, day) for zone in ("Asia/Tokyo", BERLIN, "America/Los_Angeles")]
    noon = moment("2026-11-25T00:00")
    opened = [any(desk.is_open(noon + hour * 3600) for desk in desks) for hour in range(25)]
    assert opened == [*[True] * 8, *[True] * 8, False, *[True] * 8]


def test_somebody_who_never_works_is_never_promised() -> None:
    nobody = Hours(BERLIN, ())
    assert nobody.next_opening(0.0) is None
    assert nobody.add_working_time(0.0, 1.0) is None
    assert nobody.next_closing(5.0) == 5.0
    assert ALWAYS.is_open(5.0)
    assert ALWAYS.next_closing(5.0) is None
    assert ALWAYS.add_working_time(5.0, 7.0) == 12.0


def test_a_day_that_a_country_left_out_has_no_shift() -> None:
    apia = Hours("Pacific/Apia", tuple(Shift(day, 9 * 60, 17 * 60) for day in range(7)))
    start, end = moment("2011-12-29T12:00", "Pacific/Apia"), moment("2011-12-31T12:00", "Pacific/Apia")
    assert apia.working_seconds(start, end) == (5 + 3) * 3600


def test_working_time_is_counted_over_years() -> None:
    office = Hours("Etc/UTC", OFFICE)
    years = office.working_seconds(moment("2024-01-01T00:00"), moment("2028-01-01T00:00"))
    assert years == sum(
        8 * 3600 for n in range(1461) if (datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=n)).weekday() < 5
    )


def test_a_day_is_told_with_what_a_night_shift_leaves_of_it() -> None:
    nights = Hours(BERLIN, (*NIGHTS, Shift(6, 12 * 60, 13 * 60)))
    told = [
        (shown(start, BERLIN), shown(end, BERLIN)) for start, end in nights.of_day(moment("2026-03-29T12:00", BERLIN))
    ]
    assert told == [
        ("Sun 29 00:00", "Sun 29 06:00"),
        ("Sun 29 12:00", "Sun 29 13:00"),
        ("Sun 29 22:00", "Mon 30 00:00"),
    ]
    assert ALWAYS.of_day(0.0) == ((0.0, 86400.0),)
    assert Hours(BERLIN, OFFICE).of_day(moment("2026-11-22T12:00", BERLIN)) == ()


# --- against the walk


def walked(hours: Hours, start: float, minutes: int) -> Iterator[bool]:
    """Whether each minute is worked, by the latest time that the clock on the wall has shown so far."""
    zone = ZoneInfo(hours.zone)
    latest = max(datetime.fromtimestamp(start - 60 * n, zone).replace(tzinfo=None) for n in range(1, 180))
    for n in range(minutes):
        latest = max(latest, datetime.fromtimestamp(start + 60 * n, zone).replace(tzinfo=None))
        yield latest.date() not in hours.closed and any(_covers(shift, latest) for shift in hours.week)


def _covers(shift: Shift, wall: datetime) -> bool:
    minute = wall.hour * 60 + wall.minute
    if shift.start < shift.end:
        return wall.weekday() == shift.day and shift.start <= minute < shift.end
    today = wall.weekday() == shift.day and minute >= shift.start
    return today or (wall.weekday() == (shift.day + 1) % 7 and minute < shift.end)


_ZONES = st.sampled_from(
    [BERLIN, NEW_YORK, SYDNEY, "Asia/Kolkata", "Australia/Lord_Howe", "America/Havana", "Africa/Cairo", "Etc/UTC"]
)
_CHANGES = st.sampled_from(
    ["2026-03-08", "2026-03-29", "2026-04-05", "2026-04-24", "2026-10-04", "2026-10-25", "2026-10-29", "2026-11-01"]
)
_QUARTERS = st.integers(0, 95).map(lambda n: n * 15)
_SHIFTS = st.builds(Shift, st.integers(0, 6), _QUARTERS, _QUARTERS.map(lambda n: n + 15))


@st.composite
def _cases(draw: st.DrawFn) -> tuple[Hours, float]:
    day = datetime.fromisoformat(draw(_CHANGES)).replace(tzinfo=UTC)
    closed = draw(st.frozensets(st.integers(-1, 3), max_size=2))
    hours = Hours(
        draw(_ZONES),
        tuple(draw(st.lists(_SHIFTS, min_size=1, max_size=8))),
        frozenset((day + timedelta(days=n)).date() for n in closed),
    )
    return hours, day.timestamp() - 86400 + 60 * draw(st.integers(0, 1440))


@settings(max_examples=120, deadline=None)
@given(_cases())
def test_every_minute_is_as_the_wall_clock_says(case: tuple[Hours, float]) -> None:
    hours, start = case
    worked = list(walked(hours, start, 3 * 1440))
    assert hours.working_seconds(start, start + 60 * len(worked)) == 60 * sum(worked)
    changes = [n for n, (one, two) in enumerate(pairwise(worked), start=1) if one != two]
    for n in {0, *changes, *(n - 1 for n in changes)}:
        assert hours.is_open(start + 60 * n) == worked[n]
        ahead = next((m for m in range(n, len(worked)) if worked[m]), None)
        if ahead is not None:
            assert hours.next_opening(start + 60 * n) == start + 60 * ahead
        behind = next((m for m in range(n, len(worked)) if not worked[m]), None)
        if behind is not None:
            assert hours.next_closing(start + 60 * n) == start + 60 * behind


@settings(max_examples=60, deadline=None)
@given(_cases(), st.integers(1, 3000))
def test_added_working_time_is_what_is_counted_again(case: tuple[Hours, float], minutes: int) -> None:
    hours, start = case
    due = hours.add_working_time(start, minutes * 60.0)
    if due is not None:
        assert hours.working_seconds(start, due) == minutes * 60
        assert hours.working_seconds(start, due - 1) == minutes * 60 - 1
