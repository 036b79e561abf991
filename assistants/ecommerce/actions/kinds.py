"""Which of a department's products are of the kind that the customer's words name: boots, no socks. Pure."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from rapidfuzz.utils import default_process

from .shop import Product

_WORDS: Final = Path(__file__).parent / "sample" / "kind_words.csv"


def of_kind(products: Sequence[Product], words: str, department: Sequence[Product]) -> Sequence[Product]:
    """Those whose names have most of the kinds in `words`, in their order; all where the department has none."""
    named = _kinds_in(words)
    known = any(_hits(product, named) for product in department)
    ranked = sorted(products, key=lambda product: -_hits(product, named))
    return [product for product in ranked if not known or _hits(product, named)]


def _hits(product: Product, named: set[str]) -> int:
    return len(named & set(default_process(product.name).split()))


def _kinds_in(words: str) -> set[str]:
    typed = f" {default_process(words)} "
    return {kind for word, kind in _known() if f" {word} " in typed}


@cache
def _known() -> tuple[tuple[str, str], ...]:
    with _WORDS.open(encoding="utf-8", newline="") as file:
        return tuple((row["word"], row["kind"]) for row in csv.DictReader(file))
