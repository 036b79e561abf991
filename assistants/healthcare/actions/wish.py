"""Reads when somebody would like to come: `next thursday afternoon`, `asap`, `after 5`, `not before friday`. Pure.

Days and clock times come from the extractor's `time` entities (Duckling's shape); this adds what makes a wish of
them: parts of the day, before and after, and that a practice is meant. "At half past two" is never at night.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from .entities import Found
from .lexicon import pattern, table

HORIZON_DAYS: Final = 56
"""How far ahead the calendar is open."""

END_OF_DAY: Final = time(23, 59)
"""The latest hour that a wish can name; it is written down by the minute."""

_OPEN: Final = time(8)
_CLOSED: Final = time(19)
_NEAR: Final = timedelta(minutes=90)  # a slot so long after the time that was asked for still answers the question

_SAID: Final = {row["what"]: row["words"] for row in table("wishes")}
_AFTER: Final = f"(?:{_SAID['after']})"
_BEFORE: Final = f"(?:{_SAID['before']})"
_HOUR: Final = r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|uhr|h\b|o'?clock)?"
_NO_DATE: Final = r"(?!\s*(?:st|nd|rd|th|\.|days|weeks|tage|wochen|jours|días)\b)"

_SOONEST: Final = pattern(_SAID["soonest"])
_AFTER_HOUR: Final = re.compile(rf"\b{_AFTER}\s+{_HOUR}{_NO_DATE}", re.IGNORECASE)
_BEFORE_HOUR: Final = re.compile(rf"(?<!not )\b{_BEFORE}\s+{_HOUR}{_NO_DATE}", re.IGNORECASE)
_FROM_DAY: Final = re.compile(rf"\b{_AFTER}\s+(?:the\s+|le\s+|el\s+|il\s+|dem\s+)?$", re.IGNORECASE)
_PAST_DAY: Final = re.compile(rf"\b(?:{_SAID['past']})\s+(?:the\s+|le\s+|el\s+|il\s+|dem\s+)?$", re.IGNORECASE)
_REFUSED_BEFORE: Final = re.compile(rf"\b(?:{_SAID['refused_before']})\s+(?:(?:{_SAID['on']})\s+)?$", re.IGNORECASE)
_REFUSED_AFTER: Final = re.compile(rf"s?\s+(?:{_SAID['refused_after']})\b", re.IGNORECASE)
_CLOCK_ONLY: Final = re.compile(rf"\W*(?:(?:{_AFTER}|{_BEFORE}|{_SAID['at']})\s+)?{_HOUR}\W*", re.IGNORECASE)
_WORDY_CLOCK: Final = re.compile(rf"(?:at |um )?(?:{_SAID['by_name']})\b", re.IGNORECASE)
_PARTS: Final = tuple(
    (pattern(row["words"]), time.fromisoformat(row["first"]), time.fromisoformat(row["last"]))
    for row in table("day_parts")
)
_WEEKEND: Final = pattern(_SAID["weekend"])
_WEEK_AFTER_NEXT: Final = pattern(_SAID["week_after_next"])
_WEEK_AFTER: Final = pattern(_SAID["week_after"])
_WEEKDAY: Final = re.compile(r"[^\W\d]{3,}(?:-feira)?", re.IGNORECASE)
_ON_A_DAY: Final = 2  # "on thursday"; not "this coming thursday"
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Wish:
    """Days from `first` to `last`, both included; the appointment starts between `earliest` and `latest`.

    `besides` are weekdays that do not suit, 0 for Mondays.
    """

    first: date
    last: date
    earliest: time = time.min
    latest: time = END_OF_DAY
    besides: frozenset[int] = frozenset()

    def encode(self) -> str:
        """As one text, for a slot."""
        besides = "".join(f" !{weekday}" for weekday in sorted(self.besides))
        return f"{self.first}..{self.last} {self.earliest:%H:%M}-{self.latest:%H:%M}{besides}"

    @property
    def is_at_night(self) -> bool:
        """Whether nobody is at the practice at any time that was asked for."""
        return self.earliest >= _CLOSED or self.latest < _OPEN

    @property
    def is_on_sundays_only(self) -> bool:
        """Whether every day that was asked for is a Sunday."""
        return self.first == self.last and self.first.weekday() == _SUNDAY


_SUNDAY: Final = 6
_ENCODED: Final = re.compile(r"(\S{10})\.\.(\S{10}) (\d\d:\d\d)-(\d\d:\d\d)((?: !\d)*)")


def decode(text: object) -> Wish | None:
    """What `Wish.encode` wrote, or None for any other text."""
    found = _ENCODED.fullmatch(str(text))
    if found is None:
        return None
    first, last, earliest, latest, besides = found.groups()
    return Wish(
        date.fromisoformat(first),
        date.fromisoformat(last),
        time.fromisoformat(earliest),
        time.fromisoformat(latest),
        frozenset(int(weekday) for weekday in re.findall(r"\d", besides)),
    )


def read_wish(text: str, entities: Sequence[Found], now: datetime, earlier: Wish | None = None) -> Wish | None:
    """The wish in `text`, whose `time` entities are among `entities`; None where it says nothing of when.

    `now` is aware and in the practice's zone. What is over already is read all the same: it is the caller who
    tells the patient. Hours alone are of the days of the `earlier` wish, and a day alone keeps its hours (*next
    friday*, then *after 3*). Without any day, all days that the calendar is open are meant. Of *not on monday* all
    others are.
    """
    said = tuple(_moments(text, entities, now))
    unwanted = tuple(one for one in said if _is_refused(text, *one))
    refused = frozenset(moment.start.weekday() for _, _, moment in unwanted)
    moments = tuple(one for one in said if one not in unwanted)
    # "i was there last week and should come in two weeks": what is over counts where nothing else is named
    moments = tuple(one for one in moments if one[2].last >= now.date()) or moments
    days, hours = _days(text, moments, now, earlier), _hours(text, moments)
    if not (days or hours or refused or _SOONEST.search(text)):
        return None
    kept = earlier if days or hours or refused else None
    default = Wish(now.date(), now.date() + timedelta(days=HORIZON_DAYS))
    first, last = days or ((kept or default).first, (kept or default).last)
    if refused and first == last and first.weekday() in refused:
        last = default.last  # the one day that was wished for does not suit
    earliest, latest = hours or ((kept or default).earliest, (kept or default).latest)
    besides: frozenset[int] = refused | (kept.besides if kept and not days else frozenset[int]())
    return Wish(first, last, earliest, latest, besides)


def names_limit(text: str) -> bool:
    """Whether an hour is named after or before which it should be: `after 3` is not the third."""
    return bool(_AFTER_HOUR.search(text) or _BEFORE_HOUR.search(text))


def _days(
    text: str, moments: Sequence[tuple[int, str, _Moment]], now: datetime, earlier: Wish | None
) -> tuple[date, date] | None:
    today = now.date()
    if _WEEK_AFTER.search(text):
        named = next((moment.start.date() for _, _, moment in moments if moment.grain == "week"), None)
        base = named or (earlier.first if earlier else today)
        monday = base - timedelta(days=base.weekday()) + _WEEK
        return monday, monday + timedelta(days=5)
    for start, words, moment in moments:
        if moment.has_day(words) and not _is_limit(text, start, words):
            first, last = moment.days(today)
            if earlier is not None and _is_of_that_week(words, first, last, earlier):
                first = last = first + _WEEK
            if not _FROM_DAY.search(text[:start]):
                return first, last
            # "not before friday" leaves the rest of the calendar open, "after friday" without that friday
            first = last + timedelta(days=1) if _PAST_DAY.search(text[:start]) else first
            return first, first + timedelta(days=HORIZON_DAYS)
    if _WEEK_AFTER_NEXT.search(text):
        monday = today + timedelta(days=14 - today.weekday())
        return monday, monday + timedelta(days=5)
    if _WEEKEND.search(text):
        saturday = today + timedelta(days=(5 - today.weekday()) % 7)
        return saturday, saturday
    return None


def _is_refused(text: str, start: int, words: str, moment: _Moment) -> bool:
    """Whether a weekday is one that does not suit: `not on monday`, `lunedì non posso`."""
    if moment.grain != "day" or _WEEKDAY.fullmatch(words.rsplit(maxsplit=1)[-1]) is None:
        return False
    return bool(_REFUSED_BEFORE.search(text[:start]) or _REFUSED_AFTER.match(text[start + len(words) :]))


def _is_limit(text: str, start: int, words: str) -> bool:
    """Whether words that may be a day name the hour of `after 10`: `dopo le 10` is not the tenth."""
    limits = (*_AFTER_HOUR.finditer(text), *_BEFORE_HOUR.finditer(text))
    return any(found.start() <= start and start + len(words) <= found.end() for found in limits)


def _is_of_that_week(words: str, first: date, last: date, earlier: Wish) -> bool:
    """Whether a weekday is that of the week that was wished for before: `next week`, then `on thursday`."""
    is_week = timedelta(days=3) <= earlier.last - earlier.first <= _WEEK
    said = words.split()
    is_weekday = first == last and len(said) <= _ON_A_DAY and _WEEKDAY.fullmatch(said[-1]) is not None
    return is_week and is_weekday and first < earlier.first <= first + _WEEK <= earlier.last


def _hours(text: str, moments: Sequence[tuple[int, str, _Moment]]) -> tuple[time, time] | None:
    if before := _BEFORE_HOUR.search(text):
        after = _AFTER_HOUR.search(text)
        return (_at(after) if after else time.min), _at(before)
    if after := _AFTER_HOUR.search(text):
        return _at(after), END_OF_DAY
    for _, words, moment in moments:
        if moment.has_clock:
            return moment.clock(words, text)
    return next(((first, last) for part, first, last in _PARTS if part.search(text)), None)


def _moments(text: str, entities: Sequence[Found], now: datetime) -> Iterator[tuple[int, str, _Moment]]:
    """Where each moment's words begin, those words, and the moment."""
    for entity in entities:
        moment = _moment(entity, now.tzinfo) if entity.entity == "time" else None
        if moment is not None:
            yield entity.start, text[entity.start : entity.end], moment


