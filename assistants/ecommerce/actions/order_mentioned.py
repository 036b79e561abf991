"""Which of several orders is meant without its number: "the second", "the tent", "the one not shipped yet". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from .shop import BEFORE_DISPATCH, Order, OrderStatus
from .shown import place_in

_FEWEST_LETTERS: Final = 3
_FEWEST_FIGURES: Final = 2  # of the end of an order's number: a single one is a place in the list
_SAME_WORD: Final = 84.0  # of 100, as products' names are compared in `matching`
_NEWEST: Final = re.compile(
    r"\b(?:newest|latest|most recent|neu(?:e?ste)\w*|(?:plus|más|mais|più) r[eé]cent[ei]?e?)\b", re.IGNORECASE
)
_NOT_SENT: Final = re.compile(
    r"\b(?:not|isn['’]?t|hasn['’]?t|never|nicht|pas|no|não|non)\b[\w\s]{0,14}?\b(?:shipped|sent|left|dispatched"
    r"|verschickt|versendet|versandt|losgeschickt|rausgegangen|weg|expédiée?|envoyée?|partie?|enviad[oa]|salido|saído"
    r"|saiu|spedit[oa]|partit[oa])\b",
    re.IGNORECASE,
)
_TODAY: Final = re.compile(
    r"\b(?:arriv\w*|com(?:es|ing)|due|deliver\w*|kommt|ankommt|arrive|livrée?|llega|chega|arriva)\b[\w\s]{0,12}?"
    r"\b(?:today|heute|aujourd['’]hui|hoy|hoje|oggi)\b|\bheute (?:kommt|ankommt|geliefert)\b",
    re.IGNORECASE,
)
_STATES: Final = ((_NOT_SENT, BEFORE_DISPATCH), (_TODAY, frozenset({OrderStatus.OUT_FOR_DELIVERY})))
"""How an order is told by where it is, and the states that this means."""
_SENTENCE_ENDS: Final = re.compile(r"[?!.]\s+")
_MOST_WORDS_OF_A_PLACE: Final = 4  # "the second one please"; in a longer message "first" says something else


def order_mentioned(
    said: str, listed: Sequence[Order], department: str | None, departments: Sequence[str]
) -> int | None:
    """The place in `listed` of the order that `said` points at; None where it is none of them, or more than one.

    `listed` begins with the newest. `department` is the shop's department that the words name, if any, and
    `departments` are those of each listed order, joined by commas.
    """
    best, place = _best(said, listed, department, departments)
    if place is None:
        place = _numbered(said, listed)
    if place is not None:
        return place
    last = _SENTENCE_ENDS.split(said.strip())[-1]  # "which one? the last one"
    if best or len(last.split()) > _MOST_WORDS_OF_A_PLACE:
        return None
    return 0 if listed and _NEWEST.search(last) else place_in(last, len(listed))


def order_described(
    said: str, orders: Sequence[Order], department: str | None, departments: Sequence[str]
) -> int | None:
    """The same of orders that were not listed yet, so that no place in a list counts: `where's my tent`."""
    return _best(said, orders, department, departments)[1]


def _best(
    said: str, orders: Sequence[Order], department: str | None, departments: Sequence[str]
) -> tuple[int, int | None]:
    """How much at most speaks for one of the orders, and its place where that is one alone."""
    words = [word for word in default_process(said).split() if len(word) >= _FEWEST_LETTERS]
    states = frozenset[OrderStatus]().union(*(meant for how, meant in _STATES if how.search(said)))
    hits = [
        sum(_is_in(word, order) for word in words)
        + (department is not None and department in of_order)
        + (order.status in states)
        for order, of_order in zip(orders, departments, strict=True)
    ]
    best = max(hits, default=0)
    return best, hits.index(best) if best and hits.count(best) == 1 else None


def _numbered(said: str, listed: Sequence[Order]) -> int | None:
    """The place of the one order whose number ends with the figures that are typed: `104 32`, `432`, `the ...39`."""
    figures = re.sub(r"(?<=\d)[\s.\-](?=\d)", "", said)
    ends = {number for number in re.findall(r"\d+", figures) if len(number) >= _FEWEST_FIGURES}
    fitting = [place for place, order in enumerate(listed) if any(order.number.endswith(end) for end in ends)]
    return fitting[0] if len(fitting) == 1 else None


def _is_in(word: str, order: Order) -> bool:
    names = [name for line in order.lines for name in default_process(f"{line.product} {line.colour}").split()]
    return any(len(name) >= _FEWEST_LETTERS and fuzz.ratio(word, name) >= _SAME_WORD for name in names)
