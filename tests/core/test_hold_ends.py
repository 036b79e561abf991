"""When a hold ends, in the words of whoever puts a case on hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.typed.hold_ends import end_of, is_end, span
from tests.core.desk_life import LISBON, moment
from tests.core.people import NORA, POLICY, SAM, press
from tests.core.stories import claimed_by_nora

MONDAY = moment("2026-11-23T16:00")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30m", 1800), ("2h", 7200), (" 1 d", 86400), ("0m", None), ("9999d", None), ("soon", None), ("", None)],
)
def test_spans_are_read_as_agents_type_them(text: str, seconds: float | None) -> None:
    assert span(text) == seconds


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        ("17:30", "2026-11-23T17:30"),
        ("9:05", "2026-11-24T09:05"),
        ("16:00", "2026-11-24T16:00"),
        ("tomorrow", "2026-11-24T09:00"),
        ("Tomorrow at 14:00", "2026-11-24T14:00"),
        ("friday", "2026-11-27T09:00"),
        ("Fri 7:45", "2026-11-27T07:45"),
        ("until sunday", "2026-11-29T09:00"),
        ("monday 17:30", "2026-11-30T17:30"),
        ("90m", "2026-11-23T17:30"),
    ],
)
def test_a_time_is_the_next_such_time_by_the_clock_of_whoever_says_it(words: str, ends: str) -> None:
    assert is_end(words)
    assert end_of(words, MONDAY, LISBON) == moment(ends)


@pytest.mark.parametrize(("day", "zone"), [("2026-03-28", "Europe/Berlin"), ("2026-10-24", "Europe/Berlin")])
def test_a_time_of_the_clock_stays_one_when_the_clocks_are_changed_in_between(day: str, zone: str) -> None:
    end = end_of("tomorrow 9:00", moment(f"{day}T20:00", zone), zone)
    assert end == moment("2026-03-29T09:00" if day == "2026-03-28" else "2026-10-25T09:00", zone)


@pytest.mark.parametrize(
    ("typed_at", "words", "minutes"),
    [("00:20", "2:30", 10), ("00:40", "2:50", 10), ("01:20", "2:30", 10), ("01:40", "3:00", 20)],
)
def test_in_the_hour_that_comes_twice_a_hold_ends_later_than_now(typed_at: str, words: str, minutes: int) -> None:
    now = moment(f"2026-10-25T{typed_at}", "Etc/UTC")
    end = end_of(words, now, "Europe/Berlin")
    assert end is not None
    assert end - now == minutes * 60


def test_until_the_customer_writes_has_no_time_and_a_zone_that_is_not_known_is_none() -> None:
    assert end_of("customer", MONDAY, LISBON) is None
    assert end_of("17:30", MONDAY, "Nowhere/Land") == moment("2026-11-23T17:30", "Etc/UTC")


@pytest.mark.parametrize(
    "words", ["", "soon", "25:00", "14", "friday noon", "monday tuesday", "at 17:30", "1042", "0m", "9999d"]
)
def test_what_is_no_time_is_not_taken_for_one(words: str) -> None:
    assert not is_end(words)


def test_a_hold_of_weeks_has_its_date() -> None:
    story = claimed_by_nora()
    story.play(press("snooze", MONDAY, by=replace(SAM, timezone=LISBON), value="21d"))
    assert story.to_agents == ["💤 Sam put this on hold until Mon 14 Dec 16:00 UTC (21 days)."]


def test_the_thread_says_until_when_and_the_customer_who_is_at_it() -> None:
    story = claimed_by_nora()
    story.policy = replace(POLICY, desks=(replace(POLICY.desks[0], hours=replace(POLICY.desks[0].hours, zone=LISBON)),))
    story.play(press("snooze", MONDAY, value="friday 14:00", by=replace(SAM, timezone="Europe/Berlin")))
    assert story.to_agents == ["💤 Sam put this on hold until Fri 13:00 Lisbon (4 days)."]
    assert NORA.label in story.to_customer[0]
