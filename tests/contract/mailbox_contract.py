"""What every Store keeps of mailboxes: one owner, one order, and every script may run twice."""

from __future__ import annotations

import asyncio

import pytest

from adapters.redis.store import RedisStore
from bot.errors import Fenced
from bot.ports import Changes, Head, Settlement
from tests.contract.store_steps import BOT, CID, begun, claimed, commit, entry, opened, texts_of


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
