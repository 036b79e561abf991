"""Reads what customers typed: amounts, terms, the end of a number, a stretch of time. Pure: text in, values out."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from .spoken_numbers import in_figures, numbers_in
from .values import MONTHS

_AMOUNT: Final = re.compile(
    r"(\d+(?:[.,\s]\d{3})*(?:[.,]\d{1,2})?)\s*((?:k|mil|mila|mille|tausend|tsd\.?|thousand|grand)(?!\w))?",
    re.IGNORECASE,
)
_YEARS: Final = re.compile(
    r"(\d+(?:[.,]5)?)\s*-?\s*(?:years?|yrs?|y|jahr(?:en?)?|ans?|años?|anos?|anni|anno)\b", re.IGNORECASE
)
_MONTHS: Final = re.compile(
    r"(\d+)\s*-?\s*(?:months?|mths?|m|monat(?:en?)?|mois|mes(?:es)?|mesi|mese)\b", re.IGNORECASE
)
_BARE: Final = re.compile(r"\b(\d{1,3})\b")
_CORRECTED: Final = re.compile(
    r"\b(?:no|nah|wait|actually|rather|make it|nein|doch lieber|quatsch|moment|non|plut[oô]t|enfin|mejor|bueno|não"
    r"|melhor|anzi|meglio)\b",
    re.IGNORECASE,
)
_LONGEST_BARE_YEARS: Final = 10  # "5" is five years, "36" is months: nobody borrows for a dozen months or of years less
_ENDING: Final = re.compile(r"(?<!\d)(\d{4})\s*$")
_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{7,26}(\d{4})", re.IGNORECASE)
_DAYS: Final = re.compile(
    r"\b(?:(?:last|past|letzten?|últimos|ultimi)\s+(\d{1,2})\s+(?:days|tagen?|días|dias|giorni)"
    r"|(\d{1,2})\s+derniers\s+jours)\b"
)


def _any_of(*words: str) -> re.Pattern[str]:
    """Finds any of these as a whole word; `*` stands for any ending."""
    return re.compile(rf"\b(?:{'|'.join(words)})\b".replace("*", r"\w*"))


_SPENT: Final = _any_of(
    "spen*", "ausgeg*", "ausgaben", "dépens*", "gast*", "despes*", "speso", "spes[ae]", "outgoing*", "expenses"
)
_RECEIVED: Final = _any_of(
    "salary", "wages?", "incoming", "income", "*gehalt*", "*lohn*", "salaires?", "nómina", "salário", "stipendio"
)
_ANOTHER: Final = _any_of("others?", "another", "andere[mnrs]?", "autres?", "otr[oa]s?", "outr[oa]s?", "altr[aeio]")
_FOUND: Final = re.compile(
    r"\bfound (?:it|them|my|the)\b|\bit['’]?s (?:right )?here\b|\b(?:it|they|card) (?:turned|showed) up\b"
    r"|\bgefunden\b|\bwieder da\b|\bretrouvé\w*"
    r"|\b(?:he|hemos|ya) encontr\w+|\b(?:la|lo|las) encontré\b|\baparec(?:ió|ido|eu)\b|\bencontrei\b"
    r"|\b(?:l['’]ho|ho|abbiamo) (?:ri)?trovat[oaie]\b"
)
_NOT_FOUND: Final = re.compile(
    r"\b(?:not|nicht|nirgends|pas|não|never|if|falls|wenn|si|se|who|some(?:body|one)|jemand|quelqu['’]un|alguien"
    r"|alguém|qualcuno)\b|n['’]t\b|\bnon\s*$|\bno (?:l[ao]s? )?$"
)
"""What says before it that nothing was found, or that somebody else did."""
_ALL: Final = _any_of(
    *("both", "all", "alle", "beide", "toutes", "tous", "les deux", "todas", "las dos", "ambas", "ambos"),
    *("todos", "as duas", "os dois", "tutte", "entrambe"),
)
_TODAY: Final = _any_of("today", "heute", "aujourd'hui", "hoy", "hoje", "oggi")
_YESTERDAY: Final = _any_of("yesterday", "gestern", "hier", "ayer", "ontem", "ieri")
_LAST: Final = _any_of(
    "last", "past", "previous", "letzt*", "vorig*", "derni*", "pasad*", "passad*", "scors*", "[úu]ltim*"
)
_BEFORE_LAST: Final = re.compile(
    r"\b(?:(?:month|week) before|before last|(?:monat|woche) (?:davor|zuvor)|vorletzt\w*|(?:mois|semaine) d'avant"
    r"|avant-derni\w*|(?:mes|semana|mês) anterior|penúltim\w*|(?:mese|settimana) (?:prima|precedente)|penultim\w*)\b"
)
"""The one before the last, or before the one that was told."""
_WEEK: Final = _any_of("week*", "woche*", "semaine*", "semana*", "settiman*")
_MONTH: Final = _any_of("months?", "monate?n?", "mois", "mes", "meses", "mês", "mese", "mesi")
_SOMETHING_ELSE: Final = {"de": _any_of("hier"), "fr": _any_of("mes")}
"""What is yesterday or a month in another language, and in this one `here` and `my`."""
_NAMED_MONTHS: Final = {
    name: number for names in MONTHS.values() for number, name in enumerate(names.lower().split(), start=1)
}
_IN_MONTH: Final = re.compile(rf"\b(?:in|im|en|em|a|ad|for|of|für|vom|de|di|du|d['’])\s*({'|'.join(_NAMED_MONTHS)})\b")


def read_amount_cents(text: object) -> int | None:
    """`8000`, `€12.500`, `10 000`, `7,500.50`, `15k`, `12,5k`, `ten thousand five hundred` → euro cents, or None.

    A group of exactly three digits after `.`, `,` or a space is thousands, of one or two digits is cents.
    """
    found = _AMOUNT.search(in_figures(str(text)))
    if not found:
        return None
    number = re.sub(r"\s", "", found[1])
    decimal = re.search(r"[.,](\d{1,2})$", number)
    whole = re.sub(r"[.,]", "", number[: decimal.start()] if decimal else number)
    cents = int(whole) * 100 + (int(decimal[1].ljust(2, "0")) if decimal else 0)
    return cents * (1000 if found[2] else 1)


def whole_amount(part: str, text: str) -> str:
    """The number in `text` of which `part` is a piece (`5k` of `12,5k over four years`), else `part` itself."""
    wanted = part.strip().lower()
    spoken = (text[start:end] for start, end, _ in numbers_in(text))
    numbers = (*spoken, *(found[0].strip() for found in _AMOUNT.finditer(text)))
    return next((number for number in numbers if wanted and wanted in number.lower()), part)


def read_months(text: object) -> int | None:
    """`36 months`, `5 years`, `2.5 years`, `three years`, `36`, `5` → months; None where there is no term.

    A bare number of up to ten is years, a larger one months.
    """
    typed = in_figures(str(text))
    if found := _YEARS.search(typed):
        return round(_number(found[1]) * 12)
    if found := _MONTHS.search(typed):
        return round(_number(found[1]))
    found = _BARE.search(typed)
    if not found:
        return None
    bare = int(found[1])
    return bare * 12 if bare <= _LONGEST_BARE_YEARS else bare


def read_ending(text: object) -> str | None:
    """The last four digits of `ending 4417`, `4417` or a whole IBAN; None where a text ends otherwise."""
    found = _IBAN.fullmatch("".join(str(text).split())) or _ENDING.search(str(text))
    return found[1] if found else None


def read_direction(text: str) -> int:
    """1 where only money that came is asked for (`has my salary arrived`), -1 for what went (`spent`), 0 for both."""
    said = text.lower()
    if _SPENT.search(said):
        return -1
    return 1 if _RECEIVED.search(said) else 0


def speaks_of_another(text: str) -> bool:
    """Whether it is another one that is meant: `no, the other one`, `nein, die andere`."""
    return _ANOTHER.search(text.lower()) is not None


def speaks_of_found(text: str) -> bool:
    """Whether what was lost is there again: `wait, found it!`, `hab sie wieder gefunden`."""
    said = text.lower()
    found = _FOUND.search(said)
    return found is not None and _NOT_FOUND.search(said[: found.start()]) is None


def speaks_of_all(text: str) -> bool:
    """Whether all of several are meant: `both`, `alle beide`, `les deux`."""
    return _ALL.search(text.lower()) is not None


def last_said(text: str) -> str:
    """What somebody settles on who corrects themselves: `5` of `3 years, no make it 5`; else the text as it is."""
    *_, last = _CORRECTED.split(in_figures(text))
    return last if re.search(r"\d", last) else text


def read_plain_term(text: object) -> int | None:
    """As `read_months`, but only where months or years are said: a bare number is none."""
    typed = in_figures(str(text))
    return read_months(typed) if _YEARS.search(typed) or _MONTHS.search(typed) else None


def without_term(text: str) -> str:
    """The text without its months and years, whose numbers are no amounts."""
    return _MONTHS.sub(" ", _YEARS.sub(" ", in_figures(text)))


def read_period(
    text: str, today: date, language: str = "", told: tuple[date, date] | None = None
) -> tuple[date, date] | None:
    """The first and last day of `yesterday`, `last week`, `in october` (the latest one) …; None where none is said.

    Weeks begin on Monday. `language` is that of the text, as far as it is known. `the month before` is the one before
    the stretch that was `told`, else the one before the last.
    """
    said = text.lower().replace("’", "'")
    if language in _SOMETHING_ELSE:
        said = _SOMETHING_ELSE[language].sub("", said)
    if _TODAY.search(said):
        return today, today
    if _YESTERDAY.search(said):
        return today - timedelta(days=1), today - timedelta(days=1)
    if found := _DAYS.search(said):
        return today - timedelta(days=int(found[1] or found[2])), today
    is_last, before_last = _LAST.search(said) is not None, _BEFORE_LAST.search(said) is not None
    if found := _IN_MONTH.search(said):
        return _month(_NAMED_MONTHS[found[1]], today)
    if _WEEK.search(said):
        monday = today - timedelta(days=today.weekday())
        if before_last:
            start = told[0] - timedelta(days=told[0].weekday()) if told else monday - timedelta(days=7)
            return start - timedelta(days=7), start - timedelta(days=1)
        return (monday - timedelta(days=7), monday - timedelta(days=1)) if is_last else (monday, today)
    if _MONTH.search(said):
        first = today.replace(day=1)
        end = first - timedelta(days=1)
        if before_last:
            end = (told[0] if told else end).replace(day=1) - timedelta(days=1)
            return end.replace(day=1), end
        return (end.replace(day=1), end) if is_last else (first, today)
    return None


def _month(number: int, today: date) -> tuple[date, date]:
    first = date(today.year - (number > today.month), number, 1)
    return first, min((first + timedelta(days=31)).replace(day=1) - timedelta(days=1), today)


def _number(text: str) -> float:
    return float(text.replace(",", "."))
