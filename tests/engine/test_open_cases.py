"""The open cases that a process knows are those of the store, however it came to know them."""

from __future__ import annotations

import pytest

from adapters.redis.store import RedisStore
from bot.engine.codec import Unreadable, write, write_packed
from bot.engine.open_cases import OpenCases
from bot.ports import CaseRow, IndexRow

NOW = 100.0


async def put(store: RedisStore, number: int, sequence: int, status: str) -> None:
    row = CaseRow(number, f"c{number}", status, "support", "town", "Ann", "asked", "Asked.", "", 1.0)
    encoded = write_packed(row, CaseRow) if status else ""
    await store.upkeep.write_row(IndexRow(row.conversation, f"{sequence}", encoded, number=f"{number}"))


async def known(cases: OpenCases) -> dict[int, str]:
    return {case.number: case.status for case in await cases.read(NOW)}


async def test_what_changes_is_seen_and_what_is_closed_is_gone(store: RedisStore) -> None:
    early, late = OpenCases(store.ledger), OpenCases(store.ledger)
    assert await known(early) == {}
    await put(store, 1001, 1, "queued")
    await put(store, 1002, 1, "queued")
    assert await known(early) == {1001: "queued", 1002: "queued"}
    await put(store, 1001, 2, "assigned")
    await put(store, 1002, 2, "")
    await put(store, 1003, 1, "queued")
    assert await known(early) == await known(late) == {1001: "assigned", 1003: "queued"}


async def test_a_store_that_forgot_is_believed(store: RedisStore, redis_url: str) -> None:
    from redis.asyncio import Redis  # noqa: PLC0415 - one test takes something away

    cases = OpenCases(store.ledger)
    await put(store, 1001, 1, "queued")
    await put(store, 1002, 1, "queued")
    assert len(await known(cases)) == 2
    async with Redis.from_url(redis_url) as client:
        await client.hdel(f"{store.prefix}:{{cases}}:open", "1002")
        await client.set(f"{store.prefix}:{{cases}}:version", 1)
    assert await known(cases) == {1001: "queued"}


async def test_a_row_of_a_newer_version_is_read_again_until_it_can_be(store: RedisStore) -> None:
    cases = OpenCases(store.ledger)
    await put(store, 1001, 1, "queued")
    assert len(await known(cases)) == 1
    await store.upkeep.write_row(IndexRow("c1002", "1", write("of tomorrow", str), number="1002"))
    for _ in range(2):
        with pytest.raises(Unreadable):
            await cases.read(NOW)
    await put(store, 1002, 2, "queued")
    assert await known(cases) == {1001: "queued", 1002: "queued"}
