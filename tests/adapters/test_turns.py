"""Order within a place, and work that goes on after the answer: the same for every platform."""

from __future__ import annotations

import asyncio
import gc

import pytest

from adapters.turns import Turns
from bot.under_way import OneAtATime, UnderWay


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


async def test_what_is_under_way_is_not_begun_again_and_what_ended_is() -> None:
    begun, go = list[int](), asyncio.Event()

    async def work() -> None:
        begun.append(len(begun))
        await go.wait()

    once = OneAtATime(work)
    assert not once.is_under_way
    assert once.begin() is once.begin()
    go.set()
    await once.begin()
    assert (begun, once.is_under_way) == ([0], False)
    await once.begin()
    assert begun == [0, 1]


async def test_what_is_given_up_has_ended() -> None:
    async def for_ever() -> None:
        await asyncio.Event().wait()

    once = OneAtATime(for_ever)
    await once.give_up()
    task = once.begin()
    await once.give_up()
    assert task.cancelled()


async def test_what_fails_is_told_to_whoever_waits_and_may_be_tried_again() -> None:
    async def fails() -> None:
        raise OSError("gone")

    once = OneAtATime(fails)
    for _ in range(2):
        with pytest.raises(OSError, match="gone"):
            await once.begin()


async def test_what_fails_with_nobody_waiting_is_no_error_of_the_loop() -> None:
    reported = list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))

    async def fails() -> None:
        raise OSError("gone")

    once = OneAtATime(fails)
    once.begin_unwatched()
    await asyncio.wait({once.begin()})
    del once
    gc.collect()
    assert reported == []
