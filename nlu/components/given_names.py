"""Knows common given names, which of them are other words as well, and words that are no names. They are data."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).parent.parent / "data" / "given_names.txt"
_NOT_GIVEN: Final = frozenset({"words", "no name", "no surname", "brands"})


def is_given_name(word: str) -> bool:
    """Whether a word in any case, with accents or without, is a given name; of `Jean-Luc` the first part may decide."""
    return any(form in _given() or form in _words("words") for form in _forms(word))


def is_nothing_but_a_name(word: str) -> bool:
    """Whether it is a given name and no other word, place or brand."""
    doubtful = _words("words")
    form = next((f for f in _forms(word) if f in _given() or f in doubtful), "")
    return form in _given() and form not in doubtful


def no_names() -> frozenset[str]:
    """Words with which no name begins, in small letters."""
    return _words("no name")


@lru_cache(maxsize=1)
def no_surnames() -> frozenset[str]:
    """Words that follow a given name and are no part of it."""
    return _words("no surname") | _words("no name")


@lru_cache(maxsize=1)
def brands() -> frozenset[str]:
    """What looks like a person's name and is sold, in small letters."""
    return frozenset(_sections()["brands"].strip().splitlines())


def _forms(word: str) -> tuple[str, ...]:
    bare = unicodedata.normalize("NFKD", word.casefold())
    whole = "".join(c for c in bare if not unicodedata.combining(c))
    return tuple(dict.fromkeys((whole, whole.split("-")[0])))


@lru_cache(maxsize=1)
def _sections() -> dict[str, str]:
    lines = (line for line in _FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    parts = "\n".join(lines).split("[")[1:]
    return {name: words for name, _, words in (part.partition("]") for part in parts)}


@lru_cache(maxsize=8)
def _words(section: str) -> frozenset[str]:
    return frozenset(_sections()[section].split())


@lru_cache(maxsize=1)
def _given() -> frozenset[str]:
    names = {word for section in _sections() if section not in _NOT_GIVEN for word in _words(section)}
    return frozenset(names - _words("words"))
