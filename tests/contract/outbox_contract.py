"""What every Store keeps of the outbox: its lanes, attempts whose end nobody knows, and how fast a platform is called.

The looks for an uncertain attempt are at 0.05, 0.1 and 0.2 s.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from adapters.redis.store import RedisStore
from bot.ports import Changes, Head, InLine, Link, OpenedThread, Phase, Settlement
from tests.contract.store_steps import CID, asleep_until, begun, commit, entry, opened, texts_of
from tests.support.patience import PATIENCE, comes_to


class OutboxContract:
    """Entries leave in order, once as far as anybody can know, and never unseen."""

    async def test_an_arrival_is_told_only_to_those_who_were_told_of_the_delay(self, store: RedisStore) -> None:
        """Otherwise the desk's copy of every customer's message would cost the conversation a turn of its own."""
        heard: list[str] = []
        for name in ("on time", "late", "on time again"):
            await commit(store, Changes(status="bot", entries=(entry(name),)), said=name)
            lane = await opened(store, token=name)
            if name == "late":
                await store.outbox.overdue(lane, "one", "agents", "it is late")
                await store.outbox.overdue(lane, "one", "agents", "it is late")
            await begun(store, lane)
            settled = Settlement("sent", relief=("agents", f"arrived {name}"))
            for _ in range(2):
                await store.outbox.settle(lane, "one", lane.head.attempts + 1, settled, keep=False)
            heard += await texts_of(store)
        assert heard == ["it is late", "arrived late"]

    async def test_only_the_head_of_a_lane_is_in_flight(self, store: RedisStore) -> None:
        await commit(store, Changes(status="bot", entries=(entry("e1"), entry("e2"))))
        lane = await opened(store)
        assert lane.head.entry == "e1"
        assert await store.outbox.open(store.shard_of(CID), "two", "t2") is None

    async def test_lanes_do_not_wait_for_each_other(self, store: RedisStore) -> None:
        await commit(store, Changes(status="bot", entries=(entry("e1", "c"), entry("e2", "a1"))))
        assert {(await opened(store, token=t)).head.entry for t in ("1", "2")} == {"e1", "e2"}

    async def test_an_opened_lane_whose_answer_was_lost_is_given_again(self, store: RedisStore) -> None:
        await commit(store, Changes(status="bot", entries=(entry("e1"),)))
        one, two = await opened(store, token="same"), await opened(store, token="same")
        assert replace(one, head=two.head) == two

    async def test_begin_may_run_twice(self, store: RedisStore) -> None:
        await commit(store, Changes(status="bot", entries=(entry("e1"),)))
        lane = await opened(store)
        await begun(store, lane)
        await begun(store, lane)
        assert await store.outbox.settle(lane, "one", 1, Settlement("sent"), keep=True) is None
        assert await store.outbox.open(store.shard_of(CID), "one", "t2") is None

    async def test_settle_that_runs_twice_tells_once(self, store: RedisStore) -> None:
        await commit(store, Changes(status="bot", entries=(entry("e1", source="customer|x"),)))
        lane = await opened(store)
        await begun(store, lane)
        sent = Settlement(
            "sent", copies=(Link("customer|x", "copy", "copy key", "original"),), events=("delivered",), twins=""
        )
        for _ in range(2):
            await store.outbox.settle(lane, "one", 1, sent, keep=True)
        assert await texts_of(store) == ["delivered"]
        assert await store.mailboxes.origin(CID, "copy key") == "original"

    async def test_copies_are_known_to_whoever_changes_them(self, store: RedisStore) -> None:
        changes = Changes(status="bot", entries=(entry("e1", source="s"), entry("e2", source="s")))
        await commit(store, changes)
        lane = await opened(store)
        await begun(store, lane)
        link = Settlement("sent", copies=(Link("s", "the copy", "k", "original"),))
        head = await store.outbox.settle(lane, "one", 1, link, keep=True)
        assert isinstance(head, Head)
        assert (await begun(store, replace(lane, head=head))).copies == ("the copy",)

    async def test_a_process_that_dies_while_sending_leaves_what_it_began(self, store: RedisStore) -> None:
        await commit(store, Changes(status="bot", entries=(entry("e1"), entry("e2"))))
        lane = await opened(store, "dead")
        first = await begun(store, lane, "dead")
        await store.upkeep.release("dead")
        heir = await opened(store, "heir")
        assert (heir.head.entry, heir.head.phase, heir.head.attempts) == ("e1", Phase.SENDING, 1)
        assert heir.head.began_at == pytest.approx(first.began_at)

    async def test_a_lost_attempt_is_looked_for_until_all_looks_missed_and_then_sent_again(
        self, store: RedisStore
    ) -> None:
        await commit(store, Changes(status="bot", entries=(entry("e1"),)))
        lane = await opened(store)
        began = (await begun(store, lane)).began_at
        after = await store.outbox.settle(lane, "one", 1, Settlement("unknown"), keep=True)
        assert after is not None
        seen: list[float] = []
        while not isinstance(after, Head) or after.phase is Phase.UNKNOWN:
            # On a busy machine the next look is due already, and is given at once.
            if isinstance(after, Head):
                lane = replace(lane, head=after)
            else:
                lane = await asleep_until(store, "one", f"look {len(seen)}")
            assert lane.head.phase is Phase.UNKNOWN
            seen.append(lane.head.now - began)
            missed = Settlement("missed", looked_at=lane.head.now)
            after = await store.outbox.settle(lane, "one", 1, missed, keep=True)
        assert seen[0] >= 0.05
        assert all(at < 0.2 for at in seen[:-1]), seen
        assert seen[-1] >= 0.2
        assert isinstance(after, Head)
        assert (after.phase, after.attempts, after.resent) == (Phase.PENDING, 1, True)

    async def test_a_look_counts_by_when_it_began(self, store: RedisStore) -> None:
        await commit(store, Changes(status="bot", entries=(entry("e1"),)))
        lane = await opened(store)
        began = (await begun(store, lane)).began_at
        await store.outbox.settle(lane, "one", 1, Settlement("unknown", delay=0.3), keep=True)
        lane = await asleep_until(store, "one", "late")
        stood_still = Settlement("missed", looked_at=began + 0.06)
        after = await store.outbox.settle(lane, "one", 1, stood_still, keep=True)
        assert isinstance(after, Head)
        assert after.phase is Phase.UNKNOWN

    async def test_a_zombies_success_is_believed_while_the_attempt_is_looked_for(self, store: RedisStore) -> None:
        await commit(store, Changes(status="bot", entries=(entry("e1"),)))
        zombie = await opened(store, "zombie")
        await begun(store, zombie, "zombie")
        await store.upkeep.release("zombie")
        heir = await opened(store, "heir")
        await store.outbox.settle(heir, "heir", 1, Settlement("unknown"), keep=True)
        await store.outbox.settle(zombie, "zombie", 1, Settlement("sent", events=("delivered",)), keep=True)
        assert await texts_of(store) == ["delivered"]
        await asyncio.sleep(0.06)
        assert await store.outbox.open(store.shard_of(CID), "heir", "t2") is None

    async def test_a_zombies_vain_look_does_not_count(self, store: RedisStore) -> None:
        await commit(store, Changes(status="bot", entries=(entry("e1"),)))
        zombie = await opened(store, "zombie")
        await begun(store, zombie, "zombie")
        await store.outbox.settle(zombie, "zombie", 1, Settlement("unknown", delay=0.25), keep=True)
        zombie = await asleep_until(store, "zombie", "look")
        await store.upkeep.release("zombie")
        heir = await opened(store, "heir")
        await store.outbox.settle(zombie, "zombie", 1, Settlement("missed"), keep=True)
        await store.upkeep.release("heir")
        assert (await opened(store, "third")).head.phase is Phase.UNKNOWN
        assert heir.head.phase is Phase.UNKNOWN

    async def test_a_success_that_comes_after_all_was_given_up_is_looked_at_as_a_twin(self, store: RedisStore) -> None:
        await commit(store, Changes(status="bot", entries=(entry("e1"),)))
        zombie = await opened(store, "zombie")
        await begun(store, zombie, "zombie")
        await store.upkeep.release("zombie")
        heir = await opened(store, "heir")
        gone = Settlement("missed", looked_at=heir.head.now + 1)
        await asyncio.sleep(0.2)
        head = await store.outbox.settle(heir, "heir", 1, gone, keep=True)
        assert isinstance(head, Head)
        heir = replace(heir, head=head)
        await begun(store, heir, "heir")
        await store.outbox.settle(heir, "heir", 2, Settlement("sent", events=("delivered",)), keep=True)
        await store.outbox.settle(zombie, "zombie", 1, Settlement("sent", events=("no",), twins="twin"), keep=True)
        assert await texts_of(store) == ["delivered"]
        await asyncio.sleep(0.21)
        assert [f.twins for f in await store.upkeep.tick(0.0) if f.twins] == [("twin",)]
        await store.outbox.swept(CID, "twin", None, [])
        assert all(not f.twins for f in await store.upkeep.tick(0.0))

    async def test_a_parked_entry_is_sent_again_on_demand_only(self, store: RedisStore) -> None:
        await commit(store, Changes(status="bot", entries=(entry("e1"),)))
        lane = await opened(store)
        await begun(store, lane)
        parked = Settlement("parked", events=("failed",))
        assert await store.outbox.settle(lane, "one", 1, parked, keep=True) is None
        assert await texts_of(store) == ["failed"]
        assert await store.outbox.open(store.shard_of(CID), "one", "t2") is None
        for n in range(2):
            await commit(store, Changes(status="bot", resend=("e1",)), said=f"retry {n}")
        lane = await opened(store, token="t3")
        assert (lane.head.entry, lane.head.phase) == ("e1", Phase.PENDING)
        await begun(store, lane)
        assert await store.outbox.settle(lane, "one", 2, Settlement("sent"), keep=True) is None

    async def test_a_zombies_success_is_believed_when_it_is_about_to_be_sent_again(self, store: RedisStore) -> None:
        await commit(store, Changes(status="bot", entries=(entry("e1"),)))
        zombie = await opened(store, "zombie")
        await begun(store, zombie, "zombie")
        await store.upkeep.release("zombie")
        heir = await opened(store, "heir")
        await asyncio.sleep(0.2)
        gone = Settlement("missed", looked_at=heir.head.now + 1)
        again = await store.outbox.settle(heir, "heir", 1, gone, keep=True)
        assert isinstance(again, Head)
        assert (again.entry, again.phase) == ("e1", "P")
        sent = Settlement("sent", events=("delivered",), twins="twin")
        await store.outbox.settle(zombie, "zombie", 1, sent, keep=True)
        assert await store.outbox.begin(replace(heir, head=again), "heir") is None
        assert await texts_of(store) == ["delivered"]
        assert await store.outbox.open(store.shard_of(CID), "heir", "t2") is None

    async def test_a_zombies_success_is_believed_when_people_were_asked_already(self, store: RedisStore) -> None:
        await commit(store, Changes(status="bot", entries=(entry("e1", source="s"), entry("e2"))))
        zombie = await opened(store, "zombie")
        await begun(store, zombie, "zombie")
        await store.upkeep.release("zombie")
        heir = await opened(store, "heir")
        assert await store.outbox.settle(heir, "heir", 1, Settlement("parked", events=("asked",)), keep=False) is None
        link = Link("s", "the copy", "k", "original")
        sent = Settlement("sent", copies=(link,), events=("delivered",), follow=(entry("rest"),))
        for _ in range(2):
            await store.outbox.settle(zombie, "zombie", 1, sent, keep=True)
        assert await texts_of(store) == ["asked", "delivered"]
        assert await store.mailboxes.origin(CID, "k") == "original"
        await commit(store, Changes(status="bot", resend=("e1",)), said="resend it")
        order: list[str] = []
        while lane := await store.outbox.open(store.shard_of(CID), "heir", f"t{len(order)}"):
            order.append(lane.head.entry)
            await begun(store, lane, "heir")
            await store.outbox.settle(lane, "heir", 1, Settlement("sent"), keep=False)
        assert order == ["e2", "rest"]

    async def test_an_abandoned_entry_is_gone(self, store: RedisStore) -> None:
        await commit(store, Changes(status="bot", entries=(entry("e1"),)))
        lane = await opened(store)
        await begun(store, lane)
        await store.outbox.settle(lane, "one", 1, Settlement("parked"), keep=True)
        await commit(store, Changes(status="bot", abandon=("e1",)), said="it arrived")
        await commit(store, Changes(status="bot", resend=("e1",)), said="too late")
        assert await store.outbox.open(store.shard_of(CID), "one", "t2") is None

    async def test_what_the_bot_had_to_say_is_withheld_once_people_have_the_word(self, store: RedisStore) -> None:
        await commit(store, Changes(status="bot", entries=(entry("answer", guarded=True),)))
        await commit(store, Changes(status="queued", entries=(entry("a person comes"),)))
        lane = await opened(store)
        assert lane.head.entry == "answer"
        assert await store.outbox.begin(lane, "one") is None
        assert (await opened(store, token="t2")).head.entry == "a person comes"

    async def test_words_of_somebody_who_lost_the_word_are_withheld_whole_and_said_to_be(
        self, store: RedisStore
    ) -> None:
        parts = (
            entry("long 1", word="bob", told="withheld", group="long"),
            entry("long 2", group="long"),
            entry("from the app"),
        )
        await commit(store, Changes(status="assigned", word="bob", entries=parts))
        await commit(store, Changes(status="assigned", word="sue"))
        lane = await opened(store)
        assert await store.outbox.begin(lane, "one") is None
        assert (await opened(store, token="t2")).head.entry == "from the app"
        claim = await store.mailboxes.claim(store.shard_of(CID), "w", "t3")
        assert claim is not None
        assert claim.mail.body == "withheld"

    async def test_words_of_whoever_still_has_the_word_are_sent(self, store: RedisStore) -> None:
        await commit(store, Changes(status="assigned", word="bob", entries=(entry("hello", word="bob"),)))
        await commit(store, Changes(status="on_hold", word="bob"))
        assert await store.outbox.begin(await opened(store), "one") is not None

    async def test_of_several_redraws_only_the_newest_waits(self, store: RedisStore) -> None:
        for n in range(3):
            await commit(store, Changes(status="queued", entries=(entry(f"card {n}", "k", only=True),)))
        lane = await opened(store)
        assert lane.head.entry == "card 2"
        await begun(store, lane)
        assert await store.outbox.settle(lane, "one", 1, Settlement("sent"), keep=True) is None

    async def test_a_sender_that_looked_at_a_replaced_entry_lets_the_lane_go(self, store: RedisStore) -> None:
        await commit(store, Changes(status="queued", entries=(entry("old", "k", only=True),)))
        lane = await opened(store)
        await commit(store, Changes(status="queued", entries=(entry("new", "k", only=True),)))
        assert await store.outbox.begin(lane, "one") is None
        assert (await opened(store, token="t2")).head.entry == "new"

    async def test_a_case_waits_for_its_root_card(self, store: RedisStore) -> None:
        entries = (entry("root", "a7", opens_thread=True), entry("word", "a7", case="7"), entry("card", "k7", case="7"))
        await commit(store, Changes(status="queued", entries=entries))
        lanes = [await opened(store, token=t) for t in ("1", "2")]
        root = next(lane for lane in lanes if lane.head.entry == "root")
        card = next(lane for lane in lanes if lane.head.entry == "card")
        assert await store.outbox.begin(card, "one") is None
        await begun(store, root)
        done = Settlement("sent", opened=OpenedThread("7", "the root", "the thread"), wake=("a7", "k7"))
        head = await store.outbox.settle(root, "one", 1, done, keep=True)
        assert isinstance(head, Head)
        assert (await begun(store, replace(root, head=head))).root == "the root"
        assert (await begun(store, await opened(store, token="3"))).root == "the root"
        rows = [row for f in await store.upkeep.tick(0.0) for row in f.rows]
        assert rows == []  # not forgotten yet: whoever sent it writes it

    async def test_what_follows_goes_right_behind(self, store: RedisStore) -> None:
        await commit(store, Changes(status="bot", entries=(entry("long edit"), entry("later"))))
        lane = await opened(store)
        await begun(store, lane)
        order: list[str] = []
        head = await store.outbox.settle(
            lane, "one", 1, Settlement("sent", follow=(entry("part 2"), entry("part 3"))), keep=True
        )
        while isinstance(head, Head):
            order.append(head.entry)
            lane = replace(lane, head=head)
            await begun(store, lane)
            head = await store.outbox.settle(lane, "one", 1, Settlement("sent"), keep=True)
        assert order == ["part 2", "part 3", "later"]


class PacingContract:
    """Buckets: how fast a platform is called, by all processes together."""

    async def test_a_bucket_keeps_a_reserve_for_more_urgent_calls(self, store: RedisStore) -> None:
        spend = store.outbox.spend
        assert await spend("b", rate=0.001, burst=2, reserve=1) == 0
        assert await spend("b", rate=0.001, burst=2, reserve=1) > 0
        assert await spend("b", rate=0.001, burst=2) == 0
        assert await spend("b", rate=0.001, burst=2) > 0
        assert await spend("b", rate=0.001, burst=2, cost=-1) == 0
        assert await spend("b", rate=0.001, burst=2) == 0

    async def test_a_frozen_bucket_gives_nothing(self, store: RedisStore) -> None:
        await store.outbox.freeze("b", 30.0, rate=1000, burst=10)
        assert 0 < await store.outbox.spend("b", rate=1000, burst=10) <= 30.0
        assert await store.outbox.spend("other", rate=1000, burst=10) == 0

    async def test_a_token_goes_to_whoever_waits_longest(self, store: RedisStore) -> None:
        async def asks(name: str, rate: float = 20.0) -> float:
            return await store.outbox.spend("b", rate=rate, burst=1, line=InLine(name))

        assert await asks("a") == 0
        waits = [await asks(name, rate=0.01) for name in "bcd"]
        assert waits == pytest.approx([100.0, 200.0, 300.0], abs=50), "a token each, less what passed meanwhile"
        got: list[str] = []
        while len(got) < 3:
            # the last in line asks most often, and first
            got += [name for name in "dcb" if name not in got and await asks(name) == 0]
            await asyncio.sleep(0.005)
        assert got == ["b", "c", "d"]

    async def test_the_urgent_go_before_those_who_wait(self, store: RedisStore) -> None:
        async def asks(name: str, *, behind: float = 0.0, rate: float = 20.0) -> float:
            return await store.outbox.spend("b", rate=rate, burst=1, line=InLine(name, behind))

        async def patient(rate: float = 20.0) -> float:
            return await asks("patient", behind=2 * PATIENCE, rate=rate)

        assert await asks("a") == 0
        async with asyncio.timeout(PATIENCE):
            for name in ("one", "two"):
                assert await patient(rate=0.01) > 0
                assert await asks(name, rate=0.01) > 0
                while await asks(name) > 0:  # tokens come with time
                    assert await patient() > 0
                    await asyncio.sleep(0.005)
            await comes_to(patient, lambda wait: wait == 0)

    async def test_the_urgent_do_not_go_before_those_who_wait_for_ever(self, store: RedisStore) -> None:
        async def asks(name: str, behind: float = 0.0, rate: float = 10.0) -> float:
            return await store.outbox.spend("b", rate=rate, burst=1, line=InLine(name, behind))

        assert await asks("a") == 0
        assert await asks("patient", behind=0.25, rate=0.01) > 0
        got: list[str] = []
        async with asyncio.timeout(PATIENCE):
            while "patient" not in got:
                got += [name for name in ("one", "two", "three") if await asks(name) == 0]
                if await asks("patient", behind=0.25) == 0:
                    got.append("patient")
                await asyncio.sleep(0.005)
        assert len(got) <= 7, got

    async def test_whoever_does_not_come_back_holds_up_nobody_for_long(self, store: RedisStore) -> None:
        spend = store.outbox.spend
        assert await spend("b", rate=0.01, burst=1) == 0
        assert await spend("b", rate=0.01, burst=1, line=InLine("gone", returns=-5.0)) > 0
        assert 0 < await spend("b", rate=0.01, burst=1, line=InLine("there")) <= 100.0
