"""What a process holds while it works, sampled from outside, and whether that grows."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

_EVERY_SECONDS = 5.0
_WARM = 1 / 3
"""The share of samples that is left out at the beginning: caches fill up, and the allocator takes what it will keep."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What a process held at a moment: memory in bytes, open files, tasks of its loop."""

    at: float
    memory: int
    files: int
    tasks: int


@dataclass(slots=True)
class Growth:
    """The samples of one process."""

    folder: Path
    samples: list[Sample] = field(default_factory=list)

    async def watch(self, process: int) -> None:
        """Take samples until cancelled, or until the process is gone."""
        while True:
            try:
                self.samples.append(self._sample(process))
            except (FileNotFoundError, ProcessLookupError):
                return
            await asyncio.sleep(_EVERY_SECONDS)

    def _sample(self, process: int) -> Sample:
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
        told = self.folder / f"tasks-{process}"
        tasks = int(told.read_text(encoding="ascii") or 0) if told.exists() else 0
        files = len(os.listdir(f"/proc/{process}/fd"))  # noqa: PTH208 - they are counted, not looked at
        return Sample(time.monotonic(), pages * os.sysconf("SC_PAGE_SIZE"), files, tasks)

    def lines(self) -> list[str]:
        """For people."""
        warm = self.samples[int(len(self.samples) * _WARM) :]
        if len(warm) < 4:
            return []
        first, last, late = warm[0], warm[-1], warm[len(warm) // 2 :]
        early = warm[: len(warm) // 2]
        most = max(s.memory for s in warm)
        slopes = [slope([(s.at, s.memory) for s in part]) * 3600 / 1e6 for part in (warm, late)]
        return [
            f"a process that lived on: {(last.at - first.at) / 60:.1f} min, {len(warm)} samples",
            f"memory {first.memory / 1e6:.1f} → {last.memory / 1e6:.1f} MB, most {most / 1e6:.1f}",
            f"slope {slopes[0]:+.2f} MB/h, in the second half {slopes[1]:+.2f} MB/h",
            f"open files {_range([s.files for s in early])}, then {_range([s.files for s in late])}",
            f"tasks {_range([s.tasks for s in early])}, then {_range([s.tasks for s in late])}",
        ]


def slope(points: list[tuple[float, float]]) -> float:
    """Of the straight line with the least squares: what grows in a second."""
    mean_x, mean_y = (sum(each) / len(points) for each in zip(*points, strict=True))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


def _range(values: list[int]) -> str:
    return f"{min(values)} to {max(values)}"
