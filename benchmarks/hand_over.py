"""What a hand-over pays for knowing the queue: `python -m benchmarks.hand_over [--cases 2000]`.

A hand-over reads every open case afresh, so that the place which the customer is told is true. A real server is filled
with so many; then one case more opens, again and again, each after another has changed, as in a busy hour.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from adapters.redis.connect import Connection
from adapters.redis.embedded import embedded
from adapters.redis.keys import Keys
from adapters.redis.store import RedisStore
from bot.core.live import OpenCase
from bot.engine.codec import write
from bot.engine.live import LiveFacts
from bot.ports import CaseRow

_NOW = 1_790_000_000.0


class _Now:
    def now(self) -> float:
        """Seconds since 1970."""
        return _NOW


def _row(number: int, assignee: str = "") -> str:
    sentence = "The customer asked for a person, and is upset: “this is the third time that I ask for it”."
    status = "assigned" if assignee else "queued"
    row = CaseRow(
        number,
        f"slack|T|C{number}|1.0",
        status,
        "support",
        "slack",
        f"Customer {number}",
        "asked",
        sentence,
        assignee,
        _NOW,
    )
    return write(row, CaseRow)


async def measure(cases: int, rounds: int, folder: Path) -> None:
    """Print how long it takes, in wall time and in CPU of this process."""
    server = await embedded(folder)
    store, writer, table = RedisStore(server.url), Connection(server.url), Keys().open_cases
    try:
        await writer.call("HSET", table, *(part for n in range(1, cases + 1) for part in (str(n), _row(n))))
        await writer.call("SET", Keys().last_case, cases)
        live = LiveFacts(store, _Now())
        for title, changed in (("as it is", 0), ("ten of them changed since the last", 10)):
            wall: list[float] = []
            cpu: list[float] = []
            for n in range(rounds):
                for k in range(changed):
                    number = 1 + (n * changed + k) % cases
                    await writer.call("HSET", table, str(number), _row(number, f"Agent {n}"))
                began, spent = time.perf_counter(), time.process_time()
                await live.with_opening(OpenCase(0, f"c{n}", "support", "queued", "", _NOW), f"{changed}.{n}")
                wall.append((time.perf_counter() - began) * 1000)
                cpu.append((time.process_time() - spent) * 1000)
            taken = f"{statistics.median(wall):.1f} ms, CPU {statistics.median(cpu):.1f} ms"
            print(f"{cases} open cases, {title}: {taken} (medians of {rounds})")
    finally:
        await writer.close()
        await store.close()
        await server.stop()


def main() -> None:
    """Measure, from the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(options.cases, options.rounds, Path(folder)))


if __name__ == "__main__":
    main()
