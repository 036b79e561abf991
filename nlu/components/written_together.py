"""Says which tokens of a text are written without a space between: `anna@example.com` is five, and one value.

Marks at the ends of such a run, as the full stop of a sentence, are no part of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from nlu.draft import Token

INSIDE_RUNS: Final = (" I@", " I0")
"""The places of tokens that are not the first ones."""


def places_in_runs(tokens: Sequence[Token]) -> list[tuple[str, ...]]:
    """Return for each token of a run of several with an at sign or a digit the place it has there, else nothing.

    ` B@` and ` I@` are the first and the others of a run with an at sign, ` B0` and ` I0` of one with a digit alone.
    They begin with a blank, as no pattern's name does.
    """
    places: list[tuple[str, ...]] = [()] * len(tokens)
    for first, end in _runs(tokens):
        if sort := _sort(tokens[first:end]):
            places[first] = (f" B{sort}",)
            places[first + 1 : end] = [(f" I{sort}",)] * (end - first - 1)
    return places


def _runs(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    first = 0
    for i in range(1, len(tokens) + 1):
        if i < len(tokens) and _goes_on(tokens[i - 1], tokens[i]):
            continue
        start, end, first = first, i, i
        while end - start > 1 and not _has_letters(tokens[end - 1]):
            end -= 1
        while end - start > 1 and not _has_letters(tokens[start]):
            start += 1
        if end - start > 1:
            yield start, end


def _goes_on(before: Token, token: Token) -> bool:
    return before.end == token.start and not _stands_alone(before) and not _stands_alone(token)


def _stands_alone(token: Token) -> bool:
    # as characters do of scripts that are written without spaces
    return len(token.text) == 1 and not token.text.isascii() and token.text.isalpha()


def _has_letters(token: Token) -> bool:
    return token.text[0].isalnum()


def _sort(tokens: Sequence[Token]) -> str:
    if any(token.text == "@" for token in tokens):
        return "@"
    return "0" if any(token.text[0].isdigit() for token in tokens) else ""
