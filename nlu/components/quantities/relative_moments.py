"""Finds moments told from the present in six languages: `in half an hour`, `vor zwei Wochen`, `la semaine prochaine`.

Nearness is said with a word before (`dans trois jours`, `próximo mes`) or behind (`tre giorni fa`, `mes que viene`).
The present comes in as an argument.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from nlu.components.quantities.durations import SECONDS, Length, lengths

_UNITS: Final = {
    "week": "week|wochen?|semaines?|semanas?|settiman[ae]",
    "month": "month|monate?n?s?|mois|mes(?:es)?|m[êe]s|mes[ei]",
    "year": "year|jahre?[ns]?|ans?|années?|años?|anos?|ann[oi]",
}
_AHEAD: Final = re.compile(r"(?<!\w)(?P<cue>in|dans|dentro\sde|en|em|daqui\sa|tra|fra)\s$", re.IGNORECASE)
_BACK: Final = re.compile(r"(?<!\w)(?P<cue>vor|il\sy\sa|y\sa|hace|há|faz)\s$", re.IGNORECASE)
_AGO: Final = re.compile(r"\s(?:ago|fa|atrás)\b", re.IGNORECASE)
_ONWARD: Final = re.compile(r"\sfrom\s(?:now|today)\b", re.IGNORECASE)

_TURNS: Final = {
    1: (
        r"(?:next|nächste[nrsm]?|kommende[nrsm]?|próxim[oa]|prossim[oa])\s(?:{unit})"
        r"|(?:{unit})\s(?:prochaine?|que\sviene|que\svem|prossim[oa]|próxim[oa])\b"
    ),
    -1: (
        r"(?:last|letzte[nrsm]?|vorige[nrsm]?|vergangene[nrsm]?|scors[oa])\s(?:{unit})"
        r"|(?:{unit})\s(?:derni(?:er|ère)|passée?|pasad[oa]|passad[oa]|scors[oa])\b"
    ),
    0: r"(?:this|diese[nrsm]?|cette|ces?|est[ea]|quest[oa])\s(?:{unit})",
}
_NEAR: Final = tuple(
    (way, unit, re.compile(rf"(?<!\w)(?:{form.replace('{unit}', words)})(?!\w)", re.IGNORECASE))
    for way, form in _TURNS.items()
    for unit, words in _UNITS.items()
)

Found = tuple[tuple[int, int], datetime, str]
"""Start and end in the text, the moment, and how exact it is."""


def relative_moments(text: str, now: datetime) -> Iterator[Found]:
    """Yield moments in no particular order."""
    for length in lengths(text):
        before = text[max(0, length.start - 15) : length.start]
        ahead, back = _AHEAD.search(before), _BACK.search(before)
        ago, onward = _AGO.match(text, length.end), _ONWARD.match(text, length.end)
        if ago or onward:
            end = (ago or onward or ahead).end()  # type: ignore[union-attr]  # one of them is there
            yield (length.start, end), _away(now, length, -1 if ago else 1), length.unit
        elif cue := ahead or back:
            start = length.start - len(before) + cue.start("cue")
            yield (start, length.end), _away(now, length, -1 if back else 1), length.unit
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for way, unit, pattern in _NEAR:
        for match in pattern.finditer(text):
            yield match.span(), shift(midnight, unit, way, begin=True), unit


def _away(now: datetime, length: Length, way: int) -> datetime:
    if length.unit in {"month", "year"} and float(length.count).is_integer():
        return shift(now, length.unit, way * int(length.count))
    try:
        return now + timedelta(seconds=way * length.count * SECONDS[length.unit])
    except OverflowError:
        return now.replace(year=9999 if way > 0 else 1)


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
