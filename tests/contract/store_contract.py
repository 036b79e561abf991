"""What every Store keeps, as tests to inherit: races are written down step by step, not waited for.

In a subclass, a fixture `make_store` makes stores on the same keys, as several processes have them. The
looks for an uncertain attempt are at 0.05, 0.1 and 0.2 s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest

from adapters.redis.store import RedisStore
from bot.errors import Fenced
from bot.ports import (
    Begun,
    CaseNews,
    Changes,
    Claim,
    Findings,
    Head,
    IndexRow,
    InLine,
    LaneClaim,
    Link,
    Mail,
    NewEntry,
    OpenedThread,
    Phase,
    Settlement,
)
from tests.support.patience import PATIENCE, comes_to
from tests.support.redis import MakeStore

CID = "town|T|dm-ann|"
BOT = Changes(status="bot")


def entry(id: str, lane: str = "c", **more: object) -> NewEntry:
    return NewEntry(id, lane, f"body of {id}", 1, **more)  # type: ignore[arg-type]


async def claimed(store: RedisStore, worker: str = "one", token: str = "t") -> Claim:
    claim = await store.mailboxes.claim(store.shard_of(CID), worker, token)
    assert claim is not None
    return claim


async def opened(store: RedisStore, worker: str = "one", token: str = "t") -> LaneClaim:
    lane = await store.outbox.open(store.shard_of(CID), worker, token)
    assert lane is not None
    return lane


async def commit(store: RedisStore, changes: Changes, *, said: str = "hello", worker: str = "one") -> None:
    """One event that changes that."""
    await store.mailboxes.take(CID, said, ids=[f"{said}-{worker}-{changes!r}"])
    claim = await claimed(store, worker, f"commit {changes!r}")
    assert await store.mailboxes.commit(claim, worker, "state", changes, keep=False) is None


async def texts_of(store: RedisStore) -> list[str]:
    """Everything that waits in the mailbox, taken out in order."""
    claim = await store.mailboxes.claim(store.shard_of(CID), "reader", "read")
    found: list[str] = []
    while claim is not None:
        found.append(claim.mail.body)
        mail = await store.mailboxes.commit(claim, "reader", "state", BOT, keep=True)
        claim = replace(claim, sequence=claim.sequence + 1, mail=mail) if mail else None
    return found


async def begun(store: RedisStore, lane: LaneClaim, worker: str = "one") -> Begun:
    begun = await store.outbox.begin(lane, worker)
    assert begun is not None
    return begun


async def asleep_until(store: RedisStore, worker: str, token: str) -> LaneClaim:
    """The lane, as soon as it may be opened."""
    async with asyncio.timeout(PATIENCE):
        while True:
            lane = await store.outbox.open(store.shard_of(CID), worker, token)
            if lane is not None:
                return lane
            await asyncio.sleep(0.01)


class MailboxContract:
    """Events come in once, in order, and are handled by one worker at a time."""

    async def test_a_redelivery_changes_nothing(self, store: RedisStore) -> None:
        assert await store.mailboxes.take(CID, "hello", ids=["Ev1"]) == (True, False)
        assert await store.mailboxes.take(CID, "hello", ids=["Ev1"]) == (False, False)
        assert await texts_of(store) == ["hello"]
        assert await store.mailboxes.take(CID, "hello", ids=["Ev1"]) == (False, False)
        assert await texts_of(store) == []

    async def test_twins_are_known_by_any_name_they_share(self, store: RedisStore) -> None:
        assert (await store.mailboxes.take(CID, "hello", ids=["Ev1", "C1:1.0"]))[0]
        assert not (await store.mailboxes.take(CID, "hello", ids=["Ev2", "C1:1.0"]))[0]
        assert not (await store.mailboxes.take(CID, "hello", ids=["Ev2", "other"]))[0]
        assert await texts_of(store) == ["hello"]

    async def test_what_waits_is_ordered_by_the_platforms_time(self, store: RedisStore) -> None:
        for at in (3.0, 1.0, 2.0, 2.0):
            await store.mailboxes.take(CID, f"at {at}", ids=[f"{at}-{len(await store.ledger.journal(CID))}"], at=at)
        assert await texts_of(store) == ["at 1.0", "at 2.0", "at 3.0"]

    async def test_a_conversation_has_one_owner(self, store: RedisStore) -> None:
        await store.mailboxes.take(CID, "hello", ids=["1"])
        claim = await claimed(store)
        await store.mailboxes.take(CID, "again", ids=["2"])
        assert await store.mailboxes.claim(store.shard_of(CID), "two", "t2") is None
        mail = await store.mailboxes.commit(claim, "one", "state", BOT, keep=True)
        assert mail is not None
        assert mail.body == "again"

    async def test_a_claim_whose_answer_was_lost_is_given_again(self, store: RedisStore) -> None:
        await store.mailboxes.take(CID, "hello", ids=["1"])
        assert await claimed(store, "one", "same") == await claimed(store, "one", "same")

    async def test_of_two_commits_that_expect_the_same_one_is_fenced(self, store: RedisStore) -> None:
        await store.mailboxes.take(CID, "hello", ids=["1"])
        zombie = await claimed(store, "zombie")
        await store.upkeep.release("zombie")
        heir = await claimed(store, "heir")
        assert heir.sequence == zombie.sequence
        await store.mailboxes.commit(heir, "heir", "the heir's", BOT, keep=False)
        with pytest.raises(Fenced):
            await store.mailboxes.commit(zombie, "zombie", "the zombie's", BOT, keep=False)
        assert await store.ledger.state(CID) == "the heir's"

    async def test_a_zombie_that_comes_first_is_fenced_too(self, store: RedisStore) -> None:
        await store.mailboxes.take(CID, "hello", ids=["1"])
        zombie = await claimed(store, "zombie")
        await store.upkeep.release("zombie")
        heir = await claimed(store, "heir")
        with pytest.raises(Fenced):
            await store.mailboxes.commit(zombie, "zombie", "the zombie's", BOT, keep=False)
        await store.mailboxes.commit(heir, "heir", "the heir's", BOT, keep=False)
        assert await store.ledger.state(CID) == "the heir's"

    @pytest.mark.parametrize("keep", [True, False])
    async def test_a_commit_that_runs_twice_changes_things_once(self, store: RedisStore, keep: bool) -> None:
        changes = Changes(
            status="bot",
            entries=(entry("e1"), entry("e2")),
            journal=("line",),
            hour=7,
            counts=(("opened", 1),),
            timers=(("soon", 5.0),),
        )
        await store.mailboxes.take(CID, "hello", ids=["1"])
        await store.mailboxes.take(CID, "again", ids=["2"])
        claim = await claimed(store)
        first = await store.mailboxes.commit(claim, "one", "state", changes, keep=keep)
        assert await store.mailboxes.commit(claim, "one", "state", changes, keep=keep) == first
        assert await store.ledger.counters(7, 7, over=7) == {"opened": 1}
        assert await store.ledger.journal(CID) == ["line"]
        lane = await opened(store)
        await begun(store, lane)
        head = await store.outbox.settle(lane, "one", 1, Settlement("sent"), keep=True)
        assert isinstance(head, Head)
        assert head.entry == "e2"

    async def test_the_second_run_of_a_commit_does_not_disturb_the_next_owner(self, store: RedisStore) -> None:
        await store.mailboxes.take(CID, "hello", ids=["1"])
        claim = await claimed(store)
        await store.mailboxes.commit(claim, "one", "state", BOT, keep=True)
        await store.mailboxes.take(CID, "again", ids=["2"])
        heir = await claimed(store, "heir")
        assert await store.mailboxes.commit(claim, "one", "state", BOT, keep=True) is None
        assert await store.mailboxes.commit(heir, "heir", "newer", BOT, keep=True) is None
        assert await store.ledger.state(CID) == "newer"

    async def test_an_event_that_cannot_be_handled_is_put_aside(self, store: RedisStore) -> None:
        await store.mailboxes.take(CID, "poison", ids=["1"])
        await store.mailboxes.take(CID, "fine", ids=["2"])
        await store.mailboxes.quarantine(await claimed(store), "one", "it broke")
        assert await texts_of(store) == ["fine"]

    async def test_case_numbers_are_given_once_however_often_one_asks(self, store: RedisStore) -> None:
        numbers = await asyncio.gather(*(store.ledger.announce("row", 1.0, 3.0, token=f"{n % 20}") for n in range(40)))
        assert sorted(numbers) == sorted([*range(1001, 1021)] * 2)

    async def test_when_the_customer_last_spoke_travels_with_the_mail(self, store: RedisStore) -> None:
        await commit(store, Changes(status="bot", customer_said=50.5))
        await commit(store, Changes(status="bot", customer_said=40.5))
        await store.mailboxes.take(CID, "hello", ids=["1"])
        claim = await claimed(store, token="again")
        assert claim.mail.customer_said == 50.5


class ThreadContract:
    """What is said in a thread that is not bound yet waits for it, in order."""

    async def test_what_is_parked_comes_out_in_order_and_new_arrivals_queue_behind(self, store: RedisStore) -> None:
        assert await store.mailboxes.locate("thread", "one") == ("", True)
        assert await store.mailboxes.locate("thread", "two") == ("", True)
        parked = await store.mailboxes.bind("thread", CID)
        assert [parcel.split('"')[3] for parcel in parked] == ["one", "two"]
        assert await store.mailboxes.locate("thread", "three") == (CID, True)
        await store.mailboxes.unpark("thread", parked)
        bound, rest = await store.mailboxes.parked("thread")
        assert bound == CID
        assert len(rest) == 1
        await store.mailboxes.unpark("thread", rest)
        assert await store.mailboxes.locate("thread", "four") == (CID, False)

    async def test_unparking_twice_forgets_nothing_else(self, store: RedisStore) -> None:
        await store.mailboxes.locate("thread", "one")
        parked = await store.mailboxes.bind("thread", CID)
        await store.mailboxes.unpark("thread", parked)
        await store.mailboxes.locate("other", "two")
        await store.mailboxes.unpark("thread", parked)
        assert len((await store.mailboxes.parked("other"))[1]) == 1

    async def test_a_mention_binds_its_thread(self, store: RedisStore) -> None:
        await store.mailboxes.locate(CID, "said before the mention arrived")
        assert await store.mailboxes.take(CID, "hello", ids=["1"], thread=CID) == (True, True)
        assert (await store.mailboxes.parked(CID))[0] == CID


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
        assert await store.ledger.open_cases() == {}
        assert await store.ledger.conversation_of(1001) == CID
        assert await store.ledger.conversation_of(1002) is None

    async def test_whoever_knows_the_open_cases_sees_what_changes_in_them(self, store: RedisStore) -> None:
        async def write(number: int, sequence: int, row: str) -> None:
            await store.upkeep.write_row(IndexRow(CID, f"{sequence}", row, number=f"{number}"))

        async def known() -> list[str]:
            return sorted((await store.ledger.open_cases()).values())

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


async def solved_in(store: RedisStore, number: int, row: str, sequence: int, *, customer: str = "ann") -> None:
    """Remember a case of the conversation CID, as it was solved there by that sequence."""
    at = float(number)
    await store.solved.put(number, customer, row, conversation=CID, sequence=sequence, at=at, most=9)


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


class StoreContract(
    MailboxContract,
    ThreadContract,
    OutboxContract,
    UpkeepContract,
    RosterContract,
    MacroContract,
    StoryContract,
    ErrandContract,
    CountingContract,
    SolvedContract,
    StrayContract,
):
    """All of it."""

    async def test_two_stores_on_the_same_keys_see_the_same(self, make_store: MakeStore) -> None:
        one, two = make_store(), make_store()
        await one.mailboxes.take(CID, "hello", ids=["1"])
        assert isinstance((await claimed(two)).mail, Mail)
