"""Whose words go out, on the real store: of many who claim one wins, and what was queued is not sent for another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.redis.store import RedisStore
from bot.core.activity import Place
from bot.core.policy import Desk, Policy, ServiceLevels, Targets
from bot.core.routing import Doors
from bot.engine.engine import Engine
from bot.errors import Refused, Throttled
from bot.ports import Capabilities
from tests.support.engines import WallClock, engine_on
from tests.support.patience import comes_to
from tests.support.redis import MakeStore
from tests.support.town import DESK, FAST, PLATFORM, Fault, Town, chat_with, person

ANN, BOB, SUE = person("ann"), person("bob"), person("sue")
CHAT = chat_with(ANN)
LEGAL = Place(PLATFORM, "T", "legal")
TWO_DESKS = Policy(desks=(Desk("support", DESK, "Support"), Desk("legal", LEGAL, "Legal")))
DOORS = Doors(desks=frozenset({DESK.key, LEGAL.key}), support=frozenset())


@pytest.fixture
async def engine(store: RedisStore, town: Town) -> AsyncIterator[Engine]:
    engine = engine_on(store, {"town": town}, policy=TWO_DESKS, doors=DOORS)
    await engine.start()
    yield engine
    await engine.stop()


async def waiting_case(engine: Engine, town: Town) -> Place:
    await engine.intake.take(town.says(ANN, CHAT, "help"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    return town.thread_of(1001)


async def test_a_whisper_that_is_read_outside_the_thread_says_which_case_it_is_about(make_store: MakeStore) -> None:
    town = Town(Capabilities(whispers_apart=True, pace=FAST))
    engine = engine_on(make_store(), {"town": town})
    await engine.start()
    try:
        thread = await waiting_case(engine, town)
        await engine.intake.take(town.says(BOB, thread, "I am here"))
        await town.until(lambda: "I am here" in town.visible(CHAT))
        await engine.intake.take(town.says(SUE, thread, "let me add"))
        await town.until(lambda: bool(town.whispers))
        assert town.whispers[0][2].text == "**#1001** · Only @Bob's replies reach the customer. Not sent: “let me add”"
        kept = town.whispers[0][2].buttons[-1]
        question = town.says(SUE, thread, "as the question stands in Sue's chat").content.ref
        town._one(question).key = "the app's"
        await engine.intake.take(town.presses(SUE, question, kept.action, kept.value))
        await town.until(lambda: "Kept internal: “let me add”" in town._one(question).body.text)
        await engine.intake.take(town.says(ANN, CHAT, "and then"))
        await town.until(lambda: "and then" in town.visible(thread))
        assert len(town.whispers) == 1, "the question says it, and the thread is not to hear of it again"
    finally:
        await engine.stop()


async def test_of_twenty_who_claim_at_once_one_wins_and_nineteen_are_told_who(
    make_store: MakeStore, town: Town
) -> None:
    engines = [engine_on(make_store(), {"town": town}) for _ in range(2)]
    for engine in engines:
        await engine.start()
    try:
        await waiting_case(engines[0], town)
        card = town.root_of(1001).ref
        clicks = [town.presses(person(f"agent{n}"), card, "claim", "1001") for n in range(20)]
        await asyncio.gather(*(engines[n % 2].intake.take(click) for n, click in enumerate(clicks)))
        await town.until(lambda: len({who.id for _, who, _ in town.whispers}) == 19)
        claimed = [text for text in town.visible(CHAT) if "is with you now" in text]
        assert len(claimed) == 1
        (winner,) = {f"agent{n}" for n in range(20)} - {who.id for _, who, _ in town.whispers}
        assert claimed[0].startswith(winner.capitalize())
        assert all(f"{winner.capitalize()} was faster" in body.text for _, _, body in town.whispers)
    finally:
        for engine in engines:
            await engine.stop()


async def test_words_that_wait_for_the_platform_are_not_sent_for_who_lost_the_case(engine: Engine, town: Town) -> None:
    thread = await waiting_case(engine, town)
    await engine.intake.take(town.says(BOB, thread, "I am here"))
    await town.until(lambda: "I am here" in town.visible(CHAT))
    town.lasting["post"] = Fault(Throttled("post", "slow down", retry_after=0.2), only="old words")
    before = len(town.calls)
    await engine.intake.take(town.says(BOB, thread, "old words"))
    await town.until(lambda: "post" in {name for name, _ in town.calls[before:]})
    await engine.intake.take(town.presses(SUE, town.root_of(1001).ref, "take_over", "1001"))
    await town.until(lambda: any("Bob's message was not sent" in text for text in town.visible(thread)))
    await engine.intake.take(town.says(SUE, thread, "new words"))
    await town.until(lambda: "new words" in town.visible(CHAT))
    assert "old words" not in town.visible(CHAT)


async def test_an_edit_that_waits_is_not_made_for_who_lost_the_case_and_its_author_is_told(
    engine: Engine, town: Town
) -> None:
    thread = await waiting_case(engine, town)
    said = town.says(BOB, thread, "it costs ten")
    await engine.intake.take(said)
    await town.until(lambda: "it costs ten" in town.visible(CHAT))
    town.lasting["edit"] = Fault(Throttled("edit", "slow down", retry_after=0.2), only="it costs one")
    before = len(town.calls)
    await engine.intake.take(town.edits(BOB, said.content.ref, "it costs one"))
    await town.until(lambda: "edit" in {name for name, _ in town.calls[before:]})
    await engine.intake.take(town.presses(SUE, town.root_of(1001).ref, "take_over", "1001"))
    await town.until(lambda: any("Bob's edit did not reach the customer" in text for text in town.visible(thread)))
    await town.until(lambda: "⚠️" in next(m for m in town.messages if m.ref == said.content.ref).reactions)
    assert "it costs ten" in town.visible(CHAT)
    assert "it costs one" not in town.visible(CHAT)
    # What is copied into the next desk is the transcript: it says what the customer has.
    await engine.records.tell(CHAT.key, "transfer", "legal it is theirs", SUE)
    await town.until(lambda: any("it costs" in text for text in town.visible_in(LEGAL)))
    assert "it costs ten" in town.visible_in(LEGAL)


async def test_what_cannot_be_shown_to_one_agent_alone_is_said_in_the_thread(engine: Engine, town: Town) -> None:
    town.lasting["whisper"] = Fault(Refused("whisper", "channel_not_found"))
    thread = await waiting_case(engine, town)
    await engine.intake.take(town.says(BOB, thread, "I am here"))
    await town.until(lambda: "I am here" in town.visible(CHAT))
    await engine.intake.take(town.says(SUE, thread, "let me add"))
    await town.until(lambda: any("(for Sue)* Only @Bob's replies" in text for text in town.visible(thread)))


async def test_what_could_not_be_deleted_at_the_customers_is_told_once(engine: Engine, town: Town) -> None:
    thread = await waiting_case(engine, town)
    said = town.says(BOB, thread, "it costs ten")
    await engine.intake.take(said)
    await town.until(lambda: "it costs ten" in town.visible(CHAT))
    town.lasting["delete"] = Fault(Refused("delete", "cant_delete_message"))
    await engine.intake.take(town.deletes(BOB, said.content.ref))
    await town.until(lambda: any("the customer still has: cant_delete" in text for text in town.visible(thread)))
    assert sum("still has" in text for text in town.visible(thread)) == 1


async def test_a_case_that_nobody_answers_goes_to_the_next_desk_with_all_that_was_said(make_store: MakeStore) -> None:
    levels = ServiceLevels(Targets(first_answer=600.0), leads_after=300.0, next_desk_after=600.0)
    first, second = TWO_DESKS.desks
    policy = Policy(desks=(replace(first, levels=levels, hands_to="legal"), second))
    town, clock = Town(), WallClock()
    engine = engine_on(make_store(), {"town": town}, policy=policy, doors=DOORS, clock=clock)
    await engine.start()
    try:
        thread = await waiting_case(engine, town)
        await engine.intake.take(town.says(ANN, CHAT, "the contract is wrong"))
        await town.until(lambda: "the contract is wrong" in town.visible(thread))
        clock.ahead = 601.0
        await town.until(lambda: any("was due" in text for text in town.visible(thread)))
        clock.ahead = 1300.0
        await town.until(lambda: any(m.body.card for m in town.messages if m.ref.place == LEGAL))
        card = next(m for m in town.messages if m.body.card and m.ref.place == LEGAL)
        there = Place(PLATFORM, "T", "legal", card.ref.id)
        await town.until(lambda: "the contract is wrong" in town.visible(there))
        former = next(m for m in town.messages if m.ref.id == thread.thread)
        await town.until(lambda: not former.body.buttons)
        await engine.intake.take(town.says(SUE, there, "legal here"))
        await town.until(lambda: "legal here" in town.visible(CHAT))
        owned = [("legal", "Sue")]  # the index follows the commit
        await comes_to(engine.records.open_cases, lambda rows: [(row.desk, row.assignee) for row in rows] == owned)
    finally:
        await engine.stop()


async def test_a_transferred_case_goes_on_in_the_other_desk_and_edits_reach_both(engine: Engine, town: Town) -> None:
    thread = await waiting_case(engine, town)
    said = town.says(ANN, CHAT, "the contrct")
    await engine.intake.take(said)
    await town.until(lambda: "the contrct" in town.visible(thread))
    await engine.records.tell(CHAT.key, "transfer", "legal it is theirs", BOB)
    await town.until(lambda: any(m.body.card for m in town.messages if m.ref.place == LEGAL))
    card = next(m for m in town.messages if m.body.card and m.ref.place == LEGAL)
    there = Place(PLATFORM, "T", "legal", card.ref.id)
    await town.until(lambda: "the contrct" in town.visible(there))
    await town.until(lambda: not town.root_of(1001).body.buttons)

    await engine.intake.take(town.edits(ANN, said.content.ref, "the contract"))
    for place in (thread, there):
        await town.until(lambda place=place: any("the contract" in text for text in town.visible(place)))

    await engine.intake.take(town.says(BOB, thread, "still me"))
    await town.until(lambda: any(who == BOB for _, who, _ in town.whispers))
    await engine.intake.take(town.says(SUE, there, "we have it"))
    await town.until(lambda: "we have it" in town.visible(CHAT))
    assert "still me" not in town.visible(CHAT)


async def test_a_double_goes_on_in_the_first_case_and_what_is_written_there_reaches_it(
    engine: Engine, town: Town
) -> None:
    first = await waiting_case(engine, town)
    other = Place(PLATFORM, "T", "dm-ann-2")
    await engine.intake.take(town.says(ANN, other, "help again"))
    await town.until(lambda: any(m.body.card and m.body.card.number == 1002 for m in town.messages))
    await engine.records.tell(other.key, "merge", "1001", BOB)
    await town.until(lambda: any("#1001" in text for text in town.visible(other)[-1:]))
    await town.until(lambda: any("#1002 of the same customer" in text for text in town.visible(first)))

    said = town.says(ANN, other, "it is still brkn")
    await engine.intake.take(said)
    await town.until(lambda: "it is still brkn" in town.visible(first))
    await engine.intake.take(town.edits(ANN, said.content.ref, "it is still broken"))
    await town.until(lambda: any("still broken" in text for text in town.visible(first)))
    await engine.intake.take(town.says(BOB, first, "we are on it"))
    await town.until(lambda: "we are on it" in town.visible(CHAT))
    assert "we are on it" not in town.visible(other)


async def test_a_case_is_not_merged_into_that_of_another_customer_or_into_none(engine: Engine, town: Town) -> None:
    await waiting_case(engine, town)
    zoe = person("zoe")
    await engine.intake.take(town.says(zoe, chat_with(zoe), "help me, too"))
    await town.until(lambda: any(m.body.card and m.body.card.number == 1002 for m in town.messages))
    await town.until(lambda: any("#1002" in text for text in town.visible(chat_with(zoe))))
    before = town.visible(chat_with(zoe))
    await engine.records.tell(chat_with(zoe).key, "merge", "1001", BOB)
    await town.until(lambda: any("another customer" in body.text for _, _, body in town.whispers))
    await engine.records.tell(chat_with(zoe).key, "merge", "nothing", BOB)
    await town.until(lambda: any("Into which case?" in body.text for _, _, body in town.whispers))
    assert town.visible(chat_with(zoe)) == before
