"""A customer is forgotten: nothing of theirs is left in the store or at the desk, whenever somebody is killed."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest
from redis.asyncio import Redis

from adapters.redis.store import RedisStore
from bot.engine.engine import Engine
from bot.engine.packing import unpacked
from bot.engine.upkeep.forgetting import Forgetter
from bot.errors import NotDone, Throttled
from bot.ports import Changes, Holdings, Scrubbing, Settlement
from tests.contract.store_steps import CID, begun, commit, entry, opened
from tests.support.engines import WallClock, engine_on, fresh, quiet
from tests.support.mind import Wavering
from tests.support.patience import comes_to
from tests.support.redis import MakeStore
from tests.support.town import Fault, Town, chat_with, person

ANN, BOB, EVE, OLGA = person("antonia"), person("bertrand"), person("edwina"), person("olga")
SECRET = "zanzibar"
WRITTEN_LATE = (":{solved}:", ":{doubts}:", "}:bindings", "}:parked:")
"""Keys of what is written after a commit, elsewhere than the conversation."""
_PACKED = re.compile(r"(?<!\w)~1[\w+/=]+")
"""As a text that is kept begins; the name of a counter ends in something like it."""


async def everything_in(store: RedisStore, url: str) -> str:
    """All that the store holds, names and values, but for the hashes by which deliveries are known as seen."""
    found: list[str] = []
    async with Redis.from_url(url, decode_responses=True) as client:
        async for key in client.scan_iter(match=f"{store.prefix}:*", count=1000):
            kind = await client.type(key)
            held: object = None
            if kind == "hash":
                held = await client.hgetall(key)
            elif kind == "list":
                held = await client.lrange(key, 0, -1)
            elif kind == "zset":
                held = await client.zrange(key, 0, -1)
            elif kind == "string":
                held = await client.get(key)
            if ":seen:" not in key:
                found.append(f"{key} {_PACKED.sub(lambda text: unpacked(text[0]), json.dumps(held))}")
    return "\n".join(found)


async def talk(town: Town, engine: Engine) -> None:
    """Ann has a solved case and an open one; Bob an open one. Eve answers; Ann's words are copied to the desk."""
    await engine.intake.take(town.says(ANN, chat_with(ANN), f"help my {SECRET} order never came to the house"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    thread = town.thread_of(1001)
    await engine.intake.take(town.says(EVE, thread, "It is on its way to you, I have looked it up."))
    await town.until(lambda: any("looked it up" in t for t in town.visible(chat_with(ANN))))
    await engine.records.tell(chat_with(ANN).key, "resolve", "", EVE)
    await town.until(lambda: town.root_of(1001).body.card.status == "resolved")  # type: ignore[union-attr]
    await engine.intake.take(town.says(ANN, chat_with(ANN), f"still no {SECRET}"))
    await town.until(lambda: any(f"still no {SECRET}" in t for t in town.visible(thread)))
    await engine.intake.take(town.says(BOB, chat_with(BOB), "help me, too"))
    await town.until(lambda: any(m.body.card and m.body.card.number == 1002 for m in town.messages))


async def kept_of(engine: Engine, who: str) -> list[Holdings]:
    return list(await engine.forgetter.of_customers(lambda key: key.endswith(f"|{who}")))


async def done(engine: Engine) -> None:
    """Every wish is fulfilled; the janitor does it."""
    await comes_to(engine.forgetter.store.forgetting.wishes, lambda wishes: not wishes)


async def test_nothing_of_theirs_is_left_in_the_store_or_at_the_desk(
    engine: Engine, town: Town, store: RedisStore, redis_url: str
) -> None:
    await talk(town, engine)
    thread = town.thread_of(1001)
    assert SECRET in await everything_in(store, redis_url)
    (held,) = await kept_of(engine, "antonia")
    assert held.cases == (1001,)
    assert held.copies >= 3
    await engine.forgetter.forget([held], OLGA)
    await done(engine)

    left = await everything_in(store, redis_url)
    assert SECRET not in left
    assert "antonia" not in left.casefold()
    stands = next(m for m in town.messages if m.ref.id == thread.thread)
    assert stands.body.text.startswith("**#1001** — forgotten")
    assert stands.body.card is None
    shown = "\n".join(town.visible(thread))
    assert SECRET not in shown
    assert "Antonia" not in shown
    assert town.visible(thread) == ["It is on its way to you, I have looked it up."], "what Eve wrote is hers"
    (line,) = await engine.audit.lines("forgotten")
    assert (line.by, line.about) == ("Olga", ("1001",))
    assert "Antonia" not in line.text


async def test_others_keep_everything(engine: Engine, town: Town) -> None:
    await talk(town, engine)
    await engine.forgetter.forget(await kept_of(engine, "antonia"), OLGA)
    await done(engine)
    assert await engine.records.conversation_of(1002) == chat_with(BOB).key
    assert any("help me, too" in text for text in town.visible(town.thread_of(1002)))


async def test_whoever_writes_again_begins_anew_and_is_answered(engine: Engine, town: Town) -> None:
    await talk(town, engine)
    await engine.forgetter.forget(await kept_of(engine, "antonia"), OLGA)
    await engine.intake.take(town.says(ANN, chat_with(ANN), "hello again"))
    await town.until(lambda: "re: hello again" in town.visible(chat_with(ANN)))
    await done(engine)
    await engine.intake.take(town.says(ANN, chat_with(ANN), "and again"))
    await town.until(lambda: "re: and again" in town.visible(chat_with(ANN)))
    (held,) = await kept_of(engine, "antonia")
    assert held.cases == ()


async def test_twice_is_once(engine: Engine, town: Town) -> None:
    await talk(town, engine)
    held = await kept_of(engine, "antonia")
    await engine.forgetter.forget(held, OLGA)
    await engine.forgetter.forget(held, OLGA)
    await done(engine)
    await asyncio.sleep(0)
    assert await kept_of(engine, "antonia") == []


async def test_a_wish_that_others_fulfil_meanwhile_does_not_come_back(
    engine: Engine, town: Town, make_store: MakeStore
) -> None:
    await talk(town, engine)
    slow = make_store()
    take = slow.mailboxes.take

    async def slowly(*args: Any, **more: Any) -> tuple[bool, bool]:
        taken = await take(*args, **more)
        await done(engine)
        return taken

    slow.mailboxes.take = slowly  # type: ignore[method-assign]  # as when its process stands still just then
    await Forgetter(slow, WallClock(), fresh).forget(await kept_of(engine, "antonia"), OLGA)
    assert await slow.forgetting.wishes() == {}


@pytest.mark.parametrize("writes", ["solved", "doubts", "bind"])
async def test_what_a_process_writes_after_it_stood_still_brings_nothing_back(
    make_store: MakeStore, town: Town, store: RedisStore, redis_url: str, writes: str
) -> None:
    """The process stands still after a commit until the customer is forgotten, and then writes what follows from it."""
    slow = make_store()
    part = slow.mailboxes if writes == "bind" else getattr(slow, writes)
    name = "bind" if writes == "bind" else "put"
    call, reached, goes_on, wrote = getattr(part, name), asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slowly(*args: Any, **more: Any) -> Any:
        reached.set()
        await goes_on.wait()
        try:
            return await call(*args, **more)
        finally:
            wrote.set()

    setattr(part, name, slowly)
    engine = engine_on(slow, {"town": town}, understanding=Wavering())
    await engine.start()
    await engine.intake.take(town.says(ANN, chat_with(ANN), f"hmm the {SECRET} is broken"))
    if writes != "doubts":
        await engine.intake.take(town.says(ANN, chat_with(ANN), f"help my {SECRET} order never came to the house"))
        await town.until(lambda: any(m.body.card for m in town.messages))
    if writes == "solved":
        await engine.intake.take(town.says(EVE, town.thread_of(1001), "It is on its way, I have looked it up."))
        await town.until(lambda: any("looked it up" in t for t in town.visible(chat_with(ANN))))
        await engine.records.tell(chat_with(ANN).key, "resolve", "", EVE)
    await reached.wait()

    other = engine_on(make_store(), {"town": town})
    await other.start()
    await store.upkeep.release(engine.name)  # as of a process that does not come to its heartbeat
    await other.forgetter.forget(await kept_of(other, "antonia"), OLGA)
    await done(other)
    goes_on.set()
    await wrote.wait()
    await engine.stop()
    await other.stop()
    left = await everything_in(store, redis_url)
    assert SECRET not in left
    # a look for twins, and the lane of what was on its way, are named by the conversation until they end
    written = [line for line in left.splitlines() if any(key in line.split(" ")[0] for key in WRITTEN_LATE)]
    assert "antonia" not in "\n".join(written).casefold()


async def test_what_is_told_to_a_forgotten_conversation_leaves_nothing(
    engine: Engine, town: Town, store: RedisStore, redis_url: str
) -> None:
    await talk(town, engine)
    await engine.forgetter.forget(await kept_of(engine, "antonia"), OLGA)
    await done(engine)
    # whoever looked the case up before stood still since
    await engine.records.tell(chat_with(ANN).key, "resolve", "", EVE)
    await quiet(store, chat_with(ANN).key)
    assert "antonia" not in (await everything_in(store, redis_url)).casefold()


async def test_a_lane_that_somebody_works_at_just_then_is_forgotten_as_well(store: RedisStore, redis_url: str) -> None:
    await commit(store, Changes(status="bot", entries=(entry("words"),)))
    lane = await opened(store)
    await commit(store, Changes(status="bot", scrub=Scrubbing("wish")), said="forget me")
    assert await store.forgetting.forget(CID)
    assert CID not in await everything_in(store, redis_url)
    assert await store.outbox.begin(lane, "one") is None
    assert CID not in await everything_in(store, redis_url)


async def test_a_lane_that_sleeps_is_forgotten_as_well(store: RedisStore, redis_url: str) -> None:
    await asleep_for(store, 60.0)
    await commit(store, Changes(status="bot", scrub=Scrubbing("wish")), said="forget me")
    assert await store.forgetting.forget(CID)
    assert CID not in await everything_in(store, redis_url)


async def test_of_a_lane_that_became_empty_in_its_sleep_nothing_is_left(store: RedisStore, redis_url: str) -> None:
    await asleep_for(store, 0.01)
    await commit(store, Changes(status="bot", scrub=Scrubbing("wish")), said="forget me")

    async def lanes() -> list[str]:
        await store.upkeep.tick(0.0)
        return [line for line in (await everything_in(store, redis_url)).splitlines() if "}:lane:" in line]

    assert await comes_to(lanes, lambda left: not left) == []


async def asleep_for(store: RedisStore, seconds: float) -> None:
    """Words wait in a lane for so long, because a platform does not take them."""
    await commit(store, Changes(status="bot", entries=(entry("words"),)))
    lane = await opened(store)
    await begun(store, lane)
    await store.outbox.settle(lane, "one", 1, Settlement("retry", delay=seconds), keep=True)


async def test_what_an_agent_writes_under_the_card_afterwards_stays_inside(engine: Engine, town: Town) -> None:
    await talk(town, engine)
    thread = town.thread_of(1001)
    await engine.forgetter.forget(await kept_of(engine, "antonia"), OLGA)
    await town.until(lambda: any("— forgotten" in m.body.text for m in town.messages))
    await engine.intake.take(town.says(EVE, thread, "are you there?"))
    await done(engine)
    assert not any("are you there?" in text for text in town.visible(chat_with(ANN)))


async def test_a_desk_that_refuses_for_a_while_is_cleared_later(
    engine: Engine, town: Town, store: RedisStore, redis_url: str
) -> None:
    await talk(town, engine)
    town.fail(
        "delete", *[Fault(Throttled("delete", "too fast", retry_after=0.05))] * 3, Fault(NotDone("delete", "away"))
    )
    await engine.forgetter.forget(await kept_of(engine, "antonia"), OLGA)
    await done(engine)
    assert SECRET not in await everything_in(store, redis_url)
    assert SECRET not in "\n".join(m.body.text for m in town.messages if m.key and not m.deleted)


@pytest.mark.parametrize("after", range(6))
async def test_a_kill_in_between_changes_nothing_of_the_end(
    make_store: MakeStore, town: Town, redis_url: str, after: int
) -> None:
    """The process dies after so many steps of the wish; another one ends it."""
    first = engine_on(make_store(), {"town": town})
    await first.start()
    await talk(town, first)
    held = await kept_of(first, "antonia")
    await first.stop()
    store = make_store()
    dying = engine_on(store, {"town": town}, clock=WallClock())

    class Died(Exception):
        """A process that is no more."""

    steps = 0
    kept = store.forgetting
    real = store.mailboxes.take, kept.wish, kept.go_on, kept.forget, store.solved.forget

    def put(take, wish, go_on, forget, forget_solved) -> None:  # type: ignore[no-untyped-def]
        store.mailboxes.take, kept.wish, kept.go_on = take, wish, go_on  # type: ignore[method-assign]
        kept.forget, store.solved.forget = forget, forget_solved  # type: ignore[method-assign]

    def mortal(call):  # type: ignore[no-untyped-def]
        async def until_then(*args, **more):  # type: ignore[no-untyped-def]
            nonlocal steps
            steps += 1
            if steps > after:
                raise Died
            return await call(*args, **more)

        return until_then

    put(*map(mortal, real))
    began = True
    try:
        await dying.forgetter.forget(held, OLGA)
        await dying.forgetter.look()
    except Died:
        began = steps > 1
    put(*real)
    last = engine_on(make_store(), {"town": town})
    await last.start()
    if not began:
        assert await kept_of(last, "antonia"), "it was never promised"
        await last.forgetter.forget(held, OLGA)
    await done(last)
    await last.stop()
    assert SECRET not in await everything_in(store, redis_url)
