"""Finds lengths of time in six languages: `3 days`, `anderthalb Stunden`, `une demi-heure`, `2h 30min`, `2-3 giorni`.

A fraction is told in the next smaller unit where that makes it whole: an hour and a half is 90 minutes. Pure functions
of a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from nlu.components.quantities.amounts import (
    amount,
    compiled,
    entity,
    interval,
    is_span,
    meets,
    outside,
    read_amount,
    span_of_two,
    tidy,
)
from nlu.components.quantities.clock import clock_times, reads_as_clock
from nlu.components.quantities.clock_spans import clock_spans
from nlu.components.quantities.number_words import folded
from nlu.types import Entity

SECONDS: Final = {
    "second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2592000, "year": 31536000,
}  # fmt: skip
_FINER: Final = {"minute": "second", "hour": "minute", "day": "hour", "week": "day", "year": "month"}
_PARTS: Final = {"minute": 60, "hour": 60, "day": 24, "week": 7, "year": 12}
_UNIT_WORDS: Final = {
    "second": r"seconds? secs? sek(?:unden?)?\.? secondes? segundos? second[oi]",
    "minute": r"minutes? mins?\.? minuten? minutos? minut[oi]",
    "hour": r"hours? hrs?\.? h stunden? std\.? heures? horas? or[ae]",
    "day": r"(?:(?:business|working)\s)?days? (?:werk|arbeits)?tage?n? jours? j d[ií]as? giorn[oi] giornat[ae]",
    "week": r"weeks? wks? wochen? semaines? semanas? settiman[ae]",
    "month": r"months? mths? monate?n? mois mes(?:es)? m[eê]s mes[ei]",
    "year": r"years? yrs? jahre?n? ans? ann[ée]es? a[nñ]os? ann[oi]",
}
_FIXED: Final = tuple(
    (count, unit, words)
    for count, unit, *parts in (
        (
            30,
            "minute",
            r"half\san?\shour|half[ -]hour|(?:eine?[rn]?\s)?halben?\sstunde|(?:une\s)?demi[ -]heure",
        ),
        (30, "minute", r"media\shora|meia\shora|(?:una\s)?mezz['’]?\s?ora"),
        (15, "minute", r"(?:a\s)?quarter\s(?:of\san\s)?hour|(?:eine?[rn]?\s)?viertelstunde|(?:un\s)?quart\sd['’]heure"),
        (15, "minute", r"(?:un\s)?cuarto\sde\shora|(?:um\s)?quarto\sde\shora|(?:un\s)?quarto\sd['’]ora"),
        (45, "minute", r"three\squarters?\sof\san\shour|(?:eine?[rn]?\s)?dreiviertelstunde|trois\squarts\sd['’]heure"),
        (45, "minute", r"tres\scuartos\sde\shora|três\squartos\sde\shora|tre\squarti\sd['’]ora"),
        (
            30,
            "second",
            r"half\sa\sminute|(?:eine\s)?halbe\sminute|(?:une\s)?demi[ -]minute|me(?:di|zz|i)o\sminuto",
        ),
        (12, "hour", r"half\sa\sday|(?:einen\s)?halben\stag|(?:une\s)?demi[ -]journée|mezza\sgiornata"),
        (6, "month", r"half\sa\syear|(?:ein\s)?halbes\sjahr|(?:einem\s)?halben\sjahr|medio\saño|meio\sano|mezzo\sanno"),
        (14, "day", r"(?:a\s)?fortnight|quinze\sjours|vierzehn\stagen?"),
    )
    for words in parts
)
_HALF_MORE: Final = r"\s(?:and\sa\shalf|et\sdemie?|y\smedi[ao]|e\smei[ao]|e\smezz[ao])"

_UNIT: Final = "|".join(rf"(?P<{u}>(?:{words.replace(' ', '|')})(?!\w))" for u, words in _UNIT_WORDS.items())
_ONE: Final = r"(?P<one>(?:an?|eine?[mnr]?|une?|una|uma?)(?=\s)|un['’])"
_BEFORE: Final = r"(?<![\w#.,:+/-])"
_LENGTH: Final = (
    rf"{_BEFORE}(?:"
    + "|".join(rf"(?P<fixed{i}>{words})(?!\w)" for i, (_, _, words) in enumerate(_FIXED))
    + rf"|(?P<clock_hours>\d{{1,3}}):(?P<clock_minutes>[0-5]\d)\s?(?:{_UNIT_WORDS['hour'].replace(' ', '|')})(?!\w)"
    rf"|(?P<long_hours>\d{{1,3}})\s?h\s?(?P<long_minutes>[0-5]\d)(?P<marked>\s?m(?:ins?)?\.?)?(?!\w)"
    rf"|(?P<couple>a\scouple\s(?:of\s)?(?=\w))(?:{_UNIT.replace('?P<', '?P<c_')})"
    rf"|(?P<bare_half>(?:hora|año|mes|semana)\sy\smedi[ao])(?!\w)"
    rf"|(?:{amount(fractions=True)}|{_ONE})\s?-?(?:{_UNIT})(?P<more>{_HALF_MORE}(?!\w))?"
    rf")"
)
_TWO: Final = rf"{_BEFORE}{span_of_two(amount('a_'), amount('b_'))}\s?-?(?:{_UNIT})(?!\w)"
_ANY_UNIT: Final = re.compile(
    r"hour|stunde|heure|\bhora|\dh|\bor[ae]\b|mezz.?ora|fortnight|quinze|vierzehn|(?<![^\W\d_])(?:"
    + "|".join(words.replace(" ", "|") for words in _UNIT_WORDS.values())
    + r")(?!\w)",
    re.IGNORECASE,
)
"""Without one of these no length of time is told: one look spares the others."""

_WAIT: Final = re.compile(r"\b(?:in|just|for|wait|me|on|attendez|dans|un momento|espera|aspetti)\s$", re.IGNORECASE)
_GLUE: Final = re.compile(r",?\s?(?:and|und|et|y|e)?\s?", re.IGNORECASE)
_SPANISH: Final = {"hora": "hour", "año": "year", "mes": "month", "semana": "week"}


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time, `count` of a `unit`, and where it stands."""

    start: int
    end: int
    count: float
    unit: str


