"""A customer is forgotten while words of theirs are on their way to the desk: none of them stand there in the end."""

from __future__ import annotations

import asyncio

import pytest

from adapters.redis.store import RedisStore
from bot.core.activity import Person, Place
from bot.core.effects import Body
from bot.engine.engine import Engine
from bot.errors import Uncertain
from bot.ports import Capabilities, Posted
from tests.support.engines import engine_on, quiet
from tests.support.patience import PATIENCE, comes_to
from tests.support.redis import MakeStore
from tests.support.town import FAST, Fault, Town, chat_with, person

ANN, OLGA = person("antonia"), person("olga")
CHAT = chat_with(ANN)
SECRET = "zanzibar"


async def with_a_case(engine: Engine, town: Town) -> Place:
    """Ann has an open case; its thread."""
    await engine.intake.take(town.says(ANN, CHAT, "help me"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    thread = town.thread_of(1001)
    await town.until(lambda: any("help me" in text for text in town.visible(thread)))
    await quiet(engine.forgetter.store, CHAT.key)
    return thread


async def are_being_sent(engine: Engine, town: Town) -> None:
    """Ann's words have come to the call that puts them into the desk, and wait there behind the town's gate."""
    town.gate, before = asyncio.Event(), len(town.calls)
    await engine.intake.take(town.says(ANN, CHAT, f"my {SECRET}"))
    await town.until(lambda: any(name == "post" for name, _ in town.calls[before:]))


async def forget(engine: Engine, who: Person) -> None:
    held = await engine.forgetter.of_customers(lambda key: key.endswith(f"|{who.id}"))
    await engine.forgetter.forget(held, OLGA)


async def is_done(engine: Engine) -> None:
    await comes_to(engine.forgetter.store.forgetting.wishes, lambda wishes: not wishes)


async def forgotten_on_the_way(engine: Engine, town: Town) -> None:
    """Ann's words are being sent to the desk when she is forgotten."""
    await are_being_sent(engine, town)
    await forget(engine, ANN)
    await is_emptied(engine)
    assert town.gate is not None
    town.gate.set()
    await is_done(engine)


async def is_emptied(engine: Engine) -> None:
    await comes_to(
        lambda: engine.records.conversation(CHAT.key), lambda state: state is not None and bool(state.forgotten)
    )


def in_the_desk(town: Town, thread: Place) -> list[str]:
    return [text for text in town.visible(thread) if SECRET in text]


def in_the_desk_ever(town: Town) -> list[str]:
    """The app's own messages with the words that were to be forgotten, also those that were deleted."""
    return [m.body.text for m in town.messages if m.key and SECRET in m.body.text and m.ref.place != CHAT]


@pytest.mark.parametrize("arrived", [True, False])
async def test_words_of_which_nobody_knows_whether_they_arrived_are_looked_for_and_taken_out(
    engine: Engine, town: Town, arrived: bool
) -> None:
    thread = await with_a_case(engine, town)
    town.fail("post", Fault(Uncertain("post", "reset"), done=arrived))
    await forgotten_on_the_way(engine, town)
    await town.until(lambda: not in_the_desk(town, thread))


async def test_words_that_a_desk_cannot_be_asked_for_do_not_hold_the_forgetting_up(make_store: MakeStore) -> None:
    town = Town(Capabilities(look_up=False, pace=FAST))
    engine = engine_on(make_store(), {"town": town})
    await engine.start()
    await with_a_case(engine, town)
    town.fail("post", Fault(Uncertain("post", "reset"), done=False))
    await forgotten_on_the_way(engine, town)
    await engine.stop()


@pytest.mark.parametrize("anew", [False, True])
async def test_a_copy_that_comes_when_its_customer_is_forgotten_long_since_is_deleted(
    engine: Engine, town: Town, store: RedisStore, monkeypatch: pytest.MonkeyPatch, anew: bool
) -> None:
    monkeypatch.setattr("bot.engine.sending.attempts._CALL_SECONDS", PATIENCE)
    post, stands, goes_on = town.post, asyncio.Event(), asyncio.Event()

    async def slowly(to: Place, body: Body, *, key: str) -> Posted:
        if SECRET in body.text and not stands.is_set():
            stands.set()
            await goes_on.wait()
        return await post(to, body, key=key)

    thread = await with_a_case(engine, town)
    town.post = slowly  # type: ignore[method-assign]  # as when the process stands still before its call
    await engine.intake.take(town.says(ANN, CHAT, f"my {SECRET}"))
    await stands.wait()
    await store.upkeep.release(engine.name)
    await forget(engine, ANN)
    await is_done(engine)
    await town.until(lambda: not in_the_desk(town, thread))
    if anew:
        await engine.intake.take(town.says(ANN, CHAT, "hello again"))
        await town.until(lambda: "re: hello again" in town.visible(CHAT))
    sent = len(in_the_desk_ever(town))
    goes_on.set()
    await town.until(lambda: len(in_the_desk_ever(town)) > sent)
    await town.until(lambda: not in_the_desk(town, thread))


@pytest.mark.parametrize("look_up", [True, False])
async def test_words_on_their_way_when_their_customer_begins_anew_do_not_stay(
    make_store: MakeStore, look_up: bool
) -> None:
    town = Town(Capabilities(look_up=look_up, pace=FAST))
    engine = engine_on(make_store(), {"town": town})
    await engine.start()
    thread = await with_a_case(engine, town)
    await are_being_sent(engine, town)
    await forget(engine, ANN)
    await is_emptied(engine)
    await engine.intake.take(town.says(ANN, CHAT, "hello again"))
    await comes_to(
        lambda: engine.records.conversation(CHAT.key), lambda state: state is not None and not state.forgotten
    )
    assert town.gate is not None
    town.gate.set()
    await town.until(lambda: "re: hello again" in town.visible(CHAT))
    await is_done(engine)
    await town.until(lambda: bool(in_the_desk_ever(town)))
    await town.until(lambda: not in_the_desk(town, thread))
    await engine.stop()


async def test_a_second_wish_does_not_keep_the_first_from_taking_everything_out(engine: Engine, town: Town) -> None:
    thread = await with_a_case(engine, town)
    await engine.intake.take(town.says(ANN, CHAT, f"my {SECRET}"))
    await town.until(lambda: bool(in_the_desk(town, thread)))
    await quiet(engine.forgetter.store, CHAT.key)
    held = await engine.forgetter.of_customers(lambda key: key.endswith(f"|{ANN.id}"))
    town.gate = asyncio.Event()
    for _ in range(2):
        await engine.forgetter.forget(held, OLGA)
    await is_emptied(engine)
    town.gate.set()
    await is_done(engine)
    await town.until(lambda: not in_the_desk(town, thread))
    assert [name for name in town.calls if name[0] == "find"] == []
