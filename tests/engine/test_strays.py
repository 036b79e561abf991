"""A root card that was put into the desk twice: whoever meets the one that is not connected is told so."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from adapters.redis.store import RedisStore
from bot.core.activity import OPENED, Activity
from bot.core.effects import Body
from bot.engine.engine import Engine
from bot.engine.ingress import Ingress
from bot.engine.upkeep.janitor import _SETTLING_SECONDS
from bot.errors import Uncertain
from bot.ports import Capabilities, Findings
from bot.services.announcing import announce
from tests.support.engines import WallClock, engine_on
from tests.support.patience import comes_to, until
from tests.support.town import CARD, DESK, FAST, Fault, Message, Town, _posted, chat_with, person, policy

ANN, BOB, CYD = person("ann"), person("bob"), person("cyd")
CHAT = chat_with(ANN)
CUT = Fault(Uncertain("post", "the answer was cut off"), done=True, only=CARD)


@pytest.fixture
def town() -> Town:
    """A platform that cannot be asked what became of a message, as Teams."""
    return Town(Capabilities(look_up=False, react=False, pace=FAST))


@pytest.fixture
async def engine(store: RedisStore, town: Town) -> AsyncIterator[Engine]:
    engine = engine_on(store, {"town": town}, policy=replace(policy(), retry_seconds=0.3), clock=WallClock())
    await engine.start()
    yield engine
    await engine.stop()


def cards(town: Town) -> list[Message]:
    """The root cards in the desk, the first one first."""
    return [m for m in town.messages if m.ref.place == DESK and m.key]


async def with_two_cards(engine: Engine, town: Town) -> tuple[Message, Message]:
    """Ann's case, whose card stands in the desk twice; the second is the one that counts."""
    town.fail("post", CUT)
    await engine.intake.take(town.says(ANN, CHAT, "help"))
    await town.until(lambda: len(cards(town)) == 2)
    lost, own = cards(town)
    await town.until(lambda: any("help" in text for text in town.visible(_posted(own).thread)))
    return lost, own


def at_that_time(activity: Activity, moment: float) -> Activity:
    """As a platform reports it whose ids say when a thread was opened."""
    return replace(activity, metadata=((OPENED, f"{moment:.3f}"),))


async def test_who_writes_under_the_card_that_is_not_connected_is_told_where_the_case_is(
    engine: Engine, town: Town
) -> None:
    lost, _ = await with_two_cards(engine, town)
    await engine.intake.take(at_that_time(town.says(BOB, _posted(lost).thread, "we are on it"), lost.at))
    await town.until(lambda: bool(town.whispers))
    place, to, body = town.whispers[0]
    assert (place, to.id) == (_posted(lost).thread, "bob")
    assert "stayed inside" in body.text
    assert "#1001" in body.text
    assert "came twice" in lost.body.text
    assert lost.body.card is None
    assert "we are on it" not in town.visible(CHAT)


async def test_what_is_pressed_on_it_is_done_to_the_case(engine: Engine, town: Town) -> None:
    lost, own = await with_two_cards(engine, town)
    await engine.intake.take(town.presses(BOB, lost.ref, "claim", "1001"))
    await town.until(lambda: own.body.card is not None and own.body.card.status == "assigned")
    await town.until(lambda: "came twice" in lost.body.text)
    await engine.intake.take(town.says(BOB, _posted(lost).thread, "here?"))
    await town.until(lambda: bool(town.whispers))
    await engine.intake.take(town.says(BOB, _posted(own).thread, "hello Ann"))
    await town.until(lambda: "hello Ann" in town.visible(CHAT))
    assert "here?" not in town.visible(CHAT)


async def test_what_was_written_before_the_case_has_its_own_card_waits_and_is_not_relayed(
    store: RedisStore, town: Town
) -> None:
    engine = engine_on(store, {"town": town}, policy=replace(policy(), retry_seconds=2.0), clock=WallClock())
    await engine.start()
    town.fail("post", CUT)
    await engine.intake.take(town.says(ANN, CHAT, "help"))
    await town.until(lambda: len(cards(town)) == 1)
    lost = cards(town)[0]
    await engine.intake.take(at_that_time(town.says(BOB, _posted(lost).thread, "too early"), lost.at))
    await town.until(lambda: len(cards(town)) == 2)
    await town.until(lambda: bool(town.whispers))
    assert "stayed inside" in town.whispers[0][2].text
    assert "too early" not in town.visible(CHAT)
    await engine.stop()


