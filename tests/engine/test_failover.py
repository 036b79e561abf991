"""A process that works on across a failover: what it took up before, and the store has forgotten, is done once."""

from __future__ import annotations

import asyncio

import pytest

from bot.engine.engine import Role
from bot.errors import StoreUnavailable
from bot.ports import Begun, LaneClaim
from tests.support.backup import backup_of, put_back
from tests.support.engines import engine_on, quiet
from tests.support.patience import comes_to
from tests.support.redis import MakeStore
from tests.support.town import PLATFORM, Town, chat_with, person

ANN = person("ann")


async def test_words_of_which_two_tasks_believe_that_they_are_theirs_are_sent_once(
    make_store: MakeStore, town: Town, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make_store()
    deciding = engine_on(store, {PLATFORM: town}, roles=frozenset({Role.WORKER}))
    await deciding.start()
    await deciding.intake.take(town.says(ANN, chat_with(ANN), "hello"))
    await comes_to(lambda: store.forgetting.remains(chat_with(ANN).key), lambda remains: remains.waiting == 1)
    await deciding.stop()
    replica = await backup_of(store, redis_url)

    leads, asking, answered = asyncio.Event(), set[object](), set[object]()
    begin = type(store.outbox).begin

    async def begin_once_it_leads(self: object, claim: LaneClaim, worker: str) -> Begun | None:
        asking.add(asyncio.current_task())
        if not leads.is_set():
            raise StoreUnavailable("no replica has it")
        begun = await begin(self, claim, worker)  # type: ignore[arg-type]
        answered.add(asyncio.current_task())
        return begun

    monkeypatch.setattr(type(store.outbox), "begin", begin_once_it_leads)
    sending = engine_on(store, {PLATFORM: town}, roles=frozenset({Role.SENDER}))
    await sending.start()
    try:
        await comes_to(lambda: asyncio.sleep(0, len(asking)), lambda tasks: tasks == 1)
        await put_back(replica, store, redis_url)
        await store.upkeep.tick(0.0)
        await comes_to(lambda: asyncio.sleep(0, len(asking)), lambda tasks: tasks == 2)
        town.gate = asyncio.Event()
        leads.set()
        await comes_to(lambda: asyncio.sleep(0, len(answered)), lambda tasks: tasks == 2)
        town.gate.set()
        await quiet(store, chat_with(ANN).key)
    finally:
        await sending.stop()
    assert len([message for message in town.messages if message.key]) == 1
