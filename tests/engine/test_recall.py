"""What the store forgot is noticed, and asked for where it was written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis

from adapters.redis.store import RedisStore
from bot.core.activity import Activity, Place, Said
from bot.engine.engine import Engine
from bot.engine.node import Node
from bot.engine.upkeep.recall import Recall
from bot.engine.upkeep.tide import Tide
from bot.errors import NotDone, Refused, StoreUnavailable, Throttled
from bot.ports import Posted
from tests.support.engines import WallClock, engine_on
from tests.support.redis import MakeStore
from tests.support.town import PLATFORM, Town, chat_with, person

ANN, BOB = person("ann"), person("bob")


class Chronicle(Town):
    """A town that shows what was written in it, also what nobody brought. Can fail."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[Activity] = []
        self.asked: list[tuple[str, float]] = []
        self.failures: list[Exception] = []
        self.traced: list[tuple[str, float]] = []

    def writes(self, author, place: Place, text: str) -> Activity:
        said = self.says(author, place, text)
        self.written.append(said)
        return said

    async def rooms(self) -> Sequence[Place]:
        return sorted({activity.place.root for activity in self.written}, key=lambda place: place.key)

    async def copies(self, place: Place, trace: str, *, since: float) -> Sequence[Posted]:
        self.traced.append((trace, since))
        there = [m for m in self.messages if m.ref.place == place and m.key.endswith(trace) and not m.deleted]
        return [Posted(m.ref, Place(place.platform, place.tenant, place.channel, m.ref.id)) for m in there]

    async def recall(self, place: Place, since: float) -> Sequence[Activity]:
        if self.failures:
            raise self.failures.pop(0)
        self.asked.append((place.key, since))
        return [a for a in self.written if a.place == place and a.at >= since]


