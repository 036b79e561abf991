"""What every Store keeps for whoever does what nobody else does: the dead, twins, timers, and rows of open cases."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from adapters.redis.store import RedisStore
from bot.ports import CaseNews, Changes, Findings, IndexRow
from tests.contract.store_steps import CID, claimed, commit, texts_of
from tests.support.patience import PATIENCE


class UpkeepContract:
    """Nothing is left lying when a process dies at any line."""

    async def test_the_dead_are_named_and_their_claims_freed(self, store: RedisStore) -> None:
        assert await store.upkeep.beat("dead", 0.01) == []
        await store.mailboxes.take(CID, "hello", ids=["1"])
        await claimed(store, "dead")
        await asyncio.sleep(0.02)
        assert await store.upkeep.beat("alive", 10) == ["dead"]
        assert await store.upkeep.release("dead") == 1
        assert await store.upkeep.beat("alive", 10) == []
        assert (await claimed(store, "alive")).mail.body == "hello"

    async def test_twins_that_nobody_can_read_keep_no_others_waiting(self, store: RedisStore) -> None:
        names = [f"twin {n:02}" for n in range(25)]
        for name in names:
            await store.outbox.swept(CID, "none", (name, 0.0), [])
        told = [[name for found in await store.upkeep.tick(0.0) for name in found.twins] for _ in range(3)]
        assert told == [names[:20], names[20:], []]

    async def test_a_timer_fires_once(self, store: RedisStore) -> None:
        await commit(store, Changes(status="bot", timers=(("soon", 5.0),)))
        assert await store.upkeep.tick(4.0) == [Findings()] * store.shards
        assert [f.timers for f in await store.upkeep.tick(5.0) if f.timers] == [((CID, "soon", 5.0),)]
        for _ in range(2):
            await store.upkeep.fire(CID, "soon", 5.0, "fired")
        assert await texts_of(store) == ["fired"]

    async def test_a_timer_that_was_set_anew_does_not_fire_at_its_old_time(self, store: RedisStore) -> None:
        await commit(store, Changes(status="bot", timers=(("soon", 5.0),)))
        await commit(store, Changes(status="bot", timers=(("soon", 9.0),)), said="later")
        await store.upkeep.fire(CID, "soon", 5.0, "fired")
        await commit(store, Changes(status="bot", cancelled=("soon",)), said="never")
        await store.upkeep.fire(CID, "soon", 9.0, "fired")
        assert await texts_of(store) == []

    async def test_an_older_row_does_not_replace_a_newer_one(self, store: RedisStore) -> None:
        for sequence, row in (("5", '"open"'), ("9", ""), ("7", '"stale"')):
            await store.upkeep.write_row(IndexRow(CID, sequence, row, number="1001"))
        assert (await store.ledger.changed_cases(-1, 0.0)).changed == {}
        assert await store.ledger.conversation_of(1001) == CID
        assert await store.ledger.conversation_of(1002) is None

    async def test_whoever_knows_the_open_cases_sees_what_changes_in_them(self, store: RedisStore) -> None:
        async def write(number: int, sequence: int, row: str) -> None:
            await store.upkeep.write_row(IndexRow(CID, f"{sequence}", row, number=f"{number}"))

        async def known() -> list[str]:
            return sorted((await store.ledger.changed_cases(-1, 0.0)).changed.values())

        assert await known() == []
        await write(1001, 1, "one")
        await write(1002, 1, "two")
        assert await known() == ["one", "two"]
        await write(1001, 2, "one, claimed")
        await write(1001, 1, "an older row")
        assert await known() == ["one, claimed", "two"]
        await write(1001, 3, "")
        await write(1003, 1, "three")
        assert await known() == await known() == ["three", "two"]

        # more than is remembered of changes
        for first in range(2000, 2600, 20):
            await asyncio.gather(*(write(first + n, 1, "many") for n in range(20)))
            await asyncio.gather(*(write(first + n, 2, "") for n in range(20)))
        assert await known() == ["three", "two"]
        await asyncio.gather(*(write(5000 + n, 1, f"{n}") for n in range(5)), *(known() for _ in range(5)))
        assert await known() == ["0", "1", "2", "3", "4", "three", "two"]

    async def test_what_changed_in_the_open_cases_is_told_since_a_version(self, store: RedisStore) -> None:
        for number, sequence, row in ((1002, 1, "two"), (1001, 1, "one"), (1001, 2, "one, claimed")):
            await store.upkeep.write_row(IndexRow(CID, f"{sequence}", row, number=f"{number}"))
        news = await store.ledger.changed_cases(-1, 1.0)
        version = news.version
        assert (news.is_whole, list(news.changed.items())) == (True, [(1001, "one, claimed"), (1002, "two")])
        assert await store.ledger.changed_cases(version, 1.0) == CaseNews(version, False, {}, {})
        await store.upkeep.write_row(IndexRow(CID, "2", "", number="1002"))
        assert await store.ledger.changed_cases(version, 1.0) == CaseNews(version + 1, False, {1002: ""}, {})
        newer = await store.ledger.changed_cases(version + 7, 1.0)
        assert newer == CaseNews(version + 1, True, {1001: "one, claimed"}, {})

    async def test_a_case_is_about_to_open_until_it_is_open_or_its_time_has_passed(self, store: RedisStore) -> None:
        async def opening(now: float) -> Mapping[int, str]:
            return (await store.ledger.changed_cases(-1, now)).opening

        for token, row in enumerate(("one", "one", "three|3", "three|3")):
            await store.ledger.announce(row, 100.0, 3.0, token=f"{min(token, 2)}")
        assert await opening(100.0) == {1001: "one", 1002: "one", 1003: "three|3"}
        await store.upkeep.write_row(IndexRow(CID, "1", "row", number="1002"))
        await store.upkeep.write_row(IndexRow(CID, "2", "", number="1003"))
        assert await opening(102.9) == {1001: "one"}
        assert await opening(103.0) == {}
        await store.ledger.announce("four", 103.0, 3.0, token="4")
        assert await opening(100.0) == {1004: "four"}, "the first is forgotten"

    async def test_wakes_tell_of_new_work(self, store: RedisStore) -> None:
        heard: set[tuple[str, int]] = set()
        ready, again = asyncio.Event(), asyncio.Event()

        async def listen() -> None:
            async for who, shard in store.upkeep.wakes():
                heard.add((who, shard))
                if not ready.is_set() and len(heard) == 2 * store.shards:
                    ready.set()
                elif ready.is_set() and (who, shard) == ("w", store.shard_of(CID)):
                    again.set()

        task = asyncio.create_task(listen())
        async with asyncio.timeout(PATIENCE):
            await ready.wait()  # the first look after connecting
            await store.mailboxes.take(CID, "hello", ids=["1"])
            await again.wait()
        task.cancel()
        await asyncio.wait([task])
