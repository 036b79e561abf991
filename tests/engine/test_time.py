"""Clocks on a real store: timers that survive a stop of everything, and cases that find agents, each of them once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace

import pytest

from adapters.redis.store import RedisStore
from bot.core.activity import Person
from bot.core.conversation import Conversation
from bot.core.hours import Hours
from bot.core.policy import Policy, ServiceLevels, Staffing, Targets
from bot.engine.codec import write
from bot.engine.engine import Engine
from bot.engine.staff import LATE_SECONDS
from bot.errors import StoreUnavailable
from bot.ports import DutyRow, IndexRow
from tests.support.engines import StillClock, WallClock, engine_on, quiet
from tests.support.patience import comes_to
from tests.support.redis import MakeStore
from tests.support.town import Town, chat_with, person, policy

NORA, SAM = person("nora"), person("sam")
CUSTOMERS = [person(f"ann{n}") for n in range(5)]


def rules(**changes: object) -> Policy:
    base = policy()
    return replace(
        base,
        desks=(replace(base.desks[0], levels=ServiceLevels(Targets(first_answer=3600.0)), **changes),),  # type: ignore[arg-type]  # as named
        staffing=Staffing(least_load=True, most_open_cases=2),
    )


async def duty(engine: Engine, agent: Person, *, on: bool = True) -> None:
    await engine.staff.put(DutyRow(agent, ("support",), on=on, since=1.0))


def said(town: Town, sign: str) -> list[str]:
    return [m.body.text for m in town.messages if m.body.text.startswith(sign)]


def has_looked(conversation: Conversation | None) -> bool:
    """Whether a case that waits has looked for an agent."""
    return bool(conversation and conversation.case and conversation.case.clock.looked_at)


def given(town: Town) -> dict[str, int]:
    """How many cases each agent was given, by what the desk shows."""
    lines = [m.body for m in town.messages if m.body.text.startswith("🎯")]
    return {agent.id: sum(b.mention is not None and b.mention.id == agent.id for b in lines) for agent in (NORA, SAM)}


async def with_one_agent_busy(town: Town, store: RedisStore) -> Engine:
    """An engine that runs, and whose only agent on duty has the one case that an agent may have."""
    clock = StillClock()
    clock.at += 1800  # what was said is over, and nobody looks a second time by the clock
    alone = replace(rules(), staffing=Staffing(least_load=True, most_open_cases=1))
    engine = engine_on(store, {"town": town}, policy=alone, clock=clock)
    await engine.start()
    await duty(engine, NORA)
    await engine.intake.take(town.says(CUSTOMERS[0], chat_with(CUSTOMERS[0]), "help me"))
    await town.until(lambda: given(town)["nora"] == 1)
    return engine


async def test_a_timer_that_was_due_while_all_were_down_fires_once_after_the_start(make_store: MakeStore) -> None:
    town, clock = Town(), WallClock()
    engine = engine_on(make_store(), {"town": town}, policy=rules(), clock=clock)
    await engine.start()
    await engine.intake.take(town.says(CUSTOMERS[0], chat_with(CUSTOMERS[0]), "help me"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    await engine.stop()
    clock.ahead = 7200
    again = [engine_on(make_store(), {"town": town}, policy=rules(), clock=clock) for _ in range(3)]
    for one in again:
        await one.start()
    await town.until(lambda: bool(said(town, "⏰")))
    # whatever else was due has come by the time that a later event of the same conversation is shown
    await again[0].intake.take(town.says(CUSTOMERS[0], chat_with(CUSTOMERS[0]), "still here"))
    await town.until(lambda: "still here" in town.visible(town.thread_of(1001)))
    for one in again:
        await one.stop()
    assert len(said(town, "⏰ The first answer was due")) == 1
    assert said(town, "⏳ The first") == []
    journal = await again[0].records.journal(chat_with(CUSTOMERS[0]).key)
    assert [line.kind for line in journal].count("sla_breached") == 1


async def test_several_processes_never_give_a_case_twice_nor_anybody_too_many(make_store: MakeStore) -> None:
    town = Town()
    engines = [engine_on(make_store(), {"town": town}, policy=rules()) for _ in range(3)]
    for engine in engines:
        await engine.start()
    for agent in (NORA, SAM):
        await duty(engines[0], agent)
    for n, customer in enumerate(CUSTOMERS):
        await engines[n % 3].intake.take(town.says(customer, chat_with(customer), "help me"))
    await town.until(lambda: sum(given(town).values()) == 4)
    assert given(town) == {"nora": 2, "sam": 2}
    settled = ["assigned"] * 4 + ["queued"]  # the index follows the commit
    rows = await comes_to(engines[0].records.open_cases, lambda rows: sorted(row.status for row in rows) == settled)
    done = next(row for row in rows if row.assignee_key == SAM.key)
    await engines[1].records.tell(done.conversation, "resolve", "", SAM)
    await town.until(lambda: sum(given(town).values()) == 5)
    assert given(town) == {"nora": 2, "sam": 3}
    for engine in engines:
        await engine.stop()


async def test_whoever_comes_on_duty_gets_what_waits(store: RedisStore) -> None:
    town = Town()
    engine = engine_on(store, {"town": town}, policy=rules())
    await engine.start()
    await engine.intake.take(town.says(CUSTOMERS[0], chat_with(CUSTOMERS[0]), "help me"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    await duty(engine, NORA)
    await town.until(lambda: given(town)["nora"] == 1)
    assert [row.agent.id for row in await engine.staff.rows()] == ["nora"]
    await engine.stop()


@pytest.mark.parametrize("how", ["told by a process that died", "by the clock"])
async def test_whoever_comes_on_duty_gets_what_waits_although_nobody_told_the_case(
    make_store: MakeStore, how: str
) -> None:
    town, clock = Town(), StillClock()
    clock.at += 1800  # what was said is over, and nobody looks a second time by the clock
    engine = engine_on(make_store(), {"town": town}, policy=rules(), clock=clock)
    await engine.start()
    await engine.intake.take(town.says(CUSTOMERS[0], chat_with(CUSTOMERS[0]), "help me"))
    waiting = chat_with(CUSTOMERS[0]).key
    await comes_to(lambda: engine.records.conversation(waiting), has_looked)
    await quiet(engine.forgetter.store, waiting)
    since = clock.at + 30.0 if how == "by the clock" else 1.0  # another look is due only after a minute
    row = DutyRow(NORA, ("support",), on=True, since=since)
    await make_store().roster.put(NORA.key, write(row, DutyRow))
    if how == "by the clock":
        await comes_to(engine.staff.rows, lambda rows: len(rows) == 1)
        clock.at += 30.0
    await town.until(lambda: given(town)["nora"] == 1)
    await engine.stop()


@pytest.mark.parametrize("who", ["the process itself", "the janitor"])
async def test_a_case_that_is_listed_late_gets_whoever_had_room_meanwhile(make_store: MakeStore, who: str) -> None:
    town, store = Town(), make_store()
    engine = await with_one_agent_busy(town, store)
    (first,) = await comes_to(engine.records.open_cases, lambda rows: [row.status for row in rows] == ["assigned"])

    write_row, nudge = store.upkeep.write_row, engine.staff.nudge  # type: ignore[attr-defined]  # the engine's own
    stands, goes_on, nudged = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slowly(row: IndexRow) -> None:
        if row.number == "1002" and not stands.is_set():
            stands.set()
            await goes_on.wait()
            if who == "the janitor":
                raise StoreUnavailable("the process has died")
        elif row.number == "1002" and not goes_on.is_set():
            raise StoreUnavailable("the janitor does not come to it yet")
        await write_row(row)

    async def told(desks: Iterable[str]) -> None:
        await nudge(desks)
        nudged.set()

    store.upkeep.write_row = slowly  # type: ignore[method-assign]  # as when the process stands still after the commit
    engine.staff.nudge = told  # type: ignore[attr-defined]
    await engine.intake.take(town.says(CUSTOMERS[1], chat_with(CUSTOMERS[1]), "help me, too"))
    waiting = chat_with(CUSTOMERS[1]).key
    await comes_to(lambda: engine.records.conversation(waiting), has_looked)
    await quiet(store, waiting)
    await engine.records.tell(first.conversation, "resolve", "", NORA)
    await nudged.wait()
    assert given(town)["nora"] == 1, "the case that waits is not listed yet"
    await asyncio.sleep(LATE_SECONDS)
    goes_on.set()
    await town.until(lambda: given(town)["nora"] == 2)
    await engine.stop()


async def test_room_is_told_although_whoever_made_it_died_before_telling(make_store: MakeStore) -> None:
    town, store = Town(), make_store()
    engine = await with_one_agent_busy(town, store)
    await engine.intake.take(town.says(CUSTOMERS[1], chat_with(CUSTOMERS[1]), "help me, too"))
    settled = ["assigned", "queued"]
    first, second = await comes_to(engine.records.open_cases, lambda rows: [row.status for row in rows] == settled)
    await comes_to(lambda: engine.records.conversation(second.conversation), has_looked)
    await quiet(store, second.conversation)

    async def dies(desks: Iterable[str]) -> None:
        raise StoreUnavailable(f"the process died before it told {desks}")

    engine.staff.nudge = dies  # type: ignore[attr-defined]  # the worker's: the janitor lives
    await engine.records.tell(first.conversation, "resolve", "", NORA)
    await comes_to(engine.records.open_cases, lambda rows: len(rows) == 1)
    await town.until(lambda: given(town)["nora"] == 2)
    await engine.stop()


async def test_the_bot_helps_while_the_case_waits_until_somebody_takes_it(store: RedisStore) -> None:
    town, ann = Town(), CUSTOMERS[0]
    never = Hours("Etc/UTC", ())
    engine = engine_on(store, {"town": town}, policy=replace(rules(hours=never), staffing=Staffing()))
    await engine.start()
    await engine.intake.take(town.says(ann, chat_with(ann), "help me"))
    await town.until(lambda: any(b.action == "go_on" for m in town.messages for b in m.body.buttons))
    offer = next(m for m in town.messages if m.body.buttons and m.body.card is None)
    await engine.intake.take(town.presses(ann, offer.ref, "go_on", ""))
    await engine.intake.take(town.says(ann, chat_with(ann), "what time is it"))
    await town.until(lambda: "re: what time is it" in town.visible(chat_with(ann)))
    await comes_to(engine.records.open_cases, lambda rows: [row.status for row in rows] == ["queued"])
    await engine.intake.take(town.says(NORA, town.thread_of(1001), "good evening"))
    await town.until(lambda: "good evening" in town.visible(chat_with(ann)))
    await engine.intake.take(town.says(ann, chat_with(ann), "are you a bot"))
    await town.until(lambda: "are you a bot" in town.visible(town.thread_of(1001)))
    await engine.stop()
    assert "re: are you a bot" not in town.visible(chat_with(ann))
