"""What changes while we run reaches the core before it decides."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from redis.asyncio import Redis
from structlog.testing import capture_logs

from adapters.redis.store import RedisStore
from bot.core import machine
from bot.core.conversation import Conversation
from bot.core.decision import Decision
from bot.core.events import Event
from bot.core.live import Live, OpenCase
from bot.core.policy import Policy
from bot.engine.codec import write
from bot.engine.live import LiveFacts
from bot.ports import DutyRow, IndexRow
from tests.support.engines import StillClock, WallClock, engine_on, quiet
from tests.support.patience import comes_to
from tests.support.redis import MakeStore
from tests.support.town import Town, chat_with, person

ANN, BOB = person("ann"), person("bob")
CHAT = chat_with(ANN)


class Watching:
    """The core, remembering the facts with which it was asked."""

    def __init__(self) -> None:
        self.seen: list[Live] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(machine, name)

    def handle(self, conversation: Conversation, event: Event, policy: Policy, *, number: int) -> Decision:
        self.seen.append(policy.live)
        return machine.handle(conversation, event, policy, number=number)


async def on_duty(store: RedisStore, until: float | None = None) -> None:
    row = DutyRow(BOB, ("support",), on=True, since=1.0, until=until)
    await store.roster.put(BOB.key, write(row, DutyRow))


async def test_the_core_is_told_who_is_on_duty(store: RedisStore) -> None:
    await on_duty(store)
    town, core = Town(), Watching()
    engine = engine_on(store, {"town": town}, core=core)
    await engine.start()
    await engine.intake.take(town.says(ANN, CHAT, "hello"))
    await town.until(lambda: "re: hello" in town.visible(CHAT))
    await engine.stop()
    assert [duty.agent.id for duty in core.seen[0].on_duty] == ["bob"]


async def test_an_open_case_is_known_with_whoever_has_it(store: RedisStore) -> None:
    town = Town()
    engine = engine_on(store, {"town": town})
    await engine.start()
    await engine.intake.take(town.says(ANN, CHAT, "help me"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    await comes_to(engine.live.fresh, lambda live: [case.status for case in live.queue("support")] == ["queued"])
    await engine.intake.take(town.says(BOB, town.thread_of(1001), "I am here"))
    await town.until(lambda: "I am here" in town.visible(CHAT))
    await comes_to(engine.live.fresh, lambda live: live.loads().get(BOB.key) == 1)
    await engine.stop()


async def test_a_duty_ends_at_its_time(store: RedisStore) -> None:
    clock = WallClock()
    await on_duty(store, until=clock.now() + 60)
    facts = LiveFacts(store, clock)
    assert (await facts.fresh()).duty(BOB.key) is not None
    clock.ahead = 61
    assert (await facts.fresh()).duty(BOB.key) is None


class Leaving:
    """A store that is there until it is not."""

    def __init__(self, here: RedisStore, gone: RedisStore) -> None:
        self._now, self._later = here, gone

    def leave(self) -> None:
        self._now = self._later

    def __getattr__(self, name: str) -> Any:
        return getattr(self._now, name)


async def test_what_was_known_last_counts_while_the_store_is_away(store: RedisStore, make_store: MakeStore) -> None:
    await on_duty(store)
    leaving = Leaving(store, make_store("redis://127.0.0.1:1/0"))
    facts = LiveFacts(leaving, WallClock())  # type: ignore[arg-type]  # it answers to every name of a store
    known = await facts.fresh()
    leaving.leave()
    assert known.on_duty
    assert await facts.fresh() == known


async def test_a_case_that_is_about_to_open_counts_in_every_process_and_not_for_ever(make_store: MakeStore) -> None:
    clock = StillClock()
    here, there = (LiveFacts(make_store(), clock) for _ in range(2))
    first, second = (OpenCase(n, "", "support", "queued", "", 100.0 + n) for n in (1001, 1002))
    number, live = await here.with_opening(replace(first, number=0), "one")
    assert (number, live.queue("support")) == (1001, (first,))
    number, live = await there.with_opening(replace(second, number=0), "two")
    assert (number, live.queue("support")) == (1002, (first, second))
    clock.at += 4
    assert (await here.fresh()).queue("support") == (), "neither came to be"


async def test_a_case_that_opened_and_closed_in_one_moment_is_not_about_to_open(store: RedisStore) -> None:
    town = Town()
    engine = engine_on(store, {"town": town}, clock=StillClock())  # after three seconds it is forgotten by itself
    await engine.start()
    await engine.intake.take(town.says(ANN, CHAT, "help me"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    await engine.intake.take(town.says(BOB, town.thread_of(1001), "I am here"))
    await town.until(lambda: "I am here" in town.visible(CHAT))
    await comes_to(engine.live.fresh, lambda live: len(live.cases) == 1)
    await engine.records.tell(CHAT.key, "resolve", "", BOB)
    await comes_to(engine.live.fresh, lambda live: not live.cases)  # the index follows the commit
    await engine.stop()


async def test_a_case_that_came_and_went_while_nobody_looked_is_ahead_of_no_other(make_store: MakeStore) -> None:
    clock, store = StillClock(), make_store()
    here, there = (LiveFacts(each, clock) for each in (store, make_store()))
    shown = OpenCase(0, "", "support", "queued", "", 100.0)
    number, _ = await here.with_opening(shown, "one")
    for sequence, row in ("1", write(replace(shown, number=number), OpenCase)), ("2", ""):
        await store.upkeep.write_row(IndexRow(CHAT.key, sequence, row, number=str(number)))
    assert (await there.fresh()).cases == ()


async def test_a_damaged_row_of_an_open_case_hides_no_other_and_is_written_anew_by_its_own_case(
    store: RedisStore, redis_url: str
) -> None:
    town, other = Town(), person("eve")
    engine = engine_on(store, {"town": town})
    await engine.start()
    for who in (ANN, other):
        await engine.intake.take(town.says(who, chat_with(who), "help me"))
        await comes_to(engine.records.open_cases, lambda rows, who=who: who.name in {row.customer for row in rows})
    await quiet(store, CHAT.key, chat_with(other).key)  # whatever is decided there writes the row anew
    async with Redis.from_url(redis_url) as client:
        await client.hset(f"{store.prefix}:{{cases}}:open", "1001", "{")
        await client.delete(f"{store.prefix}:{{cases}}:version")  # so that everything is read
    await comes_to(engine.live.fresh, lambda live: [case.number for case in live.cases] == [1002])
    assert [row.number for row in await engine.records.open_cases()] == [1002]
    assert await engine.records.unread_cases() == [1001]
    assert "row of the open case #1001" in await engine.damaged()
    await engine.intake.take(town.says(BOB, town.thread_of(1001), "note: nobody is written to"))
    await comes_to(engine.live.fresh, lambda live: [case.number for case in live.cases] == [1001, 1002])
    assert not await engine.damaged()
    assert await engine.records.unread_cases() == []
    await engine.stop()


async def test_a_damaged_duty_is_named_once_though_two_ask_for_duties(store: RedisStore) -> None:
    await store.roster.put(BOB.key, "{")
    engine = engine_on(store, {"town": Town()})
    with capture_logs() as logs:
        for _ in range(2):
            assert await engine.staff.rows() == []
            assert (await engine.live.fresh()).on_duty == ()
    assert [line["name"] for line in logs if line["event"] == "row_set_aside"] == [BOB.key]
    assert f"duty of `{BOB.key}`" in await engine.damaged()


async def test_customers_who_come_in_the_same_moment_are_told_different_places_in_the_queue(store: RedisStore) -> None:
    await on_duty(store)
    town = Town()
    customers = [person(f"ann{n}") for n in range(5)]
    engine = engine_on(store, {"town": town}, clock=StillClock())
    await engine.start()
    await asyncio.gather(*(engine.intake.take(town.says(who, chat_with(who), "help me")) for who in customers))

    def told() -> list[str]:
        return [text for who in customers for text in town.visible(chat_with(who)) if " queue" in text]

    await town.until(lambda: len(told()) == len(customers))
    await engine.stop()
    assert sum("You are next in the queue" in text for text in told()) == 1
    assert all(any(f"number {place} in the queue" in text for text in told()) for place in range(2, 6))


async def test_a_message_that_was_written_before_and_comes_after_is_told_the_next_place(store: RedisStore) -> None:
    await on_duty(store)
    town = Town()
    slow, quick = person("slow"), person("quick")
    engine = engine_on(store, {"town": town})
    await engine.start()
    first = town.says(slow, chat_with(slow), "help me")
    await engine.intake.take(town.says(quick, chat_with(quick), "help me"))
    await town.until(lambda: any("You are next in the queue" in text for text in town.visible(chat_with(quick))))
    await engine.intake.take(first)
    await town.until(lambda: any(" queue" in text for text in town.visible(chat_with(slow))))
    await engine.stop()
    assert any("number 2 in the queue" in text for text in town.visible(chat_with(slow)))
