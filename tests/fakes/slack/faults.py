"""What can go wrong with one Web API call, chosen by a seed or scripted call by call. Repeatable by its seed."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random  # noqa: TID251  # faults are drawn from a seed


class Fault(StrEnum):
    """What happens to a call. `_DONE` kinds change the workspace before the answer goes wrong."""

    OK = "ok"
    THROTTLED = "429"
    ERROR = "500"
    ERROR_DONE = "500 done"
    BAD_GATEWAY = "502"
    UNAVAILABLE = "503"
    RESET = "reset"
    RESET_DONE = "reset done"
    HANG = "hang"
    HANG_DONE = "hang done"
    PARTIAL = "partial body"
    SLOW = "slow"
    LATE = "504, done later"

    @property
    def is_done(self) -> bool:
        """Whether the call takes effect in spite of the answer."""
        return self in {
            Fault.OK,
            Fault.ERROR_DONE,
            Fault.RESET_DONE,
            Fault.HANG_DONE,
            Fault.PARTIAL,
            Fault.SLOW,
        }


@dataclass(slots=True)
class FaultPlan:
    """Rates per kind (their sum at most 1) for the methods named, or for all; scripted faults go first."""

    seed: int = 0
    rates: Mapping[Fault, float] = field(default_factory=dict)
    methods: frozenset[str] = frozenset()
    retry_after: int = 1
    slow_seconds: float = 0.2
    hang_seconds: float = 30.0
    late_seconds: float = 0.5
    _script: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    _random: Random | None = None

    def next_calls(self, method: str, *faults: Fault) -> None:
        """Script what happens to the next calls of one method."""
        self._script[method].extend(faults)

    def fault_for(self, method: str) -> Fault:
        """What happens to this call."""
        if self._script[method]:
            return self._script[method].popleft()
        if not self.rates or (self.methods and method not in self.methods):
            return Fault.OK
        if self._random is None:
            self._random = Random(self.seed)
        draw = self._random.random()
        for fault, rate in self.rates.items():
            if draw < rate:
                return fault
            draw -= rate
        return Fault.OK
