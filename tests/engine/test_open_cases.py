"""The open cases that a process knows are those of the store, however it came to know them."""

from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from adapters.redis.ledger import RedisLedger
from adapters.redis.store import RedisStore
from bot.core.live import OpenCase
from bot.engine.codec import write, write_packed
from bot.engine.open_cases import OpenCases
from bot.ports import CaseNews, CaseRow, IndexRow

NOW = 100.0


class Listening(RedisLedger):
    """The ledger of a store, with how many rows were read of it each time; with `news` that is all it ever says."""

    def __init__(self, store: RedisStore, news: CaseNews | None = None) -> None:
        self._store = store
        self._news = news
        self.read: list[int] = []

    async def changed_cases(self, since: int, now: float) -> CaseNews:
        news = self._news or await self._store.ledger.changed_cases(since, now)
        self.read.append(len(news.changed))
        return news


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


async def test_lists_are_of_this_moment_and_read_no_more_than_has_changed(store: RedisStore) -> None:
    ledger = Listening(store)
    cases = OpenCases(ledger)
    for number in (1002, 1001, 1003):
        await put(store, number, 1, "queued")
    assert [row.number for row in await cases.rows()] == [1001, 1002, 1003]
    await put(store, 1001, 2, "assigned")
    await put(store, 1003, 2, "")
    assert [(row.number, row.status) for row in await cases.rows()] == [(1001, "assigned"), (1002, "queued")]
    assert await cases.unread() == []
    assert await known(cases) == {1001: "assigned", 1002: "queued"}
    assert ledger.read == [3, 2, 0, 0]


async def test_whoever_reads_many_lets_others_go_on_meanwhile_and_they_see_all_of_them(store: RedisStore) -> None:
    await asyncio.gather(*(put(store, number, 1, "queued") for number in range(1001, 1601)))
    cases, turns = OpenCases(store.ledger), 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    news = await store.ledger.changed_cases(-1, NOW)
    still = OpenCases(Listening(store, news))
    going = asyncio.create_task(others())
    first, second = await asyncio.gather(still.rows(), still.read(NOW))
    going.cancel()
    assert len(first) == len(second) == len(await cases.rows()) == 600
    assert turns >= 3


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


async def test_a_row_that_cannot_be_read_is_set_aside_named_once_and_read_again_when_it_is_written(
    store: RedisStore,
) -> None:
    cases = OpenCases(store.ledger)
    await put(store, 1001, 1, "queued")
    await put(store, 1002, 1, "queued")
    assert len(await known(cases)) == 2
    with capture_logs() as logs:
        await store.upkeep.write_row(IndexRow("c1002", "2", write("of tomorrow", str), number="1002"))
        for number in (1003, 1004):
            await put(store, number, 1, "queued")
            assert await known(cases) == {n: "queued" for n in range(1001, number + 1) if n != 1002}
    named = [(line["what"], line["name"]) for line in logs if line["event"] == "row_set_aside"]
    assert named == [("open case", "1002")]
    assert list(cases.damaged) == [1002]
    await put(store, 1002, 3, "assigned")
    assert (await known(cases))[1002] == "assigned"
    assert not cases.damaged


async def test_a_row_that_was_set_aside_is_gone_when_its_case_is_closed(store: RedisStore) -> None:
    cases = OpenCases(store.ledger)
    await store.upkeep.write_row(IndexRow("c1002", "1", "{", number="1002"))
    assert await known(cases) == {}
    assert list(cases.damaged) == [1002]
    await put(store, 1002, 2, "")
    assert await known(cases) == {}
    assert not cases.damaged


async def test_one_about_to_open_that_cannot_be_read_hides_no_other(store: RedisStore) -> None:
    cases = OpenCases(store.ledger)
    await put(store, 1000, 1, "queued")
    await store.ledger.announce(write("of tomorrow", str), NOW, 3.0, token="one")
    await store.ledger.announce(write(OpenCase(0, "", "support", "queued", "", 1.0), OpenCase), NOW, 3.0, token="two")
    assert await known(cases) == {1000: "queued", 1002: "queued"}
