"""What is old is forgotten, whole: nothing of it is left in the store. Open cases are never too old."""

from __future__ import annotations

from redis.asyncio import Redis

from adapters.redis.store import RedisStore
from bot.engine.upkeep.retention import Retention
from bot.ports import Changes
from tests.contract.store_steps import commit
from tests.support.engines import WallClock, engine_on, quiet
from tests.support.redis import MakeStore
from tests.support.town import Town, chat_with, person

# No other test has people of these names: what is left of them in the shared store is left by this one.
ANN, BOB, EVE = person("annabel"), person("bobby"), person("evelyn")
DAY = 86400.0


async def talk(town: Town, store: RedisStore) -> None:
    """Ann's case is solved, Eve's is open, the bot answers Bob."""
    engine = engine_on(store, {"town": town})
    await engine.start()
    await engine.intake.take(town.says(ANN, chat_with(ANN), "help me"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    await engine.intake.take(town.says(EVE, town.thread_of(1001), "on it"))
    await town.until(lambda: "on it" in town.visible(chat_with(ANN)))
    await engine.intake.take(town.says(EVE, chat_with(EVE), "help me too"))
    await engine.intake.take(town.says(BOB, chat_with(BOB), "hello"))
    await town.until(lambda: "re: hello" in town.visible(chat_with(BOB)))
    await town.until(lambda: any(m.body.card and m.body.card.number == 1002 for m in town.messages))
    await engine.records.tell(chat_with(ANN).key, "resolve", "", EVE)
    await town.until(lambda: any(m.body.card and m.body.card.status == "resolved" for m in town.messages))
    await quiet(store, *(chat_with(who).key for who in (ANN, BOB, EVE)))
    await engine.stop()


async def names_in(url: str) -> set[str]:
    async with Redis.from_url(url, decode_responses=True) as client:
        return {key async for key in client.scan_iter(count=1000)}


async def test_old_conversations_are_forgotten_and_open_cases_are_not(make_store: MakeStore, redis_url: str) -> None:
    town, clock, store = Town(), WallClock(), make_store()
    await talk(town, store)
    retention = Retention(store, clock, keep_seconds=30 * DAY)
    assert await retention.look() == 0
    clock.ahead = 31 * DAY
    assert await retention.look() == 2
    assert await retention.look() == 0
    assert await store.ledger.state(chat_with(EVE).key) is not None
    assert await store.ledger.conversation_of(1002) == chat_with(EVE).key
    assert await store.ledger.conversation_of(1001) is None
    left = await names_in(redis_url)
    assert not [key for key in left if chat_with(ANN).key in key and ":seen:" not in key]
    assert not [key for key in left if chat_with(BOB).key in key and ":seen:" not in key]
    await ann_begins_anew(town, store)


async def ann_begins_anew(town: Town, store: RedisStore) -> None:
    engine = engine_on(store, {"town": town})
    await engine.start()
    await engine.intake.take(town.says(ANN, chat_with(ANN), "hello again"))
    await town.until(lambda: "re: hello again" in town.visible(chat_with(ANN)))
    await engine.stop()


async def test_hours_whose_counters_are_gone_are_remembered_no_longer(store: RedisStore, redis_url: str) -> None:
    kept = 90 * 24
    for hour in (10, 11, 12, 12 + kept):
        await commit(store, Changes(status="bot", hour=hour, counts=(("opened", 1),)))
    async with Redis.from_url(redis_url, decode_responses=True) as client:
        (key,) = [key async for key in client.scan_iter(f"{store.prefix}:*:hours", count=1000)]
        assert await client.zrange(key, 0, -1) == ["12", f"{12 + kept}"]
