"""How times, appointments and advice are put into words for patients. Fixed sentences are in the domain. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from .lexicon import table
from .practice import Appointment, Clinician, Slot, TestResult
from .triage import Kind
from .wish import END_OF_DAY, Wish


def day(value: date) -> str:
    """`Thursday 3 December`."""
    return f"{value:%A} {value.day} {value:%B}"


def moment(value: datetime) -> str:
    """`Thursday 3 December at 14:20`."""
    return f"{day(value.date())} at {value:%H:%M}"


def slot_line(slot: Slot) -> str:
    """One offered time: `• Thursday 3 December at 14:20, Dr Maeve Corrigan`."""
    return f"• {moment(slot.start)}, {slot.clinician.title}"


def slot_button(slot: Slot) -> str:
    """As short as a button has to be: `Thu 3 Dec 14:20 · Corrigan`."""
    return f"{slot.start:%a} {slot.start.day} {slot.start:%b} {slot.start:%H:%M} · {slot.clinician.title.split()[-1]}"


def appointment_line(appointment: Appointment) -> str:
    """`FP-2041 · Friday 13 March at 09:50 with Dr Maeve Corrigan, general practice`."""
    slot = appointment.slot
    return f"{appointment.number} · {moment(slot.start)} with {slot.clinician.title}, {slot.clinician.department}"


def clinician_line(clinician: Clinician) -> str:
    """`• Dr Maeve Corrigan, general practice (English, Irish)`."""
    return f"• {clinician.title}, {clinician.department} ({', '.join(clinician.languages)})"


def offer(slots: Sequence[Slot], wish: Wish, *, fits: bool) -> str:
    """What is free, and whether that is what was asked for."""
    lines = "\n".join(slot_line(slot) for slot in slots)
    intro = "These times are free:" if fits else f"There is nothing left {_asked_for(wish)}. The next free times are:"
    return f"{intro}\n{lines}\nWhich one suits you? You can also name another day."


def result_line(result: TestResult, today: date) -> str:
    """Whether a test has come back, and who tells what it says; never more."""
    what = f"Your {result.test} of {day(result.taken)}"
    if result.ready is not None:
        return f"• {what} has been back since {day(result.ready)}."
    late = result.expected < today
    when = "is late; the lab has been asked" if late else f"is not back yet; we expect it by {day(result.expected)}"
    return f"• {what} {when}."


def _asked_for(wish: Wish) -> str:
    one_day = wish.first == wish.last
    days = f"on {day(wish.first)}" if one_day else f"between {day(wish.first)} and {day(wish.last)}"
    if wish.earliest == time.min and wish.latest == END_OF_DAY:
        return days
    if wish.latest == END_OF_DAY:
        return f"{days} after {wish.earliest:%H:%M}"
    if wish.earliest == time.min:
        return f"{days} before {wish.latest:%H:%M}"
    return f"{days} from {wish.earliest:%H:%M} to {wish.latest:%H:%M}"


def self_care(kind: Kind | None) -> str:
    """What public health pages tell everybody, in our own words, and when to come. No remedy by name, no dose."""
    return next((row["advice"] for row in table("self_care") if kind and row["kind"] == kind.value), "")
