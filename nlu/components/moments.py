"""Finds moments in time: `tomorrow`, `next Friday at 5pm`, `in 3 days`, `5 May 2026`, `2026-05-05`, `17:30`.

A bare number is never a moment, so that an order number is never a year. The present comes in as an argument.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from nlu.components.number_words import alternatives, folded
from nlu.components.quantities import entity
from nlu.components.relative_moments import Found, relative_moments, shift
from nlu.types import Entity

_DAYS: Final = {
    "today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1, "heute": 0, "morgen": 1, "gestern": -1, "übermorgen": 2,
    "vorgestern": -2, "aujourd'hui": 0, "demain": 1, "hier": -1, "hoy": 0, "mañana": 1, "ayer": -1, "hoje": 0,
    "amanhã": 1, "ontem": -1, "oggi": 0, "domani": 1, "ieri": -1, "après-demain": 2, "avant-hier": -2,
    "pasado mañana": 2, "anteayer": -2, "depois de amanhã": 2, "anteontem": -2, "dopodomani": 2, "l'altro ieri": -2,
    "heute abend": 0, "ce soir": 0, "esta noche": 0, "stasera": 0,
}  # fmt: skip
_WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            "monday mon montag lundi lunes segunda-feira lunedì",
            "tuesday tue tues dienstag mardi martes terça-feira martedì",
            "wednesday wed mittwoch mercredi miércoles quarta-feira mercoledì",
            "thursday thu thurs donnerstag jeudi jueves quinta-feira giovedì",
            "friday fri freitag vendredi viernes sexta-feira venerdì",
            "saturday samstag samedi sábado sabato",
            "sunday sonntag dimanche domingo domenica",
        )
    )
    for name in names.split()
}
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero janeiro gennaio",
            "february feb februar février febrero fevereiro febbraio",
            "march mar märz mars marzo março",
            "april apr avril abril aprile",
            "may mai mayo maio maggio",
            "june jun juni juin junio junho giugno",
            "july jul juli juillet julio julho luglio",
            "august aug août agosto",
            "september sep sept septembre septiembre setembro settembre",
            "october oct oktober okt octobre octubre outubro ottobre",
            "november nov novembre noviembre novembro",
            "december dec dezember dez décembre diciembre dezembro dicembre",
        ),
        start=1,
    )
    for name in names.split()
}
_GRAINS: Final = {"hour": "hour", "day": "day", "week": "week", "month": "month", "year": "year"}
_NOT_AFTER: Final = {"morgen": "guten ", "mañana": "la "}
"""Before these days' names they are the morning."""

_WEEKDAY: Final = alternatives(_WEEKDAYS)
_MONTH: Final = alternatives(_MONTHS)
_DAY: Final = alternatives(_DAYS)
_CLOCK: Final = (
    r"(?:(?P<hour>[01]?\d|2[0-3])(?::(?P<minute>[0-5]\d))\s?(?P<half>am|pm|a\.m\.|p\.m\.|uhr|h)?"
    r"|(?P<hour12>1[0-2]|0?[1-9])\s?(?P<half12>am|pm|a\.m\.|p\.m\.)|(?P<hour24>[01]?\d|2[0-3])\s?uhr|(?P<noon>noon|midnight)"
    r"|(?:à|alle|às|a\slas)\s(?P<hour_h>[01]?\d|2[0-3])(?:\s?h(?:\s?(?=\d)|(?!\w))|[:.](?=\d))(?P<minute_h>[0-5]\d)?"
    r"|(?:às|a\slas)\s(?P<hour_bare>[01]?\d|2[0-3])(?![\d:.]))"
)
_TIME: Final = re.compile(
    rf"(?<![\w#.,:/-])(?=\w)(?:"
    rf"(?P<iso>(?P<y1>(?:19|20)\d\d)-(?P<m1>0?[1-9]|1[0-2])-(?P<d1>3[01]|[12]\d|0?[1-9]))"
    rf"|(?P<d2>3[01]|[12]\d|0?[1-9])\.(?P<m2>1[0-2]|0?[1-9])\.(?P<y2>(?:19|20)\d\d)?"
    rf"|(?P<a3>\d{{1,2}})/(?P<b3>\d{{1,2}})/(?P<y3>(?:19|20)\d\d)"
    rf"|(?P<d4>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|\.)?\s(?:of\s|de\s)?(?P<m4>{_MONTH})\b\.?(?:,?\s(?:de\s)?(?P<y4>(?:19|20)\d\d))?"
    rf"|(?P<m5>{_MONTH})\.?\s(?P<d5>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?:,?\s(?P<y5>(?:19|20)\d\d))?"
    rf"|(?P<m6>{_MONTH})\s(?P<y6>(?:19|20)\d\d)"
    rf"|(?P<day>{_DAY})"
    rf"|(?:(?P<which>next|last|this|on|nächsten?|letzten?|am)\s)?(?P<weekday>{_WEEKDAY})"
    rf"|(?P<way>next|last|this)\s(?P<grain>week|month|year)"
    rf"|in\s(?P<ahead>\d{{1,3}})\s(?P<unit>hour|day|week|month|year)s?"
    rf"|(?P<back>\d{{1,3}})\s(?P<past>hour|day|week|month|year)s?\sago"
    rf"|(?:at\s|um\s)?{_CLOCK}"
    rf"|(?P<now>right now|now)"
    rf")(?:,?\s(?:at\s|um\s|@\s?)?{_CLOCK.replace('?P<', '?P<t_')})?(?![\w/-]|[.:,]\d)",
    re.IGNORECASE,
)
_SHORT_WEEKDAYS: Final = frozenset({"mon", "wed", "sun", "sat"})


