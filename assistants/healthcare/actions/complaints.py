"""Reads what patients say of their complaint: what it is, since when, how strong, whose. Pure, and judges nothing.

The words are those of everyday speech in the six languages; what is not found here is asked again, or stays unknown,
which `triage` takes for something to be looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, TypeVar

from .entities import Found
from .lexicon import pattern, table
from .triage import AgeGroup, Kind, Severity

T = TypeVar("T")


def _meanings(name: str, column: str, meaning: Callable[[str], T]) -> tuple[tuple[T, re.Pattern[str]], ...]:
    return tuple((meaning(row[column]), pattern(row["words"])) for row in table(name))


_KINDS: Final = _meanings("complaints", "kind", Kind)
"""The first that is found counts: a fever with a cough is judged as a fever, the more careful of the two."""
_SEVERITIES: Final = _meanings("severities", "severity", lambda name: Severity[name.upper()])
_AGES: Final = _meanings("ages", "age_group", AgeGroup)
"""Of no "baby": one may be of any age up to two, and that is asked again."""
_SPANS: Final = _meanings("spans", "days", float)
_YEAR: Final = r"(?:years?|yrs?|jahren?|jahre?|ans?|años?|anos?|ann[io])\b"
_OUT_OF_TEN: Final = re.compile(
    r"(?<![\d.,])(10|[0-9])\b(?![.,]\d)(?!\s*(?:days?|weeks?|hours?|months?|tage?n?\b|wochen?\b|stunden?\b|monate?n?\b"
    r"|jours?\b|semaines?\b|heures?\b|mois\b|d[ií]as?\b|semanas?\b|horas?\b|mes(?:es)?\b|mês\b|giorn[io]\b"
    rf"|settiman[ae]\b|or[ae]\b|mes[ei]\b|{_YEAR}))",
    re.IGNORECASE,
)
_DEGREE: Final = re.compile(
    r"\b\d{1,2}\s*(?:/|out of|of|von|auf|sur|de|em|su)\s*(?:10|ten|zehn|dix|diez|dez|dieci)\b", re.IGNORECASE
)
"""How strong something is, and nobody's age."""
_IN_YEARS: Final = re.compile(rf"\b\d{{1,3}}\s*{_YEAR}", re.IGNORECASE)

_YOUNG_AGE: Final = re.compile(
    r"\b(\d{1,2})[\s-]*(days?|d|weeks?|wks?|w|months?|mths?|mo|tage?n?|wochen?|monate?n?|semaines?|mois|semanas?"
    r"|meses|mês|mes|settimane|mesi)\b"
    r"(?!\s+pregnant)",
    re.IGNORECASE,
)
_YEARS: Final = re.compile(r"\b(\d{1,3})\b")

_DAY_SECONDS: Final = 86400.0
_AGED: Final = (
    r"\b(?:(?:she|he|it|baby|son|daughter|kid|child|boy|girl)(?:['’]?s| is)|(?:sie|er|es) ist|(?:elle|il) a"
    r"|tiene|tem|ha)"
    r" (?:only |just |nearly |almost |erst |fast |seulement |solo |só |apenas )?"
)
_AGE_TOLD: Final = re.compile(
    rf"{_AGED}\d{{1,2}}[\s-]*(?:days?|weeks?|wks?|months?|mths?|tage|wochen|monate|jours|semaines|mois|d[ií]as|semanas"
    r"|meses|giorni|settimane|mesi)\b"
    r"|\b\d{1,3}[\s-]*(?:(?:days?|weeks?|wks?|months?|mths?|years?|yrs?)[\s-]*old|yo|y/o"
    r"|(?:tage|wochen|monate|jahre) alt)\b",
    re.IGNORECASE,
)
_AGE_BEFORE: Final = re.compile(rf"{_AGED}$", re.IGNORECASE)
_SOMEBODY_IS: Final = re.compile(
    r"\b(?:(?:she|he|son|daughter|kid|child|boy|girl)(?:['’]?s| is)|(?:sie|er|sohn|tochter|kind) ist"
    r"|(?:elle|il|fils|fille) a|tiene|tem|ha) (?:only |just |erst |seulement |solo |só |apenas )?\d{1,3}\b",
    re.IGNORECASE,
)
_CHILDREN: Final = frozenset({AgeGroup.BABY, AgeGroup.SMALL_CHILD, AgeGroup.CHILD})
_AGE_AFTER: Final = re.compile(r"[\s-]*(?:old|alt|pregnant)\b", re.IGNORECASE)
"""After a duration: it is an age ("3 weeks old"), and not how long something has lasted."""


def kind_of(text: str) -> Kind | None:
    """The first kind of complaint that the words name, or None."""
    return next((kind for kind, words in _KINDS if words.search(text)), None)


