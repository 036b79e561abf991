"""A message that stands twice is explained by what was told of its entries."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.redis.connect import Connection
from adapters.redis.keys import Keys
from adapters.redis.store import RedisStore
from bot.errors import StoreUnavailable
from bot.ports import Settlement
from tests.contract.store_steps import BOT, CID, begun, claimed, entry, opened
from tests.faults.checker import Word
from tests.faults.steps import Noting, history
from tests.support.ports import free_port
from tests.support.redis import MakeStore

WORD, OTHER = Word("c", 7, 1, "sesame"), Word("c", 7, 2, "sesame")


async def test_every_step_of_a_word_is_told_by_whom_and_when(
    make_store: MakeStore, redis_url: str, tmp_path: Path
) -> None:
    def noting(url: str) -> Connection:
        connection = Noting(url)
        connection.write_to(tmp_path)
        return connection

    keys = Keys(make_store().prefix, 8)
    store, away = (
        RedisStore(url, keys=keys, connect=noting) for url in (redis_url, f"redis://127.0.0.1:{free_port()}")
    )
    says = replace(entry("e1"), body=f"the copy of {WORD}"), replace(entry("e2"), body=f"the copy of {OTHER}")
    await store.mailboxes.take(CID, "hello", ids=["1"])
    await store.mailboxes.commit(await claimed(store), "one", "state", replace(BOT, entries=says), keep=False)
    lane = await opened(store)
    with pytest.raises(StoreUnavailable):
        await away.outbox.begin(lane, "one")
    began = await begun(store, lane)
    rest = Settlement("sent", follow=(replace(entry("e3"), body=f"the rest of {WORD}"),))
    await store.outbox.settle(lane, "one", 1, rest, keep=False)
    for each in (store, away):
        await each.close()

    told = history(tmp_path, WORD, {began.began_at: "the store was killed", began.began_at - 60: "long ago"})
    times = [line.split()[0] for line in told]
    assert times == sorted(times)
    assert not [line for line in told if "e2" in line or "long ago" in line]
    steps = (
        "e1: commit",
        "e1: open of lane c by one",
        "e1: begin of attempt 1 by one",
        "is Redis up",
        "the store was killed",
        "e1: settle of attempt 1",
        "e3: follows e1",
    )
    for step in steps:
        assert any(step in line for line in told), (step, told)
