"""Hours, holidays and targets in the configuration: what is understood, and what is refused with which words."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import config
from bot.config import working_time
from bot.core.hours import ALWAYS, Hours, Shift
from bot.errors import ConfigError


def problems(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "config.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        config.load(file, {})
    return [problem.removeprefix(f"{file}:") for problem in caught.value.problems]


def test_a_week_is_read_as_people_write_it() -> None:
    week = {"mon-tue": "09:00-12:00, 13:00-17:00", "sat, sun": "22:00-06:00"}
    assert working_time.read_week(week) == (
        Shift(0, 540, 720),
        Shift(0, 780, 1020),
        Shift(1, 540, 720),
        Shift(1, 780, 1020),
        Shift(5, 1320, 360),
        Shift(6, 1320, 360),
    )
    assert working_time.read_week({"sat-mon": "0:00-24:00"}) == (
        Shift(0, 0, 1440),
        Shift(5, 0, 1440),
        Shift(6, 0, 1440),
    )
    assert working_time.read_week({}) == ALWAYS.week


def test_every_mistake_about_time_is_reported_with_its_line(tmp_path: Path) -> None:
    text = (
        "hours:\n"
        "  timezone: Europe/Berlln\n"
        "  week: {monday: 09:00-17:00, tue: 9-17}\n"
        "  holidays: [DE-XX]\n"
        "  closed: [24.12.2026]\n"
        "sla: {by_reason: {angry: {first_answer_minutes: 5}}}\n"
        "staffing: {assignment: random}\n"
        "auto_close: {close_after_hours: 0}\n"
    )
    found = problems(tmp_path, text)
    assert len(found) == 7
    assert any(p.startswith("2: hours.timezone:") and "Europe/Lisbon" in p for p in found)
    assert any(p.startswith("3: hours.week:") and "'monday'" in p and "'9-17'" in p for p in found)
    assert any(p.startswith("4: hours.holidays") and "BY" in p for p in found)
    assert any(p.startswith("5: hours.closed") for p in found)
    assert any("angry" in p and "safety" in p for p in found)


def test_a_desk_hands_only_to_another_desk(tmp_path: Path) -> None:
    desks = "desks: [{name: a, platform: web, channel: a, hands_to: %s}, {name: b, platform: web, channel: b}]\n"
    for wrong in ("a", "c"):
        assert "name another of the desks (a, b)" in problems(tmp_path, desks % wrong)[0]


def test_a_desk_that_passes_late_cases_on_needs_another_desk(tmp_path: Path) -> None:
    assert "hands to no other desk" in problems(tmp_path, "sla: {next_desk_after_minutes: 30}\n")[0]
    own = "desks: [{name: a, platform: web, channel: a, sla: {next_desk_after_minutes: 30}}]\n"
    assert "'a' passes late cases on" in problems(tmp_path, own)[0]


def test_the_last_desk_of_a_chain_keeps_what_is_late(tmp_path: Path) -> None:
    chain = "desks: [{name: a, platform: web, channel: a, hands_to: b}, {name: b, platform: web, channel: b}]\n"
    file = tmp_path / "config.yaml"
    file.write_text(f"sla: {{next_desk_after_minutes: 30}}\n{chain}", encoding="utf-8")
    assert config.load(file, {})


def test_public_holidays_are_known_for_years_to_come() -> None:
    found = working_time.closed_dates("DE-BY", 2026)
    assert date(2026, 1, 6) in found
    assert date(2045, 12, 25) in found
    assert date(2026, 1, 6) not in working_time.closed_dates("DE-BE", 2026)


@pytest.mark.parametrize(
    ("calendar", "zone", "day", "closed"),
    [
        ("DE-BY", "Europe/Berlin", "2027-01-06", True),
        ("DE-BE", "Europe/Berlin", "2027-01-06", False),
        ("US", "America/New_York", "2026-11-26", True),
        ("JP", "Asia/Tokyo", "2026-11-23", True),
        ("FR", "Europe/Paris", "2026-11-23", False),
    ],
)
def test_a_desk_is_closed_on_the_holidays_of_its_country(calendar: str, zone: str, day: str, closed: bool) -> None:
    section = working_time.HoursSection(timezone=zone, week={"mon-fri": "09:00-17:00"}, holidays=(calendar,))
    hours: Hours = working_time.hours_of(section, "Etc/UTC", 2026)
    noon = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=ZoneInfo(zone)).timestamp()
    assert hours.is_open(noon) is not closed


def test_targets_are_in_seconds_and_none_when_there_is_none() -> None:
    section = working_time.SlaSection(first_answer_minutes=15, by_tier={"vip": {"first_answer_minutes": 5}})  # type: ignore[dict-item]  # as the file says it
    levels = working_time.levels_of(section)
    assert (levels.targets.first_answer, levels.targets.next_answer) == (900.0, None)
    assert levels.by_tier["vip"].first_answer == 300.0
    assert (levels.leads_after, levels.next_desk_after) == (900.0, None)
