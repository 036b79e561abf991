"""The sample practice: `Practice` over the files in `sample/`, with what patients book in a small SQLite file.

Sample appointments and results lie so many days from today, so the practice looks as lively in a year as now. Only
what was booked, moved or cancelled is stored. It is a sample: a real practice implements `Practice` over its system.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz, process

from .ledger import Ledger
from .practice import (
    Appointment,
    Clinician,
    Department,
    Identity,
    Patient,
    PatientId,
    Slot,
    SlotQuery,
    TestResult,
    VerifiedEmail,
)
from .sample_calendar import clinicians, rows, slot_of, slots_on
from .wish import HORIZON_DAYS

_ANY_DOCTOR: Final = "general practice"
_LIKE_ENOUGH: Final = 82.0  # of 100: "phisio" has 83 against "physio", "corigan" 93, "shoulder" 55 against "smear"
_LEAD: Final = timedelta(minutes=30)  # nobody gets here sooner


class SamplePractice:
    """The sample practice; `folder` (made if missing) holds what was booked. Any number of processes may share it.

    `now` gives the present in the practice's time zone.
    """

    def __init__(self, folder: Path, *, now: Callable[[], datetime]) -> None:
        self._now = now
        self._ledger = Ledger(folder / "booked.sqlite3")

    async def patient(self, identity: Identity) -> Patient | None:
        match identity:
            case PatientId(value):
                column, known = "key", value
            case VerifiedEmail(address):
                column, known = "email", address
        wanted = known.strip().casefold()
        found = next((row for row in rows("patients") if row[column].casefold() == wanted), None)
        return Patient(found["key"], found["name"]) if found else None

    async def departments(self) -> Sequence[Department]:
        return tuple(Department(row["name"], row["bring"]) for row in rows("departments"))

    async def clinicians(self) -> Sequence[Clinician]:
        return tuple(clinicians().values())

    async def department_named(self, words: str) -> str | None:
        meanings = {row["word"]: row["department"] for row in rows("department_words")}
        found = process.extractOne(words.strip().lower(), list(meanings), scorer=fuzz.ratio, score_cutoff=_LIKE_ENOUGH)
        return meanings[found[0]] if found else _department_in(words, meanings)

    async def clinician_named(self, words: str) -> Clinician | None:
        typed = words.lower().replace(".", " ").split()
        likeness = {
            row["key"]: max(fuzz.ratio(word, name) for word in typed or [""] for name in row["words"].split())
            for row in rows("clinicians")
        }
        best = max(likeness.values())
        meant = [key for key, score in likeness.items() if score == best]
        return clinicians()[meant[0]] if best >= _LIKE_ENOUGH and len(meant) == 1 else None

    async def free_slots(self, query: SlotQuery) -> Sequence[Slot]:
        return await asyncio.to_thread(self._free, query)

    async def slot(self, key: str) -> Slot | None:
        slot = slot_of(key, self._now().tzinfo)
        if slot is None:
            return None
        day = slot.start.date()
        of_day = await self.free_slots(SlotQuery(day, day, clinician=slot.clinician.key, limit=1000))
        return next((free for free in of_day if free == slot), None)

    async def appointments_of(self, patient: Patient) -> Sequence[Appointment]:
        return await asyncio.to_thread(self._own, patient)

    async def book(self, slot: Slot, patient: Patient) -> Appointment:
        return Appointment(await asyncio.to_thread(self._ledger.book, slot.key, patient.key), slot)

    async def move(self, number: str, slot: Slot, patient: Patient) -> Appointment | None:
        if await self._own_one(number, patient) is None:
            return None
        await asyncio.to_thread(self._ledger.write, number, patient.key, slot.key)
        return Appointment(number, slot)

    async def cancel(self, number: str, patient: Patient) -> Appointment | None:
        found = await self._own_one(number, patient)
        if found is not None:
            await asyncio.to_thread(self._ledger.write, number, patient.key, None)
        return found

    async def results_of(self, patient: Patient) -> Sequence[TestResult]:
        today = self._now().date()

        def day(offset: str) -> date:
            return today + timedelta(days=int(offset))

        results = [
            TestResult(
                test=row["test"],
                taken=day(row["taken_days"]),
                ready=day(row["ready_days"]) if row["ready_days"] else None,
                expected=day(row["expected_days"]),
                clinician=clinicians()[row["clinician"]],
            )
            for row in rows("results")
            if row["patient"] == patient.key
        ]
        return tuple(sorted(results, key=lambda result: result.taken, reverse=True))

    async def _own_one(self, number: str, patient: Patient) -> Appointment | None:
        return next((own for own in await self.appointments_of(patient) if own.number == number), None)

    def _free(self, query: SlotQuery) -> Sequence[Slot]:
        now = self._now()
        day, last = max(query.first, now.date()), min(query.last, now.date() + timedelta(days=HORIZON_DAYS))
        held = self._held()
        found: list[Slot] = []
        while day <= last and len(found) < query.limit:
            found += (
                slot
                for slot in slots_on(day, now.tzinfo)
                if slot.start >= now + _LEAD
                and slot.start.weekday() not in query.besides
                and query.earliest <= slot.start.time() <= query.latest
                and query.department in {None, slot.clinician.department}
                and query.clinician in {None, slot.clinician.key}
                and slot.key not in held
            )
            day += timedelta(days=1)
        return tuple(found[: query.limit])

    def _held(self) -> frozenset[str]:
        written = self._ledger.entries()
        of_sample = (slot.key for number, _, slot in self._sample() if number not in written)
        return frozenset({*of_sample, *(slot for _, slot in written.values() if slot)})

    def _own(self, patient: Patient) -> Sequence[Appointment]:
        now, written = self._now(), self._ledger.entries()
        own = [Appointment(n, slot) for n, key, slot in self._sample() if key == patient.key and n not in written]
        for number, (key, of_slot) in written.items():
            slot = slot_of(of_slot, now.tzinfo) if of_slot else None
            if key == patient.key and slot is not None:
                own.append(Appointment(number, slot))
        return tuple(sorted((a for a in own if a.slot.start >= now), key=lambda a: a.slot.start))

    def _sample(self) -> Iterator[tuple[str, str, Slot]]:
        """Number, patient and time of the sample's appointments: the clinician's first day on or after that offset."""
        now = self._now()
        for row in rows("appointments"):
            first = now.date() + timedelta(days=int(row["in_days"]))
            weeks = (slots_on(first + timedelta(days=later), now.tzinfo, with_taken=True) for later in range(14))
            days = ([slot for slot in day if slot.clinician.key == row["clinician"]] for day in weeks)
            of_day = next(day for day in days if day)
            yield row["number"], row["patient"], of_day[int(row["place"]) % len(of_day)]


def _department_in(words: str, meanings: Mapping[str, str]) -> str | None:
    """The one department that is named among other words; a doctor is of general practice unless more is said."""
    said = " ".join(["", *re.findall(r"[\w'-]+", words.lower()), ""]).replace(" kind of ", " ")
    named = {department for word, department in meanings.items() if f" {word} " in said}
    named = named - {_ANY_DOCTOR} or named
    return named.pop() if len(named) == 1 else None