class Naps:
    """Sleeps that take no time, and are counted."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.taken.append(seconds)


class Others(Naps):
    """Another janitor looks whenever this one sleeps."""

    def __init__(self, other: Recall) -> None:
        super().__init__()
        self.other = other

    async def sleep(self, seconds: float) -> None:  # noqa: ARG002
        await self.other.look()


class Dying(Naps):
    """Whoever sleeps is ended."""

    async def sleep(self, seconds: float) -> None:
        raise asyncio.CancelledError(seconds)


@pytest.fixture
def town() -> Chronicle:
    return Chronicle()


@pytest.fixture
def engine(store: RedisStore, town: Chronicle) -> Engine:
    return engine_on(store, {PLATFORM: town})


def recall_of(store: RedisStore, engine: Engine, town: Town, naps: Naps | None = None) -> Recall:
    names = iter("abcdefghijklmnopqrstuvwxyz")
    node = Node(next(names), store, WallClock(), lambda: next(names), engine.tally)
    return Recall(node, {PLATFORM: town}, engine.intake, (naps or Naps()).sleep)  # type: ignore[arg-type]


async def forgets(store: RedisStore, redis_url: str) -> None:
    """The store has the numbers of some time ago, as a replica that was cut off would."""
    async with Redis.from_url(redis_url) as client:
        for key in [key async for key in client.scan_iter(match=f"{store.prefix}:{{tide}}:*")]:
            if not key.endswith(b":at"):
                await client.decrby(key, 3)


@asynccontextmanager
async def at_work(engine: Engine) -> AsyncIterator[None]:
    """The engine, from its beginning to its end."""
    await engine.start()
    try:
        yield
    finally:
        await engine.stop()


def copied(town: Town, words: str) -> list[str]:
    """What the app wrote with these words in it."""
    return [m.body.text for m in town.messages if m.key and words in m.body.text]


async def snapshot(store: RedisStore, client: Redis) -> dict[bytes, bytes]:
    """All that the store holds."""
    return {key: await client.dump(key) for key in [k async for k in client.scan_iter(match=f"{store.prefix}:*")]}


async def restore(store: RedisStore, client: Redis, held: dict[bytes, bytes]) -> None:
    """The store holds that and nothing else, as a replica does that was cut off then, and leads now."""
    for key in [k async for k in client.scan_iter(match=f"{store.prefix}:*")]:
        await client.delete(key)
    for key, value in held.items():
        await client.restore(key, 0, value)


class TestTide:
    """What a process makes of the numbers that it sees."""

    def test_while_the_number_grows_nothing_is_missing(self) -> None:
        tide = Tide()
        assert [tide.risen(n, n - 1.0, float(n)) for n in (1, 2, 3, 7)] == [None] * 4

    def test_a_number_that_shrank_says_since_when(self) -> None:
        tide = Tide()
        for n in range(1, 10):
            tide.risen(n, n - 1.0, 100.0 + n)
        assert tide.risen(6, 105.0, 110.0) == 105.0, "five was the last that the store still knows"
        assert tide.risen(7, 110.0, 111.0) is None
        assert tide.risen(1, 0.0, 112.0) == 110.0, "nothing is left: since the first that is remembered"

    def test_when_nobody_looked_for_long_platforms_may_have_given_up(self) -> None:
        assert Tide().risen(1, 0.0, 5_000_000.0) is None, "a new store has missed nothing"
        assert Tide().risen(1, 4_999_950.0, 5_000_000.0) is None
        assert Tide().risen(1, 4_999_000.0, 5_000_000.0) == 4_999_000.0
        assert Tide().risen(1, 1_000_000.0, 5_000_000.0) == 5_000_000.0 - 86400.0

    def test_while_our_clock_was_ahead_platforms_were_refused(self) -> None:
        tide = Tide()
        assert tide.risen(1, 4_999_999.0, 5_000_000.0) is None
        assert tide.risen(2, 5_000_000.0, 5_003_601.0) == 5_000_000.0, "nobody can tell that from standing still"
        assert tide.risen(3, 5_003_601.0, 5_003_602.0) is None
        assert tide.risen(4, 5_003_602.0, 5_000_030.0) == 5_000_000.0
        assert tide.risen(5, 5_000_030.0, 5_000_031.0) is None

    def test_a_clock_that_was_ahead_for_longer_than_is_remembered_costs_a_day(self) -> None:
        tide = Tide()
        assert tide.risen(1, 5_003_599.0, 5_003_600.0) is None
        assert tide.risen(2, 5_003_600.0, 5_000_000.0) == 5_000_000.0 - 86400.0

    def test_another_janitor_whose_clock_differs_is_no_gap(self) -> None:
        here, there = Tide(), Tide()
        looks = [(here.risen(n, n - 0.5 + 120.0, float(n)), there.risen(n, float(n), n + 120.0)) for n in (1, 2, 3)]
        assert looks == [(None, 1.0), (None, None), (None, None)], "only a process that begins asks, once"


async def test_what_was_forgotten_is_asked_for_and_taken_once(
    store: RedisStore, engine: Engine, town: Chronicle, redis_url: str
) -> None:
    recall = recall_of(store, engine, town)
    for _ in range(5):
        await recall.look()
    assert town.asked == []
    known, lost = (town.writes(ANN, chat_with(ANN), f"help {n}") for n in (1, 2))
    await engine.intake.take(known)
    new = town.writes(BOB, chat_with(BOB), "nobody knows me yet")
    await forgets(store, redis_url)
    recall.owe(0.0)
    await recall.look()
    texts: list[str] = []
    for ann_or_bob in (ANN, BOB):
        claim = await store.mailboxes.claim(store.shard_of(chat_with(ann_or_bob).root.key), "w", "t")
        assert claim is not None
        texts.append(claim.mail.body)
    assert any("nobody knows me yet" in text for text in texts)
    assert not await engine.intake.take(lost), "it is there already"
    assert isinstance(new.content, Said)
    before = len(town.asked)
    await recall.look()
    assert len(town.asked) == before, "once is enough"


async def test_a_store_that_shrank_is_noticed(
    store: RedisStore, engine: Engine, town: Chronicle, redis_url: str
) -> None:
    recall = recall_of(store, engine, town)
    town.writes(ANN, chat_with(ANN), "hello")
    for _ in range(5):
        await recall.look()
    assert town.asked == []
    await forgets(store, redis_url)
    await recall.look()
    assert [place for place, _ in town.asked] == [chat_with(ANN).root.key]


async def test_of_two_janitors_that_notice_it_one_asks(
    make_store: MakeStore, engine: Engine, town: Chronicle, redis_url: str
) -> None:
    town.writes(ANN, chat_with(ANN), "hello")
    second = recall_of(make_store(), engine, town)
    first = recall_of(make_store(), engine, town, Others(second))
    for _ in range(2):
        town.asked.clear()
        first.owe(0.0)
        second.owe(1.0)
        await first.look()
        await second.look()
        assert len(town.asked) == 1


async def test_what_a_janitor_owed_that_died_is_asked_for_by_the_next(
    make_store: MakeStore, engine: Engine, town: Chronicle
) -> None:
    town.writes(ANN, chat_with(ANN), "hello")
    dying = recall_of(make_store(), engine, town, Dying())
    dying.owe(0.0)
    with pytest.raises(asyncio.CancelledError):
        await dying.look()
    assert town.asked == []
    await recall_of(make_store(), engine, town).look()
    assert len(town.asked) == 1


async def test_a_platform_that_does_not_tell_is_asked_again(store: RedisStore, engine: Engine, town: Chronicle) -> None:
    naps = Naps()
    recall = recall_of(store, engine, town, naps)
    town.writes(ANN, chat_with(ANN), "hello")
    town.failures = [NotDone("history", "no connection"), Throttled("history", "slow down", retry_after=7.0)]
    recall.owe(0.0)
    await recall.look()
    assert len(town.asked) == 1
    assert 7.0 in naps.taken


async def test_a_place_that_is_closed_to_us_does_not_stop_the_others(
    store: RedisStore, engine: Engine, town: Chronicle
) -> None:
    recall = recall_of(store, engine, town)
    for someone in (ANN, BOB):
        town.writes(someone, chat_with(someone), "hello")
    town.failures = [Refused("history", "channel_not_found")]
    recall.owe(0.0)
    await recall.look()
    assert len(town.asked) == 1


async def test_what_is_owed_is_owed_until_it_was_asked_for(
    store: RedisStore, engine: Engine, town: Chronicle, monkeypatch: pytest.MonkeyPatch
) -> None:
    recall = recall_of(store, engine, town)
    town.writes(ANN, chat_with(ANN), "hello")
    recall.owe(0.0)

    async def away(*_: object) -> None:
        raise StoreUnavailable("the test's store is away")

    with monkeypatch.context() as patch:
        patch.setattr(type(store.tides), "moved", away)
        with pytest.raises(StoreUnavailable):
            await recall.look()
    await recall.look()
    assert len(town.asked) == 1


async def test_the_thread_of_an_open_case_is_asked_for_as_well(
    store: RedisStore, engine: Engine, town: Chronicle
) -> None:
    await engine.start()
    try:
        await engine.intake.take(town.writes(ANN, chat_with(ANN), "help me please"))
        await town.until(lambda: any(m.body.card is not None for m in town.messages))
        await town.until(lambda: any("help me please" in m.body.text for m in town.messages))
    finally:
        await engine.stop()
    recall = recall_of(store, engine, town)
    recall.owe(0.0)
    await recall.look()
    card = next(m for m in town.messages if m.body.card is not None)
    assert any(card.ref.id in place for place, _ in town.asked)


@pytest.mark.parametrize("doubted", [True, False])
async def test_a_copy_that_the_store_has_forgotten_is_found_and_not_sent_again(
    make_store: MakeStore, town: Chronicle, redis_url: str, doubted: bool
) -> None:
    store = make_store()
    async with Redis.from_url(redis_url) as client:
        async with at_work(engine := engine_on(store, {PLATFORM: town})):
            await engine.intake.take(town.writes(ANN, chat_with(ANN), "help me please"))
            await town.until(lambda: copied(town, "help me please"))
        before = await snapshot(store, client)
        async with at_work(engine := engine_on(store, {PLATFORM: town})):
            lost = town.writes(ANN, chat_with(ANN), "and the parcel was wet")
            await engine.intake.take(lost)
            await town.until(lambda: copied(town, "the parcel was wet"))
        await restore(store, client, before)
    if doubted:
        await store.tides.owe([0.0])
    async with at_work(engine := engine_on(store, {PLATFORM: town})):
        await engine.intake.take(lost)
        await engine.intake.take(town.edits(ANN, lost.content.ref, "and the parcel was open"))
        await town.until(lambda: copied(town, "the parcel was open"))
    assert len(copied(town, "the parcel was")) == (1 if doubted else 2), (
        "without doubt nobody looks, and it stands there twice"
    )
