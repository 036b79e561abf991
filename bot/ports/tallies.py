"""What all processes have counted of their own doings, together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

TALLY_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends of a histogram's buckets, in seconds; the last bucket has none."""

BUCKET_END: Final = "~"
"""Ends the name under which what fell into a histogram's bucket is counted; its label `le` names the bucket."""

SUM_END: Final = "+"
"""Ends the name under which a histogram's whole time is counted, in parts of a second."""

PARTS_OF_A_SECOND: Final = 1_000_000


class Tallies(Protocol):
    """Counters that only grow, by name. Every method raises StoreUnavailable."""

    async def add(self, counted: Mapping[str, int]) -> None:
        """Add to counters. Done twice it counts twice: what a failure loses or doubles is a count, not a message."""
        ...

    async def read(self) -> Mapping[str, int]:
        """All counters."""
        ...


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits. `oldest` is how long the oldest entry has waited to be sent, in seconds; 0 when none waits.

    `lanes` have something to send, of `unknown` nobody knows whether it arrived; `conversations` have events waiting.
    """

    oldest: float = 0.0
    lanes: int = 0
    unknown: int = 0
    conversations: int = 0
