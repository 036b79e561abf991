"""On duty, off duty, who is there, when, and what is due: the commands, on a real store."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from adapters.redis.store import RedisStore
from bot.core.activity import Person, Place
from bot.core.hours import Hours, Shift
from bot.core.policy import Desk, Policy, ServiceLevels, Staffing, Targets
from bot.core.typed.verbs import Role
from bot.engine.books.records import StoredRecords
from bot.engine.codec import write
from bot.engine.ingress import Ingress
from bot.engine.live import LiveFacts
from bot.engine.node import Node
from bot.engine.open_cases import OpenCases
from bot.engine.staff import StoredStaff
from bot.engine.tally import Tally
from bot.ports import CaseRow, IndexRow
from bot.services.cases import CaseAnswers
from bot.services.operations import Operations, Roles
from bot.services.shifts import Shifts
from tests.support.engines import fresh
from tests.support.patience import PATIENCE
from tests.support.town import DOORS, Town, person

LISBON = ZoneInfo("Europe/Lisbon")
OFFICE = Hours("Europe/Lisbon", tuple(Shift(day, 9 * 60, 17 * 60) for day in range(5)))
SYDNEY = Hours("Australia/Sydney", OFFICE.week)
DESK, OTHER, CHAT = (Place("web", "t", name) for name in ("desk", "sydney", "customer-ada"))
NORA = Person("web", "t", "nora", "Nora", timezone="Europe/Lisbon")
SAM = Person("web", "t", "sam", "Sam", timezone="Asia/Tokyo")
POLICY = Policy(
    desks=(
        Desk("support", DESK, "Support", OFFICE, "sydney", ServiceLevels(Targets(first_answer=900.0))),
        Desk("sydney", OTHER, "Sydney", SYDNEY),
    ),
    timezone="Europe/Lisbon",
    staffing=Staffing(most_open_cases=3),
)


class Still:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 10, 0, tzinfo=LISBON).timestamp()

    def now(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Still:
    return Still()


@pytest.fixture
def records(store: RedisStore, clock: Still) -> StoredRecords:
    return StoredRecords(store, Ingress(store, DOORS, clock), fresh, OpenCases(store.ledger))


@pytest.fixture
def staff(store: RedisStore, clock: Still) -> StoredStaff:
    return StoredStaff(Node(fresh(), store, clock, fresh, Tally()), LiveFacts(store, clock), least_load=False)


@pytest.fixture
def commands(staff: StoredStaff, records: StoredRecords, clock: Still) -> Operations:
    shifts = Shifts(staff, records, POLICY, {}, clock)
    answers = {**CaseAnswers(records, clock, POLICY).answers(), **shifts.answers()}
    roles = Roles(leads=frozenset({"lea"}))
    return Operations(policy=POLICY, roles=roles, adapters={}, answers=answers, patience=PATIENCE)


async def told(commands: Operations, words: str, who: Person = NORA, place: Place = DESK) -> str:
    return (await commands.run(who, place, words)).body.text


async def opened(store: RedisStore, number: int, who: Person | None, due_at: float | None) -> None:
    status = "assigned" if who else "queued"
    row = CaseRow(number, "c", status, "support", "web", "Ada", "asked", "…", who.label if who else "", 1.0)
    row = replace(row, assignee_key=who.key if who else "", due_at=due_at, due="first_answer" if due_at else "")
    await store.upkeep.write_row(IndexRow("c", "1", write(row, CaseRow), number=str(number)))


async def test_agents_come_on_duty_and_go_off(commands: Operations) -> None:
    assert await told(commands, "on") == "You are on duty at Support."
    assert "- **Nora** · 0 of 3 cases · Mon 10:00 Lisbon" in await told(commands, "who")
    assert await told(commands, "off") == "You are off duty at Support."
    assert "Nora" not in await told(commands, "who")


async def test_a_duty_may_end_at_a_time_of_the_agents_own_clock(commands: Operations, clock: Still) -> None:
    assert await told(commands, "on 21:00", SAM) == "You are on duty at Support until Mon 21:00 Tokyo."
    clock.at += 7200 - 1
    assert "Sam" in await told(commands, "who")
    clock.at += 1
    assert "Sam" not in await told(commands, "who")


async def test_a_break_ends_by_itself(commands: Operations, clock: Still) -> None:
    await told(commands, "on")
    assert await told(commands, "off 30m") == "You are off duty at Support until Mon 10:30 Lisbon."
    assert "Nora" not in await told(commands, "who")
    clock.at += 1800
    assert "Nora" in await told(commands, "who")


async def test_what_is_no_time_is_explained_and_changes_nothing(commands: Operations) -> None:
    for words in ("on tomorrow", "on 0m", "on 9999d"):
        assert "`on 17:00`" in await told(commands, words)
    assert "Nora" not in await told(commands, "who")


async def test_somebody_who_goes_is_told_what_is_still_theirs(commands: Operations, store: RedisStore) -> None:
    await told(commands, "on")
    await opened(store, 1001, NORA, None)
    answer = await commands.run(NORA, DESK, "off")
    assert "still yours: #1001" in answer.body.text
    assert [(button.action, button.value) for button in answer.body.buttons] == [("command", "release mine")]
    assert "- ⚠️ **Nora** is off duty and has 1 case: `release @nora` puts them back" in await told(commands, "who")


@pytest.mark.parametrize("whose", ["mine", "@nora", "<@nora>", "@Nora"])
async def test_all_that_somebody_has_goes_back_at_once(commands: Operations, store: RedisStore, whose: str) -> None:
    await opened(store, 1001, NORA, None)
    await opened(store, 1002, SAM, None)
    await opened(store, 1003, NORA, None)
    asker = NORA if whose == "mine" else SAM
    assert "back into the queue: #1001, #1003. " in await told(commands, f"release {whose}", asker)
    assert await told(commands, "release @lea") == "No open case is that of @lea."
    assert await told(commands, "release mine", replace(NORA, id="lea")) == "No open case is yours."


async def test_somebody_with_very_many_cases_is_told_so_in_a_message_that_can_be_shown(
    commands: Operations, store: RedisStore
) -> None:
    await told(commands, "on")
    for number in range(1001, 1051):
        await opened(store, number, NORA, None)
    assert "- **Nora** · 50 of 3 cases" in await told(commands, "who")
    assert "#1039, #1040 and 10 more. `release N`" in await told(commands, "off")


async def test_a_desk_with_many_on_duty_names_some_and_hides_no_other_desk(commands: Operations) -> None:
    await asyncio.gather(*(told(commands, "on", Person("web", "t", f"p{n}", f"P{n}")) for n in range(15)))
    text = await told(commands, "who")
    assert text.count("0 of 3 cases") == 12
    assert "- … and 3 more, 15 in all\n- 0 cases waiting\n\n**Sydney**" in text


async def test_whoever_was_at_two_desks_is_on_duty_at_both(commands: Operations) -> None:
    await told(commands, "on", place=OTHER)
    assert "Support, Sydney" in await told(commands, "on")


async def test_whoever_left_a_desk_is_not_on_duty_there_any_more(
    staff: StoredStaff, records: StoredRecords, clock: Still
) -> None:
    town = Town()
    desks = tuple(Desk(name, Place("town", "T", name), name.title()) for name in ("support", "sydney"))
    shifts = Shifts(staff, records, replace(POLICY, desks=desks), {"town": town}, clock)
    bob = person("bob")
    for desk in desks:
        await shifts.turn(bob, desk.place, "", on=True)
    assert "Support, Sydney" in (await shifts.turn(bob, desks[0].place, "", on=True)).text
    town.gone.add(("sydney", "bob"))
    assert (await shifts.turn(bob, desks[0].place, "", on=True)).text == "You are on duty at Support."


async def test_only_leads_name_desks(commands: Operations) -> None:
    lea = Person("web", "t", "lea", "Lea")
    assert "no time" in await told(commands, "on sydney")
    assert "Which desk?" in await told(commands, "on", lea, CHAT)
    assert "on duty at Sydney" in await told(commands, "on sydney", lea, CHAT)


async def test_an_agent_outside_the_desks_hours_is_told(commands: Operations, clock: Still) -> None:
    clock.at += 8 * 3600
    assert "Support is closed until Tue 09:00 Lisbon" in await told(commands, "on")


async def test_the_hours_of_each_desk_are_told_by_its_clock_and_the_askers(commands: Operations) -> None:
    text = await told(commands, "hours", SAM)
    assert "- today: 09:00–17:00 (Lisbon)" in text
    assert "- now: open until Tue 02:00 Tokyo" in text
    assert "- now: closed until Tue 07:00 Tokyo" in text
    assert "new cases go to Sydney if that is open" in text


async def test_targets_and_what_is_due_first_are_told(commands: Operations, store: RedisStore, clock: Still) -> None:
    await opened(store, 1001, NORA, clock.at + 600)
    await opened(store, 1002, None, clock.at - 120)
    await opened(store, 1003, None, None)
    text = await told(commands, "sla")
    assert "- first answer within 15 min of working time" in text
    assert "**2 open cases with a target, 1 overdue**" in text
    assert text.index("#1002") < text.index("#1001")
    assert "⚠️ first answer overdue for 2 min" in text
    assert "first answer due in 10 min" in await told(commands, "queue")


async def test_lists_of_cases_name_those_that_they_cannot_show(
    commands: Operations, store: RedisStore, clock: Still
) -> None:
    await store.upkeep.write_row(IndexRow("c", "1", "{", number="1003"))
    for words in ("queue", "sla", "off"):
        text = await told(commands, words)
        assert "1 open case is missing here:** #1003 cannot be read" in text, words
        assert "No open cases" not in text, words
    await opened(store, 1001, NORA, clock.at + 600)
    for words in ("queue", "sla", "off"):
        text = await told(commands, words)
        assert text.index("#1001") < text.index("#1003"), words


async def test_many_that_cannot_be_shown_are_not_all_named(commands: Operations, store: RedisStore) -> None:
    for number in range(1001, 1031):
        await store.upkeep.write_row(IndexRow("c", "1", "{", number=str(number)))
    assert "30 open cases are missing here:** #1001, " in await told(commands, "queue")
    assert "#1012 and 18 more cannot be read" in await told(commands, "queue")


async def test_customers_ask_for_none_of_it(commands: Operations) -> None:
    for words in ("on", "off", "who", "hours", "sla"):
        assert "agent" in await told(commands, words, place=CHAT)


async def test_duty_is_asked_for_by_role(staff: StoredStaff, records: StoredRecords, clock: Still) -> None:
    shifts = Shifts(staff, records, POLICY, {}, clock)
    await shifts.turn(NORA, DESK, "", on=True)
    assert "on duty at Support" in (await shifts.turn(NORA, None, "", on=True, role=Role.AGENT)).text
