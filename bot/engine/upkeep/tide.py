"""Notices that the store has forgotten what it had, and since when. Pure: whoever looks says what the store told.

A replica that was cut off for a while and then leads lacks what was acknowledged meanwhile. It lacks as much of a
number that this process alone lets grow: when that has shrunk, what the process remembers of it says since when.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

_KEPT: Final = 900
"""Looks that are remembered: a quarter of an hour."""

_GAP_SECONDS: Final = 60.0
"""When nobody looked for longer, platforms may have given up what they could not bring."""

_LONGEST_GAP: Final = 86400.0
"""What is older is not asked for: what was seen is known for two days, and nobody waits for an answer any more."""


@dataclass(slots=True)
class Tide:
    """What one process remembers of the number."""

    _seen: deque[tuple[int, float]] = field(default_factory=lambda: deque[tuple[int, float]](maxlen=_KEPT))

    def risen(self, number: int, before: float, now: float) -> float | None:
        """The time since which the store may lack what it had; None when it lacks nothing.

        `number` is what the store told, `before` when somebody looked last (0: never), by our clocks.
        """
        since: float | None = None
        if self._seen and number <= self._seen[-1][0]:
            since = next((at for known, at in reversed(self._seen) if known < number), self._seen[0][1])
            self._seen.clear()
        elif self._seen and self._seen[-1][1] - now > _GAP_SECONDS:
            # Our clock was ahead: for as long as it was, requests were refused for being too old.
            since = next((at for _, at in reversed(self._seen) if at <= now), now - _LONGEST_GAP)
            self._seen.clear()
        elif before and now - before > _GAP_SECONDS and not self._has_looked(now):
            since = max(before, now - _LONGEST_GAP)
        self._seen.append((number, now))
        return since

    def _has_looked(self, now: float) -> bool:
        """Whether we ourselves did just now: what others wrote down may be by a clock that differs from ours."""
        return bool(self._seen) and now - self._seen[-1][1] <= _GAP_SECONDS
