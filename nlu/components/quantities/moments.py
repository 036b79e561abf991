"""Finds moments in time: `tomorrow at 5`, `next Friday from 9 to 11am`, `in 2 weeks`, `von Montag bis Mittwoch`.

It puts together what `dates`, `clock` and `relative_moments` find. An hour that may be of either half of the day is
the next one to come, or, on a named day and in a range, of the half in which people are about. The present comes in
as an argument.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from nlu.components.quantities.amounts import MOST, Span, codes, entity, interval, meets
from nlu.components.quantities.clock import Clock, clock_times
from nlu.components.quantities.clock_spans import ClockSpan, clock_spans
from nlu.components.quantities.dates import date_spans, dates
from nlu.components.quantities.relative_moments import Found, relative_moments, shift
from nlu.types import Entity

_GAP: Final = re.compile(
    r",?\s(?:(?:morning|afternoon|evening|früh|vormittag|nachmittag|abend|matin|après-midi|soir|por\sla\s(?:mañana|tarde|noche)"
    r"|de\smanhã|à\s(?:tarde|noite)|mattina|pomeriggio|sera),?\s)?(?:(?:at|um|@|on|le|am|el|na|no)\s)?",
    re.IGNORECASE,
)
_FROM: Final = re.compile(
    r"(?:^|\W)(?P<cue>from|between|von|vom|zwischen|de|du|entre|desde|da|dal|tra|fra)\s$", re.IGNORECASE
)
_TO: Final = re.compile(
    r"\s?(?:-|–|\bto\b|until|till|and|bis|bis\szum|und|au|à|et|a|hasta|al|y|até|e|al)\s?", re.IGNORECASE
)
_LATE: Final = re.compile(
    r"night|evening|afternoon|abend|nacht|nachmittag|soir|nuit|après-midi|noche|tarde|noite|ser[ao]\b|stasera|pomeriggio",
    re.IGNORECASE,
)
_WAKING: Final = range(1, 7)
"""Hours that are of the afternoon where a day is named and nothing else is said."""


def moments(text: str, now: datetime, language: str = "und") -> Iterator[Entity]:
    """Yield moments as Duckling does: an ISO time, and under `grain` how exact it is.

    A range has `from` and `to`, and `to` is where it is over: `from 9 to 11` ends at 12. `language` (ISO 639-1, `und`
    where it is not known) decides where languages disagree: `hier` is yesterday in French and here in German.
    """
    ranges = [(*found, "day") for found in date_spans(text, now)]
    taken = [span for span, _, _, _ in ranges]
    days = _apart([d for d in (*dates(text, now, language), *relative_moments(text, now)) if not meets(d[0], taken)])
    hours = [s for s in clock_spans(text, language) if not meets((s.start, s.end), taken)]
    ranges += [_ranged(s, days, text, now) for s in hours]
    taken = [span for span, _, _, _ in ranges]
    singles = _with_clocks(
        [d for d in days if not meets(d[0], taken)],
        [c for c in clock_times(text, language) if not meets((c.start, c.end), taken)],
        text,
        now,
    )
    found = [_range(*r) for r in ranges] + _joined(singles, text)
    yield from sorted((e for e in found if not meets((e.start, e.end), codes(text))), key=lambda e: e.start)


def _apart(found: list[Found]) -> list[Found]:
    """What remains when of two that overlap the earlier and longer one is kept."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda f: (f[0][0], -f[0][1])):
        if not kept or one[0][0] >= kept[-1][0][1]:
            kept.append(one)
    return kept[:MOST]


def _with_clocks(days: list[Found], clocks: list[Clock], text: str, now: datetime) -> list[Found]:
    """Days with the times of day beside them, and the times of day that stand alone."""
    found: list[Found] = []
    free = list(clocks)
    for span, moment, grain in days:
        clock = next((c for c in free if grain == "day" and _beside(span, (c.start, c.end), text)), None)
        if clock is None:
            if not meets(span, [(c.start, c.end) for c in free]):
                found.append((span, moment, grain))
            continue
        free.remove(clock)
        whole = min(span[0], clock.start), max(span[1], clock.end)
        is_late = clock.is_open and (clock.hour in _WAKING or (clock.hour < 12 and _LATE.search(text, *whole)))
        at = moment.replace(hour=clock.hour + 12 * bool(is_late), minute=clock.minute)
        found.append((whole, at, clock.grain))
    return sorted([*found, *(((c.start, c.end), _next(c, now), c.grain) for c in free)], key=lambda f: f[0])


def _beside(day: Span, clock: Span, text: str) -> bool:
    first, second = sorted((day, clock))
    return _GAP.fullmatch(text, first[1], second[0]) is not None


def _next(clock: Clock, now: datetime) -> datetime:
    """The next time that the clock shows this."""
    today = now.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    halves = (0, 12, 24) if clock.is_open and clock.hour <= 12 else (0, 24)
    return next(at for hours in halves if (at := today + timedelta(hours=hours)) >= now)


def _ranged(found: ClockSpan, days: list[Found], text: str, now: datetime) -> tuple[Span, datetime, datetime, str]:
    """Where a range of hours stands with its day, when it begins, when it is over, and how exact that is."""
    span = (found.start, found.end)
    day = next((d for d in days if d[2] == "day" and _beside(d[0], span, text)), None)
    hour = found.hour + 12 if found.is_open and found.hour in _WAKING else found.hour
    if day is None:
        begin = _next(Clock(*span, hour, found.minute, found.grain, is_open=False), now)
    else:
        span = min(span[0], day[0][0]), max(span[1], day[0][1])
        begin = day[1].replace(hour=hour, minute=found.minute)
    end = begin.replace(hour=found.to_hour, minute=found.to_minute)
    step = timedelta(hours=12) if found.is_open and found.to_hour <= 12 else timedelta(days=1)
    while end <= begin:
        end += step
    return span, begin, end + (timedelta(hours=1) if found.grain == "hour" else timedelta(minutes=1)), found.grain


def _joined(found: list[Found], text: str) -> list[Entity]:
    """Entities, two neighbours that are the ends of a range as one: `from Monday to Wednesday`."""
    entities: list[Entity] = []
    position = 0
    while position < len(found):
        span, moment, grain = found[position]
        after = found[position + 1] if position + 1 < len(found) else None
        before = text[max(0, span[0] - 12) : span[0]]
        cue = _FROM.search(before)
        if after and cue and after[2] == grain and after[1] > moment and _TO.fullmatch(text, span[1], after[0][0]):
            over = after[1] + timedelta(minutes=1) if grain == "minute" else shift(after[1], grain, 1)
            entities.append(_range((span[0] - len(before) + cue.start("cue"), after[0][1]), moment, over, grain))
            position += 2
            continue
        value = moment.isoformat(timespec="milliseconds")
        info = {"grain": grain, "values": [{"value": value, "grain": grain, "type": "value"}]}
        entities.append(entity("time", span, value, info))
        position += 1
    return entities


def _range(span: Span, begin: datetime, end: datetime, grain: str) -> Entity:
    first, last = ({"value": at.isoformat(timespec="milliseconds"), "grain": grain} for at in (begin, end))
    return interval("time", span, first, last, {"values": [{"type": "interval", "from": first, "to": last}]})
