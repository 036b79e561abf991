"""What many open cases cost those who come: `python -m benchmarks.many_cases`.

A small town in memory, the real engine on its embedded store: people are handed over and write on, first while few
cases are open, then while thousands are. Only the rows of those are written, as the engine would write them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import structlog

from adapters.redis.embedded import embedded
from adapters.redis.store import RedisStore
from bot.engine.engine import Engine
from bot.engine.packing import packed, unpacked
from bot.ports import IndexRow
from tests.support.engines import engine_on
from tests.support.town import PLATFORM, Town, chat_with, person

_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of each, in order, and processor time of all."""

    waits: list[float]
    cpu: float

    def __str__(self) -> str:
        n = len(self.waits)
        p50, p99 = self.waits[n // 2] * 1000, self.waits[int(0.99 * n)] * 1000
        return f"p50 {p50:6.1f} ms, p99 {p99:6.1f} ms, processor {self.cpu / n * 1000:5.2f} ms each"


async def _hand_over(engine: Engine, town: Town, name: str, count: int) -> Cost:
    waits: list[float] = []
    cpu = time.process_time()
    for n in range(count):
        who, seen = person(f"{name}{n}"), len(town.messages)
        began = time.perf_counter()
        await engine.intake.take(town.says(who, chat_with(who), "help me"))
        await town.until(lambda seen=seen: any(m.body.card for m in town.messages[seen:]))  # type: ignore[misc]
        waits.append(time.perf_counter() - began)
    return Cost(sorted(waits), time.process_time() - cpu)


async def _relay(engine: Engine, town: Town, who: str, name: str, count: int) -> Cost:
    waits: list[float] = []
    cpu = time.process_time()
    for n in range(count):
        text = f"{name} {n}"
        began = time.perf_counter()
        await engine.intake.take(town.says(person(who), chat_with(person(who)), text))
        await town.until(lambda text=text: any(m.key and text in m.body.text for m in town.messages[-50:]))  # type: ignore[misc]
        waits.append(time.perf_counter() - began)
    return Cost(sorted(waits), time.process_time() - cpu)


async def _open_more(store: RedisStore, count: int) -> None:
    """Rows of cases like the one that is there."""
    known = json.loads(unpacked(next(iter((await store.ledger.changed_cases(-1, 0.0)).changed.values()))))
    for first in range(0, count, _AT_ONCE):
        numbers = range(100_000 + first, 100_000 + min(first + _AT_ONCE, count))
        rows = [known | {"number": n, "conversation": f"{PLATFORM}|T|dm-x{n}|"} for n in numbers]
        writes = (IndexRow(r["conversation"], "1", packed(json.dumps(r)), number=f"{r['number']}") for r in rows)
        await asyncio.gather(*map(store.upkeep.write_row, writes))


async def _measure(many: int, count: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with tempfile.TemporaryDirectory(prefix="wl-") as folder:
        server = await embedded(Path(folder))
        store, town = RedisStore(server.url), Town()
        engine = engine_on(store, {PLATFORM: town})
        await engine.start()
        await _hand_over(engine, town, "warm", 10)
        for name, more in (("few", 0), (f"{many}", many)):
            await _open_more(store, more)
            # Whoever reads them first reads all of them.
            await _hand_over(engine, town, f"{name}first", 1)
            print(f"{name} open cases")
            print("  hand-over", await _hand_over(engine, town, f"{name}c", count), flush=True)
            print("  relay    ", await _relay(engine, town, "warm0", name, count), flush=True)
        await engine.stop()
        await store.close()
        await server.stop()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, default=10_000)
    parser.add_argument("--count", type=int, default=100)
    given = parser.parse_args()
    asyncio.run(_measure(given.open, given.count))


if __name__ == "__main__":
    main()
