"""The actions' composition root: which practice they ask and what time it is. The only module that reads the clock.

rasa-sdk builds action objects without arguments, so they ask here. To run over a real practice, return your own
implementation of `Practice` from `_open_practice`. The sample keeps what was booked in the folder that
`WARMLINE_DATA` names, or else in this machine's folder for temporary files.
"""

from __future__ import annotations

import getpass
import os
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from .practice import Practice
from .sample_practice import SamplePractice

ZONE: Final = ZoneInfo("Europe/Dublin")
"""Where the practice is: "tomorrow" and "9 o'clock" are meant there."""

Clock = Callable[[], datetime]
_in_use: list[tuple[Practice, Clock]] = []


def _machine_clock() -> datetime:
    return datetime.now(tz=ZONE)  # noqa: TID251 - the one place; everybody else is given a time


def now() -> datetime:
    """The present, in the practice's time zone."""
    return _in_use[-1][1]() if _in_use else _machine_clock()


def current_practice() -> Practice:
    """The practice that actions talk to: the sample one, unless `use_practice` put another in its place."""
    return _in_use[-1][0] if _in_use else _open_practice(_folder())


@contextmanager
def use_practice(practice: Practice, clock: Clock) -> Generator[None]:
    """Let all actions talk to `practice`, at the time that `clock` tells, inside the block."""
    _in_use.append((practice, clock))
    try:
        yield
    finally:
        _in_use.pop()


@lru_cache(maxsize=8)
def _open_practice(folder: Path) -> Practice:
    return SamplePractice(folder, now=_machine_clock)


def _folder() -> Path:
    if configured := os.environ.get("WARMLINE_DATA"):
        return Path(configured, "healthcare")
    # a folder of one's own: what another person of this machine made there may not be ours to write
    return Path(tempfile.gettempdir(), f"warmline-{getpass.getuser()}", "healthcare")
