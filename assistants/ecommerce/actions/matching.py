"""Finds what customers mean by names they misspell: products and departments. Pure, and knows no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

_EMPTY_WORDS: Final = frozenset(
    {"a", "an", "the", "of", "for", "in", "my", "your", "this", "that", "one", "ones", "some", "any", "please"}
    | {"it", "its", "and", "or", "with", "new", "price", "stock"}
)
_NAME_MATCHES: Final = 80.0  # of 100: "gannett 2 tnt" scores 93 against "Gannet 2 tent", "blue tent" 62
_WORD_MATCHES: Final = 84.0  # "jakets" scores 92 against "jackets", "boats" 80 against "boots"


def names_meant(words: str, names: Iterable[str]) -> tuple[str, ...]:
    """The names that `words` may mean, best first; several when they are equally near, none when none is near.

    Each word typed is looked for in the name, so that "gannet" means both the Gannet 2 and the Gannet 3.
    """
    typed = _content_words(words)
    if not typed:
        return ()
    scored = [(_likeness(typed, name), name) for name in names]
    best = max((score for score, _ in scored), default=0.0)
    if best < _NAME_MATCHES:
        return ()
    return tuple(name for score, name in sorted(scored, key=lambda pair: (-pair[0], pair[1])) if score >= best - 1)


def word_meant(words: str, meanings: Mapping[str, str]) -> str | None:
    """The meaning of the one of `words` (or of two in a row) that is nearest to a known word, or None."""
    typed = default_process(words).split()
    phrases = [" ".join(typed), *(" ".join(pair) for pair in pairwise(typed)), *typed]
    best_score, best_meaning = 0.0, None
    for phrase in phrases:
        for known, meaning in meanings.items():
            score = fuzz.ratio(phrase, known)
            if score > best_score:
                best_score, best_meaning = score, meaning
    return best_meaning if best_score >= _WORD_MATCHES else None


def _likeness(typed: tuple[str, ...], name: str) -> float:
    of_name = default_process(name).split()
    return sum(max(fuzz.ratio(word, other) for other in of_name) for word in typed) / len(typed)


def _content_words(words: str) -> tuple[str, ...]:
    return tuple(word for word in default_process(words).split() if word not in _EMPTY_WORDS)