@dataclass(frozen=True, slots=True)
class _Moment:
    start: datetime
    end: datetime | None
    grain: str

    @property
    def has_clock(self) -> bool:
        return self.grain in {"hour", "minute", "second"}

    @property
    def last(self) -> date:
        """The last day that it may mean."""
        return self.days(self.start.date())[1]

    def has_day(self, words: str) -> bool:
        """A clock time alone stands on whichever day it comes next, which is not what the patient said."""
        return not (self.has_clock and (_CLOCK_ONLY.fullmatch(words) or _WORDY_CLOCK.match(words)))

    def days(self, today: date) -> tuple[date, date]:
        start = self.start.date()
        if self.end is not None and not self.has_clock:
            return max(start, today), max((self.end - timedelta(seconds=1)).date(), today)
        if self.grain in {"week", "month", "year"}:
            length = {"week": 6, "month": 30, "year": 365}[self.grain]
            return max(start, today), start + timedelta(days=length)
        return start, start

    def clock(self, words: str, text: str) -> tuple[time, time]:
        start = _by_day(self.start.time(), text)
        if self.end is not None:
            end = _by_day((self.end - timedelta(hours=1)).time(), text)
            return start, end if end > start else END_OF_DAY
        spoken = words.lower()
        if re.match(rf"\W*{_BEFORE}\b", spoken):
            return time.min, start
        if re.match(rf"\W*{_AFTER}\b", spoken):
            return start, END_OF_DAY
        until = (datetime.combine(self.start.date(), start) + _NEAR).time()
        return start, until if until > start else END_OF_DAY


def _moment(found: Found, zone: tzinfo | None) -> _Moment | None:
    start, end = _parsed(found.begins, zone), _parsed(found.ends, zone)
    if start is None:
        return _Moment(end, None, found.grain) if end else None
    return _Moment(start, end, found.grain)


def _parsed(iso: str, zone: tzinfo | None) -> datetime | None:
    try:
        return datetime.fromisoformat(iso).astimezone(zone)
    except ValueError:
        return None  # an entity that a story marks by hand holds words, no moment


def _at(found: re.Match[str]) -> time:
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if hour > 23 or minute > 59:
        return time.min
    if half.startswith("p") and hour < 12:
        hour += 12
    return _by_day(time(hour, minute), half)


def _by_day(said: time, words: str) -> time:
    """`at 3` and `half past two` are meant by day, and so is ten at ten in the evening, unless am or pm was said."""
    if re.search(r"\b[ap]\.?m\b|\d[ap]m|:|in the morning|night|midnight|nacht|noche|notte|noite", words, re.IGNORECASE):
        return said
    if said.hour < 8:
        return said.replace(hour=said.hour + 12)
    return said.replace(hour=said.hour - 12) if said.hour >= 20 else said
