"""Finds days: `tomorrow`, `next Friday`, `vendredi prochain`, `5 May 2026`, `am 3.`, `31.12.`, `2026-05-05`.

A bare number is never a day, so that an order number is never a year. The present comes in as an argument.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from nlu.components.quantities.amounts import MOST, Span
from nlu.components.quantities.day_names import DAYS, MONTHS, WEEKDAYS
from nlu.components.quantities.number_words import alternatives, folded
from nlu.components.quantities.relative_moments import Found, shift

_PORTUGUESE_DAYS: Final = {name: n for n, name in enumerate(["segunda", "terça", "quarta", "quinta", "sexta"])}
_PART: Final = r"(?=\s(?:de\s(?:manh[ãa]|tarde|noite)|[àa]\s(?:tarde|noite)))"
_OF_A_DAY: Final = (
    rf"(?=(?:{alternatives(_PORTUGUESE_DAYS)})(?:{_PART}|\sque\svem\b|\s(?:ou|às)\b)|\A(?:terça|quinta|sexta)\W*\Z)"
)
"""Before an ordinal that is a day, because a part of it or its hour follows, or nothing at all: `sexta de manhã`."""
_AS_A_DAY: Final = r"(?<=pode\sser\s)|(?<=prefiro\s)|(?<=melhor\s)|(?<=\sou\s)"
"""Behind which an ordinal that ends there is a day: `pode ser terça`."""
_NOT_AFTER: Final = {"morgen": ("guten ", "am ", "jeden ", "schönen "), "mañana": ("la ", "cada ")}
"""Before these days' names they are the morning."""

