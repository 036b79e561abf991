"""What people wait for where 10,000 cases are open and 100,000 are closed: `python -m benchmarks.big_company`.

For 20,000 customers, 40 agents and 5 desks, in a small town in memory; `filling` says how they are written. Then
everything that people ask for is asked: how long it takes, how long it kept everybody else waiting (the longest pause
of the event loop), processor time, round trips to the store, what the store was told and what it said, and how long the
answer is.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog

from adapters.redis.connect import Call, Connection
from adapters.redis.embedded import embedded
from adapters.redis.scripts import Script
from adapters.redis.store import RedisStore
from benchmarks.filling import AGENTS, DAY, DESKS, Filling, patterns
from bot.core.activity import Person
from bot.core.learning.lessons import Lesson
from bot.core.policy import Desk, Policy, Staffing
from bot.core.routing import Doors
from bot.engine.codec import write
from bot.engine.engine import Engine
from bot.engine.upkeep.retention import Retention
from bot.ports import Attachment, DutyRow
from bot.services.cases import CaseAnswers
from bot.services.exports import Exporting
from bot.services.health import Health
from bot.services.home import Home
from bot.services.metrics import Metrics, Sources
from bot.services.operations import Operations, Roles
from bot.services.reporting import Reporting
from bot.services.shifts import Shifts
from tests.support.engines import WallClock, engine_on
from tests.support.patience import comes_to
from tests.support.town import PLATFORM, Town, chat_with, person

_LEAD: Final = Person(PLATFORM, "T", "lead", "Lena", timezone="Europe/Lisbon")
_POLICY: Final = Policy(desks=tuple(Desk(f"desk{n}", place, f"Desk {n}") for n, place in enumerate(DESKS)))


class CountingConnection(Connection):
    """Counts round trips."""

    trips = 0

    async def run(self, script: Script, keys: Sequence[str], args: Sequence[str | float]) -> Any:
        CountingConnection.trips += 1
        return await super().run(script, keys, args)

    async def run_each(self, script: Script, calls: Sequence[Call]) -> list[Any]:
        CountingConnection.trips += 1
        return await super().run_each(script, calls)

    async def call(self, *command: str | float) -> Any:
        CountingConnection.trips += 1
        return await super().call(*command)

    async def call_each(self, commands: Sequence[Sequence[str | float]]) -> list[Any]:
        CountingConnection.trips += 1
        return await super().call_each(commands)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one thing cost, in seconds and bytes, and how often the store was asked."""

    seconds: float
    pause: float
    cpu: float
    trips: int
    told: int
    said: int
    letters: int

    def __str__(self) -> str:
        return (
            f"{self.seconds * 1000:9.1f} ms {self.pause * 1000:8.1f} ms {self.cpu * 1000:8.1f} ms {self.trips:6d} "
            f"{self.told / 1000:8.1f} kB {self.said / 1000:9.1f} kB {self.letters:8d}"
        )


HEAD: Final = f"{'':28}    takes      pause   processor  trips     told         said  letters"


class Gauge:
    """Measures one thing at a time."""

    def __init__(self, url: str) -> None:
        self._asking = Connection(url)

    async def of(self, work: Callable[[], Awaitable[str]]) -> Cost:
        """What it costs to await that. The text that it gives is the answer."""
        pauses = [0.0]

        async def tick() -> None:
            while True:
                began = time.perf_counter()
                await asyncio.sleep(0.002)
                pauses.append(time.perf_counter() - began - 0.002)

        before = (await self._asking.facts())[0]
        ticking = asyncio.create_task(tick())
        await asyncio.sleep(0.01)
        pauses[:] = [0.0]
        trips, cpu, began = CountingConnection.trips, time.process_time(), time.perf_counter()
        text = await work()
        spent, used = time.perf_counter() - began, time.process_time() - cpu
        trips = CountingConnection.trips - trips
        await asyncio.sleep(0.005)
        ticking.cancel()
        after = (await self._asking.facts())[0]
        told, said = (
            int(after[name]) - int(before[name]) for name in ("total_net_input_bytes", "total_net_output_bytes")
        )
        return Cost(spent, max(pauses), used, trips, told, said, len(text))


