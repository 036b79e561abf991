"""A store that lost its end, as a replica has that was cut off and leads now: what is from before has no say in it."""

from __future__ import annotations

import pytest

from adapters.redis.store import RedisStore
from bot.errors import Fenced
from bot.ports import Changes
from tests.contract.store_contract import BOT, CID, begun, claimed, commit, entry, opened
from tests.support.backup import backup_of, put_back


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
