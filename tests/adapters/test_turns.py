"""Order within a place, and work that goes on after the answer: the same for every platform."""

from __future__ import annotations

import asyncio

import pytest

from adapters.turns import Turns
from bot.under_way import UnderWay


@pytest.mark.timeout(10)
async def test_finishing_ends_though_the_last_work_has_only_just_ended() -> None:
    under_way, over = UnderWay(), asyncio.Event()

    async def work() -> None:
        over.set()

    under_way.start(work())
    await over.wait()
    await under_way.finish()
    assert len(under_way) == 0


async def test_what_fails_does_not_keep_the_rest_from_being_waited_for() -> None:
    under_way, done = UnderWay(), list[str]()

    async def fails() -> None:
        raise OSError("gone")

    async def takes_its_time() -> None:
        await asyncio.sleep(0.01)
        done.append("done")

    under_way.start(fails())
    under_way.start(takes_its_time())
    await under_way.finish()
    assert done == ["done"]


async def test_one_place_is_served_in_order_and_others_do_not_wait() -> None:
    turns, served, gate = Turns(), list[str](), asyncio.Event()

    async def serve(place: str, name: str) -> None:
        async with turns.turn(place):
            if name == "first":
                await gate.wait()
            served.append(name)

    work = [asyncio.create_task(serve("a", "first")), asyncio.create_task(serve("a", "second"))]
    await asyncio.sleep(0)
    await serve("b", "elsewhere")
    gate.set()
    await asyncio.gather(*work)
    assert served == ["elsewhere", "first", "second"]
    assert not turns._locks
