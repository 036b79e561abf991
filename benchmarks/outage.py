"""What a company's outage costs its customers: `python -m benchmarks.outage`.

500 customers write 2,000 messages within ten seconds, in a small town in memory with Slack's limits; the engine and its
store are the real ones. What counts is when each has a first answer, when the last one has all, and whether answers
come in the order of their questions. The least that the limits allow is printed beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import structlog

from adapters.redis.embedded import embedded
from adapters.redis.store import RedisStore
from bot.core.activity import Place
from bot.core.effects import Body
from bot.ports import Capabilities, Posted
from tests.support.engines import engine_on
from tests.support.town import PLATFORM, Town, chat_with, person


class Watched(Town):
    """A town that notes when each answer of the bot was there, by chat."""

    def __init__(self) -> None:
        super().__init__(Capabilities())
        self.answers: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
        self.answered = 0

    async def post(self, to: Place, body: Body, *, key: str) -> Posted:
        posted = await super().post(to, body, key=key)
        if body.text.startswith("re: question "):
            self.answers[to.channel].append((time.perf_counter(), int(body.text.split()[-1])))
            self.answered += 1
        return posted


def _told(waits: Sequence[float]) -> str:
    ordered = sorted(waits)
    p50, p99 = ordered[len(ordered) // 2], ordered[int(0.99 * len(ordered))]
    return f"p50 {p50:5.1f} s, p99 {p99:5.1f} s, slowest {ordered[-1]:5.1f} s"


def _least(calls: int) -> str:
    """How soon the limits allow so many calls."""
    pace = Capabilities().pace
    return f"{max(0.0, calls - pace.workspace_burst) / pace.per_workspace:.1f} s at least"


async def _measure(messages: int, customers: int, seconds: float) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with tempfile.TemporaryDirectory(prefix="wl-") as folder:
        server = await embedded(Path(folder))
        store, town = RedisStore(server.url, ingress_within=5.0), Watched()
        engine = engine_on(store, {PLATFORM: town})
        await engine.start()
        asked, taken = dict[int, float](), list[float]()

        async def asks(n: int) -> None:
            who = person(f"customer{n % customers}")
            asked[n] = time.perf_counter()
            await engine.intake.take(town.says(who, chat_with(who), f"question {n}"))
            taken.append(time.perf_counter() - asked[n])

        began, cpu = time.perf_counter(), time.process_time()
        async with asyncio.TaskGroup() as asking:
            for n in range(messages):
                await asyncio.sleep(max(0.0, began + n * seconds / messages - time.perf_counter()))
                asking.create_task(asks(n))
        await town.until(lambda: town.answered >= messages, 600.0)
        cpu = time.process_time() - cpu
        print(f"acknowledged  {_told(taken)}")
        print(f"first answers {_told([given[0][0] - asked[given[0][1]] for given in town.answers.values()])}")
        print(f"all answers   {_told([at - asked[n] for given in town.answers.values() for at, n in given])}")
        firsts = max(given[0][0] for given in town.answers.values())
        last = max(given[-1][0] for given in town.answers.values())
        print(f"each has one after {firsts - began:.1f} s, {_least(customers)}")
        print(f"all are answered after {last - began:.1f} s, {_least(messages)}")
        disorder = sum([n for _, n in given] != sorted(n for _, n in given) for given in town.answers.values())
        print(f"{disorder} chats in disorder; {cpu / messages * 1000:.1f} ms of processor time a message")
        await engine.stop()
        await store.close()
        await server.stop()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.outage", description=__doc__)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--customers", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=10.0)
    given = parser.parse_args()
    asyncio.run(_measure(given.messages, given.customers, given.seconds))


if __name__ == "__main__":
    main()
