"""What every Store keeps beside conversations: duty, errands, macros, journals, counters, solved cases, songs."""

from __future__ import annotations

import asyncio

from adapters.redis.store import RedisStore
from bot.ports import Changes, IndexRow
from tests.contract.store_steps import CID, claimed, solved_in
from tests.support.patience import comes_to
from tests.support.redis import MakeStore


class RosterContract:
    """Who is on duty is what they said last."""

    async def test_the_last_word_of_an_agent_counts(self, make_store: MakeStore) -> None:
        one, two = make_store(), make_store()
        await one.roster.put("nora", "on")
        await two.roster.put("sam", "on")
        await two.roster.put("nora", "off")
        assert await one.roster.rows() == {"nora": "off", "sam": "on"}

    async def test_idleness_counts_from_the_latest_time(self, make_store: MakeStore) -> None:
        one, two = make_store(), make_store()
        for store, at in ((one, 5.0), (two, 7.5), (one, 6.0)):
            await store.roster.touch("nora", at)
        assert await two.roster.touched() == {"nora": 7.5}

    async def test_one_at_a_time_gives_cases_to_agents(self, make_store: MakeStore) -> None:
        one, two = make_store(), make_store()
        assert await one.roster.lock("one", 30.0)
        assert await one.roster.lock("one", 30.0)
        assert not await two.roster.lock("two", 30.0)
        await two.roster.unlock("two")
        assert not await two.roster.lock("two", 30.0)
        await one.roster.unlock("one")
        assert await two.roster.lock("two", 30.0)

    async def test_whoever_died_while_giving_a_case_holds_nobody_up(self, store: RedisStore) -> None:
        assert await store.roster.lock("dead", 0.01)
        await asyncio.sleep(0.02)
        assert await store.roster.lock("heir", 30.0)


class ErrandContract:
    """Of those who begin an errand one does it, and once it is done nobody does."""

    async def test_one_of_many_does_it(self, make_store: MakeStore) -> None:
        one, two = make_store(), make_store()
        begun = await asyncio.gather(*(store.errands.begin("daily", 60.0) for store in (one, two, one, two)))
        assert sorted(begun) == [False, False, False, True]
        await one.errands.finish("daily")
        assert not await two.errands.begin("daily", 60.0)
        assert await two.errands.begin("another", 60.0)

    async def test_what_somebody_began_and_never_finished_is_begun_again(self, make_store: MakeStore) -> None:
        one, two = make_store(), make_store()
        assert await one.errands.begin("daily", 0.05)
        await comes_to(lambda: two.errands.begin("daily", 60.0), bool)  # it expires by the server's clock


class MacroContract:
    """A macro is what was put last, and everything that it ever was is kept."""

    async def test_the_newest_row_stands_and_all_are_kept(self, make_store: MakeStore) -> None:
        one, two = make_store(), make_store()
        assert await one.macros.put("refund", "first", expected=0)
        assert await two.macros.put("refund", "second", expected=1)
        assert await one.macros.rows() == {"refund": (2, "second")}
        assert await one.macros.versions("refund") == ["first", "second"]
        assert await one.macros.versions("other") == []

    async def test_of_two_who_change_the_same_version_one_is_told(self, make_store: MakeStore) -> None:
        one, two = make_store(), make_store()
        assert await one.macros.put("refund", "nora's", expected=0)
        assert not await two.macros.put("refund", "sam's", expected=0)
        assert await two.macros.rows() == {"refund": (1, "nora's")}

    async def test_the_same_row_twice_is_one_version(self, store: RedisStore) -> None:
        for _ in range(2):
            assert await store.macros.put("refund", "text", expected=0)
        assert await store.macros.rows() == {"refund": (1, "text")}


class StoryContract:
    """The journals of cases are found by their numbers."""

    async def test_cases_are_read_by_their_numbers(self, store: RedisStore) -> None:
        assert await store.ledger.last_case() is None
        number = await store.ledger.announce("row", 1.0, 3.0, token="t")
        await store.mailboxes.take(CID, "hello", ids=["1"])
        changes = Changes(status="queued", journal=("one", "two"), index=((number, "row"),))
        await store.mailboxes.commit(await claimed(store), "one", "state", changes, keep=False)
        await store.upkeep.write_row(IndexRow(CID, "1", "row", number=str(number)))
        assert await store.ledger.last_case() == number
        assert await store.ledger.stories(number - 5, number + 5) == [(number, ["one", "two"])]
        assert await store.ledger.stories(number + 1, number + 5) == []