@dataclass(frozen=True, slots=True)
class Company:
    """Everything that is asked."""

    store: RedisStore
    engine: Engine
    town: Town
    operations: Operations
    sources: Sources
    gauge: Gauge

    async def command(self, words: str) -> str:
        """What somebody at the first desk reads."""
        answer = await self.operations.run(_LEAD, DESKS[0], words)
        if answer.later is not None:
            answer = await answer.later
        return answer.body.text

    async def exported(self, words: str) -> str:
        """A whole export."""
        answer = await self.operations.run(_LEAD, DESKS[0], words)
        assert answer.attachments, answer.body.text
        return await _read(answer.attachments[0])

    async def home(self, who: Person) -> str:
        """The app's own page."""
        return "\n".join(body.text for body in await self.operations.home(who))

    async def answered(self, who: str) -> str:
        """Until a customer has the bot's answer."""
        text = f"a question of {who}"
        await self.engine.intake.take(self.town.says(person(who), chat_with(person(who)), text))
        await self.town.until(lambda: any(m.key and text in m.body.text for m in self.town.messages[-50:]))
        return ""

    async def handed_over(self, who: str) -> str:
        """Until the desk has the card of a new case."""
        seen = len(self.town.messages)
        await self.engine.intake.take(self.town.says(person(who), chat_with(person(who)), "help me"))
        await self.town.until(lambda: any(m.body.card for m in self.town.messages[seen:]))
        return ""

    async def relayed(self, number: int) -> str:
        """Until a customer has an agent's words."""
        text = f"an answer to {number}"
        await self.engine.intake.take(self.town.says(AGENTS[1], self.town.thread_of(number), text))
        await self.town.until(lambda: any(m.key and text in m.body.text for m in self.town.messages[-50:]))
        return ""

    async def closed(self, number: int) -> str:
        """Until a case is in no list any more."""
        await self.command(f"resolve {number} solved")
        await comes_to(self.engine.records.open_cases, lambda rows: number not in {row.number for row in rows})
        return ""


async def _read(attachment: Attachment) -> str:
    return "".join([piece.decode("utf-8", "replace") async for piece in attachment.open()])


def _engine(store: RedisStore, town: Town) -> Engine:
    policy = Policy(desks=_POLICY.desks, staffing=Staffing(least_load=False))
    return engine_on(
        store,
        {PLATFORM: town},
        policy=policy,
        doors=Doors(desks=frozenset(place.key for place in DESKS), support=frozenset()),
    )


class _OneModel:
    answering = "none"


async def _nothing() -> dict[str, float]:
    return {}


def _company(store: RedisStore, engine: Engine, town: Town, url: str) -> Company:
    records, clock = engine.records, WallClock()
    adapters: dict[str, Any] = {PLATFORM: town}
    home = Home(records=records, live=engine.live.now, policy=_POLICY, adapters=adapters, clock=clock)
    operations = Operations(
        policy=_POLICY,
        roles=Roles(leads=frozenset({_LEAD.id})),
        adapters=adapters,
        home=home,
        answers={
            **CaseAnswers(records, clock, _POLICY).answers(),
            **Shifts(engine.staff, records, _POLICY, adapters, clock).answers(),
            **Reporting(records, engine.lessons, clock).answers(),
            **Health(records, engine.songs, adapters, _POLICY.desks, clock, engine.damaged).answers(),
            **Exporting(records, clock).answers(),
        },
    )
    sources = Sources(
        records=records,
        book=engine.lessons,
        tallies=store.tallies,
        backlog=store.upkeep.backlog,
        levels=engine.bucket_levels,
        models=_OneModel(),  # type: ignore[arg-type]
        gauges=_nothing,
    )
    return Company(store, engine, town, operations, sources, Gauge(url))


