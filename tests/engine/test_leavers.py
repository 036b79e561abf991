"""Whoever is in a desk's channel no more goes off its duty, and their cases go back into the queue."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.redis.store import RedisStore
from bot.engine.engine import Engine
from bot.engine.upkeep.leavers import Leavers
from bot.errors import NotDone, Refused
from bot.ports import DutyRow
from tests.engine.test_owners import ANN, BOB, CHAT, DOORS, SUE, TWO_DESKS, waiting_case
from tests.support.engines import engine_on
from tests.support.town import Town


@pytest.fixture
async def engine(store: RedisStore, town: Town) -> AsyncIterator[Engine]:
    engine = engine_on(store, {"town": town}, policy=TWO_DESKS, doors=DOORS)
    await engine.start()
    yield engine
    await engine.stop()


@pytest.fixture
def leavers(engine: Engine, town: Town) -> Leavers:
    return Leavers(engine._node, {"town": town}, engine.staff, TWO_DESKS)


async def test_the_cases_of_an_agent_who_left_go_back_into_the_queue(
    engine: Engine, town: Town, leavers: Leavers
) -> None:
    thread = await waiting_case(engine, town)
    await engine.intake.take(town.says(BOB, thread, "I am here"))
    await town.until(lambda: "I am here" in town.visible(CHAT))
    await leavers.look()
    town.gone.add(("desk", "bob"))
    await leavers.look()
    await engine.intake.take(town.says(ANN, CHAT, "and then"))
    await town.until(lambda: "and then" in town.visible(thread))
    assert not any("back in the queue" in text for text in town.visible(thread)), "one look may be wrong"
    await leavers.look()
    await town.until(lambda: any("Bob is not in this channel any more" in text for text in town.visible(thread)))
    await engine.intake.take(town.says(SUE, thread, "now I am"))
    await town.until(lambda: "now I am" in town.visible(CHAT))


async def test_who_left_one_desk_stays_on_duty_at_the_other(engine: Engine, town: Town, leavers: Leavers) -> None:
    await engine.staff.put(DutyRow(BOB, ("support", "legal"), on=True, since=1.0))
    await engine.staff.put(DutyRow(SUE, ("support",), on=True, since=1.0))
    town.gone |= {("desk", "bob"), ("desk", "sue")}
    await leavers.look()
    await leavers.look()
    rows = {row.agent.id: row for row in await engine.staff.rows()}
    assert (rows["bob"].desks, rows["bob"].on) == (("legal",), True)
    assert (rows["sue"].desks, rows["sue"].on) == (("support",), False)


@pytest.mark.parametrize("error", [Refused("members", "channel_not_found"), NotDone("members", "no connection")])
async def test_a_channel_that_cannot_be_asked_puts_nobody_out(
    engine: Engine, town: Town, leavers: Leavers, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def probe(_channel: object) -> None:
        raise error

    monkeypatch.setattr(town, "probe", probe, raising=False)
    await engine.staff.put(DutyRow(BOB, ("support",), on=True, since=1.0))
    town.gone.add(("desk", "bob"))
    await leavers.look()
    await leavers.look()
    assert [row.on for row in await engine.staff.rows()] == [True]
