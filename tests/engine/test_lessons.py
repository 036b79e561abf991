"""Doubtful messages are kept as they are decided, and whoever is forgotten is gone from them and from the lessons."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.redis.store import RedisStore
from bot.core.learning.lessons import Doubt, Lesson
from bot.engine.books.lessons import StoredLessons
from bot.engine.engine import Engine
from bot.errors import StoreUnavailable
from tests.engine.test_forgetting import done, everything_in, kept_of
from tests.support.engines import engine_on
from tests.support.mind import Wavering
from tests.support.patience import comes_to, until
from tests.support.redis import MakeStore
from tests.support.town import Town, chat_with, person

ANN, BOB, OLGA = person("antonia"), person("bertrand"), person("olga")
SECRET = "zanzibar"


@pytest.fixture
async def engine(store: RedisStore, town: Town) -> AsyncIterator[Engine]:
    engine = engine_on(store, {"town": town}, understanding=Wavering())
    await engine.start()
    yield engine
    await engine.stop()


async def doubted(engine: Engine, count: int) -> list[Doubt]:
    return list(await comes_to(engine.doubts.all, lambda found: len(found) == count))


async def taught(store: RedisStore, who: Any, text: str) -> None:
    lesson = Lesson(0, (text,), "track_order", "", "en", 1001, "Eve", 1.0)
    book = StoredLessons(store.lessons)
    assert await book.add(lesson, customer=who.key, forgettings=await book.forgettings())


async def test_a_lesson_that_was_just_added_can_be_changed(store: RedisStore) -> None:
    book = StoredLessons(store.lessons)
    lesson = Lesson(0, ("hm",), "track_order", "", "en", 1001, "Eve", 1.0)
    added = await book.add(lesson, customer=ANN.key, forgettings=await book.forgettings())
    assert added is not None
    assert await book.put(replace(added, intent="refund"))
    assert not await book.put(replace(added, intent="too late")), "somebody was faster"
    assert [known.intent for known in await book.all()] == ["refund"]


async def test_a_doubtful_message_is_kept_until_people_see_it_or_it_is_taken_back(engine: Engine, town: Town) -> None:
    first = town.says(ANN, chat_with(ANN), f"hmm the {SECRET} of antonia 4711-0815")
    await engine.intake.take(first)
    (doubt,) = await doubted(engine, 1)
    assert (doubt.text, doubt.customer, doubt.suggested) == (f"hmm the {SECRET} of …", ANN.key, "track_order")
    second = town.says(BOB, chat_with(BOB), "hmm the other thing")
    await engine.intake.take(second)
    await doubted(engine, 2)
    await engine.intake.take(town.deletes(BOB, second.content.ref))  # type: ignore[union-attr]  # it was said
    (left,) = await doubted(engine, 1)
    assert left == doubt
    await engine.intake.take(town.says(ANN, chat_with(ANN), "help"))
    await doubted(engine, 0)


async def test_a_guess_that_is_pressed_says_what_was_meant(engine: Engine, town: Town) -> None:
    await engine.intake.take(town.says(ANN, chat_with(ANN), "hmm the thing"))
    await doubted(engine, 1)
    await town.until(lambda: any(m.body.buttons for m in town.messages))
    offered = next(m for m in town.messages if m.body.buttons)
    await engine.intake.take(town.presses(ANN, offered.ref, "say", "/refund_status"))
    (doubt,) = await comes_to(engine.doubts.all, lambda found: bool(found[0].meant))
    assert doubt.suggested == "refund_status"


async def test_a_store_that_does_not_take_it_costs_the_line_and_nothing_else(
    engine: Engine, town: Town, store: RedisStore
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise StoreUnavailable("away")

    store.doubts.put = away  # type: ignore[method-assign]  # as when it went away just then
    await engine.intake.take(town.says(ANN, chat_with(ANN), "hmm the thing"))
    await town.until(lambda: any(m.body.buttons for m in town.messages))


async def test_the_book_is_read_again_only_when_somebody_changed_it(make_store: MakeStore) -> None:
    mine, theirs = make_store(), make_store()
    book, other = StoredLessons(mine.lessons), StoredLessons(theirs.lessons)
    await taught(theirs, ANN, "where is my box")
    first = await book.all()
    assert await book.all() is first
    (lesson,) = await other.all()
    assert await other.put(replace(lesson, why="too vague"))
    assert [one.why for one in await book.all()] == ["too vague"]
    assert await theirs.lessons.forget(ANN.key) == 1
    assert not await book.all()


async def test_a_row_that_cannot_be_read_costs_the_line_and_nothing_else(
    engine: Engine, town: Town, store: RedisStore
) -> None:
    await engine.intake.take(town.says(ANN, chat_with(ANN), "hmm the thing"))
    (doubt,) = await doubted(engine, 1)
    await town.until(lambda: any(m.body.buttons for m in town.messages))
    await store.doubts.change(doubt.id, "what a newer version wrote")
    offered = next(m for m in town.messages if m.body.buttons)
    with capture_logs() as logs:
        await engine.intake.take(town.presses(ANN, offered.ref, "say", "/refund_status"))
        await until(lambda: logs)
        await engine.stop()
    assert [line["event"] for line in logs if line["log_level"] != "info"] == ["doubt_not_noted"]


async def test_whoever_is_forgotten_is_gone_from_lessons_and_doubts_and_nobody_else(
    engine: Engine, town: Town, store: RedisStore, redis_url: str
) -> None:
    for who in (ANN, BOB):
        await engine.intake.take(town.says(who, chat_with(who), f"hmm the {SECRET} {who.id[:1]}"))
        await taught(store, who, f"where is the {SECRET} {who.id[:1]}")
    await doubted(engine, 2)
    await engine.forgetter.forget(await kept_of(engine, "antonia"), OLGA)
    await done(engine)
    assert [doubt.customer for doubt in await engine.doubts.all()] == [BOB.key]
    assert [lesson.texts for lesson in await StoredLessons(store.lessons).all()] == [(f"where is the {SECRET} b",)]
    assert "antonia" not in (await everything_in(store, redis_url)).casefold()


async def test_a_lesson_outlives_its_conversation_and_is_forgotten_all_the_same(
    engine: Engine, store: RedisStore, redis_url: str
) -> None:
    await taught(store, ANN, f"where is the {SECRET}")
    (held,) = await kept_of(engine, "antonia")
    assert (held.conversation, held.customer, held.cases) == ("", ANN.key, ())
    await engine.forgetter.forget([held], OLGA)
    await done(engine)
    assert SECRET not in await everything_in(store, redis_url)
