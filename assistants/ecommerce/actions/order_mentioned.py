"""Which of the orders that were just listed somebody means without its number: "the second one", "the tent". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from .shop import Order
from .shown import place_in

_FEWEST_LETTERS: Final = 3
_SAME_WORD: Final = 84.0  # of 100, as products' names are compared in `matching`
_NEWEST: Final = re.compile(
    r"\b(?:newest|latest|most recent|neu(?:e?ste)\w*|(?:plus|más|mais|più) r[eé]cent[ei]?e?)\b", re.IGNORECASE
)
_SENTENCE_ENDS: Final = re.compile(r"[?!.]\s+")
_MOST_WORDS_OF_A_PLACE: Final = 4  # "the second one please"; in a longer message "first" says something else


def order_mentioned(
    said: str, listed: Sequence[Order], department: str | None, departments: Sequence[str]
) -> int | None:
    """The place in `listed` of the order that `said` points at; None where it is none of them, or more than one.

    `listed` begins with the newest. `department` is the shop's department that the words name, if any, and
    `departments` are those of each listed order, joined by commas.
    """
    words = [word for word in default_process(said).split() if len(word) >= _FEWEST_LETTERS]
    hits = [
        sum(_is_in(word, order) for word in words) + (department is not None and department in of_order)
        for order, of_order in zip(listed, departments, strict=True)
    ]
    best = max(hits, default=0)
    if best and hits.count(best) == 1:
        return hits.index(best)
    last = _SENTENCE_ENDS.split(said.strip())[-1]  # "which one? the last one"
    if best or len(last.split()) > _MOST_WORDS_OF_A_PLACE:
        return None
    return 0 if listed and _NEWEST.search(last) else place_in(last, len(listed))


def _is_in(word: str, order: Order) -> bool:
    names = [name for line in order.lines for name in default_process(f"{line.product} {line.colour}").split()]
    return any(len(name) >= _FEWEST_LETTERS and fuzz.ratio(word, name) >= _SAME_WORD for name in names)
