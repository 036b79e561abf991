"""What patients booked, moved and cancelled in the sample: one SQLite file that any number of processes may share."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from .practice import PracticeUnreachableError, SlotTakenError

_FIRST_NUMBER: Final = 3001  # the sample's own appointments have lower ones
_SCHEMA: Final = """
create table if not exists ledger (
    number text primary key,
    patient text not null,
    slot text unique -- null once it was cancelled
)
"""
_BOOK: Final = """
insert into ledger
select 'FP-' || (max(coalesce(max(cast(substr(number, 4) as integer)), 0), :before) + 1), :patient, :slot from ledger
where true on conflict (slot) do nothing
"""
_WRITE: Final = """
insert into ledger values (:number, :patient, :slot)
on conflict (number) do update set slot = excluded.slot where patient = excluded.patient
"""


class Ledger:
    """`path` is made at the first change. All methods raise PracticeUnreachableError when it cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def entries(self) -> Mapping[str, tuple[str, str | None]]:
        """Appointment number → patient and slot, the slot None once it was cancelled."""
        if not self.path.exists():
            return {}
        with self._opened() as connection:
            written = connection.execute("select number, patient, slot from ledger").fetchall()
        return {number: (patient, slot) for number, patient, slot in written}

    def book(self, slot: str, patient: str) -> str:
        """The number of the appointment, new or had already. Raises SlotTakenError when somebody else has the slot."""
        with self._opened() as connection:
            # one statement under one lock, so that of two who want the same time one gets it
            connection.execute(_BOOK, {"slot": slot, "patient": patient, "before": _FIRST_NUMBER - 1})
            connection.commit()
            number, owner = connection.execute(
                "select number, patient from ledger where slot = :slot", {"slot": slot}
            ).fetchone()
        if owner != patient:
            raise SlotTakenError(f"booking {slot} failed: somebody else has it by now; offer other times")
        return str(number)

    def write(self, number: str, patient: str, slot: str | None) -> None:
        """Move an appointment to `slot`, or cancel it with None. Raises SlotTakenError."""
        with self._opened() as connection:
            try:
                connection.execute(_WRITE, {"number": number, "patient": patient, "slot": slot})
            except sqlite3.IntegrityError as error:
                raise SlotTakenError(f"moving {number} failed: somebody else has {slot}; offer other times") from error
            connection.commit()

    @contextmanager
    def _opened(self) -> Generator[sqlite3.Connection]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PracticeUnreachableError(
                f"making {self.path.parent} for the sample's bookings failed ({error}); "
                "name a folder that can be written in WARMLINE_DATA"
            ) from error
        try:
            with closing(sqlite3.connect(self.path, timeout=5.0)) as connection:
                connection.execute(_SCHEMA)
                yield connection
        except sqlite3.Error as error:
            raise PracticeUnreachableError(
                f"reading or writing the sample's bookings in {self.path} failed ({error}); "
                "delete the file to begin with none"
            ) from error