async def test_chatter_of_people_at_the_same_time_is_left_alone(engine: Engine, town: Town) -> None:
    lost, _ = await with_two_cards(engine, town)
    lunch = town.says(CYD, DESK, "lunch?")
    thread = _posted(town._one(lunch.content.ref)).thread
    await engine.intake.take(at_that_time(town.says(BOB, thread, "at noon"), lost.at))
    await town.until(lambda: ("edit", lunch.content.ref.id) in town.calls)
    assert town._one(lunch.content.ref).body.text == "lunch?"
    assert town.whispers == []


async def test_what_all_at_a_desk_are_told_is_not_taken_for_it(store: RedisStore, engine: Engine, town: Town) -> None:
    lost, _ = await with_two_cards(engine, town)
    said = await announce(town, store.errands, DESK, Body("good morning"), key="daily")
    other = await town.post(DESK, Body("good night"), key="of another tool")
    for posted in (said, other):
        await engine.intake.take(at_that_time(town.says(BOB, posted.thread, "and to you"), lost.at))
    await town.until(lambda: "came twice" in town._one(other.ref).body.text)
    assert not await engine._janitor.strays.look(said.thread.key)
    assert town._one(said.ref).body.text == "good morning"


async def test_a_thread_of_another_hour_is_not_taken_for_it(store: RedisStore, engine: Engine, town: Town) -> None:
    lost, _ = await with_two_cards(engine, town)
    thread = _posted(lost).thread
    await engine.intake.take(at_that_time(town.says(BOB, thread, "old"), lost.at - 3600))
    assert not await engine._janitor.strays.look(thread.key)
    assert (await store.mailboxes.parked(thread.key))[1]
    assert "came twice" not in lost.body.text


async def test_a_card_that_cannot_be_marked_just_now_is_marked_later(
    store: RedisStore, engine: Engine, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.engine.upkeep.strays._AGAIN", 0.2)
    lost, _ = await with_two_cards(engine, town)
    town.fail("edit", Fault(Uncertain("edit", "reset before")))
    thread = _posted(lost).thread
    await engine.intake.take(at_that_time(town.says(BOB, thread, "we are on it"), lost.at))
    await town.until(lambda: bool(town.whispers))
    assert "came twice" in lost.body.text
    await comes_to(lambda: store.mailboxes.parked(thread.key), lambda parked: parked == (CHAT.key, []))


async def test_a_card_whose_thread_is_about_to_be_bound_is_not_taken_for_another_cases_lost_one(
    store: RedisStore, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    dan, tick = person("dan"), store.upkeep.tick
    looks = list[Findings]()

    async def noted(now: float) -> Sequence[Findings]:
        found = await tick(now)
        looks.extend(one for one in found if any(orphan.age > _SETTLING_SECONDS for orphan in one.orphans))
        return found

    async def dies(self: Ingress, thread: str, conversation: str) -> None:
        """Whoever put the card there dies before the thread is bound; the row of it is left for a janitor."""

    with monkeypatch.context() as dying:
        dying.setattr(Ingress, "bind", dies)
        engine = engine_on(store, {"town": town}, policy=replace(policy(), retry_seconds=0.3), clock=WallClock())
        await engine.start()
        lost, _ = await with_two_cards(engine, town)
        await engine.intake.take(town.says(dan, chat_with(dan), "help"))
        await town.until(lambda: len(cards(town)) == 3)
        thread = _posted(cards(town)[2]).thread
        await town.until(lambda: any("help" in text for text in town.visible(thread)))
        await engine.intake.take(at_that_time(town.says(BOB, thread, "hello Dan"), lost.at + 0.5))
        store.upkeep.tick = noted  # type: ignore[method-assign]  # to know when the janitor has met what is parked there
        await until(lambda: len(looks) == 2)
    await town.until(lambda: "hello Dan" in town.visible(chat_with(dan)))
    assert town.whispers == []
    await engine.stop()
