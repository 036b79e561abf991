"""A look for twins deletes the later of two that are the same message, and what a forgotten customer left: no more."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from adapters.redis.store import RedisStore
from bot.core.activity import Place, Side
from bot.core.effects import Body
from bot.engine.codec import write
from bot.engine.engine import Engine
from bot.engine.entries import Twin, copies_of
from bot.engine.upkeep.retention import Retention
from bot.errors import Uncertain
from bot.ports import NextLook, Posted
from tests.engine.test_forgetting import done, kept_of
from tests.support.backup import backup_of, put_back
from tests.support.engines import WallClock, engine_on, quiet
from tests.support.patience import PATIENCE, comes_to
from tests.support.redis import MakeStore
from tests.support.town import CARD, DESK, Fault, Town, chat_with, person

ANN, EVE, OLGA = person("antonia"), person("edwina"), person("olga")
CHAT = chat_with(ANN)
CUT = Uncertain("post", "reset")


async def said(engine: Engine, town: Town, text: str) -> None:
    """Ann says something, and the bot's answer is there and settled."""
    await engine.intake.take(town.says(ANN, CHAT, text))
    await town.until(lambda: f"re: {text}" in town.visible(CHAT))
    await quiet(engine.forgetter.store, CHAT.key)


async def looked(town: Town, times: int) -> None:
    """Somebody looks for a message so often from now on."""
    before = len(town.calls)
    await town.until(lambda: sum(name == "find" for name, _ in town.calls[before:]) >= times)


async def swept(store: RedisStore, url: str) -> None:
    """Nothing is left to be looked for."""

    async def left() -> int:
        # asked in one go: a scan misses what is taken out and put back meanwhile
        async with Redis.from_url(url) as client, client.pipeline() as asked:
            for shard in range(store.shards):
                asked.zcard(f"{store.prefix}:{{s{shard}}}:twins")
            return sum(await asked.execute())

    await comes_to(left, lambda count: count == 0)


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twins are looked for once."""
    monkeypatch.setattr("bot.engine.upkeep.janitor._LOOKS", ())


@pytest.mark.usefixtures("once")
@pytest.mark.parametrize("sent", [True, False], ids=["arrived", "did not arrive"])
async def test_what_was_said_since_a_backup_is_not_taken_for_what_is_said_after_it_was_put_back(
    make_store: MakeStore, town: Town, redis_url: str, sent: bool
) -> None:
    first = engine_on(store := make_store(), {"town": town})
    await first.start()
    await said(first, town, "one")
    backup = await backup_of(store, redis_url)
    await said(first, town, "two")
    await first.stop()
    await put_back(backup, store, redis_url)

    second = engine_on(make_store(), {"town": town})
    await second.start()
    town.fail("post", Fault(CUT, done=sent))
    await said(second, town, "three")
    await swept(store, redis_url)
    await second.stop()
    assert [text for text in town.visible(CHAT) if text.startswith("re:")] == ["re: one", "re: two", "re: three"]


@pytest.mark.usefixtures("once")
async def test_what_the_desk_was_told_since_a_backup_stays_beside_what_it_is_told_after(
    make_store: MakeStore, town: Town, redis_url: str
) -> None:
    first = engine_on(store := make_store(), {"town": town})
    await first.start()
    await said(first, town, "hello")
    backup = await backup_of(store, redis_url)
    await with_a_case(first, town, "help me")
    await first.stop()
    await put_back(backup, store, redis_url)

    second = engine_on(make_store(), {"town": town})
    await second.start()
    town.fail("post", Fault(CUT, done=True, only=CARD))
    await second.intake.take(town.says(ANN, CHAT, "help again"))
    await quiet(store, CHAT.key)
    await swept(store, redis_url)
    await second.stop()
    assert len(cards(town)) == 2
    newest = next(m for m in reversed(town.messages) if m.body.card)
    assert "help again" in town.visible(replace(DESK, thread=newest.ref.id))


def cards(town: Town) -> list[str]:
    """Root cards that stand in the desk, and what became of them."""
    return [m.body.text for m in town.messages if m.key and m.ref.place == DESK and not m.deleted]


async def with_a_case(engine: Engine, town: Town, words: str = "help me") -> Place:
    await engine.intake.take(town.says(ANN, CHAT, words))
    await town.until(lambda: any(m.body.card for m in town.messages))
    await quiet(engine.forgetter.store, CHAT.key)
    return town.thread_of(1001)


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twins are looked for again and again, so that a test can say when they turn up."""
    monkeypatch.setattr("bot.engine.upkeep.janitor._LOOKS", (0.3,) * 50)


