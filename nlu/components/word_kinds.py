"""Says of which common kind a word is, in six languages: a number, a day, a month.

Who annotates `[two](guests)` and `[friday](day)` means three and Monday, too. It is a hint to learn from: `may` is a
month here, and somebody's permission in most texts.
"""

from __future__ import annotations

from typing import Final

from nlu.components.quantities.day_names import DAYS, MONTHS, WEEKDAYS
from nlu.components.quantities.number_words import ENGLISH, NUMBERS

_MOST_DIGITS: Final = 3
"""A number with more is an order's or a year more often than one that counts."""


def kinds_of(word: str) -> tuple[str, ...]:
    """Return the kinds of a word in lower case, mostly none."""
    counts = word in ENGLISH or word in NUMBERS or (word.isdecimal() and len(word) <= _MOST_DIGITS)
    is_day = word in WEEKDAYS or word in DAYS
    found = (("number", counts), ("day", is_day), ("month", word in MONTHS))
    return tuple(kind for kind, holds in found if holds)
