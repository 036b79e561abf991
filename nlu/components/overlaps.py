"""Tells whether spans of a text overlap, in a time that does not grow with how many there are."""

from __future__ import annotations

from collections.abc import Iterable


def letters(start: int, end: int) -> int:
    """Return a span's letters as the bits of a number: spans overlap where their numbers have a bit in common."""
    return (1 << end) - (1 << start)


def letters_of(spans: Iterable[tuple[int, int]]) -> int:
    """Return the letters of all these spans."""
    covered = 0
    for start, end in spans:
        covered |= letters(start, end)
    return covered
