"""Finds the values of lookup tables in a text, of all tables in one pass: its time does not grow with the tables.

An expression of all values, `Aachen|Aalen|…`, would be tried value by value at every word of a text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from nlu.components.quantities.amounts import MOST

_PIECE: Final = re.compile(r"\s+|\S+")
_DOTLESS: Final = {0x130: "i", 0x131: "i"}
"""The capital I with a dot and the small one without are that letter, as in `re.IGNORECASE`."""

_WORD_START: Final = re.compile(r"(?<!\w)(?:\w+|\S)")
_ANY_START: Final = re.compile(r"\S")


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """`elements` are the values of each table as they are written, by the tables' names.

    `owners` has the tables of each value as it is compared, `lengths` those of the values that begin with a word (or,
    without `whole_words`, with a letter), the longest first.
    """

    elements: Mapping[str, Sequence[str]]
    owners: Mapping[str, tuple[str, ...]]
    lengths: Mapping[str, tuple[int, ...]]
    whole_words: bool
    case_sensitive: bool

    @classmethod
    def of(
        cls, elements: Mapping[str, Sequence[str]], *, whole_words: bool = True, case_sensitive: bool = False
    ) -> Tables:
        """Make them of values.

        `whole_words` is what Rasa calls `use_word_boundaries`: off for scripts that are written without spaces.
        """
        owners: dict[str, tuple[str, ...]] = {}
        lengths: dict[str, set[int]] = {}
        for name, values in elements.items():
            for value in values:
                written, _ = _compared(value.strip(), case_sensitive=case_sensitive)
                start = (_WORD_START if whole_words else _ANY_START).match(written)
                if start is not None:
                    owners[written] = tuple(dict.fromkeys((*owners.get(written, ()), name)))
                    lengths.setdefault(start[0], set()).add(len(written))
        descending = {start: tuple(sorted(some, reverse=True)) for start, some in lengths.items()}
        return cls(elements, owners, descending, whole_words, case_sensitive)

    def spans(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Yield (name, start, end) of values, of those of one table that overlap the first and longest.

        The first hundred of a table are found, which bounds the time.
        """
        if not self.owners:
            return
        compared, places = _compared(text, case_sensitive=self.case_sensitive)
        free: dict[str, int] = {}
        found: Counter[str] = Counter()
        for start in (_WORD_START if self.whole_words else _ANY_START).finditer(compared):
            begin = start.start()
            for length in self.lengths.get(start[0], ()):
                end = begin + length
                names = self.owners.get(compared[begin:end], ())
                if not names or end > len(compared) or (self.whole_words and _goes_on(compared, end)):
                    continue
                for name in names:
                    if free.get(name, 0) <= begin and found[name] < MOST:
                        free[name] = end
                        found[name] += 1
                        yield name, places[begin], places[end - 1] + 1


NO_TABLES: Final = Tables.of({})


def _goes_on(text: str, end: int) -> bool:
    return end < len(text) and (text[end].isalnum() or text[end] == "_")


def _compared(text: str, *, case_sensitive: bool) -> tuple[str, Sequence[int]]:
    """Return a text with one blank for each white space, in small letters, and where in it each letter stood."""
    small = text
    if not case_sensitive:
        small = text.lower() if text.isascii() else "".join(map(_small, text))
    pieces: list[str] = []
    places: list[int] = []
    for piece in _PIECE.finditer(small):
        blank = piece[0].isspace()
        pieces.append(" " if blank else piece[0])
        places += [piece.start()] if blank else range(piece.start(), piece.end())
    return "".join(pieces), places


@lru_cache(maxsize=4_096)
def _small(letter: str) -> str:
    """The letter that all its cases have in common, one for one, so that places stay true."""
    folded = letter.translate(_DOTLESS).casefold()
    return folded if len(folded) == 1 else letter.lower()