_WEEKDAY: Final = alternatives(WEEKDAYS)
_MONTH: Final = alternatives(MONTHS)
_DAY: Final = alternatives(DAYS)
_NEXT: Final = r"next|nächste[nrsm]?|kommende[nrsm]?|próxim[oa]|prossim[oa]|prochaine?"
_LAST: Final = r"last|letzte[nrsm]?|vorige[nrsm]?|vergangene[nrsm]?|últim[oa]"
_THEN: Final = (
    r"(?P<then>prochaine?|que\sviene|que\svem|próxim[oa]|prossim[oa])"
    r"|(?P<past>derni(?:er|ère)|pasad[oa]|passad[oa]|scors[oa])"
)
_ENDS: Final = (
    r"(?=\s*(?:$|[,;!?)]|\.(?!\d)|(?:at|um|and|or|bis|à|a\slas?|às|alle|please|bitte|del\smes|du\smois|do\smês|del\smese"
    r"|if|und|oder|et|ou|y|o|e|de\smanhã|à\starde|à\snoite)\b))"
)
_DATE: Final = re.compile(
    rf"(?<![\w#.,:/-])(?=\w)(?:"
    rf"(?P<y1>(?:19|20)\d\d)-(?P<m1>0?[1-9]|1[0-2])-(?P<d1>3[01]|[12]\d|0?[1-9])"
    rf"|(?P<d7>3[01]|[12]\d|0?[1-9])-(?P<m7>1[0-2]|0?[1-9])-(?P<y7>(?:19|20)\d\d)"
    rf"|(?P<d2>3[01]|[12]\d|0?[1-9])\.\s?(?P<m2>1[0-2]|0?[1-9])\.\s?(?P<y2>(?:19|20)\d\d)?"
    rf"|(?P<a3>\d{{1,2}})/(?P<b3>\d{{1,2}})/(?P<y3>(?:19|20)\d\d)"
    rf"|(?:on|by|le|el|il|em|dia|du)\s(?P<a8>\d{{1,2}})/(?P<b8>\d{{1,2}})(?!/)"
    rf"|(?P<d4>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|er|º|\.)?\s(?:of\s|de\s)?(?P<m4>{_MONTH})\b\.?(?:,?\s(?:de\s|del\s)?(?P<y4>(?:19|20)\d\d))?"
    rf"|(?P<m5>{_MONTH})\.?\s(?:the\s)?(?P<d5>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?:,?\s(?P<y5>(?:19|20)\d\d))?"
    rf"|(?P<m6>{_MONTH})\s(?:de\s)?(?P<y6>(?:19|20)\d\d)"
    rf"|(?:(?:on|by|until|till|since|from)\sthe|the)\s(?P<dom1>3[01]|[12]\d|[1-9])(?:st|nd|rd|th){_ENDS}"
    rf"|(?:(?:am|zum|vom|seit\sdem|bis\szum|ab\sdem)\s(?P<dom2>3[01]|[12]\d|[1-9])\.{_ENDS}"
    rf"|d(?:en|er)\s(?P<dom4>3[01]|[12]\d|[1-9])\.(?:{_ENDS}|(?=\s(?:wäre|passt|ginge|geht|ist)\b)))"
    rf"|(?:le|el\sd[ií]a|el|no\sdia|dia|il(?:\sgiorno)?)\s(?P<dom3>3[01]|[12]\d|[1-9])(?:er|º)?{_ENDS}"
    rf"|(?P<day>{_DAY})"
    rf"|(?:(?:(?P<next>{_NEXT})|(?P<last>{_LAST})|this|on|am|diese[nrsm]?|ce|est[ea]|quest[oa])\s)?(?P<weekday>{_WEEKDAY})(?:\s(?:{_THEN}))?"
    rf"|(?:(?:na|à|nesta|esta|até|(?P<pt_next>próxima)|(?P<pt_last>última))\s|{_AS_A_DAY}|{_OF_A_DAY})(?P<pt>{alternatives(_PORTUGUESE_DAYS)})(?:\s(?:que\svem|(?P<pt_past>passada))|{_ENDS}|{_PART})"
    rf"|(?P<now>right now|now)"
    rf")(?![\w/-]|[.:,]\d)",
    re.IGNORECASE,
)
_SPAN: Final = re.compile(
    rf"(?<![\w#.,:/-])(?:(?:from|between|von|vom|zwischen|de|du|entre|desde|del?|dal?|tra|fra)\s)?(?:(?:the|le|el|il|o)\s)?"
    rf"(?P<first>3[01]|[12]\d|[1-9])(?:st|nd|rd|th|er|º|\.)?\s?(?:-|–|(?:to|until|till|bis(?:\szum)?|au|al?|à|até|ao|and|und|et|y|e)\s)\s?"
    rf"(?:(?:the|le|el|il|o)\s)?(?P<last>3[01]|[12]\d|[1-9])(?:st|nd|rd|th|º|\.)?\s(?:of\s|de\s)?(?P<month>{_MONTH})\b"
    rf"(?:,?\s(?:de\s|del\s)?(?P<year>(?:19|20)\d\d))?(?![\w/-])",
    re.IGNORECASE,
)
_SINCE: Final = re.compile(r"(?:^|\W)(?:since|seit|depuis|desde)(?:\s(?:the|dem|le|el|o|a))?\s?$", re.IGNORECASE)
_UNTIL: Final = re.compile(r"\s(?:to|until|till|bis|jusqu\w*|à|au|hasta|al?|até)\b", re.IGNORECASE)
"""Behind a day that something is to last from: it is no day since which something has been."""

_DAYS_OF_A_MONTH: Final = (1, 2, 3, 4)
"""The ways to name a day of a month alone, as the expression numbers them."""
_SHORT: Final = frozenset({"mon", "wed", "sun", "sat"})


def dates(text: str, now: datetime, language: str) -> Iterator[Found]:
    """Yield days and months, at their midnight, and `now`. `language` decides whether 5/12 is in May or in December."""
    for match in _DATE.finditer(text):
        day = folded(match["day"] or "")
        if day.startswith("hier") and language != "fr":
            continue
        if day in _NOT_AFTER and text[: match.start()].lower().endswith(_NOT_AFTER[day]):
            continue
        found = _resolve(match, now, language)
        if found is not None:
            moment, grain = found
            yield match.span(), _before(match, moment) if moment > now and _is_since(match, text) else moment, grain


