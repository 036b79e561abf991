"""What every Store keeps of forgetting: all of a conversation goes, nothing of another, and no live one by mistake."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.redis.store import RedisStore
from bot.errors import Fenced
from bot.ports import Changes, IndexRow, LaneClaim, Link, OpenedThread, Owned, Phase, Scrubbing, Settlement
from tests.contract.store_steps import (
    BOT,
    CID,
    asleep_until,
    begun,
    claimed,
    commit,
    entry,
    opened,
    solved_in,
    texts_of,
)

OTHER = "town|T|dm-bob|"
THREAD = "town|T|desk|100.1"
WISH = Scrubbing("wish", cards=1)
_ALL = Changes(
    status="queued",
    entries=(entry("card", "adesk", case="1001@d", opens_thread=True), entry("words", "c", words=True, source="s")),
    timers=(("nudge", 5.0),),
    journal=("a line",),
    index=((1001, "open row"),),
)


async def with_a_case(store: RedisStore) -> None:
    """A conversation with a case, its thread, a timer, a journal, and words that still wait."""
    await commit(store, _ALL)
    await store.upkeep.write_row(IndexRow(CID, "1", "open row", number="1001"))
    lane = await opened(store)
    while lane.lane != "adesk":
        lane = await opened(store, token=f"not {lane.lane}")
    await begun(store, lane)
    sent = Settlement(
        "sent", opened=OpenedThread("1001@d", "root", THREAD), copies=(Link("s", "copy", "copy key", "origin"),)
    )
    await store.outbox.settle(lane, "one", 1, sent, keep=False)
    await store.mailboxes.bind(THREAD, CID)


async def moved(store: RedisStore, conversation: str = CID) -> float:
    found = {name: at async for name, at in store.forgetting.idle(1e12)}
    return found[conversation]


class ForgettingContract:
    """Whole conversations are forgotten, at their age or on demand."""

    async def test_a_conversation_is_forgotten_with_every_name_it_has(self, store: RedisStore) -> None:
        await with_a_case(store)
        assert await store.forgetting.forget(CID)
        assert await store.ledger.state(CID) is None
        assert await store.ledger.journal(CID) == []
        assert await store.ledger.conversation_of(1001) is None
        assert await store.mailboxes.parked(THREAD) == ("", [])
        assert await store.mailboxes.origin(CID, "copy key") is None
        assert await store.outbox.open(store.shard_of(CID), "two", "t2") is None
        assert all(not f.timers and not f.rows for f in await store.upkeep.tick(1e12))
        assert [name async for name, _ in store.forgetting.idle(1e12)] == []

    async def test_a_row_that_is_written_after_its_case_was_forgotten_brings_nothing_back(
        self, store: RedisStore
    ) -> None:
        await with_a_case(store)
        assert await store.forgetting.forget(CID)
        # whoever committed it stood still before this
        await store.upkeep.write_row(IndexRow(CID, "1", "open row", number="1001"))
        assert (await store.ledger.changed_cases(-1, 0.0)).changed == {}
        assert await store.ledger.conversation_of(1001) is None

    @pytest.mark.parametrize("how", ["scrubbed", "forgotten"])
    async def test_what_follows_from_it_and_is_written_late_brings_nothing_back(
        self, store: RedisStore, how: str
    ) -> None:
        await with_a_case(store)
        await store.mailboxes.take(CID, "thanks", ids=["thanks"])
        claim = await claimed(store, token="thanks")
        await store.mailboxes.commit(claim, "one", "solved", BOT, keep=False)
        if how == "scrubbed":
            await commit(store, Changes(status="bot", scrub=WISH), said="forget")
            await store.forgetting.finish()
        else:
            assert await store.forgetting.forget(CID)
        # whoever committed stood still before these
        late = claim.sequence + 1
        await store.doubts.put("m", "words", customer="ann", conversation=CID, sequence=late, at=1.0, most=9)
        await solved_in(store, 1001, "words", late)
        assert await store.mailboxes.bind(THREAD, CID) == []
        assert await store.doubts.rows() == []
        assert await store.solved.rows() == {}
        assert await store.mailboxes.parked(THREAD) == ("", [])

        await store.mailboxes.take(CID, "hello again", ids=["again"], thread=CID)
        anew = (await claimed(store, token="again")).sequence + 1
        await store.doubts.put("n", "anew", customer="ann", conversation=CID, sequence=anew, at=1.0, most=9)
        await solved_in(store, 1002, "anew", anew)
        assert await store.doubts.rows() == ["anew"]
        assert await store.solved.rows() == {1002: "anew"}
        assert (await store.mailboxes.parked(CID))[0] == CID

    async def test_what_belongs_to_nothing_any_more_leaves_nothing(self, store: RedisStore) -> None:
        await commit(store, BOT)
        assert await store.forgetting.forget(CID)
        for name in ("a command", "a timer"):
            await store.mailboxes.take(CID, name, ids=[name])
        claim = await claimed(store, token="late")
        mail = await store.mailboxes.commit(claim, "one", "", Changes(status=""), keep=True)
        assert mail is not None
        claim = replace(claim, sequence=claim.sequence + 1, mail=mail)
        assert await store.mailboxes.commit(claim, "one", "", Changes(status=""), keep=True) is None
        remains = await store.forgetting.remains(CID)
        assert (remains.moved, remains.waiting) == (None, 0)
        assert [name async for name, _ in store.forgetting.idle(1e12)] == []
        await store.mailboxes.take(CID, "hello again", ids=["again"])
        assert (await claimed(store, token="anew")).mail.body == "hello again"

    async def test_the_own_thread_of_a_forgotten_conversation_is_bound_by_new_words_alone(
        self, store: RedisStore
    ) -> None:
        await store.mailboxes.take(CID, "hello", ids=["1"], thread=CID)
        assert await store.forgetting.forget(CID)
        # whoever brought the first words stood still before it came to what was parked
        await store.mailboxes.bind(CID, CID)
        assert await store.mailboxes.parked(CID) == ("", [])
        await store.mailboxes.take(CID, "hello", ids=["1"], thread=CID)
        assert await store.mailboxes.parked(CID) == ("", []), "they are known, and come again"
        await store.mailboxes.take(CID, "hello again", ids=["2"], thread=CID)
        await store.mailboxes.bind(CID, CID)
        assert await store.mailboxes.parked(CID) == (CID, [])

    async def test_another_conversation_keeps_everything(self, store: RedisStore) -> None:
        await store.mailboxes.take(OTHER, "hello", ids=["b"])
        claim = await store.mailboxes.claim(store.shard_of(OTHER), "one", "other")
        assert claim is not None
        await store.mailboxes.commit(claim, "one", "of bob", Changes(status="bot", timers=(("x", 1.0),)), keep=False)
        await with_a_case(store)
        assert await store.forgetting.forget(CID)
        assert await store.ledger.state(OTHER) == "of bob"
        assert [t for f in await store.upkeep.tick(9.0) for t in f.timers] == [(OTHER, "x", 1.0)]
        assert [name async for name, _ in store.forgetting.idle(1e12)] == [OTHER]

    async def test_what_was_seen_stays_seen(self, store: RedisStore) -> None:
        await store.mailboxes.take(CID, "hello", ids=["Ev1"])
        await texts_of(store)
        assert await store.forgetting.forget(CID)
        assert await store.mailboxes.take(CID, "hello", ids=["Ev1"]) == (False, False)

    async def test_whoever_works_on_it_is_fenced(self, store: RedisStore) -> None:
        await commit(store, BOT)
        await store.mailboxes.take(CID, "more", ids=["2"])
        claim = await claimed(store, token="again")
        assert await store.forgetting.forget(CID)
        with pytest.raises(Fenced):
            await store.mailboxes.commit(claim, "one", "state", BOT, keep=False)
        assert await store.ledger.state(CID) is None

    async def test_an_attempt_that_ends_after_it_brings_nothing_back(self, store: RedisStore) -> None:
        await commit(store, Changes(status="bot", entries=(entry("words"),)))
        lane = await opened(store)
        await begun(store, lane)
        assert await store.forgetting.forget(CID)
        sent = Settlement("sent", copies=(Link("s", "copy", "copy key", "origin"),), events=("delivered",))
        await store.outbox.settle(lane, "one", 1, sent, keep=True)
        assert await store.mailboxes.origin(CID, "copy key") is None
        assert await texts_of(store) == []

    async def test_one_that_moved_meanwhile_is_kept(self, store: RedisStore) -> None:
        await commit(store, BOT)
        at = await moved(store)
        await store.mailboxes.take(CID, "still here", ids=["2"])
        assert not await store.forgetting.forget(CID, moved=at)
        assert await texts_of(store) == ["still here"]
        assert not await store.forgetting.forget(CID, moved=at)
        assert await store.forgetting.forget(CID, moved=await moved(store))
        assert await store.ledger.state(CID) is None

    async def test_twice_is_once(self, store: RedisStore) -> None:
        await with_a_case(store)
        at = await moved(store)
        assert await store.forgetting.forget(CID, moved=at)
        assert await store.forgetting.forget(CID, moved=at)
        await store.forgetting.finish()

    async def test_a_scrub_leaves_what_is_on_its_way_and_nothing_else(self, store: RedisStore) -> None:
        await with_a_case(store)
        await commit(
            store, Changes(status="queued", entries=(entry("more", "c"), entry("parked", "k")), customer="ann")
        )
        lane = await opened(store, token="on its way")
        await begun(store, lane)
        before = await store.forgetting.remains(CID)
        assert (before.copies, before.roots, before.scrubbed) == ({"s": ("copy",)}, {"1001@d": "root"}, "")
        scrub = Changes(status="bot", scrub=WISH, journal=("forgotten",), entries=(entry("erase", "x"),))
        await commit(store, scrub, said="forget")
        left = await store.forgetting.remains(CID)
        assert (left.copies, left.roots, left.scrubbed, left.waiting) == ({}, {}, "wish", 2)
        assert await store.ledger.journal(CID) == ["forgotten"]
        await store.forgetting.finish()
        assert await store.ledger.conversation_of(1001) is None
        assert await store.mailboxes.parked(THREAD) == ("", [])
        assert all(not f.timers for f in await store.upkeep.tick(1e12))
        await store.outbox.settle(lane, "one", 1, Settlement("sent"), keep=False)
        assert (await opened(store, token="what is left")).head.entry == "erase"

    async def test_what_a_scrub_has_to_take_back_is_taken_back_also_after_another(self, store: RedisStore) -> None:
        await with_a_case(store)
        scrub = Changes(status="bot", scrub=WISH, entries=(entry("erase", "x"),))
        await commit(store, scrub, said="forget")
        await commit(store, Changes(status="bot", entries=(entry("anew", "c"),)), said="hello again")
        await commit(store, Changes(status="bot", scrub=WISH), said="forget that, too")
        lane = await opened(store, token="t3")
        assert lane.head.entry == "erase"
        assert await store.outbox.open(store.shard_of(CID), "two", "t4") is None

    async def test_what_is_on_its_way_at_a_scrub_is_taken_back_where_nobody_can_look(self, store: RedisStore) -> None:
        await commit(store, Changes(status="queued", entries=(entry("card", "a1", opens_thread=True),)))
        lane = await opened(store)
        await begun(store, lane)
        await commit(store, Changes(status="bot", scrub=WISH), said="forget")
        sent = Settlement(
            "sent",
            opened=OpenedThread("1001@d", "root", THREAD),
            copies=(Link("s", "copy", "copy key", "origin"),),
            takes_back=entry("erase", "x"),
        )
        for _ in range(2):
            await store.outbox.settle(lane, "one", 1, sent, keep=False)
        remains = await store.forgetting.remains(CID)
        assert (remains.copies, remains.roots, remains.waiting) == ({}, {}, 1)
        await commit(store, Changes(status="bot", scrub=WISH), said="forget again")
        lane = await opened(store, token="t3")
        assert lane.head.entry == "erase"
        await begun(store, lane)
        await store.outbox.settle(lane, "one", 1, Settlement("sent"), keep=False)
        assert (await store.forgetting.remains(CID)).waiting == 0

    @pytest.mark.parametrize("outcome", ["sent", "parked", "retry"])
    async def test_what_is_on_its_way_at_a_scrub_leaves_no_copy_and_is_looked_for(
        self, store: RedisStore, outcome: str
    ) -> None:
        lane = await self._on_its_way(store)
        await begun(store, lane)
        await commit(store, Changes(status="bot", scrub=WISH), said="forget")
        assert (await store.forgetting.remains(CID)).roots == {"1001@d": "root"}, "it has to be looked for there"
        ended = Settlement(
            outcome, copies=(Link("s", "copy", "key", "origin"),), events=("told",), twins="record", delay=9.0
        )
        await store.outbox.settle(lane, "one", 1, ended, keep=False)
        left = await store.forgetting.remains(CID)
        assert (left.copies, left.waiting) == ({}, 0)
        assert [t for f in await store.upkeep.tick(1e12) for t in f.twins] == ["record"] * (outcome == "sent")
        assert await store.outbox.owned(CID, "words", "s") == Owned(cards=("root",))
        await commit(store, Changes(status="bot", scrub=WISH), said="forget again")
        assert (await store.forgetting.remains(CID)).roots == {}

    async def test_an_event_to_which_more_has_arrived_since_it_was_read_comes_again(self, store: RedisStore) -> None:
        lane = await self._on_its_way(store)
        await begun(store, lane)
        arrived = Settlement("sent", copies=(Link("agents|s", "late", "key", "origin"),))
        await store.outbox.settle(lane, "one", 1, arrived, keep=False)
        with pytest.raises(Fenced):
            await commit(store, Changes(status="bot", scrub=WISH), said="forget")
        before = await store.forgetting.remains(CID)
        assert before.copies["agents|s"] == ("late",)
        again = await claimed(store, token="again")
        assert again.mail.body == "forget", "nothing else comes before it"
        scrub = Changes(status="bot", scrub=Scrubbing("wish", messages=1, cards=1))
        await store.mailboxes.commit(again, "one", "state", scrub, keep=False)
        left = await store.forgetting.remains(CID)
        assert (left.copies, left.roots) == ({}, {})

    async def test_what_may_have_been_sent_before_a_scrub_is_sent_on(self, store: RedisStore) -> None:
        lane = await self._on_its_way(store)
        await begun(store, lane)
        await store.outbox.settle(lane, "one", 1, Settlement("unknown"), keep=False)
        lane = await asleep_until(store, "one", "look")
        while lane.head.phase is not Phase.PENDING:
            await store.outbox.settle(lane, "one", 1, Settlement("missed"), keep=False)
            lane = await asleep_until(store, "one", f"look {lane.epoch}")
        await commit(store, Changes(status="bot", scrub=WISH), said="forget")
        assert (await store.outbox.owned(CID, "words", "s")).waits
        await begun(store, lane)

    async def _on_its_way(self, store: RedisStore) -> LaneClaim:
        """Words that are about to be sent into a case's thread."""
        await with_a_case(store)
        words = Changes(status="queued", entries=(entry("words", "awords", case="1001@d", words=True, source="s"),))
        await commit(store, words, said="more")
        lane = await opened(store, token="words")
        while lane.lane != "awords":
            lane = await opened(store, token=f"not {lane.lane}")
        return lane

    async def test_a_copy_is_somebodys_as_long_as_its_source_has_copies(self, store: RedisStore) -> None:
        await with_a_case(store)
        assert await store.outbox.owned(CID, "card", "s") == Owned(is_linked=True, cards=("root",))
        assert await store.outbox.owned(CID, "words", "s") == Owned(waits=True, is_linked=True, cards=("root",))
        assert await store.outbox.owned(CID, "card", "another") == Owned(cards=("root",))
        await commit(store, Changes(status="bot", scrub=WISH), said="forget")
        assert await store.forgetting.forget(CID)
        # its card says that the customer was forgotten
        assert await store.outbox.owned(CID, "words", "s") == Owned(cards=("root",))

    async def test_what_stands_of_one_that_became_too_old_is_somebodys_until_its_customer_is_forgotten(
        self, store: RedisStore
    ) -> None:
        await with_a_case(store)
        assert await store.forgetting.forget(CID, moved=await moved(store))
        assert await store.outbox.owned(CID, "words", "s") == Owned(is_linked=True, cards=("root",))
        await commit(store, Changes(status="bot", scrub=WISH), said="forget")
        assert not (await store.outbox.owned(CID, "words", "s")).is_linked

    async def test_whose_a_conversation_is_is_known_until_it_is_forgotten(self, store: RedisStore) -> None:
        await commit(store, Changes(status="bot", customer="town|T|ann"))
        assert await store.forgetting.of_customers(lambda key: key.endswith("|ann")) == [(CID, "town|T|ann")]
        assert await store.forgetting.of_customers(lambda key: key.endswith("|bob")) == []
        assert await store.forgetting.forget(CID)
        assert await store.forgetting.of_customers(lambda _: True) == []
        assert (await store.forgetting.remains(CID)).moved is None

    async def test_wishes_stay_until_they_are_fulfilled_and_the_audit_for_good(self, store: RedisStore) -> None:
        await store.forgetting.wish("w", "one")
        await store.forgetting.go_on("w", "two")
        assert await store.forgetting.wishes() == {"w": "two"}
        await store.forgetting.fulfilled("w")
        await store.forgetting.fulfilled("w")
        assert await store.forgetting.wishes() == {}
        for line in ("later", "earlier", "later"):
            await store.audit.note(line, at=9.0 if line == "later" else 5.0)
        assert await store.audit.lines() == ["earlier", "later"]

    async def test_who_begins_anew_names_nothing_as_before(self, store: RedisStore) -> None:
        await store.mailboxes.take(CID, "one", ids=["1"])
        first = (await claimed(store)).sequence
        await store.forgetting.forget(CID)
        await store.mailboxes.take(CID, "two", ids=["2"])
        again = (await claimed(store, token="again")).sequence
        assert first > 1_700_000_000, "a sequence begins at the time"
        assert again > first, "also within one second"

    async def test_idle_are_those_that_have_not_moved(self, store: RedisStore) -> None:
        await commit(store, BOT)
        at = await moved(store)
        assert [name async for name, _ in store.forgetting.idle(at)] == []
        assert [name async for name, _ in store.forgetting.idle(at + 1)] == [CID]