def moments(text: str, now: datetime, language: str = "und") -> Iterator[Entity]:
    """Yield moments as Duckling does: an ISO time, and under `grain` how exact it is.

    `language` (ISO 639-1, `und` where it is not known) decides where languages disagree: `hier` is yesterday in
    French and here in German.
    """
    found = [*_absolute(text, now, language), *relative_moments(text, now)]
    end = 0
    for span, moment, grain in sorted(found, key=lambda f: (f[0][0], -f[0][1])):
        if span[0] >= end:
            end = span[1]
            value = moment.isoformat(timespec="milliseconds")
            info = {"grain": grain, "values": [{"value": value, "grain": grain, "type": "value"}]}
            yield entity("time", span, value, info)


def _absolute(text: str, now: datetime, language: str) -> Iterator[Found]:
    for match in _TIME.finditer(text):
        day = folded(match["day"] or "")
        if day == "hier" and language != "fr":
            continue
        if day in _NOT_AFTER and text[: match.start()].lower().endswith(_NOT_AFTER[day]):
            continue
        found = _resolve(match, now)
        if found is None:
            continue
        moment, grain = found
        clock = _clock(match, "t_")
        if clock is not None:
            moment, grain = moment.replace(hour=clock[0], minute=clock[1]), "minute"
        yield match.span(), moment, grain


def _resolve(match: re.Match[str], now: datetime) -> tuple[datetime, str] | None:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    clock = _clock(match, "")
    if clock is not None:
        moment = midnight.replace(hour=clock[0], minute=clock[1])
        return (moment if moment >= now else moment + timedelta(days=1)), "minute"
    if match["day"]:
        return midnight + timedelta(days=_DAYS[folded(match["day"])]), "day"
    if match["weekday"]:
        return _weekday(match, midnight)
    if match["grain"]:
        way = {"next": 1, "last": -1, "this": 0}[folded(match["way"])]
        return shift(midnight, folded(match["grain"]), way, begin=True), folded(match["grain"])
    if match["ahead"]:
        return shift(now, folded(match["unit"]), int(match["ahead"])), _GRAINS[folded(match["unit"])]
    if match["back"]:
        return shift(now, folded(match["past"]), -int(match["back"])), _GRAINS[folded(match["past"])]
    if match["now"]:
        return now, "second"
    return _date(match, midnight)


def _weekday(match: re.Match[str], midnight: datetime) -> tuple[datetime, str] | None:
    name = folded(match["weekday"])
    which = folded(match["which"] or "")
    if name in _SHORT_WEEKDAYS and not which:
        return None  # "sun" and "wed" are words too
    ahead = (_WEEKDAYS[name] - midnight.weekday()) % 7
    if which.startswith(("last", "letzt")):
        return midnight + timedelta(days=ahead - 7), "day"
    return midnight + timedelta(days=ahead or 7), "day"


def _date(match: re.Match[str], midnight: datetime) -> tuple[datetime, str] | None:
    grain = "day"
    if match["iso"]:
        year, month, day = int(match["y1"]), int(match["m1"]), int(match["d1"])
    elif match["d2"]:
        year, month, day = int(match["y2"] or 0), int(match["m2"]), int(match["d2"])
    elif match["a3"]:
        first, second = int(match["a3"]), int(match["b3"])
        year, month, day = int(match["y3"]), *((first, second) if first <= 12 else (second, first))
    elif match["m6"]:
        year, month, day, grain = int(match["y6"]), _MONTHS[folded(match["m6"])], 1, "month"
    else:
        number = "4" if match["d4"] else "5"
        year, day = int(match[f"y{number}"] or 0), int(match[f"d{number}"])
        month = _MONTHS[folded(match[f"m{number}"])]
    try:
        moment = midnight.replace(year=year or midnight.year, month=month, day=day)
        if not year and moment < midnight:
            moment = moment.replace(year=midnight.year + 1)
    except ValueError:
        return None  # 31 February
    return moment, grain


def _clock(match: re.Match[str], prefix: str) -> tuple[int, int] | None:
    if match[prefix + "noon"]:
        return (12, 0) if folded(match[prefix + "noon"]) == "noon" else (0, 0)
    hour, half = match[prefix + "hour"], match[prefix + "half"]
    if match[prefix + "hour12"]:
        hour, half = match[prefix + "hour12"], match[prefix + "half12"]
    elif match[prefix + "hour24"]:
        hour = match[prefix + "hour24"]
    elif match[prefix + "hour_h"] or match[prefix + "hour_bare"]:
        return int(match[prefix + "hour_h"] or match[prefix + "hour_bare"]), int(match[prefix + "minute_h"] or 0)
    if hour is None:
        return None
    number = int(hour)
    if half and half[0].lower() in "ap" and number <= 12:
        number = number % 12 + (12 if half[0].lower() == "p" else 0)
    return number, int(match[prefix + "minute"] or 0)
