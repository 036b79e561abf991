"""The daily summary: once, in every desk, at its time, late rather than never, and never too late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.policy import Policy
from bot.ports import CaseRow
from bot.services.daily import Daily, DailySettings, read_time
from tests.support.redis import MakeStore
from tests.support.town import DESK, Town, policy


class At:
    """A clock that stands."""

    def __init__(self, text: str) -> None:
        self.text = text

    def now(self) -> float:
        return datetime.fromisoformat(self.text).replace(tzinfo=UTC).timestamp()


class Numbers:
    """Records of a day with four conversations, one of them handed over; it waits since ten."""

    def __init__(self, opened: int = 4, unread: Sequence[int] = ()) -> None:
        self.opened = opened
        self.unread = unread
        self.windows: list[tuple[float, float]] = []

    async def counters(self, since: float, until: float) -> Mapping[str, int]:
        self.windows.append((since, until))
        return {"opened": self.opened, "handed_over": 1, "handed_over/reason=asked": 1} if self.opened else {}

    async def series(self, since: float, until: float, kinds: Sequence[str]) -> Mapping[int, Sequence[int]]:  # noqa: ARG002
        return {int(since // 3600) + 9: [4, 1]}

    async def open_cases(self) -> Sequence[CaseRow]:
        since = datetime(2026, 7, 1, 10, tzinfo=UTC).timestamp()
        return [CaseRow(1001, "c1", "queued", "support", "town", "Ada", "asked", "…", "", since)]

    async def unread_cases(self) -> Sequence[int]:
        return self.unread


def daily(
    town: Town, store: Any, at: str, *, due: str = "09:00", numbers: Any = None, rules: Policy | None = None
) -> Daily:
    settings = DailySettings(read_time(due), "Europe/Lisbon", 6.0)
    return Daily(settings, numbers or Numbers(), store.errands, rules or policy(), {town.platform: town}, At(at))


async def test_a_desk_reads_yesterdays_numbers_and_what_waits(make_store: MakeStore) -> None:
    town, numbers = Town(), Numbers()
    await daily(town, make_store(), "2026-07-02T08:00:10", numbers=numbers).look()
    (text,) = town.visible(DESK)
    assert "Wednesday 01 July" in text
    assert "handed to people: **1**" in text
    assert "**1** waits to be claimed, **#1001** for 22 h" in text
    assert town.messages[0].body.image.startswith("data:image/png;base64,")
    since, until = numbers.windows[0]
    assert datetime.fromtimestamp(since, UTC).isoformat() == "2026-06-30T23:00:00+00:00"
    assert datetime.fromtimestamp(until + 1, UTC).isoformat() == "2026-07-01T23:00:00+00:00"


async def test_a_desk_reads_which_cases_could_not_be_counted(make_store: MakeStore) -> None:
    town = Town()
    await daily(town, make_store(), "2026-07-02T08:00:10", numbers=Numbers(unread=(1003,))).look()
    (text,) = town.visible(DESK)
    assert "1 open case is missing here:** #1003 cannot be read" in text


async def test_it_is_said_once_by_whoever_is_first_and_again_the_next_day(make_store: MakeStore) -> None:
    town, one, two = Town(), make_store(), make_store()
    for store, at in ((one, "2026-07-02T08:00:10"), (two, "2026-07-02T08:00:20"), (one, "2026-07-02T09:30:00")):
        await daily(town, store, at).look()
    assert len(town.visible(DESK)) == 1
    await daily(town, two, "2026-07-03T08:00:10").look()
    assert len(town.visible(DESK)) == 2


@pytest.mark.parametrize(
    ("at", "due", "said"),
    [
        ("2026-07-02T07:59:00", "09:00", 0),
        ("2026-07-02T13:59:00", "09:00", 1),
        ("2026-07-02T14:01:00", "09:00", 0),
        ("2026-07-02T08:00:10", "", 0),
        ("2026-01-02T08:30:00", "09:00", 0),
        ("2026-01-02T09:00:10", "09:00", 1),
    ],
)
async def test_it_is_said_by_the_clock_on_the_wall_late_but_not_too_late(
    make_store: MakeStore, at: str, due: str, said: int
) -> None:
    town = Town()
    await daily(town, make_store(), at, due=due).look()
    assert len(town.visible(DESK)) == said


async def test_a_day_on_which_nothing_happened_is_not_talked_about(make_store: MakeStore) -> None:
    town = Town()
    await daily(town, make_store(), "2026-07-02T08:00:10", numbers=Numbers(opened=0)).look()
    assert town.visible(DESK) == []
