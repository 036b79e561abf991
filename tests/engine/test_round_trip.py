"""A thread goes to a person and comes back, through the whole engine, on a real store."""

from __future__ import annotations

import pytest

from adapters.redis.store import RedisStore
from bot.core.activity import Activity
from bot.engine.engine import Engine
from tests.support.patience import PATIENCE, comes_to
from tests.support.town import Town, chat_with, person

ANN, BOB = person("ann"), person("bob")
CHAT = chat_with(ANN)


async def twice(engine: Engine, activity: Activity) -> None:
    """As a platform may: every activity comes a second time."""
    assert await engine.intake.take(activity)
    await engine.intake.take(activity)


async def test_the_bot_answers_in_the_customers_own_thread(engine: Engine, town: Town) -> None:
    await twice(engine, town.says(ANN, CHAT, "where is my order?"))
    await town.until(lambda: "re: where is my order?" in town.visible(CHAT))


async def test_cases_that_open_at_the_same_time_never_share_a_number(engine: Engine, town: Town) -> None:
    customers = [person(f"customer{n}") for n in range(30)]
    for customer in customers:
        await engine.intake.take(town.says(customer, chat_with(customer), "help my order has not arrived"))
    await town.until(lambda: sum(m.body.card is not None for m in town.messages) == len(customers))
    numbers = [m.body.card.number for m in town.messages if m.body.card is not None]
    assert len(set(numbers)) == len(customers)
    # the index follows the commit
    await comes_to(engine.records.open_cases, lambda rows: {row.number for row in rows} == set(numbers))


async def test_what_was_solved_once_is_suggested_to_whoever_has_the_next_case(
    engine: Engine, town: Town, store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.engine.books.memory._SECONDS", PATIENCE)
    await engine.intake.take(town.says(ANN, CHAT, "help the coupon code is refused at the till"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    thread = town.thread_of(1001)
    await engine.intake.take(town.says(BOB, thread, "Please type the coupon code in capital letters."))
    await town.until(lambda: "Please type the coupon code in capital letters." in town.visible(CHAT))
    await engine.records.tell(CHAT.key, "resolve", "", BOB)
    await comes_to(store.solved.rows, bool)  # it is remembered after the commit
    other = person("eve")
    await engine.intake.take(town.says(other, chat_with(other), "help my coupon code is refused"))
    await town.until(lambda: sum(m.body.card is not None for m in town.messages) == 2)
    card = [m.body.card for m in town.messages if m.body.card][1]
    facts = {field.label: field.text for field in card.fields}
    assert facts["Suggested reply"] == "Please type the coupon code in capital letters.\n(what answered #1001)"
    assert facts["Similar cases"].startswith("#1001")


async def test_a_conversation_goes_to_a_person_and_comes_back(engine: Engine, town: Town) -> None:
    await twice(engine, town.says(ANN, CHAT, "hello"))
    await twice(engine, town.says(ANN, CHAT, "help me"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    thread = town.thread_of(1001)
    await twice(engine, town.says(BOB, thread, "I am here"))
    await town.until(lambda: "I am here" in town.visible(CHAT))
    answer = next(m for m in town.messages if m.ref.place == thread and m.body.text == "I am here")
    await town.until(lambda: answer.reactions == ["✅"])
    await twice(engine, town.says(ANN, CHAT, "thank you"))
    await town.until(lambda: "thank you" in town.visible(thread))
    (row,) = await comes_to(engine.records.open_cases, lambda rows: [row.assignee for row in rows] == ["Bob"])
    assert (row.number, row.status) == (1001, "assigned")
    assert await engine.records.conversation_of(1001) == CHAT.key
    assert await engine.records.conversation_at(thread) == await engine.records.conversation_at(CHAT) == CHAT.key
    assert await engine.records.conversation_at(chat_with(BOB)) is None
    assert "handed_over" in {line.kind for line in await engine.records.journal(CHAT.key)}
