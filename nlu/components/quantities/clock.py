"""Finds times of day in six languages: `at 5`, `5pm`, `quarter past three`, `um halb acht`, `à 17h30`.

What a time of day means on which day is `moments`. A bare number is none: it takes a word before (`at`, `um`,
`alle`) or a sign behind (`pm`, `Uhr`, `h`). Pure functions of a text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from nlu.components.quantities.amounts import MOST, compiled
from nlu.components.quantities.day_names import DAYS, WEEKDAYS
from nlu.components.quantities.number_words import NUMBERS, alternatives, folded

_ENGLISH: Final = "one two three four five six seven eight nine ten eleven twelve"
_ONES: Final = ("ein eins une una uma l'una all'una", "due dos deux zwei dois duas")
_HOUR_WORDS: Final = {
    **{word: n for n, word in enumerate(_ENGLISH.split(), 1)},
    **{word: n for word, n in NUMBERS.items() if n <= 12 and " " not in word},
    **{word: n for n, words in enumerate(_ONES, 1) for word in words.split()},
}
_MINUTES: Final = {
    "five": 5, "ten": 10, "twenty": 20, "twenty-five": 25, "twenty five": 25, "fünf": 5, "zehn": 10, "zwanzig": 20,
    "5": 5, "10": 10, "20": 20, "25": 25, "cinq": 5, "dix": 10, "vingt": 20, "vingt-cinq": 25, "cinco": 5, "diez": 10,
    "veinte": 20, "veinticinco": 25, "dez": 10, "quinze": 15, "vinte": 20, "vinte e cinco": 25, "cinque": 5,
    "dieci": 10, "venti": 20, "venticinque": 25, "quarter": 15, "a quarter": 15, "half": 30, "viertel": 15, "quart": 15,
    "le quart": 15, "cuarto": 15, "un quarto": 15, "media": 30, "meia": 30, "mezza": 30, "mezzo": 30, "demie": 30,
    "demi": 30, "15": 15, "30": 30,
}  # fmt: skip
_NOONS: Final = {
    "noon": 12, "midday": 12, "midnight": 0, "mittags": 12, "mitternacht": 0, "midi": 12, "minuit": 0, "mediodía": 12,
    "medianoche": 0, "meio-dia": 12, "meia-noite": 0, "mezzogiorno": 12, "mezzanotte": 0,
}  # fmt: skip
_MORNING: Final = (
    r"in\sthe\smorning|morgens|früh|vormittags|du\smatin|de\sla\smañana|de\sla\smadrugada|da\smanhã|da\smadrugada"
    r"|di\smattina|del\smattino|di\snotte"
)
_EVENING: Final = (
    r"in\sthe\s(?:afternoon|evening)|at\snight|nachmittags|abends|de\sl['’]après-midi|du\ssoir|de\sla\s(?:tarde|noche)"
    r"|da\s(?:tarde|noite)|del\spomeriggio|di\spomeriggio|di\ssera|della\ssera"
)
CUE: Final = (
    r"at|@|by|around|until|till|before|after|since|um|gegen|ab|bis|vor|nach|seit|kurz\s(?:vor|nach)"
    r"|à|vers|dès|avant|après|depuis|jusqu['’]à|(?:a|sobre|desde|hasta|antes\sde)\slas?|antes\sdas|depois\sdas|às|as"
    r"|pelas|até\sàs|alle(?:\sore)?|all['’]|dalle|verso\sle|entro\sle|prima\sdelle|dopo\sle|ore"
)
_BARE_CUE: Final = r"at|@|um|gegen|a\slas?|às|alle|dalle|verso\sle"
ENDS_AN_HOUR: Final = (
    r"(?=\s*(?:$|[.,;!?)]|o['’]?clock\b|(?:today|tomorrow|tonight|on|in\sthe|and|or|please|pls|plz|sharp|this|next|then|but"
    r"|if|as|at|because|so|under|with|for|from|until|till|heute|morgen|am|um|auf|unter|bitte|und|oder|bei|beim|mit|chez|avec|au|sur|hoy"
    r"|mañana|por\sfavor|en|con|hoje|amanhã|em|com|oggi|domani|per\sfavore|in\spunto|di|del|de|da|y|e|o|ou)\b))"
)
"""What may follow a bare number that is an hour: the end, or a word that counts nothing."""

_HOUR: Final = rf"(?P<hour>[01]?\d(?!\d)|2[0-4]|(?:{alternatives(_HOUR_WORDS)})(?!\w))"
_SPOKEN: Final = rf"(?P<some>{alternatives(_MINUTES)})"
_HALF: Final = rf"(?:\s?(?P<am>a\.?m\.?(?!\w)|{_MORNING})|\s?(?P<pm>p\.?m\.?(?!\w)|{_EVENING}))?"

_PATTERNS: Final = tuple(
    (name, rf"(?<![\w#.,:/+-]){expression}(?![\w/-]|[.:,]\d)")
    for name, expression in (
        (
            "digital",
            (
                rf"(?:(?P<cue>{CUE})\s)?(?P<hour>[01]?\d|2[0-3])(?P<sign>[:.h]|\sh\s?)(?P<minute>[0-5]\d)(?::[0-5]\d)?"
                rf"(?P<uhr>\s?uhr)?{_HALF}"
            ),
        ),
        ("half_day", rf"(?:(?:{CUE})\s)?(?P<hour>1[0-2]|0?[1-9]){_HALF.rstrip('?')}"),
        (
            "full",
            rf"(?:(?:{CUE})\s)?{_HOUR}\s?(?:uhr(?:\s(?P<minute>[0-5]?\d)(?!\s?(?:min|euro|€)))?|o['’]?clock){_HALF}",
        ),
        (
            "hours",
            (
                rf"(?P<cue>{CUE})\s{_HOUR}\s?(?:h|heures?|horas?)(?:\s?(?P<minute>[0-5]\d))?"
                rf"(?:\s(?:et\s(?P<some>demie|quart)|moins\s(?P<less>le\squart|cinq|dix|vingt|vingt-cinq)))?{_HALF}"
            ),
        ),
        ("marked", rf"(?P<hour>[01]?\d|2[0-3])\s?h(?:eures)?{_HALF}"),
        ("hours", rf"{_HOUR}\sheures?\s(?:et\s(?P<some>quart)|moins\s(?P<less>le\squart|cinq|dix|vingt)){_HALF}"),
        ("past", rf"(?:(?:at|around)\s)?{_SPOKEN}(?:\sminutes)?\s(?:past|after)\s{_HOUR}{_HALF}"),
        ("past", rf"at\s(?P<some>half)\s{_HOUR}{_HALF}"),
        ("to", rf"(?:(?:at|around)\s)?(?P<less>a\squarter|quarter)\s(?:to|before|till|of)\s{_HOUR}{_HALF}"),
        ("to", rf"at\s(?P<less>five|ten|twenty|5|10|20)\sto\s{_HOUR}{_HALF}"),
        (
            "to",
            rf"(?:um\s)?(?P<less>viertel|fünf|zehn|zwanzig)\svor\s{_HOUR}{_HALF}(?!\s(?:tag|woche|monat|jahr|stunde|minute))",
        ),
        (
            "past",
            rf"(?:um\s)?(?P<some>viertel|fünf|zehn|zwanzig)\snach\s{_HOUR}{_HALF}(?!\s(?:tag|woche|monat|jahr|stunde|minute))",
        ),
        ("towards", rf"(?:(?:um|gegen|ab|bis)\s)?(?P<part>halb|dreiviertel|drei\sviertel)\s{_HOUR}(?:\suhr)?{_HALF}"),
        (
            "spoken",
            (
                rf"(?P<cue>a\slas?|sobre\slas?|las|la|às|pelas|alle|all['’]|le)\s?{_HOUR}\s(?:(?:y|e)\s{_SPOKEN}|(?:menos|meno)\s(?P<less>cuarto"
                rf"|cinco|diez|veinte|veinticinco|un\squarto|cinque|dieci|venti)){_HALF}"
            ),
        ),
        (
            "noon",
            rf"(?:(?:at|um|à|a|al|às|a\sla|ao|alla)\s)?(?<!après-)(?P<noon>{alternatives(_NOONS)})(?:\set\s(?P<some>demie?))?",
        ),
        ("bare", rf"(?P<cue>{_BARE_CUE})\s{_HOUR}(?:{_HALF.rstrip('?')}|{ENDS_AN_HOUR})"),
    )
)
_ANY: Final = re.compile(rf"\d|\b(?:{alternatives([*_HOUR_WORDS, *_NOONS])})(?!\w)", re.IGNORECASE)
"""Without one of these nobody tells the time: one look spares the others."""

_CLOCK_CUE: Final = re.compile(
    rf"(?:^|\W)(?:{CUE}|{alternatives([*DAYS, *WEEKDAYS])}|entre|de|dalle|das|von|zwischen)\s$", re.IGNORECASE
)
_LENGTH_CUE: Final = re.compile(
    r"(?:^|\W)(?:pendant|durant|en|dure|duré|prend|pris|depuis|attendu|for|took|takes|within|lasts|seit|dauert|dauerte|in|innerhalb"
    r"|durante|tarda|em|demora|ci\svogliono|dura|per|entro|dans|sous)\s$",
    re.IGNORECASE,
)
_DAYTIME: Final = 7
"""From here on `17h30` is a time of day; `2h30` is as long as it takes."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day and where it stands.

    `is_open` says that the hour may mean either half of the day; `grain` is `hour` or `minute`, as it was told.
    """

    start: int
    end: int
    hour: int
    minute: int
    grain: str
    is_open: bool


def reads_as_clock(text: str, start: int, hour: int, *, exact: bool = True) -> bool:
    """Whether `17h` or `17h30` at `start` is a time of day and not a length of time; `exact` when it has minutes."""
    before = text[max(0, start - 20) : start]
    if _LENGTH_CUE.search(before):
        return False
    return hour <= 24 and (_CLOCK_CUE.search(before) is not None or (exact and hour >= _DAYTIME))


@lru_cache(maxsize=4)
def clock_times(text: str, language: str = "und") -> tuple[Clock, ...]:
    """Return times of day in their order.

    `language` (ISO 639-1) decides where `alle 5` is a time, and on whose clock 5:30 may be in the afternoon.
    """
    if _ANY.search(text) is None:
        return ()
    found = [
        clock
        for name, expression in _PATTERNS
        for match in compiled(expression).finditer(text)
        if (clock := _read(name, match, text, language))
    ]
    apart: list[Clock] = []
    for clock in sorted(found, key=lambda c: (c.start, -c.end)):
        if not apart or clock.start >= apart[-1].end:
            apart.append(clock)
    return tuple(apart[:MOST])


def _read(name: str, match: re.Match[str], text: str, language: str) -> Clock | None:
    groups = match.groupdict()
    if name == "noon":
        return Clock(*match.span(), _NOONS[folded(groups["noon"])], _minutes(groups.get("some")), "hour", is_open=False)
    hour = _hour(groups["hour"])
    cue = folded(groups.get("cue") or "")
    if name == "digital" and not _is_digital(match, text, hour, cue):
        return None
    if name == "marked" and not reads_as_clock(text, match.start(), hour, exact=False):
        return None
    if cue == "alle" and name == "bare" and language not in {"it", "und"}:
        return None
    if cue in {"la", "le", "all'", "all’"} and name == "spoken" and language in {"fr", "en", "de"}:
        return None
    minute = int(groups.get("minute") or 0) + _minutes(groups.get("some")) - _minutes(groups.get("less"))
    if name == "towards":
        minute = -30 if folded(groups["part"]) == "halb" else -15
    is_told = "minute" if groups.get("minute") or minute else "hour"
    stated = bool(groups.get("uhr")) or hour > 12 or hour == 0
    if name in {"full", "hours", "marked"} and not groups.get("some") and not groups.get("less"):
        stated = "clock" not in folded(match[0])
    if name == "digital" and not stated:
        stated = groups["sign"] != ":" or groups["hour"].startswith("0") or language not in {"en", "und"}
    if groups.get("am") or groups.get("pm"):
        hour = hour % 12 + (12 if groups.get("pm") else 0) if hour <= 12 else hour
        stated = True
    hour, minute = (hour + minute // 60) % 24, minute % 60
    return Clock(*match.span(), hour, minute, is_told, is_open=not stated)


def _is_digital(match: re.Match[str], text: str, hour: int, cue: str) -> bool:
    sign = match["sign"].strip().lower()
    told = bool(match["uhr"] or match["am"] or match["pm"])
    if sign == ".":
        return told or bool(
            cue and cue not in {"by", "before", "after", "since", "vor", "nach", "seit", "ab", "bis", "as", "à"}
        )
    if sign == "h":
        return told or reads_as_clock(text, match.start("hour"), hour)
    follows_unit = re.match(
        r"\s?(?:h|hrs?|hours?|std|stunden|heures|horas|ore)\b", text[match.end("minute") :], re.IGNORECASE
    )
    return told or not follows_unit or reads_as_clock(text, match.start("hour"), hour)


def _hour(written: str) -> int:
    word = folded(written)
    return int(word) if word.isdigit() else _HOUR_WORDS[word]


def _minutes(written: str | None) -> int:
    return _MINUTES[folded(written)] if written else 0
