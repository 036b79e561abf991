"""A store that lost its end, as a replica has that was cut off and leads now: what is from before has no say in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from adapters.redis.connect import Durability
from adapters.redis.store import RedisStore
from bot.errors import Fenced, StoreUnavailable
from bot.ports import Changes, Head, IndexRow, Settlement
from tests.contract.store_steps import BOT, CID, begun, claimed, commit, entry, opened, texts_of
from tests.support.backup import backup_of, put_back
from tests.support.cluster import ask
from tests.support.patience import PATIENCE


@pytest.fixture
async def pair(primary: int, replica: int) -> AsyncIterator[tuple[RedisStore, RedisStore]]:
    """The store as it is before and after: the second hears nothing more once it is told to follow nobody."""
    made = [
        RedisStore(f"redis://127.0.0.1:{primary}", durability=Durability(1, within=1.5), ingress_within=PATIENCE),
        RedisStore(f"redis://127.0.0.1:{replica}"),
    ]
    yield made[0], made[1]
    for store in made:
        await store.close()


async def test_of_two_tasks_of_a_process_the_one_that_opened_a_lane_before_it_sends_nothing(
    store: RedisStore, redis_url: str
) -> None:
    await commit(store, Changes(status="bot", entries=(entry("e1"),)))
    replica = await backup_of(store, redis_url)
    before = await opened(store, token="before")
    await put_back(replica, store, redis_url)
    after = await opened(store, token="after")
    assert await store.outbox.begin(before, "one") is None
    await begun(store, after)
    assert await store.outbox.begin(before, "one") is None


async def test_of_two_tasks_of_a_process_the_one_that_claimed_a_conversation_before_it_is_fenced(
    store: RedisStore, redis_url: str
) -> None:
    await store.mailboxes.take(CID, "hello", ids=["1"])
    replica = await backup_of(store, redis_url)
    before = await claimed(store, token="before")
    await put_back(replica, store, redis_url)
    after = await claimed(store, token="after")
    with pytest.raises(Fenced):
        await store.mailboxes.commit(before, "one", "from before", BOT, keep=False)
    await store.mailboxes.commit(after, "one", "from after", BOT, keep=False)
    assert await store.ledger.state(CID) == "from after"


async def test_a_case_number_that_was_given_before_is_not_given_again(
    pair: tuple[RedisStore, RedisStore], replica: int
) -> None:
    before, after = pair
    given = [await before.ledger.announce("row", 1.0, 3.0, token="first")]
    ask(replica, "REPLICAOF", "NO", "ONE")
    with pytest.raises(StoreUnavailable, match="0 of 1 replicas"):
        given.append(await before.ledger.announce("row", 1.0, 3.0, token="second"))
    given += [await after.ledger.announce("row", 1.0, 3.0, token=token) for token in ("third", "second")]
    assert given == [1001, 1002, 1003]


PUTS: dict[str, Callable[[RedisStore], Awaitable[object]]] = {
    "wish": lambda store: store.forgetting.wish("w1", "row"),
    "duty": lambda store: store.roster.put("ann", "row"),
    "macro": lambda store: store.macros.put("refund", "row", expected=0),
    "number of a lesson": lambda store: store.lessons.number(),
    "lesson": lambda store: store.lessons.put(1, "row", customer="", expected=0),
    "lesson that goes": lambda store: store.lessons.remove(1),
    "who did it": lambda store: store.audit.note("line", at=1.0),
}
"""What people were told is kept or done."""


@pytest.mark.parametrize("put", PUTS.values(), ids=list(PUTS))
async def test_what_people_asked_for_is_done_once_a_replica_knows_of_it(
    pair: tuple[RedisStore, RedisStore], replica: int, put: Callable[[RedisStore], Awaitable[object]]
) -> None:
    before, after = pair
    await put(before)
    ask(replica, "REPLICAOF", "NO", "ONE")
    with pytest.raises(StoreUnavailable, match="0 of 1 replicas"):
        await put(before)
    await put(after)


async def test_how_an_attempt_ended_is_told_until_a_replica_knows_of_it(
    pair: tuple[RedisStore, RedisStore], replica: int
) -> None:
    before, after = pair
    await commit(before, Changes(status="bot", entries=(entry("e1"), entry("e2"))))
    lane = await opened(before)
    await begun(before, lane)
    ask(replica, "REPLICAOF", "NO", "ONE")
    sent = Settlement("sent", events=("delivered",))
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="0 of 1 replicas"):
            await before.outbox.settle(lane, "one", 1, sent, keep=True)
    head = await after.outbox.settle(lane, "one", 1, sent, keep=True)
    assert isinstance(head, Head)
    assert (head.entry, head.phase) == ("e2", "P")
    assert await texts_of(after) == ["delivered"]


async def test_a_thread_is_bound_and_a_case_listed_once_a_replica_knows_of_it(
    pair: tuple[RedisStore, RedisStore], replica: int
) -> None:
    before, after = pair
    row = IndexRow(CID, "1", "row", number="1001")
    ask(replica, "REPLICAOF", "NO", "ONE")
    with pytest.raises(StoreUnavailable, match="0 of 1 replicas"):
        await before.mailboxes.bind("thread", CID)
    with pytest.raises(StoreUnavailable, match="0 of 1 replicas"):
        await before.upkeep.write_row(row)
    await after.mailboxes.bind("thread", CID)
    await after.upkeep.write_row(row)
    assert await after.mailboxes.locate("thread", "parcel") == (CID, False)
    assert await after.ledger.conversation_of(1001) == CID
