"""What customers mean by "the second one" or "the cheapest": a product of the list that they were shown last. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .shop import Product

_PLACES: Final = {
    0: ("1", "first", "erst", "premi", "prim"),
    1: ("2", "second", "zweit", "deuxi", "segund"),
    2: ("3", "third", "dritt", "troisi", "tercer", "terceir", "terz"),
    -1: ("last", "bottom", "letzt", "derni", "últim", "ultim"),
}
"""How the words for a place in a list begin, in the six languages that customers write."""
_CHEAPEST: Final = (
    *("cheap", "least exp", "less exp", "günstig", "billig", r"wenig\w* teu"),
    *("moins ch", "barat", "econ[oó]m", "meno car", "menos car"),
)
_DEAREST: Final = ("expensive", "dear", "priciest", "teuer", "plus ch", "caro", "cara")
_BEST: Final = ("best", "top rated", "highest", "mieux not", "mejor", "melhor", "miglior")


def product_mentioned(mention: str, shown: Sequence[Product]) -> Product | None:
    """The product of `shown` that a mention points at; None when it points at none of them."""
    said = mention.casefold()
    if not shown:
        return None
    if _begins(said, _CHEAPEST):
        return min(shown, key=lambda product: product.price_cents)
    if _begins(said, _DEAREST):
        return max(shown, key=lambda product: product.price_cents)
    if _begins(said, _BEST):
        return max(shown, key=lambda product: product.rating)
    place = place_in(said, len(shown))
    return None if place is None else shown[place]


def place_in(said: str, count: int) -> int | None:
    """Where in a list of `count` things "the second one" points, from 0; None where it points at none of them."""
    lowered = said.casefold()
    places = (place for place, words in _PLACES.items() if _begins(lowered, words) and place < count)
    place = next(places, None) if count else None
    return None if place is None else place % count


def _begins(said: str, words: Sequence[str]) -> bool:
    return any(re.search(rf"\b{word}(?!\d)", said) for word in words)
