"""What becomes of a message on its way out: refused, throttled, lost, found, doubled, too long, withheld."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from adapters.redis.store import RedisStore
from bot.core.activity import Activity, Place, Ref, Side
from bot.core.effects import Body, Effect, Mark, Post
from bot.engine.codec import read_conversation
from bot.engine.engine import Engine
from bot.engine.entries import Entry
from bot.engine.sending.attempts import is_not_worth, pause
from bot.errors import NotDone, Refused, ShutOut, Throttled, Uncertain
from bot.ports import Capabilities
from tests.support.engines import engine_on
from tests.support.patience import PATIENCE, comes_to
from tests.support.redis import MakeStore
from tests.support.town import FAST, Fault, Town, chat_with, person

ANN, BOB = person("ann"), person("bob")
CHAT = chat_with(ANN)
MINE = Ref(CHAT, "1")


async def take(engine: Engine, *activities: Activity) -> None:
    for activity in activities:
        await engine.intake.take(activity)


def answers(town: Town) -> list[str]:
    return [text for text in town.visible(CHAT) if text.startswith("re:")]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(NotDone("post", "no connection")),
        Fault(Throttled("post", "slow down", retry_after=0.05)),
        Fault(Uncertain("post", "reset before")),
        Fault(Uncertain("post", "reset after"), done=True),
        Fault(TimeoutError),
        Fault(RuntimeError, done=True),
    ],
    ids=["not done", "throttled", "lost before", "lost after", "no answer", "the adapter's own mistake"],
)
async def test_whatever_happens_to_a_call_the_customer_gets_one_answer(
    engine: Engine, town: Town, fault: Fault
) -> None:
    town.fail("post", fault)
    await take(engine, town.says(ANN, CHAT, "one"), town.says(ANN, CHAT, "two"))
    await town.until(lambda: "re: two" in town.visible(CHAT))
    assert answers(town) == ["re: one", "re: two"]


async def test_while_the_app_is_shut_out_everything_waits_and_then_arrives_in_order(engine: Engine, town: Town) -> None:
    town.lasting["post"] = Fault(ShutOut("post", "token_revoked"))
    await take(engine, *(town.says(ANN, CHAT, f"{n}") for n in range(3)))
    await town.until(lambda: len(town.calls) >= 2)
    assert answers(town) == []
    del town.lasting["post"]
    await town.until(lambda: "re: 2" in town.visible(CHAT))
    assert answers(town) == ["re: 0", "re: 1", "re: 2"]


@pytest.mark.parametrize(
    ("effect", "goes_on"),
    [
        (Mark(Side.AGENTS, MINE, "✅", on_original=True), False),
        (Mark(Side.AGENTS, MINE, "🎉"), True),
        (Post(Side.AGENTS, Body("words")), False),
    ],
    ids=["a receipt has a lane of its own", "a mark among the words", "words"],
)
def test_only_a_mark_that_words_would_wait_behind_is_not_worth_the_wait(effect: Effect, goes_on: bool) -> None:
    entry = Entry("e", Side.AGENTS, effect, CHAT)
    assert is_not_worth(entry, 3600.0) is goes_on
    assert not is_not_worth(entry, 1.0)


def test_a_platform_that_is_away_for_days_is_called_every_half_minute() -> None:
    assert [pause(0.25, tries) for tries in (0, 1, 6, 7, 1023, 1024, 10_000)] == [
        0.25,
        0.5,
        16.0,
        30.0,
        30.0,
        30.0,
        30.0,
    ]


async def test_a_message_that_no_look_finds_is_sent_again_and_its_late_twin_deleted(engine: Engine, town: Town) -> None:
    town.fail("post", Fault(Uncertain("post", "reset after"), done=True))
    activity = town.says(ANN, CHAT, "one")
    await take(engine, activity)
    await town.until(lambda: any(m.key for m in town.messages))
    town.hidden.add(next(m.key for m in town.messages if m.key))
    await town.until(lambda: len(answers(town)) == 2)
    town.hidden.clear()
    await town.until(lambda: len(answers(town)) == 1)
    first, second = (m for m in town.messages if m.key)
    assert (first.deleted, second.deleted) == (False, True)


async def test_a_failing_look_is_no_missed_look(engine: Engine, town: Town) -> None:
    town.fail("post", Fault(Uncertain("post", "reset after"), done=True))
    town.fail("find", Fault(NotDone("find", "away")), Fault(Throttled("find", "slow down", retry_after=0.05)))
    await take(engine, town.says(ANN, CHAT, "one"), town.says(ANN, CHAT, "two"))
    await town.until(lambda: "re: two" in town.visible(CHAT))
    assert answers(town) == ["re: one", "re: two"]


async def test_what_was_refused_is_told_to_the_agents_and_can_be_sent_again(engine: Engine, town: Town) -> None:
    await take(engine, town.says(ANN, CHAT, "help"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    thread = town.thread_of(1001)
    await take(engine, town.says(BOB, thread, "first"))
    await town.until(lambda: "first" in town.visible(CHAT))
    town.fail("post", Fault(Refused("post", "the customer blocked us"), only="second"))
    said = town.says(BOB, thread, "second")
    await take(engine, said)
    await town.until(lambda: any("the customer blocked us" in text for text in town.visible(thread)))
    notice = next(m for m in town.messages if "the customer blocked us" in m.body.text)
    await town.until(lambda: town._one(said.content.ref).reactions == ["⚠️"])
    retry = next(b for b in notice.body.buttons if b.action == "retry")
    await take(engine, town.presses(BOB, notice.ref, retry.action, retry.value))
    await town.until(lambda: "second" in town.visible(CHAT))
    await town.until(lambda: town._one(said.content.ref).reactions == ["✅"])


async def test_where_nothing_can_be_looked_up_people_decide(make_store: MakeStore) -> None:
    town = Town(Capabilities(look_up=False, pace=FAST))
    engine = engine_on(make_store(), {"town": town})
    await engine.start()
    await take(engine, town.says(ANN, CHAT, "help"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    thread = town.thread_of(1001)
    await take(engine, town.says(BOB, thread, "first"))
    await town.until(lambda: "first" in town.visible(CHAT))
    town.fail("post", Fault(Uncertain("post", "reset after"), done=True, only="second"))
    await take(engine, town.says(BOB, thread, "second"), town.says(BOB, thread, "third"))
    await town.until(lambda: any("Nobody can tell" in text for text in town.visible(thread)))
    await town.until(lambda: "third" in town.visible(CHAT))
    notice = next(m for m in town.messages if "Nobody can tell" in m.body.text)
    arrived = next(b for b in notice.body.buttons if b.action == "arrived")
    await take(engine, town.presses(BOB, notice.ref, arrived.action, arrived.value))
    await engine.stop()
    assert town.visible(CHAT).count("second") == 1
    assert not [name for name, _ in town.calls if name == "find"]


async def test_a_channel_that_was_told_to_wait_is_not_called_meanwhile(engine: Engine, town: Town) -> None:
    town.fail("post", Fault(Throttled("post", "slow down", retry_after=2.0)))
    said, other = town.says(ANN, CHAT, "one"), person("cleo")
    await take(engine, said)
    await town.until(lambda: any(name == "post" for name, _ in town.calls))
    await take(engine, town.says(other, chat_with(other), "hi"))
    await town.until(lambda: "re: hi" in town.visible(chat_with(other)))
    await town.until(lambda: answers(town) == ["re: one"])
    answer = next(m for m in town.messages if m.body.text == "re: one")
    assert answer.at - said.at >= 2.0
    assert town.calls.count(("post", answer.key)) == 2


async def test_a_long_text_crosses_in_parts_and_its_edit_too(make_store: MakeStore) -> None:
    town = Town(Capabilities(max_text=200, pace=FAST))
    engine = engine_on(make_store(), {"town": town})
    await engine.start()
    await take(engine, town.says(ANN, CHAT, "help"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    thread = town.thread_of(1001)
    await take(engine, town.says(BOB, thread, "I am here"))
    await town.until(lambda: "I am here" in town.visible(CHAT))
    long = " ".join(f"word{n}" for n in range(60))
    said = town.says(BOB, thread, long)
    await take(engine, said)
    await town.until(lambda: town._one(said.content.ref).reactions == ["✅"])
    copies = [m for m in town.messages if m.ref.place == CHAT and m.key and "word" in m.body.text]
    assert len(copies) == 3
    assert " ".join(m.body.text for m in copies) == long
    await take(engine, town.edits(BOB, said.content.ref, "word is short now"))
    await town.until(lambda: [m.body.text for m in copies if not m.deleted] == ["word is short now"])
    longer = " ".join(f"longer{n}" for n in range(60))
    await take(engine, town.edits(BOB, said.content.ref, longer))
    await town.until(lambda: " ".join(text for text in town.visible(CHAT) if "longer" in text) == longer)
    await take(engine, town.deletes(BOB, said.content.ref))
    await town.until(lambda: not any("longer" in text for text in town.visible(CHAT)))
    await engine.stop()


async def test_an_edit_whose_copy_is_gone_from_the_desk_is_told_there_anew(engine: Engine, town: Town) -> None:
    await take(engine, town.says(ANN, CHAT, "help"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    thread = town.thread_of(1001)
    said = town.says(ANN, CHAT, "my tent is blu")
    await take(engine, said)
    await town.until(lambda: "my tent is blu" in town.visible(thread))
    copy = next(m for m in town.messages if m.ref.place == thread and m.body.text == "my tent is blu")
    copy.deleted = True  # by somebody who administers the workspace
    await take(engine, town.edits(ANN, said.content.ref, "my tent is blue"))
    await town.until(lambda: any("> my tent is blue" in text for text in town.visible(thread)))
    notice = next(text for text in town.visible(thread) if "> my tent is blue" in text)
    assert "its copy here could not be changed: the message was deleted" in notice
    assert not [text for text in town.visible(CHAT) if "not reached" in text]


async def test_an_answer_that_waits_is_not_said_once_people_have_the_word(engine: Engine, town: Town) -> None:
    town.lasting["post"] = Fault(Throttled("post", "slow down", retry_after=0.2), only="re: one")
    await take(engine, town.says(ANN, CHAT, "one"))
    await town.until(lambda: any(name == "post" for name, _ in town.calls))
    await take(engine, town.says(ANN, CHAT, "help"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    await town.until(lambda: any(m.key for m in town.messages if m.ref.place == CHAT))
    assert answers(town) == []


@asynccontextmanager
async def too_long(engine: Engine, store: RedisStore, *words: str) -> AsyncGenerator[None]:
    """Once these words are queued, whatever waits has waited for too long, on machines of any speed."""

    async def queued() -> set[str]:
        state = await store.ledger.state(CHAT.key)
        return {line.text for line in read_conversation(state or "").transcript}

    await comes_to(queued, set(words).issubset)
    engine._sender._overdue_seconds = 0.0
    yield
    engine._sender._overdue_seconds = PATIENCE


async def test_agents_hear_once_of_each_delay_and_the_words_arrive(
    engine: Engine, town: Town, store: RedisStore
) -> None:
    await take(engine, town.says(ANN, CHAT, "help"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    thread = town.thread_of(1001)
    words = ["first", "second", "third"]
    town.lasting["post"] = Fault(NotDone("post", "away"), only="first")
    await take(engine, *(town.says(BOB, thread, text) for text in words))
    async with too_long(engine, store, *words):
        await town.until(lambda: told(town, thread) == 1)
        del town.lasting["post"]
        await town.until(lambda: "third" in town.visible(CHAT))
    await take(engine, town.says(ANN, CHAT, "thank you"))
    await town.until(lambda: "thank you" in town.visible(thread))  # and whatever was to be said before
    assert [text for text in town.visible(CHAT) if text in words] == words
    assert told(town, thread) == 1
    town.lasting["post"] = Fault(NotDone("post", "away again"), only="fourth")
    await take(engine, town.says(BOB, thread, "fourth"))
    async with too_long(engine, store, "fourth"):
        await town.until(lambda: told(town, thread) == 2)


def told(town: Town, thread: Place) -> int:
    """How often agents read there that words to the customer wait."""
    return sum("Nothing is lost" in text for text in town.visible(thread))


async def test_the_customer_hears_once_that_the_desk_was_not_reached(
    engine: Engine, town: Town, store: RedisStore
) -> None:
    await take(engine, town.says(ANN, CHAT, "help"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    thread = town.thread_of(1001)
    town.lasting["post"] = Fault(NotDone("post", "away"), only="are you there")
    await take(engine, town.says(ANN, CHAT, "are you there"), town.says(ANN, CHAT, "hello?"))
    async with too_long(engine, store, "are you there", "hello?"):
        await town.until(lambda: any("has not reached" in text for text in town.visible(CHAT)))
        del town.lasting["post"]
        await town.until(lambda: "hello?" in town.visible(thread))
    assert [text for text in town.visible(thread) if text in {"are you there", "hello?"}] == ["are you there", "hello?"]
    assert sum("has not reached" in text for text in town.visible(CHAT)) == 1


async def test_a_line_of_ours_that_waits_worries_no_customer(engine: Engine, town: Town, store: RedisStore) -> None:
    await take(engine, town.says(ANN, CHAT, "help"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    thread = town.thread_of(1001)
    await town.until(lambda: "help" in town.visible(thread))
    line = "🙋 Bob claimed this case."
    town.fail("post", *[Fault(NotDone("post", "away"), only=line)] * 4)
    await take(engine, town.says(BOB, thread, "hello"))
    async with too_long(engine, store, "hello"):
        await town.until(lambda: line in town.visible(thread))
    await take(engine, town.says(ANN, CHAT, "there you are"))
    await town.until(lambda: "there you are" in town.visible(thread))
    assert not any("has not reached" in text for text in town.visible(CHAT))


async def test_an_adapter_that_makes_the_same_mistake_again_and_again_is_not_believed(
    engine: Engine, town: Town
) -> None:
    await take(engine, town.says(ANN, CHAT, "help"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    thread = town.thread_of(1001)
    town.fail("post", *[Fault(RuntimeError, only="hello")] * 20)
    await take(engine, town.says(BOB, thread, "hello"))
    await town.until(lambda: any("did not get this: RuntimeError" in text for text in town.visible(thread)))
    assert "hello" not in town.visible(CHAT)
