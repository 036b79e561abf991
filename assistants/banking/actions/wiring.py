"""The actions' composition root: which bank they ask, and what time it is. The only module that reads the clock.

rasa-sdk makes action objects without arguments, so they ask here. Over a real bank, return your own implementation of
`Bank` from `_bank_in`. What the sample bank is told to freeze is kept in the folder that `WARMLINE_DATA` names, or in
this machine's folder for temporary files.
"""

from __future__ import annotations

import getpass
import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path

from .bank import Bank
from .sample_bank import SampleBank

_in_place: list[tuple[Bank, date]] = []


def today() -> date:
    """The day that the sample's days count from, in UTC."""
    return now().date()


def now() -> datetime:
    """The time, in UTC; noon on a day that was put in place."""
    if _in_place:
        return datetime.combine(_in_place[-1][1], time(12), UTC)
    return datetime.now(tz=UTC)  # noqa: TID251 - the one place; everybody else is given a time


def current_bank() -> Bank:
    """The bank that actions talk to."""
    return _in_place[-1][0] if _in_place else _bank_in(os.environ.get("WARMLINE_DATA") or _temporary())


@contextmanager
def use_bank(bank: Bank, *, on: date) -> Generator[None]:
    """Let all actions talk to `bank`, on that day, inside the block."""
    _in_place.append((bank, on))
    try:
        yield
    finally:
        _in_place.pop()


@lru_cache(maxsize=8)
def _bank_in(folder: str) -> Bank:
    return SampleBank(Path(folder) / "banking", today=today)


def _temporary() -> str:
    # a folder of one's own: two people on one machine must not share what is frozen
    return str(Path(tempfile.gettempdir()) / f"warmline-{getpass.getuser()}")
