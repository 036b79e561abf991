"""Reads amounts as people write them: `1.299,00`, `1k`, `1.5 million`, `2½`, `twenty five`, `anderthalb`, `10 bis 20`.

What stands in a code is no amount: `A-4711`, `#4711`, a telephone number, the number of a card or an account.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import islice
from typing import Final, TypeAlias

from nlu.components.quantities.number_words import ENGLISH, HALVES, NUMBERS, alternatives, folded
from nlu.types import Entity

Span: TypeAlias = tuple[int, int]
"""Start and end in the text."""

EXTRACTOR: Final = "DucklingEntityExtractor"
MOST: Final = 100
"""So many of a kind are found in one text."""

DIGITS: Final = r"\d{1,3}(?:[.,'\u00a0 ]\d{3}){1,5}(?:[.,]\d{1,2})?|\d{1,15}(?:[.,]\d{1,6})?"
_WORD_SCALES: Final = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_SCALES: Final = {
    "k": 1e3, "thousand": 1e3, "tausend": 1e3, "mille": 1e3, "mil": 1e3, "mila": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6,
    "mio.": 1e6, "million": 1e6, "millions": 1e6, "millionen": 1e6, "millón": 1e6, "millones": 1e6, "milhão": 1e6,
    "milhões": 1e6, "milione": 1e6, "milioni": 1e6, "bn": 1e9, "billion": 1e9, "billions": 1e9,
}  # fmt: skip
_FRACTIONS: Final = {"½": 0.5, "¼": 0.25, "¾": 0.75}
_SCREENS: Final = r"(?!\s?(?:tv|video|monitor|display|screen|fernseher|télé|ultra|hd)\b)"

_NAMED: Final = alternatives([*ENGLISH, *_WORD_SCALES])
_AFTER_SCALE: Final = "(?:" + "|".join(f"(?<={scale})" for scale in _WORD_SCALES) + ")"
_WORDS: Final = (
    rf"(?:an?\s(?=hundred|thousand|million))?(?:{_NAMED})(?:(?:[- ]|{_AFTER_SCALE} and )(?:{_NAMED})){{0,12}}+"
)
_OTHER_VALUES: Final[Mapping[str, float]] = {**NUMBERS, **HALVES}
_OTHERS: Final = alternatives(_OTHER_VALUES)
_LONG_SCALES: Final = alternatives(s for s in _SCALES if len(s) > 2)

BEFORE: Final = r"(?<![\w#@/.,:+-])"
"""What must not stand before an amount; a code goes on there."""

_CODES: Final = re.compile(
    r"(?<!\w)(?:"
    r"(?:\+\d|00[1-9]|\(?0\d)[\d\s/().-]{5,20}\d"  # telephone numbers
    r"|\d{4}(?:[ -]\d{4}){2,4}"  # cards
    r"|[A-Z]{2}\d{2}(?: ?[\dA-Z]{4}){3,8}(?: ?[\dA-Z]{1,3})?"  # accounts
    r")(?!\w)"
)

JOINTS: Final = {"-", "–", "to", "till", "until", "bis", "à", "a", "ai", "or", "oder", "ou", "o"}
_ANDS: Final = {"and", "und", "et", "y", "e"}
_BETWEEN: Final = {"between", "zwischen", "entre", "tra", "fra"}


def amount(prefix: str = "", *, fractions: bool = False, short: bool = False) -> str:
    """Return a pattern of one amount, its groups' names beginning with `prefix`.

    `fractions` also takes `1 1/2`, which may be a date elsewhere; `short` the scales `m`, `mn` and `bn`, which are
    metres or minutes elsewhere.
    """
    more = r"|\s?(?:mn|bn|m)(?!\w)" if short else ""
    mixed = rf"(?P<{prefix}mixed>(?:\d{{1,3}}\s)?[1-9]/[2-9](?![\d/]))|" if fractions else ""
    return (
        rf"(?=[\w½¼¾])(?:{mixed}(?P<{prefix}vulgar>\d{{0,3}}\s?[½¼¾])"
        rf"|(?P<{prefix}digits>{DIGITS})(?P<{prefix}scale>k(?!\w){_SCREENS}|\s(?:{_LONG_SCALES})(?!\w){more})?"
        rf"|(?P<{prefix}words>{_WORDS})(?P<{prefix}half>\sand\sa\shalf(?!\s?-?(?:price|off)))?"
        rf"|(?P<{prefix}other>{_OTHERS})(?P<{prefix}times>\s(?:{_LONG_SCALES})(?!\w))?)"
    )


def span_of_two(first: str, second: str) -> str:
    """Return a pattern of `first` to `second`; `is_span` tells whether what it found means one."""
    ends = "|".join(sorted((*JOINTS, *_ANDS), key=len, reverse=True))
    cue = r"(?:\b(?P<cue>between|zwischen|entre|tra|fra|from|von|desde|dai|da|de)\s)?"
    return rf"{cue}{first}\s?(?P<joint>{ends})\s?{second}"


def is_span(match: re.Match[str]) -> bool:
    """Whether two amounts are a range: `and` joins one only after `between`, `or` and `to` always do."""
    joint = folded(match["joint"])
    return joint in JOINTS or folded(match["cue"] or "") in _BETWEEN


def read_amount(match: re.Match[str], prefix: str = "") -> float | None:
    """Return what `amount(prefix)` found, or None where it found nothing."""
    groups = match.groupdict()
    if mixed := groups.get(f"{prefix}mixed"):
        *whole, fraction = mixed.split()
        above, below = fraction.split("/")
        return sum(map(float, whole)) + int(above) / int(below)
    if vulgar := groups[f"{prefix}vulgar"]:
        return float(vulgar[:-1].strip() or 0) + _FRACTIONS[vulgar[-1]]
    if digits := groups[f"{prefix}digits"]:
        return parse_number(digits) * _SCALES.get(folded(groups[f"{prefix}scale"] or "").strip(), 1)
    if words := groups[f"{prefix}words"]:
        return _words_to_number(words) + (0.5 if groups[f"{prefix}half"] else 0)
    if other := groups[f"{prefix}other"]:
        return _OTHER_VALUES[folded(other)] * _SCALES.get(folded(groups[f"{prefix}times"] or "").strip(), 1)
    return None


def parse_number(written: str) -> float:
    """Read `1,234.50`, `1.234,50`, `1 234`, `12` as people write them. Raises ValueError for what is no number."""
    text = re.sub(r"['\u00a0 ]", "", written)
    if "," in text and "." in text:
        decimal = max(text.rfind(","), text.rfind("."))
        return float(re.sub(r"[.,]", "", text[:decimal]) + "." + text[decimal + 1 :])
    mark = "," if "," in text else "."
    if text.count(mark) > 1 or re.fullmatch(rf"\d{{1,3}}\{mark}\d{{3}}", text):
        return float(text.replace(mark, ""))
    return float(text.replace(",", "."))


def _words_to_number(words: str) -> int:
    total = current = 0
    for word in re.split(r"[- ]+", folded(words)):
        if word in ENGLISH:
            current += ENGLISH[word]
        elif word in _WORD_SCALES:
            scale = _WORD_SCALES[word]
            current = max(current, 1) * scale
            if scale > 100:
                total, current = total + current, 0
    return total + current


@lru_cache(maxsize=4)
def codes(text: str) -> tuple[Span, ...]:
    """Return the spans of telephone numbers, card numbers and account numbers, of which no part is an amount."""
    return tuple(m.span() for m in _CODES.finditer(text) if sum(c.isdigit() for c in m[0]) >= 7)


@cache
def compiled(expression: str) -> re.Pattern[str]:
    """An expression for letters of either size, compiled for the first text that it is looked for in.

    The large ones take up to 20 ms each, which a process that starts need not wait for.
    """
    return re.compile(expression, re.IGNORECASE)


def outside(matches: Iterator[re.Match[str]], text: str) -> Iterator[re.Match[str]]:
    """Leave out the matches that lie within a code, and all after the first hundred, which bounds the time."""
    taken = codes(text)
    return (m for m in islice(matches, MOST) if not meets(m.span(), taken))


def meets(span: Span, others: Iterable[Span]) -> bool:
    """Whether a span shares a character with one of the others."""
    return any(start < span[1] and span[0] < end for start, end in others)


def tidy(value: float) -> float | int:
    """Return a whole number as one."""
    rounded = round(float(value), 6)
    return int(rounded) if rounded.is_integer() else rounded


def entity(name: str, span: Span, value: str | float, info: Mapping[str, object]) -> Entity:
    """Return an entity as Rasa's Duckling extractor shapes it."""
    about: dict[str, object] = {"value": value, "type": "value", **info}
    return Entity(name, value, *span, 1.0, extractor=EXTRACTOR, additional_info=about)


def interval(
    name: str,
    span: tuple[int, int],
    first: Mapping[str, object],
    last: Mapping[str, object],
    info: Mapping[str, object],
) -> Entity:
    """Return a range as Rasa's Duckling extractor shapes it: the value has `from` and `to`."""
    value = {"to": last["value"], "from": first["value"]}
    about: dict[str, object] = {"type": "interval", "from": dict(first), "to": dict(last), **info}
    return Entity(name, value, *span, 1.0, extractor=EXTRACTOR, additional_info=about)
