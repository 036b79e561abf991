"""What can go wrong with one Web API call, chosen by a seed or scripted call by call. Repeatable by its seed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tests.fakes.fault_plan import Draws


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
class FaultPlan(Draws[Fault]):
    """See `Draws`."""

    def fault_for(self, method: str) -> Fault:
        """What happens to this call."""
        return self.drawn(method) or Fault.OK
