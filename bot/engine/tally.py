"""What this process has counted of its own doings and the store does not have yet: for whoever watches the machines.

Cheap enough for every message. What a process counted in its last seconds dies with it when it is killed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping

from bot.errors import StoreUnavailable
from bot.ports import BUCKET_END, PARTS_OF_A_SECOND, SUM_END, TALLY_BUCKETS, Tallies


class Tally:
    """Counters that only grow. A name is a word; labels have few values, and never a customer's."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def count(self, name: str, n: int = 1, **labels: str) -> None:
        """Something happened, or `n` of it."""
        if n:
            self._counts[series(name, labels)] += n

    def took(self, name: str, seconds: float, **labels: str) -> None:
        """Something took so long."""
        at = bisect_left(TALLY_BUCKETS, seconds)
        end = f"{TALLY_BUCKETS[at]:g}" if at < len(TALLY_BUCKETS) else "+Inf"
        self._counts[series(f"{name}{BUCKET_END}", {**labels, "le": end})] += 1
        self._counts[series(f"{name}{SUM_END}", labels)] += round(max(seconds, 0.0) * PARTS_OF_A_SECOND)

    async def flush(self, store: Tallies) -> None:
        """Add what was counted since the last time to the store. Raises StoreUnavailable, and forgets nothing then."""
        counted, self._counts = self._counts, Counter()
        if not counted:
            return
        try:
            await store.add(counted)
        except StoreUnavailable:
            self._counts.update(counted)
            raise


def series(name: str, labels: Mapping[str, str]) -> str:
    """A counter's name with its labels, as Prometheus writes them."""
    inside = ",".join(f'{label}="{_escaped(value)}"' for label, value in sorted(labels.items()))
    return f"{name}{{{inside}}}" if inside else name


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