_NOTHING_TOLD: Final = pattern(
    r"(?:not|don'?t|dont) (?:feel|feeling)|feel(?:ing)? (?:(?:really|so|very|a bit) )?(?:ill|sick|bad|unwell|rough"
    r"|awful|terrible|lousy|off)|unwell|(?:i'?m|i am) (?:ill|sick)|(?:geht(?: es|'?s)? (?:mir|ihm|ihr)"
    r"|(?:mir|ihm|ihr) geht) .*(?:nicht|schlecht|mies)|fühle? (?:mich )?.*(?:nicht|schlecht|krank)|krank"
    r"|sens (?:pas|mal|très mal)|malade|encuentro (?:mal|fatal)|me siento|sinto|mi sento|sto (?:male|poco bene)"
    r"|enferm[oa]|doente|malat[oa]|symptoms?|symptome?|síntomas|sintomas|sintomi"
)
_FEWEST_WORDS: Final = 5


def tells_complaint(text: str) -> bool:
    """Whether the text says what the complaint is, in words that are known or in several: not `I don't feel well`."""
    known = kind_of(text) is not None
    return known or (len(re.findall(r"[^\W\d_]+", text)) >= _FEWEST_WORDS and not _NOTHING_TOLD.search(text))


_UNDER_FIVE: Final = re.compile(r"\b(?:under|unter|moins de|menor(?:es)? de|menos de|sotto i) 5\b", re.IGNORECASE)


def severity_of(text: str) -> Severity | None:
    """`7 of 10`, `really bad`, `ein bisschen` → how strong; None where it says nothing of that."""
    number = _OUT_OF_TEN.search(text)
    if number:
        degree = int(number[1])
        return Severity.SEVERE if degree >= 7 else Severity.MODERATE if degree >= 4 else Severity.MILD
    return next((degree for degree, words in _SEVERITIES if words.search(text)), None)


def degree_told(text: str) -> Severity | None:
    """The same where it is told unasked as so many of ten; None for any other number."""
    found = _DEGREE.search(text)
    return severity_of(found[0]) if found else None


def age_in_years(text: str) -> AgeGroup | None:
    """The age of `4 years`, `4 anni`, where how strong it is was asked for; None where no years are told."""
    found = _IN_YEARS.search(text)
    return age_group_of(found[0]) if found else None


def age_group_of(text: str) -> AgeGroup | None:
    """`6 weeks old`, `my daughter is 4`, `72`, `pregnant` → whose age; None where it says nothing of that."""
    exact = next((group for group in AgeGroup if group.value == text.strip().lower()), None)
    if exact is not None:
        return exact
    if _AGES[0][1].search(text):
        return AgeGroup.PREGNANT
    if young := _YOUNG_AGE.search(text):
        number, unit = int(young[1]), young[2].lower()
        weeks = number * 4.3 if unit.startswith("m") else number / 7 if unit[0] in "dt" else float(number)
        return AgeGroup.BABY if weeks < 13 else AgeGroup.SMALL_CHILD
    if _UNDER_FIVE.search(text):
        return AgeGroup.SMALL_CHILD
    if years := _YEARS.search(_DEGREE.sub("", text)):
        return _by_years(int(years[1]))
    return next((group for group, words in _AGES if words.search(text)), None)


def days_of(text: str, entities: Sequence[Found], now: datetime) -> float | None:
    """How many days it has lasted: of `time` and `duration` entities in Duckling's shape, else by the words."""
    for entity in entities:
        if entity.entity == "duration" and entity.seconds is not None and not _is_age(text, entity):
            return entity.seconds / _DAY_SECONDS
        if entity.entity == "time":
            since = _parsed(entity.begins)
            if since is not None and since <= now:
                return (now - since).total_seconds() / _DAY_SECONDS
    without_age = _AGE_TOLD.sub("", text)
    return next((days for days, words in reversed(_SPANS) if words.search(without_age)), None)


def age_told(text: str) -> AgeGroup | None:
    """The age that is told by the way: a number counts only where it says that it is one (`3 weeks old`)."""
    if told := _AGE_TOLD.search(text):
        return age_group_of(told[0])
    words = re.sub(r"\d+", "", text)
    return next((group for group, pattern_ in _AGES if group is not AgeGroup.ADULT and pattern_.search(words)), None)


def child_told(text: str) -> bool:
    """Whether the text says that it is for a child: `he is 6`, `shes 4`, `my 3 year old`, `for my son`."""
    text = re.sub(r"\bkinds? of\b", "", text, flags=re.IGNORECASE)  # a child in German
    found = _SOMEBODY_IS.search(text)
    return (age_group_of(found[0]) if found else age_told(text)) in _CHILDREN


def _is_age(text: str, entity: Found) -> bool:
    """Whether a duration is somebody's age, or how long a pregnancy has lasted."""
    around = _AGE_AFTER.match(text[entity.end :]) or _AGE_BEFORE.search(text[: entity.start])
    return bool(around or _AGES[0][1].search(text))


def _parsed(iso: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return None  # words that a story marks by hand, or a range
    return moment if moment.tzinfo else None


def _by_years(years: int) -> AgeGroup:
    if years < 5:
        return AgeGroup.SMALL_CHILD
    if years < 16:
        return AgeGroup.CHILD
    return AgeGroup.OLDER if years >= 65 else AgeGroup.ADULT