@lru_cache(maxsize=4)
def lengths(text: str) -> tuple[Length, ...]:
    """Return lengths of time in their order; neighbours like `2 hours 30 minutes` are one."""
    joined: list[Length] = []
    for found in _pieces(text) if _ANY_UNIT.search(text) else ():
        last = joined[-1] if joined else None
        if (
            last is not None
            and SECONDS[found.unit] < SECONDS[last.unit]
            and _GLUE.fullmatch(text, last.end, found.start)
        ):
            count = last.count * SECONDS[last.unit] / SECONDS[found.unit] + found.count
            joined[-1] = Length(last.start, found.end, count, found.unit)
        else:
            joined.append(found)
    return tuple(joined)


def durations(text: str) -> Iterator[Entity]:
    """Yield lengths of time with the number of seconds under `normalized`, and ranges of them with `from` and `to`."""
    if _ANY_UNIT.search(text) is None:
        return
    taken = [*((s.start, s.end) for s in clock_spans(text)), *((c.start, c.end) for c in clock_times(text))]
    for match in outside(compiled(_TWO).finditer(text), text):
        if not is_span(match) or meets(match.span(), taken):
            continue
        taken.append(match.span())
        unit = next(u for u in _UNIT_WORDS if match[u])
        low, high = ({"value": tidy(read_amount(match, side) or 0), "unit": unit} for side in ("a_", "b_"))
        yield interval("duration", match.span(), low, high, {"unit": unit})
    for length in lengths(text):
        if meets((length.start, length.end), taken):
            continue
        value = tidy(length.count)
        seconds = tidy(length.count * SECONDS[length.unit])
        info = {"unit": length.unit, length.unit: value, "normalized": {"value": seconds, "unit": "second"}}
        yield entity("duration", (length.start, length.end), value, info)


def _pieces(text: str) -> Iterator[Length]:
    for match in outside(compiled(_LENGTH).finditer(text), text):
        fixed = next((i for i in range(len(_FIXED)) if match[f"fixed{i}"]), None)
        if fixed is not None:
            count, unit, _ = _FIXED[fixed]
            yield Length(*match.span(), count, unit)
        elif match["clock_hours"]:
            if not reads_as_clock(text, match.start(), int(match["clock_hours"])):
                yield Length(*match.span(), int(match["clock_hours"]) * 60 + int(match["clock_minutes"]), "minute")
        elif match["long_hours"]:
            if match["marked"] or not reads_as_clock(text, match.start(), int(match["long_hours"])):
                yield Length(*match.span(), int(match["long_hours"]) * 60 + int(match["long_minutes"]), "minute")
        elif match["couple"]:
            yield Length(*match.span(), 2, next(u for u in _UNIT_WORDS if match[f"c_{u}"]))
        elif match["bare_half"]:
            yield _whole(match.span(), 1.5, _SPANISH[folded(match["bare_half"]).split()[0]])
        else:
            unit = next(u for u in _UNIT_WORDS if match[u])
            if folded(match[unit]) in {"h", "j"} and not match["digits"]:
                continue
            if match["one"] and unit == "second" and not _is_a_second(match, text):
                continue
            if folded(match[unit]) == "h" and reads_as_clock(
                text, match.start(), int(read_amount(match) or 0), exact=False
            ):
                continue
            told = 1.0 if match["one"] else read_amount(match) or 0.0
            yield _whole(match.span(), told + (0.5 if match["more"] else 0.0), unit)


def _is_a_second(match: re.Match[str], text: str) -> bool:
    """Whether `a second` is a moment and no other account, button or try."""
    return _WAIT.search(text[: match.start()][-12:]) is not None or not re.match(r"\s\w", text[match.end() :])


def _whole(span: tuple[int, int], count: float, unit: str) -> Length:
    finer = count * _PARTS.get(unit, 1)
    if not count.is_integer() and finer.is_integer():
        return Length(*span, finer, _FINER[unit])
    return Length(*span, count, unit)
