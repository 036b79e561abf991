"""What the assistant asks of a practice: values and one Protocol, to be implemented over a real practice's systems.

Privacy is part of the interface. Appointments and results are asked for together with the identity of the patient
they belong to, and "there is none" and "it is somebody else's" are the same answer. Of a test result the interface
can say that it is there, never what it says. Nothing here does I/O.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PatientId:
    """The patient's account, vouched for by the platform that carried the message."""

    value: str


@dataclass(frozen=True, slots=True)
class VerifiedEmail:
    """An address that the platform vouches for."""

    address: str


Identity = PatientId | VerifiedEmail


@dataclass(frozen=True, slots=True)
class Patient:
    """Somebody who is registered with the practice."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Department:
    """A field of the practice; `bring` is a sentence about what patients bring along."""

    name: str
    bring: str


@dataclass(frozen=True, slots=True)
class Clinician:
    """Somebody whom patients come to see; `title` is how the practice names them to patients."""

    key: str
    title: str
    department: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which one clinician sees one patient. `start` is in the practice's time zone."""

    clinician: Clinician
    start: datetime
    minutes: int

    @property
    def key(self) -> str:
        """`corrigan-202612031420`: what buttons carry."""
        return f"{self.clinician.key}-{self.start:%Y%m%d%H%M}"


@dataclass(frozen=True, slots=True)
class Appointment:
    """A slot that belongs to a patient; `number` (`FP-2041`) is what people quote."""

    number: str
    slot: Slot


@dataclass(frozen=True, slots=True)
class SlotQuery:
    """Which free slots are wanted: from `first` to `last`, both included, starting between `earliest` and `latest`.

    None on weekdays in `besides`, 0 for Mondays.
    """

    first: date
    last: date
    earliest: time = time.min
    latest: time = time.max
    department: str | None = None
    clinician: str | None = None
    limit: int = 4
    besides: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class TestResult:
    """Whether something that was taken has come back: `ready` is None while it has not. Never what it says."""

    test: str
    taken: date
    ready: date | None
    expected: date
    clinician: Clinician


class Practice(Protocol):
    """Departments, clinicians, free slots, and a patient's own appointments.

    Many conversations may call it at once, and each call may be made twice: booking, moving and cancelling what is
    already so changes nothing and gives the same answer. Times are in the practice's zone.
    """

    async def patient(self, identity: Identity) -> Patient | None:
        """Who that is, or None for a stranger."""
        ...

    async def departments(self) -> Sequence[Department]:
        """All fields of the practice."""
        ...

    async def clinicians(self) -> Sequence[Clinician]:
        """Everybody whom patients come to see."""
        ...

    async def department_named(self, words: str) -> str | None:
        """The department that these words mean (`my back` → `physiotherapy`), typing errors allowed."""
        ...

    async def clinician_named(self, words: str) -> Clinician | None:
        """The clinician that these words mean, typing errors allowed; None when it is nobody or unclear."""
        ...

    async def free_slots(self, query: SlotQuery) -> Sequence[Slot]:
        """What is free, soonest first: never in the past, never at night or on a Sunday."""
        ...

    async def slot(self, key: str) -> Slot | None:
        """The slot that a button carries, if it is free; otherwise None."""
        ...

    async def appointments_of(self, patient: Patient) -> Sequence[Appointment]:
        """What this patient has before them, soonest first."""
        ...

    async def book(self, slot: Slot, patient: Patient) -> Appointment:
        """Give the slot to the patient. Raises SlotTakenError when somebody else was quicker."""
        ...

    async def move(self, number: str, slot: Slot, patient: Patient) -> Appointment | None:
        """Move this patient's appointment; None when they have none of that number. Raises SlotTakenError."""
        ...

    async def cancel(self, number: str, patient: Patient) -> Appointment | None:
        """Cancel this patient's appointment, and give it as it was; None when they have none of that number."""
        ...

    async def results_of(self, patient: Patient) -> Sequence[TestResult]:
        """What was taken of this patient lately, newest first."""
        ...


class SlotTakenError(Exception):
    """Somebody else has that time now; the patient has to choose another one."""


class PracticeUnreachableError(Exception):
    """The practice's systems did not answer; the message says which one and what to look at."""
