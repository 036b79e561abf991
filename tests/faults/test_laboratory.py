"""The laboratory leaves nothing behind: a process of it would work on, and find another laboratory's port."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.faults.laboratory import _call_off, laboratory
from tests.faults.test_short import SHORT
from tests.support.patience import comes_to


@pytest.mark.parametrize("when", ["it begins", "it has begun"])
async def test_a_process_whose_starter_is_called_off_comes_and_is_ended_with_the_others(when: str) -> None:
    async with laboratory(replace(SHORT, nodes=1)) as lab:
        lab.processes.nodes = [await asyncio.create_subprocess_exec("true")]
        starter = asyncio.create_task(lab.succeed(0))
        await asyncio.sleep(0)
        if when == "it has begun":
            await comes_to(lambda: asyncio.sleep(0, lab.processes.started), lambda started: len(started) == 1)
        starter.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starter
        if when == "it has begun":
            (node,) = lab.processes.started
            await comes_to(lambda: asyncio.sleep(0, lab.nodes), lambda nodes: nodes == [node])
            assert node.returncode is None
    assert all(node.returncode is not None for node in lab.processes.started)


async def test_a_person_who_breaks_off_ends_the_experiment() -> None:
    async def rests() -> None:
        await asyncio.Event().wait()

    async def breaks_off() -> None:
        raise RuntimeError("nobody answers questions any more")

    resting, broken = asyncio.create_task(rests()), asyncio.create_task(breaks_off())
    await asyncio.sleep(0)
    with pytest.raises(RuntimeError, match="nobody answers"):
        await _call_off([resting, broken])
    assert resting.cancelled()