def date_spans(text: str, now: datetime) -> Iterator[tuple[Span, datetime, datetime]]:
    """Yield ranges within a month, `from the 3rd to the 5th of May`: span, first day, when the last is over."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for match in islice(_SPAN.finditer(text), MOST):
        month, year = MONTHS[folded(match["month"])], int(match["year"] or midnight.year)
        try:
            first, last = (midnight.replace(year=year, month=month, day=int(match[end])) for end in ("first", "last"))
        except ValueError:
            continue
        if last < midnight and not match["year"]:
            first, last = (shift(day, "year", 1) for day in (first, last))
        if first < last:
            yield match.span(), first, last + timedelta(days=1)


def _resolve(match: re.Match[str], now: datetime, language: str) -> tuple[datetime, str] | None:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if match["now"]:
        return now, "second"
    if match["day"]:
        return midnight + timedelta(days=DAYS[folded(match["day"])]), "day"
    if match["weekday"] or match["pt"]:
        return _weekday(match, midnight)
    if day := next((match[f"dom{i}"] for i in _DAYS_OF_A_MONTH if match[f"dom{i}"]), None):
        return _day_of_month(int(day), midnight)
    return _date(match, midnight, language)


def _weekday(match: re.Match[str], midnight: datetime) -> tuple[datetime, str] | None:
    name = folded(match["weekday"] or "")
    is_alone = match[0].lower() == name
    if name in _SHORT and is_alone:
        return None  # "sun" and "wed" are words too
    number = WEEKDAYS[name] if name else _PORTUGUESE_DAYS[folded(match["pt"])]
    ahead = (number - midnight.weekday()) % 7
    if match["last"] or match["past"] or match["pt_last"] or match["pt_past"]:
        return midnight + timedelta(days=ahead - 7), "day"
    return midnight + timedelta(days=ahead or 7), "day"


def _is_since(match: re.Match[str], text: str) -> bool:
    """Whether something has been so since that day, as in `since Monday`, `seit dem 3. Mai`."""
    words = match[0].lower().split(" ", 1)[0]
    lead = text[max(0, match.start() - 16) : match.start()]
    is_since = words in {"since", "seit"} or _SINCE.search(lead) is not None
    return is_since and _UNTIL.match(text, match.end()) is None


def _before(match: re.Match[str], moment: datetime) -> datetime:
    """The day of that name that was last; one that is given with its year is what it is."""
    if match["day"] or any(match[f"y{n}"] for n in range(1, 8)):
        return moment
    if match["weekday"] or match["pt"]:
        return moment - timedelta(days=7)
    is_of_month = any(match[f"dom{i}"] for i in _DAYS_OF_A_MONTH)
    earlier = moment.replace(day=1) - timedelta(days=1) if is_of_month else moment.replace(year=moment.year - 1, day=1)
    while True:
        try:
            return earlier.replace(day=moment.day)
        except ValueError:  # no 31st in that month, no 29 February in that year
            earlier = earlier.replace(day=1) - timedelta(days=1)


def _day_of_month(day: int, midnight: datetime) -> tuple[datetime, str] | None:
    """The next such day, in a month that has it."""
    first = midnight.replace(day=1)
    for months in range(4):
        month = shift(first, "month", months)
        try:
            found = month.replace(day=day)
        except ValueError:
            continue
        if found >= midnight:
            return found, "day"
    return None


def _date(match: re.Match[str], midnight: datetime, language: str) -> tuple[datetime, str] | None:
    groups = match.groupdict()
    grain = "day"
    if short := next((n for n in "38" if groups[f"a{n}"]), None):
        first, second = int(groups[f"a{short}"]), int(groups[f"b{short}"])
        is_day_first = first > 12 or (language not in {"en", "und"} and second <= 12)
        month, day = (second, first) if is_day_first else (first, second)
        year = int(groups.get(f"y{short}") or 0)
    elif groups["m6"]:
        year, month, day, grain = int(groups["y6"]), MONTHS[folded(groups["m6"])], 1, "month"
    else:
        n = next(n for n in "12457" if groups[f"d{n}"])
        year, day = int(groups[f"y{n}"] or 0), int(groups[f"d{n}"])
        month = int(groups[f"m{n}"]) if groups[f"m{n}"].isdigit() else MONTHS[folded(groups[f"m{n}"])]
    try:
        moment = midnight.replace(year=year or midnight.year, month=month, day=day)
        if not year and moment < midnight:
            moment = moment.replace(year=midnight.year + 1)
    except ValueError:
        return None  # 31 February
    return moment, grain
