"""How soon somebody should be seen, by rules of thumb. Pure; it names no illness, no remedy by name, and no dose.

The rules follow what public health services tell everybody: the HSE's "Under the Weather" pages and its A to Z, the
NHS' A to Z and 111 guidance, and Germany's gesund.bund.de and 116117. Where they differ, the earlier visit is taken.
A complaint that the table does not know is never left to self-care.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum
from typing import Final


class Urgency(IntEnum):
    """How soon, from the least to the most urgent."""

    SELF_CARE = 0
    DAYS = 1
    TODAY = 2
    EMERGENCY = 3


class Severity(IntEnum):
    """How strong the patient says it is."""

    MILD = 1
    MODERATE = 2
    SEVERE = 3


class AgeGroup(StrEnum):
    """Who is ill, as far as it changes how soon: values are what the slot holds and what buttons show."""

    BABY = "baby under 3 months"
    SMALL_CHILD = "child under 5"
    CHILD = "child 5 to 15"
    ADULT = "adult"
    OLDER = "65 or older"
    PREGNANT = "pregnant"


class Kind(Enum):
    """Kinds of complaints that the rules know."""

    FEVER = "fever"
    COLD = "cough or cold"
    THROAT = "sore throat"
    HEADACHE = "headache"
    STOMACH = "stomach ache"
    GUT = "diarrhoea or vomiting"
    HEARTBURN = "heartburn"
    BACK = "back or neck pain"
    JOINT = "sprain or sore joint"
    SKIN = "rash or itch"
    EAR = "earache"
    EYE = "sore eye"
    URINE = "trouble passing water"
    ALLERGY = "hay fever"
    BITE = "bite or sting"
    TIRED = "tiredness"
    SLEEP = "trouble sleeping"
    MOOD = "low mood or anxiety"
    DIZZY = "dizziness"
    TOOTH = "toothache"
    LUMP = "lump"
    BURN = "small burn or cut"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What somebody told: `kind` is None where the table does not know it, `days` how long it has lasted."""

    kind: Kind | None
    age: AgeGroup
    days: float
    severity: Severity
    has_warning_signs: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    """At once, this; `days_after` and `today_after` are days from which on somebody should look at it anyway."""

    at_once: Urgency
    days_after: float = float("inf")
    today_after: float = float("inf")


_SELF, _DAYS, _TODAY = Urgency.SELF_CARE, Urgency.DAYS, Urgency.TODAY
_RULES: Final[Mapping[Kind, _Rule]] = {
    Kind.FEVER: _Rule(_SELF, 2, 3),
    Kind.COLD: _Rule(_SELF, 21),
    Kind.THROAT: _Rule(_SELF, 7),
    Kind.HEADACHE: _Rule(_SELF, 7),
    Kind.STOMACH: _Rule(_SELF, 2),
    Kind.GUT: _Rule(_SELF, 3, 7),
    Kind.HEARTBURN: _Rule(_SELF, 21),
    Kind.BACK: _Rule(_SELF, 14),
    Kind.JOINT: _Rule(_SELF, 10),
    Kind.SKIN: _Rule(_SELF, 7),
    Kind.EAR: _Rule(_SELF, 3),
    Kind.EYE: _Rule(_SELF, 5),
    Kind.URINE: _Rule(_DAYS, 0, 3),
    Kind.ALLERGY: _Rule(_SELF, 14),
    Kind.BITE: _Rule(_SELF, 3),
    Kind.TIRED: _Rule(_SELF, 28),
    Kind.SLEEP: _Rule(_SELF, 28),
    Kind.MOOD: _Rule(_DAYS),
    Kind.DIZZY: _Rule(_DAYS),
    Kind.TOOTH: _Rule(_DAYS),
    Kind.LUMP: _Rule(_DAYS),
    Kind.BURN: _Rule(_SELF, 3),
}
_UNKNOWN: Final = _Rule(_DAYS)

_DEPARTMENTS: Final = {
    Kind.BACK: "physiotherapy",
    Kind.JOINT: "physiotherapy",
    Kind.SKIN: "skin",
}

_SOONER: Final = frozenset({AgeGroup.SMALL_CHILD, AgeGroup.OLDER})
"""For them, how long something may last is halved: they dry out and tire sooner."""

_WORSE_IN_PREGNANCY: Final = frozenset({Kind.FEVER, Kind.HEADACHE, Kind.STOMACH, Kind.GUT, Kind.URINE, Kind.DIZZY})


def department_for(kind: Kind | None) -> str | None:
    """Who of an adult's complaint sees to it first; None of an unknown one, and of teeth, which are a dentist's."""
    return None if kind is None or kind is Kind.TOOTH else _DEPARTMENTS.get(kind, "general practice")


def urgency(complaint: Complaint) -> Urgency:
    """How soon this should be looked at: the most urgent of all that applies."""
    if complaint.has_warning_signs:
        return Urgency.EMERGENCY
    if complaint.age is AgeGroup.BABY:
        # fever in the first three months is an emergency by every source; anything else is for today
        return Urgency.EMERGENCY if complaint.kind is Kind.FEVER else Urgency.TODAY
    if complaint.severity is Severity.SEVERE:
        return Urgency.TODAY
    if complaint.age is AgeGroup.PREGNANT and complaint.kind in _WORSE_IN_PREGNANCY:
        return Urgency.TODAY
    return max(_by_time(complaint), _by_person(complaint))


def _by_time(complaint: Complaint) -> Urgency:
    rule = _RULES.get(complaint.kind, _UNKNOWN) if complaint.kind else _UNKNOWN
    days = complaint.days * 2 if complaint.age in _SOONER else complaint.days
    if days >= rule.today_after:
        return Urgency.TODAY
    return max(rule.at_once, Urgency.DAYS if days >= rule.days_after else Urgency.SELF_CARE)


def _by_person(complaint: Complaint) -> Urgency:
    if complaint.age is AgeGroup.PREGNANT:
        return Urgency.DAYS
    moderate = complaint.severity is Severity.MODERATE
    return Urgency.DAYS if moderate and complaint.age in _SOONER else Urgency.SELF_CARE
