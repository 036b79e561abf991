"""What the machines had to make good is counted, and what waits is seen: the numbers behind the alerts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from adapters.redis.store import RedisStore
from bot.engine.engine import Engine
from bot.engine.tally import Tally
from bot.errors import Refused, StoreUnavailable, Throttled, Uncertain
from bot.ports import TALLY_BUCKETS
from tests.support.engines import WallClock, engine_on
from tests.support.patience import comes_to
from tests.support.town import Fault, Town, chat_with, person

ANN = person("ann")
CHAT = chat_with(ANN)


async def counted(engine: Engine, store: RedisStore) -> Mapping[str, int]:
    await engine.tally.flush(store.tallies)
    return await store.tallies.read()


async def test_a_delivery_that_comes_twice_is_counted_as_a_hit(engine: Engine, store: RedisStore, town: Town) -> None:
    said = town.says(ANN, CHAT, "hello")
    await engine.intake.take(said)
    await engine.intake.take(said)
    await town.until(lambda: "re: hello" in town.visible(CHAT))
    # facts are counted after the commit
    found = await comes_to(lambda: counted(engine, store), lambda found: 'facts{kind="customer_said"}' in found)
    assert found['activities{platform="town"}'] == 1
    assert found['dedupe_hits{platform="town"}'] == 1
    assert found['facts{kind="customer_said"}'] == 1
    assert not any("/" in name for name in found), "no labels of facts: they may be names"


async def test_looks_resends_and_sweeps_are_counted(engine: Engine, store: RedisStore, town: Town) -> None:
    town.fail("post", Fault(Uncertain("post", "reset")), None)
    await engine.intake.take(town.says(ANN, CHAT, "hello"))
    await town.until(lambda: "re: hello" in town.visible(CHAT))
    looked = {'looks{result="missed"}', "sweeps", 'attempts{outcome="sent"}'}
    found = await comes_to(lambda: counted(engine, store), lambda found: looked <= found.keys())
    assert found["resends"] == 1
    assert found['attempts{outcome="sent"}'] == 1


async def test_a_message_that_is_found_is_counted_as_such(engine: Engine, store: RedisStore, town: Town) -> None:
    town.fail("post", Fault(Uncertain("post", "reset"), done=True))
    await engine.intake.take(town.says(ANN, CHAT, "hello"))
    await town.until(lambda: ("find", town.messages[-1].key) in town.calls)
    await comes_to(lambda: counted(engine, store), lambda found: 'looks{result="found"}' in found)
    assert "resends" not in await counted(engine, store)


async def test_what_is_refused_for_now_or_for_good_is_counted(engine: Engine, store: RedisStore, town: Town) -> None:
    town.fail("post", Fault(Throttled("post", "too fast", retry_after=0.05)), Fault(Refused("post", "archived")))
    await engine.intake.take(town.says(ANN, CHAT, "hello"))
    found = await comes_to(lambda: counted(engine, store), lambda found: 'attempts{outcome="parked"}' in found)
    assert found['throttled{platform="town"}'] == 1


async def test_what_waits_is_seen_with_its_age(engine: Engine, store: RedisStore, town: Town) -> None:
    assert (await store.upkeep.backlog()).lanes == 0
    town.gate = asyncio.Event()
    await engine.intake.take(town.says(ANN, CHAT, "hello"))
    found = await comes_to(store.upkeep.backlog, lambda found: found.oldest >= 0.2)
    assert found.lanes == 1
    town.gate.set()
    await comes_to(store.upkeep.backlog, lambda found: not found.lanes)


async def test_the_bucket_of_a_desk_has_a_level(engine: Engine, town: Town) -> None:
    assert await engine.bucket_levels() == {"support": 1.0}


async def test_a_lease_that_ran_out_is_counted(make_store, town: Town) -> None:
    store = make_store()
    await store.mailboxes.take(CHAT.key, "x", ids=["1"])
    assert await store.mailboxes.claim(store.shard_of(CHAT.key), "dead", "t") is not None
    engine = engine_on(store, {"town": town}, clock=WallClock())
    await engine._janitor.reap(["dead"])
    assert (await counted(engine, store))["lease_steals"] == 1


async def test_what_could_not_be_written_is_written_later() -> None:
    class Away:
        async def add(self, counted: Mapping[str, int]) -> None:  # noqa: ARG002
            raise StoreUnavailable("away")

    class Here:
        def __init__(self) -> None:
            self.held: dict[str, int] = {}

        async def add(self, counted: Mapping[str, int]) -> None:
            self.held |= counted

        async def read(self) -> Mapping[str, int]:
            return self.held

    tally, here = Tally(), Here()
    tally.count("resends")
    with pytest.raises(StoreUnavailable):
        await tally.flush(Away())  # type: ignore[arg-type]
    tally.count("resends")
    await tally.flush(here)
    assert here.held == {"resends": 2}


def test_what_took_longer_than_every_bucket_is_counted_beyond_them() -> None:
    tally, longest = Tally(), TALLY_BUCKETS[-1]
    tally.took("lag", longest)
    tally.took("lag", longest + 1)
    assert tally._counts[f'lag~{{le="{longest:g}"}}'] == 1
    assert tally._counts['lag~{le="+Inf"}'] == 1
    assert tally._counts["lag+"] == (2 * longest + 1) * 1e6