async def sent_twice(engine: Engine, town: Town, words: str, *, only: str) -> str:
    """Ann says something; what is made of it at the desk came twice, and is not seen for now. Its key."""
    town.fail("post", Fault(CUT, done=True, only=only))
    before = len(town.messages)
    await engine.intake.take(town.says(ANN, CHAT, words))

    def at_the_desk() -> list[str]:
        made = town.messages[before:]
        return [m.key for m in made if m.key and (m.body.card is not None if only == CARD else m.body.text == only)]

    await town.until(lambda: len(at_the_desk()) == 1)
    town.hidden.add(at_the_desk()[0])
    await town.until(lambda: len(at_the_desk()) == 2)
    await quiet(engine.forgetter.store, CHAT.key)
    assert len(set(at_the_desk())) == 1
    return at_the_desk()[0]


@pytest.mark.usefixtures("often")
async def test_the_card_that_says_that_a_customer_was_forgotten_stays_and_its_twin_goes(
    engine: Engine, town: Town
) -> None:
    await sent_twice(engine, town, "help me", only=CARD)
    await engine.forgetter.forget(await kept_of(engine, "antonia"), OLGA)
    await done(engine)
    town.hidden.clear()
    await looked(town, 4)
    assert [text.splitlines()[0] for text in cards(town)] == ["**#1001** — forgotten"]


@pytest.mark.usefixtures("often")
async def test_what_stands_at_the_desk_of_a_conversation_that_is_too_old_stays_there(
    engine: Engine, town: Town, store: RedisStore
) -> None:
    thread = await with_a_case(engine, town)
    await sent_twice(engine, town, "where is it", only="where is it")
    await engine.records.tell(CHAT.key, "resolve", "", EVE)
    await quiet(store, CHAT.key)
    stood = town.visible(thread)
    assert await Retention(store, WallClock(), keep_seconds=-60.0).look() == 1
    town.hidden.clear()
    await looked(town, 4)
    assert len(cards(town)) == 1
    stood.remove("where is it")
    assert sorted(town.visible(thread)) == sorted(stood)


@pytest.mark.usefixtures("once")
async def test_the_card_of_a_process_that_stood_still_goes_and_not_the_one_that_people_write_under(
    make_store: MakeStore, town: Town, store: RedisStore, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.engine.sending.attempts._CALL_SECONDS", PATIENCE)
    post, stands, goes_on = town.post, asyncio.Event(), asyncio.Event()

    async def slowly(to: Place, body: Body, *, key: str) -> Posted:
        if body.card and not stands.is_set():
            stands.set()
            await goes_on.wait()
        return await post(to, body, key=key)

    town.post = slowly  # type: ignore[method-assign]
    first, second = (engine_on(make_store(), {"town": town}) for _ in range(2))
    await first.start()
    await first.intake.take(town.says(ANN, CHAT, "help me"))
    await stands.wait()
    await store.upkeep.release(first.name)  # as of a process that does not come to its heartbeat
    await second.start()
    await town.until(lambda: bool(cards(town)))
    own = town.root_of(1001)
    await quiet(store, CHAT.key)
    await swept(store, redis_url)
    goes_on.set()
    await town.until(lambda: sum(m.body.card is not None for m in town.messages) == 2)
    await town.until(lambda: len(cards(town)) == 1)
    await first.stop()
    await second.stop()
    assert not own.deleted


async def test_messages_on_a_platform_that_is_not_there_any_more_do_not_keep_others_from_being_looked_for(
    engine: Engine, town: Town, store: RedisStore
) -> None:
    gone = [Twin(CHAT.key, f"{n}", Place("gone", "T", "desk"), 0.0) for n in range(20)]
    for twin in (*gone, Twin(CHAT.key, "ours", DESK, 0.0)):
        await store.outbox.swept(CHAT.key, "", NextLook(write(twin, Twin), 0.0), [])
    await town.until(lambda: ("find", "ours") in town.calls)


@pytest.mark.usefixtures("once")
async def test_of_two_copies_of_which_one_is_not_shown_yet_the_one_that_is_shown_stays(
    engine: Engine, town: Town, store: RedisStore, redis_url: str
) -> None:
    thread = await with_a_case(engine, town)
    key = await sent_twice(engine, town, "where is it", only="where is it")
    await swept(store, redis_url)
    first, second = (m for m in town.messages if m.key == key)
    said = next(m.ref for m in town.messages if m.body.text == "where is it" and not m.key)
    town.hidden.clear()
    second.deleted = True  # as long as it is not shown
    twin = write(Twin(CHAT.key, key, thread, 0.0, copies_of(Side.AGENTS, said)), Twin)
    await store.outbox.swept(CHAT.key, "", NextLook(twin, 0.0), [])
    await swept(store, redis_url)
    assert not first.deleted
    second.deleted = False
    await store.outbox.swept(CHAT.key, "", NextLook(twin, 0.0), [])
    await swept(store, redis_url)
    assert (first.deleted, second.deleted) == (False, True)