async def _fill(engine: Engine, store: RedisStore, town: Town, opened: int, closed: int, lessons: int) -> None:
    both = await patterns(engine, store, town)
    await engine.stop()
    filling = Filling(store, *both)
    began = time.perf_counter()
    await filling.write(closed, is_open=False)
    await filling.write(opened, is_open=True)
    for agent in AGENTS:
        await store.roster.put(agent.key, write(DutyRow(agent, ("desk0",), on=True, since=1.0), DutyRow))
    for n in range(lessons):
        words = (f"what is question {n}?",)
        lesson = Lesson(0, words, f"question_{n}", f"It is answer {n}.", "en", 0, _LEAD.name, 1.0)
        await engine.lessons.add(lesson, customer="nobody", forgettings=await engine.lessons.forgettings())
    print(f"{opened:,} open and {closed:,} closed cases, written in {time.perf_counter() - began:.0f} s", flush=True)


async def _ask(company: Company, first: int, last: int) -> None:
    """Ask everything, and print what it cost."""
    ask, of = company.command, company.gauge.of
    newest: list[int] = []

    async def one(name: str, work: Callable[[], Awaitable[str]], rounds: int = 3) -> None:
        costs = [await of(work) for _ in range(rounds)]
        print(f"{name:24}{sorted(costs, key=lambda cost: cost.seconds)[len(costs) // 2]}", flush=True)

    async def opens(n: int) -> str:
        await company.handed_over(f"newcomer{n}")
        newest.append(max(m.body.card.number for m in company.town.messages if m.body.card))
        return ""

    print(HEAD)
    names = itertools.count()
    await one("nothing", lambda: asyncio.sleep(1.0, ""))
    await one("first words to the bot", lambda: company.answered(f"first{next(names)}"), 1)
    await one("words to the bot", lambda: company.answered(f"asking{next(names)}"))
    await one("hand-over", lambda: opens(next(names)))
    await one("agent's answer", lambda: company.relayed(newest[0]))
    await one("close", lambda: company.closed(newest.pop()))
    await one("Home of an agent", lambda: company.home(AGENTS[3]))
    await one("Home of a customer", lambda: company.home(person("customer00001")))
    commands = ("queue", "sla", "who", "hours", "health", f"case {last}", f"why {last}", f"case {first}", "stats 24h")
    for words in (*commands, "stats 30d", "off", "on"):
        await one(words, lambda words=words: ask(words))  # type: ignore[misc]
    for words in ("export 24h csv", "export 30d csv", "export 30d xlsx"):
        await one(words, lambda words=words: company.exported(words), 1)  # type: ignore[misc]

    async def page() -> str:
        metrics = Metrics(
            company.sources, platforms=[PLATFORM], desks=[d.name for d in _POLICY.desks], clock=WallClock()
        )
        return await metrics.page()

    async def retention() -> str:
        return str(await Retention(company.store, WallClock(), 360 * DAY).look())

    await one("metrics", page)
    await one("retention", retention, 1)


async def _measure(opened: int, closed: int, lessons: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with tempfile.TemporaryDirectory(prefix="wl-") as folder:
        server = await embedded(Path(folder))
        store, town = RedisStore(server.url, ingress_within=5.0, connect=CountingConnection), Town()
        engine = _engine(store, town)
        await engine.start()
        await _fill(engine, store, town, opened, closed, lessons)
        facts = (await Connection(server.url).facts())[0]
        print(f"the store takes {int(facts['used_memory_dataset']) / 1e6:.0f} MB")
        engine = _engine(store, town)
        await engine.start()
        last = await store.ledger.last_case()
        assert last is not None
        await _ask(_company(store, engine, town, server.url), 1001, last)
        await engine.stop()
        await store.close()
        await server.stop()


def main() -> None:
    """Fill, measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.big_company", description=__doc__)
    parser.add_argument("--open", type=int, default=10_000)
    parser.add_argument("--closed", type=int, default=100_000)
    parser.add_argument("--lessons", type=int, default=300)
    given = parser.parse_args()
    asyncio.run(_measure(given.open, given.closed, given.lessons))


if __name__ == "__main__":
    main()
