"""The sample's data files, and the times at which its clinicians see patients. Reads files once and writes nothing.

Free times follow each clinician's weekly sessions, of which a fixed share is taken by patients whom nobody sees: which
ones is worked out from day and time, so that every process and every day agrees.
"""

from __future__ import annotations

import csv
import zlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import Final

from .practice import Clinician, Slot

_SAMPLE: Final = Path(__file__).parent / "sample"

Row = Mapping[str, str]


@cache
def rows(table: str) -> Sequence[Row]:
    """The rows of `sample/<table>.csv`."""
    with (_SAMPLE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def clinicians() -> Mapping[str, Clinician]:
    """Everybody whom patients come to see, by key."""
    return {
        row["key"]: Clinician(row["key"], row["title"], row["department"], tuple(row["languages"].split("|")))
        for row in rows("clinicians")
    }


def slots_on(day: date, zone: tzinfo | None, *, with_taken: bool = False) -> Sequence[Slot]:
    """That day's times, soonest first; those of patients whom nobody sees only `with_taken`."""
    found: list[Slot] = []
    for row in rows("sessions"):
        if str(day.weekday()) not in row["weekdays"].split():
            continue
        length = int(row["minutes"])
        start = datetime.combine(day, time.fromisoformat(row["opens"]), zone)
        end = datetime.combine(day, time.fromisoformat(row["closes"]), zone)
        while start + timedelta(minutes=length) <= end:
            slot = Slot(clinicians()[row["clinician"]], start, length)
            if with_taken or zlib.crc32(slot.key.encode()) % 100 >= int(row["full_percent"]):
                found.append(slot)
            start += timedelta(minutes=length)
    return tuple(sorted(found, key=lambda slot: (slot.start, slot.clinician.key)))


def slot_of(key: str, zone: tzinfo | None) -> Slot | None:
    """The time that `Slot.key` names, taken or not, or None where no clinician has one then."""
    try:
        day = datetime.strptime(key.partition("-")[2], "%Y%m%d%H%M").date()  # noqa: DTZ007 - a day of the calendar
    except ValueError:
        return None
    return next((slot for slot in slots_on(day, zone, with_taken=True) if slot.key == key), None)