class CountingContract:
    """Counters of any window are the sum of what was committed in it, however often and in whatever order one asks."""

    async def count(self, store: RedisStore, hour: int, name: str, n: int, conversation: str = CID) -> None:
        await store.mailboxes.take(conversation, "hello", ids=[f"{conversation}{hour}{name}{n}"])
        claim = None
        for shard in range(store.shards):
            claim = claim or await store.mailboxes.claim(shard, "one", f"{conversation}{hour}{name}{n}")
        assert claim is not None
        changes = Changes(status="bot", hour=hour, counts=((name, n),))
        await store.mailboxes.commit(claim, "one", "state", changes, keep=False)

    async def test_windows_are_sums_of_hours_in_all_shards(self, store: RedisStore) -> None:
        facts = [(n, f"k{n % 3}", n % 4 + 1, f"conversation-{n % 5}") for n in range(0, 120, 5)]
        for hour, name, n, conversation in facts:
            await self.count(store, hour, name, n, conversation)
        for _ in ("first made", "then kept"):
            for first, last in ((0, 119), (3, 50), (24, 47), (23, 72), (7, 7), (96, 119), (1000, 1010)):
                expected: dict[str, int] = {}
                for hour, name, n, _ in facts:
                    if first <= hour <= last:
                        expected[name] = expected.get(name, 0) + n
                assert await store.ledger.counters(first, last, over=118) == expected

    async def test_what_is_added_to_an_hour_that_is_not_over_is_seen(self, store: RedisStore) -> None:
        await self.count(store, 30, "a", 1)
        assert await store.ledger.counters(24, 47, over=30) == {"a": 1}
        await self.count(store, 30, "a", 2)
        assert await store.ledger.counters(24, 47, over=30) == {"a": 3}
        assert await store.ledger.counters(24, 47, over=48) == {"a": 3}

    async def test_a_series_has_each_hour_that_has_any(self, store: RedisStore) -> None:
        await self.count(store, 5, "a", 1)
        await self.count(store, 9, "b", 2)
        await self.count(store, 9, "c", 2)
        expected = {5: [1, 0], 9: [0, 2]}
        for over in (8, 20, 20):
            assert await store.ledger.series(0, 20, ("a", "b"), over=over) == expected


class SolvedContract:
    """What was solved is remembered until its customer is forgotten or newer cases need the room."""

    async def test_the_last_word_on_a_case_counts_and_every_change_is_seen(self, make_store: MakeStore) -> None:
        one, two = make_store(), make_store()
        seen = [await two.solved.version()]
        for number, row in ((7, "a"), (8, "b"), (7, "c")):
            await solved_in(one, number, row, 1, customer="ada")
            seen.append(await two.solved.version())
        await two.solved.remove(8, sequence=2)
        seen.append(await one.solved.version())
        assert await one.solved.rows() == {7: "c"}
        assert len(set(seen)) == len(seen)
        await two.solved.remove(8, sequence=2)
        assert await one.solved.version() == seen[-1]

    async def test_a_customer_is_forgotten_whole_and_alone(self, make_store: MakeStore) -> None:
        store = make_store()
        for number, customer in ((1, "ada"), (2, "bob"), (3, "ada")):
            await solved_in(store, number, f"row {number}", 1, customer=customer)
        assert await store.solved.forget("ada") == 2
        assert await store.solved.forget("ada") == 0
        assert await store.solved.rows() == {2: "row 2"}

    async def test_the_oldest_make_room(self, make_store: MakeStore) -> None:
        store = make_store()
        for number in range(1, 8):
            await store.solved.put(number, "ada", "r", conversation=CID, sequence=number, at=float(number), most=3)
        assert min(await store.solved.rows()) == 5

    async def test_whoever_comes_late_changes_nothing(self, store: RedisStore) -> None:
        await store.solved.remove(7, sequence=6)
        await solved_in(store, 7, "solved before it was opened again", 5)
        assert await store.solved.rows() == {}
        await solved_in(store, 7, "solved for good", 8)
        await store.solved.remove(7, sequence=6)
        await solved_in(store, 7, "solved before it was opened again", 5)
        assert await store.solved.rows() == {7: "solved for good"}
        await solved_in(store, 6, "another case, late", 2)
        assert len(await store.solved.rows()) == 2, "the order is each case's own"


class StrayContract:
    """Root cards that were lost on the way."""

    async def test_what_was_lost_in_a_channel_is_remembered_once_and_in_order(self, make_store: MakeStore) -> None:
        strays = make_store().strays
        for at in (2.0, 1.0, 2.0):
            await strays.lose("a desk", f"lost at {at}", at)
        await strays.lose("another desk", "elsewhere", 1.5)
        assert list(await make_store().strays.lost("a desk")) == ["lost at 1.0", "lost at 2.0"]
        assert list(await strays.lost("a third")) == []

    async def test_of_each_platform_the_last_song_and_what_came_back_are_known(self, make_store: MakeStore) -> None:
        songs = make_store().songs
        assert await songs.last("slack") == ("", "")
        for n in (1, 2):
            await songs.sung("slack", f"song {n}")
        await songs.heard("slack", "tirili")
        assert await make_store().songs.last("slack") == ("song 2", "tirili")
        assert await songs.last("teams") == ("", "")
