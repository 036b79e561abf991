"""Finds moments told from the present in five languages besides English: `vor zwei Wochen`, `la semaine prochaine`.

Nearness is said with a word before (`dans trois jours`, `próximo mes`) or behind (`tre giorni fa`, `mes que viene`).
The present comes in as an argument.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from nlu.components.number_words import NUMBERS, alternatives, folded

_UNITS: Final = {
    "minute": "minuten? minutes? minutos? minut[oi]",
    "hour": "stunden? heures? horas? or[ae]",
    "day": "tage?n? jours? d[ií]as? giorn[oi]",
    "week": "wochen? semaines? semanas? settiman[ae]",
    "month": "monate?n?s? mois mes(?:es)? m[êe]s mes[ei]",
    "year": "jahre?[ns]? ans? années? años? anos? ann[oi]",
}
_WORDS: Final = alternatives(NUMBERS)
_COUNT: Final = rf"(?:(?P<digits>\d{{1,3}})|(?P<word>{_WORDS})|(?P<one>eine[mnr]?|une?|una?|uma?|um))"
_UNIT: Final = "|".join(rf"(?P<{unit}>(?:{words.replace(' ', '|')})\b)" for unit, words in _UNITS.items())

_AHEAD: Final = re.compile(rf"(?<!\w)(?:in|dans|dentro de|en|em|daqui a|tra|fra)\s{_COUNT}\s(?:{_UNIT})", re.IGNORECASE)
_BACK: Final = re.compile(
    rf"(?<!\w)(?:(?:vor|il y a|hace|há)\s{_COUNT}\s(?:{_UNIT}))"
    rf"|(?<!\w){_COUNT.replace('?P<', '?P<b_')}\s(?:{_UNIT.replace('?P<', '?P<b_')})\s(?:fa|atrás)\b",
    re.IGNORECASE,
)
_TURNS: Final = {
    1: (
        r"(?:nächste[nrsm]?|kommende[nrsm]?|próxim[oa]|prossim[oa])\s(?:{unit})"
        r"|(?:{unit})\s(?:prochaine?|que\sviene|que\svem|prossim[oa]|próxim[oa])\b"
    ),
    -1: (
        r"(?:letzte[nrsm]?|vorige[nrsm]?|vergangene[nrsm]?|scors[oa])\s(?:{unit})"
        r"|(?:{unit})\s(?:derni(?:er|ère)|passée?|pasad[oa]|passad[oa]|scors[oa])\b"
    ),
    0: r"(?:diese[nrsm]?|cette|ces?|est[ea]|quest[oa])\s(?:{unit})",
}
_SPANS: Final = {unit: words.replace(" ", "|") for unit, words in _UNITS.items() if unit in {"week", "month", "year"}}
_NEAR: Final = tuple(
    (way, unit, re.compile(rf"(?<!\w)(?:{form.replace('{unit}', words)})(?!\w)", re.IGNORECASE))
    for way, form in _TURNS.items()
    for unit, words in _SPANS.items()
)

Found = tuple[tuple[int, int], datetime, str]
"""Start and end in the text, the moment, and how exact it is."""


def relative_moments(text: str, now: datetime) -> Iterator[Found]:
    """Yield moments in no particular order."""
    for way, pattern in ((1, _AHEAD), (-1, _BACK)):
        for match in pattern.finditer(text):
            prefix = "" if match["digits"] or match["word"] or match["one"] else "b_"
            unit = next(u for u in _UNITS if match[prefix + u])
            yield match.span(), shift(now, unit, way * _count(match, prefix)), unit
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for way, unit, pattern in _NEAR:
        for match in pattern.finditer(text):
            yield match.span(), shift(midnight, unit, way, begin=True), unit


def _count(match: re.Match[str], prefix: str) -> int:
    if match[prefix + "digits"]:
        return int(match[prefix + "digits"])
    return NUMBERS[folded(match[prefix + "word"])] if match[prefix + "word"] else 1


def shift(moment: datetime, unit: str, count: int, *, begin: bool = False) -> datetime:
    """Return a moment so many units away; `begin` goes to where the week, month or year begins."""
    if unit in {"minute", "hour"}:
        return moment + (timedelta(minutes=count) if unit == "minute" else timedelta(hours=count))
    if unit in {"day", "week"}:
        start = moment - timedelta(days=moment.weekday()) if begin and unit == "week" else moment
        return start + timedelta(days=count * (7 if unit == "week" else 1))
    months = moment.year * 12 + moment.month - 1 + count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    if begin:
        return moment.replace(year=year, month=1 if unit == "year" else month + 1, day=1)
    return moment.replace(year=max(1, min(9999, year)), month=month + 1, day=min(moment.day, 28))
