"""What a large file costs in memory on its way between two platforms: the growth of this process, platforms included.

`python -m benchmarks.files [--megabytes 40]` sends one file a pair and direction through the real adapters over
loopback, and prints by how much the resident memory grew at its highest, and how long it took. It reads back what
arrived.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import itertools
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog

from tests.support.crossing import cross, digest_of_zeros, sides

PLATFORMS: Final = ("slack", "teams")
_PAGE: Final = 4096


@dataclass(slots=True)
class Peak:
    """Bytes of resident memory: before, and at the highest."""

    before: int = 0
    highest: int = 0

    @property
    def growth(self) -> int:
        return self.highest - self.before


def resident() -> int:
    """Bytes of this process that are in memory, as Linux counts them."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE


@contextmanager
def watched() -> Generator[Peak]:
    """How the memory grows during the block, looked at every two milliseconds."""
    gc.collect()
    peak = Peak(resident())
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.002):
            peak.highest = max(peak.highest, resident())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        stop.set()
        watcher.join()
        peak.highest = max(peak.highest, resident())


async def measured(made: dict[str, Any], customer: str, desk: str, size: int, *, by_agent: bool) -> tuple[Peak, float]:
    """One file from the customer's platform to the desk's, or back. Raises AssertionError when it arrives changed."""
    origin, target = (made[desk], made[customer]) if by_agent else (made[customer], made[desk])
    name = f"{customer}-{desk}-{'back' if by_agent else 'there'}-{size}.bin"
    began = time.perf_counter()
    with watched() as peak:
        arrived = await cross(origin, target, name, size, by_agent=by_agent)
    assert arrived == digest_of_zeros(size), "it arrived changed"
    return peak, time.perf_counter() - began


async def main(megabytes: int) -> int:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        async with sides(Path(folder), *PLATFORMS) as made:
            for customer, desk in itertools.product(PLATFORMS, PLATFORMS):
                for by_agent in (False, True):
                    # What the first file on a way makes Python load is no growth by the file.
                    await measured(made, customer, desk, 1_000_000, by_agent=by_agent)
                    peak, seconds = await measured(made, customer, desk, megabytes * 1_000_000, by_agent=by_agent)
                    worst = max(worst, peak.growth)
                    way = f"{desk} desk → {customer} customer" if by_agent else f"{customer} customer → {desk} desk"
                    print(f"{way:34} {megabytes} MB  growth {peak.growth / 1e6:5.1f} MB  {seconds:5.2f} s")
    print(f"the worst: {worst / 1e6:.1f} MB")
    return 0 if worst < 32_000_000 else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=40)
    sys.exit(asyncio.run(main(parser.parse_args().megabytes)))
