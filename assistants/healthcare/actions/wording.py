"""Which of the domain's responses tells patients of times, appointments and results, and what fills its fields. Pure.

The sentences are in `domain/responses_*.yml`, in every language of the patients; `values` says days and times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from .lexicon import table
from .practice import Appointment, Clinician, Slot, TestResult
from .sdk import Button, Dispatcher
from .terms import BRING, term
from .triage import Kind
from .values import clock, day, moment, short_moment, upper_first
from .wish import END_OF_DAY, Wish

_WITH: Final[Mapping[str, str]] = {"en": "with", "de": "bei", "fr": "avec", "es": "con", "pt": "com", "it": "con"}
_ON: Final[Mapping[str, str]] = {
    "en": "on {first}",
    "de": "am {first}",
    "fr": "le {first}",
    "es": "el {first}",
    "pt": "a {first}",
    "it": "{first}",
}
_BETWEEN: Final[Mapping[str, str]] = {
    "en": "between {first} and {last}",
    "de": "zwischen {first} und {last}",
    "fr": "entre le {first} et le {last}",
    "es": "entre el {first} y el {last}",
    "pt": "entre {first} e {last}",
    "it": "tra {first} e {last}",
}
_AFTER: Final[Mapping[str, str]] = {
    "en": " after {earliest}",
    "de": " nach {earliest} Uhr",
    "fr": " après {earliest}",
    "es": " después de las {earliest}",
    "pt": " depois das {earliest}",
    "it": " dopo le {earliest}",
}
_BEFORE: Final[Mapping[str, str]] = {
    "en": " before {latest}",
    "de": " vor {latest} Uhr",
    "fr": " avant {latest}",
    "es": " antes de las {latest}",
    "pt": " antes das {latest}",
    "it": " prima delle {latest}",
}
_WITHIN: Final[Mapping[str, str]] = {
    "en": " from {earliest} to {latest}",
    "de": " von {earliest} bis {latest} Uhr",
    "fr": " de {earliest} à {latest}",
    "es": " de {earliest} a {latest}",
    "pt": " das {earliest} às {latest}",
    "it": " dalle {earliest} alle {latest}",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One message: the name of a response of the domain, and its fields."""

    response: str
    fields: Mapping[str, str]


def tell(dispatcher: Dispatcher, told: Told, buttons: Sequence[Button] = ()) -> None:
    """Say it, with these buttons under it."""
    dispatcher.utter_message(response=told.response, buttons=list(buttons), **told.fields)


def slots_listed(slots: Sequence[Slot], language: str) -> str:
    """A line each: `• Thursday 3 December at 14:20, Dr Maeve Corrigan`."""
    return "\n".join(f"• {moment(slot.start, language)}, {slot.clinician.title}" for slot in slots)


def slot_button(slot: Slot, language: str) -> str:
    """As short as a button has to be: `Thu 3 Dec 14:20 · Corrigan`."""
    return f"{short_moment(slot.start, language)} · {slot.clinician.title.split()[-1]}"


def slot_whole(slot: Slot, language: str) -> str:
    """`Friday 13 March at 09:50 with Dr Maeve Corrigan, general practice`."""
    who = f"{slot.clinician.title}, {term(slot.clinician.department, language)}"
    return f"{moment(slot.start, language)} {_WITH[language]} {who}"


def appointment_line(appointment: Appointment, language: str) -> str:
    """`FP-2041 · Friday 13 March at 09:50 with Dr Maeve Corrigan, general practice`."""
    return f"{appointment.number} · {slot_whole(appointment.slot, language)}"


def appointments_listed(own: Sequence[Appointment], language: str) -> str:
    """A line each."""
    return "\n".join(f"• {appointment_line(one, language)}" for one in own)


def clinicians_listed(who: Sequence[Clinician], language: str) -> str:
    """A line each: `• Dr Maeve Corrigan, general practice (English, Irish)`."""
    return "\n".join(
        f"• {one.title}, {term(one.department, language)} ({', '.join(term(name, language) for name in one.languages)})"
        for one in who
    )


def offer(slots: Sequence[Slot], wish: Wish, language: str, *, fits: bool) -> Told:
    """What is free, and whether that is what was asked for."""
    times = slots_listed(slots, language)
    if fits:
        return Told("utter_times_offered", {"times": times})
    return Told("utter_other_times_offered", {"times": times, "wish": _asked_for(wish, language)})


def to_move(own: Appointment, slot: Slot, language: str) -> Told:
    """The question before an appointment is moved."""
    fields = {"moment": moment(slot.start, language), "clinician": slot.clinician.title}
    return Told("utter_shall_i_move", {"appointment": appointment_line(own, language), **fields})


def cancelled(number: str, start: datetime, language: str) -> Told:
    """That an appointment is no more."""
    fields = {"number": number, "day": day(start.date(), language), "time": clock(start.time(), language)}
    return Told("utter_cancelled", fields)


def result(found: TestResult, today: date, language: str) -> Told:
    """Whether a test has come back, and who tells what it says; never more."""
    test = term(found.test, language)
    # the English sentence begins with "Your", the others with the test
    named = test if language == "en" else upper_first(test)
    fields = {"test": named, "taken": day(found.taken, language)}
    if found.ready is not None:
        return Told("utter_result_is_back", {**fields, "ready": day(found.ready, language)})
    if found.expected < today:
        return Told("utter_result_is_late", fields)
    return Told("utter_result_is_expected", {**fields, "expected": day(found.expected, language)})


def things_to_bring(department: str, english: str, language: str) -> str:
    """What a department wants to see; in the practice's own words, `english`, where there are no others."""
    return BRING.get(department, {}).get(language, english)


def self_care(kind: Kind | None, language: str) -> str:
    """What public health pages tell everybody, in our own words, and when to come. No remedy by name, no dose."""
    return next((row[language] for row in table("self_care") if kind and row["kind"] == kind.value), "")


def _asked_for(wish: Wish, language: str) -> str:
    days = (_ON if wish.first == wish.last else _BETWEEN)[language]
    if wish.earliest == time.min and wish.latest == END_OF_DAY:
        hours = ""
    elif wish.latest == END_OF_DAY:
        hours = _AFTER[language]
    else:
        hours = (_BEFORE if wish.earliest == time.min else _WITHIN)[language]
    return (days + hours).format(
        first=day(wish.first, language),
        last=day(wish.last, language),
        earliest=clock(wish.earliest, language),
        latest=clock(wish.latest, language),
    )
