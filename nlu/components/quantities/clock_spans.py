"""Finds ranges of hours in six languages: `between 3 and 5`, `9-11am`, `von 9 bis 17 Uhr`, `de 9h à 11h`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from nlu.components.quantities.amounts import outside
from nlu.components.quantities.clock import ENDS_AN_HOUR
from nlu.components.quantities.number_words import folded

_BETWEEN: Final = r"between|zwischen|entre(?:\slas?|\sas)?|tra\sle|fra\sle|entre"
_FROM: Final = r"from|von|de(?:\slas?)?|desde\slas?|das|dalle|ab"
_JOINT: Final = r"-|–|to|till|until|bis|à|a(?:\slas?)?|às|alle|hasta\slas?|até\sàs"
_AND: Final = r"and|und|et|y(?:\slas?)?|e(?:\sas|\sle)?"


def _hour(side: str) -> str:
    return (
        rf"(?P<{side}_hour>[01]?\d(?!\d)|2[0-4])(?:(?P<{side}_sign>[:.h]|\sh\s?)(?P<{side}_minute>[0-5]\d))?"
        rf"(?:\s?(?P<{side}_mark>a\.?m\.?|p\.?m\.?|uhr|heures?|horas?|h|o['’]?clock)(?!\w))?"
    )


_SPAN: Final = re.compile(
    rf"(?<![\w#.,:/+-])(?:(?:(?P<between>{_BETWEEN})|(?P<from>{_FROM}))\s)?{_hour('a')}\s?(?:(?P<to>{_JOINT})|(?P<and>{_AND}))\s?{_hour('b')}"
    rf"(?![\w/-]|[.:,]\d|\s?[%€$£])",
    re.IGNORECASE,
)
_DAYTIME: Final = 7


@dataclass(frozen=True, slots=True)
class ClockSpan:
    """From one time of day to another, and where that stands. `is_open` as in `clock.Clock`, for both ends."""

    start: int
    end: int
    hour: int
    minute: int
    to_hour: int
    to_minute: int
    grain: str
    is_open: bool


@lru_cache(maxsize=4)
def clock_spans(text: str, language: str = "und") -> tuple[ClockSpan, ...]:
    """Return ranges of hours. Two bare numbers are one only between `from` or `between` and the end of what is said."""
    return tuple(_read(m, language) for m in outside(_SPAN.finditer(text), text) if _is_meant(m, text))


def _is_meant(match: re.Match[str], text: str) -> bool:
    has_cue = bool(match["between"] or match["from"])
    if match["and"] and not match["between"]:
        return False
    marks = {folded(match[f"{side}_mark"] or "").replace(".", "") for side in "ab"} - {""}
    signs = {(match[f"{side}_sign"] or "").strip() for side in "ab"} - {""}
    if marks - {"h", "horas", "hora", "heures", "heure"} or ":" in signs:
        return True
    if marks or "h" in signs:
        return (has_cue and match["a_mark"] is not None) or "h" in signs or min(_hours(match)) >= _DAYTIME
    return has_cue and re.match(ENDS_AN_HOUR, text[match.end() :], re.IGNORECASE) is not None


def _hours(match: re.Match[str]) -> tuple[int, int]:
    return int(match["a_hour"]), int(match["b_hour"])


def _read(match: re.Match[str], language: str) -> ClockSpan:
    first, last = _hours(match)
    marks = [folded(match[f"{side}_mark"] or "").replace(".", "") for side in "ab"]
    halves = [mark if mark in {"am", "pm"} else "" for mark in marks]
    is_stated = any(halves) or any(m in {"uhr", "h", "heures", "horas"} for m in marks) or max(first, last) > 12
    if halves[1] and not halves[0]:
        halves[0] = halves[1] if first % 12 <= last % 12 else {"am": "pm", "pm": "am"}[halves[1]]
    first, last = (
        hour % 12 + (12 if half == "pm" else 0) if half else hour % 24
        for hour, half in zip((first, last), halves, strict=True)
    )
    has_minutes = bool(match["a_minute"] or match["b_minute"])
    is_open = not is_stated and (not has_minutes or language in {"en", "und"})
    minutes = [int(match[f"{side}_minute"] or 0) for side in "ab"]
    return ClockSpan(*match.span(), first, minutes[0], last, minutes[1], "minute" if has_minutes else "hour", is_open)
