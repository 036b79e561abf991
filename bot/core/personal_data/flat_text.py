"""A text as patterns can read it: any digit is 0 to 9, any dash is `-`, what nobody sees is gone.

Somebody's card number is the same number in full-width digits, with non-breaking spaces, or with a
zero-width joiner in the middle. Knows no pattern itself, and changes no text.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_UNSEEN: Final = frozenset({"Cf", "Cc", "Mn", "Me", "Mc", "Cs"})
"""Categories that do not part two digits for a reader: format and control characters, combining marks."""

_DOTS: Final = frozenset("·∙‧・")


@dataclass(frozen=True, slots=True)
class Flat:
    """The flat text, and where each of its characters was in the original (`at` has one entry more: the end)."""

    text: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a non-empty part of the flat text was, with the unseen characters inside and behind it."""
        return self.at[start], self.at[end]


@lru_cache(maxsize=16)
def flat(text: str) -> Flat:
    """The flat view of a text. The last ones are remembered: each kind of personal data is looked for in the same."""
    if text.isascii() and text.isprintable():
        return Flat(text, tuple(range(len(text) + 1)))
    seen: list[str] = []
    at: list[int] = []
    for n, character in enumerate(text):
        plain = _plain(character)
        if plain:
            seen.append(plain)
            at.append(n)
    at.append(len(text))
    return Flat("".join(seen), tuple(at))


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    """One character as it is read, "" for one that is not seen."""
    if character in "\n\t\r\x0b\x0c\u2028\u2029":
        return "\n" if character != "\t" else " "
    category = unicodedata.category(character)
    if category in _UNSEEN:
        return ""
    value = unicodedata.digit(character, None)
    if value is not None:
        return str(value)
    if category == "Zs":
        return " "
    if category == "Pd" or character == "−":
        return "-"
    if character in _DOTS:
        return "."
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character
