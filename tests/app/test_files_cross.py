"""A file crosses every pair of platforms in both directions, whole, and never whole in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from mmap import mmap
from pathlib import Path
from typing import Any

import pytest

from benchmarks.files import measured, watched
from bot.core.platforms import parity
from tests.support.crossing import cross, digest_of_zeros, sides

PAIRS = (*parity.PAIRS, *parity.WITH_PLAYGROUND)
IDS = ["-".join(pair) for pair in PAIRS]


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[dict[str, Any]]:
    async with sides(tmp_path, "slack", "teams", "web") as made:
        yield made


@pytest.mark.parametrize("pair", PAIRS, ids=IDS)
async def test_a_file_arrives_as_it_was_sent_in_both_directions(made: dict[str, Any], pair: tuple[str, str]) -> None:
    customer, desk = pair
    there = await cross(made[customer], made[desk], "there.bin", 1_234_567, by_agent=False)
    back = await cross(made[desk], made[customer], "back.bin", 2_345_678, by_agent=True)
    assert (there, back) == (digest_of_zeros(1_234_567), digest_of_zeros(2_345_678))


async def test_a_larger_file_takes_no_more_memory(made: dict[str, Any]) -> None:
    await measured(made, "slack", "teams", 1_000_000, by_agent=False)
    peak, _ = await measured(made, "slack", "teams", 20_000_000, by_agent=False)
    assert peak.growth < 16_000_000


def test_the_watch_sees_what_is_held() -> None:
    # straight from the system: what tests before this one have freed would be given again, and no memory grow by it
    with mmap(-1, 40_000_000) as held, watched() as peak:
        held[::4096] = b"x" * len(held[::4096])
    assert peak.growth > 20_000_000


@pytest.mark.slow
@pytest.mark.parametrize("by_agent", [False, True], ids=["there", "back"])
@pytest.mark.parametrize("pair", PAIRS, ids=IDS)
async def test_forty_megabytes_cross_with_less_than_thirty_two_of_growth(
    made: dict[str, Any], pair: tuple[str, str], by_agent: bool
) -> None:
    await measured(made, *pair, 1_000_000, by_agent=by_agent)
    peak, _ = await measured(made, *pair, 40_000_000, by_agent=by_agent)
    assert peak.growth < 32_000_000
