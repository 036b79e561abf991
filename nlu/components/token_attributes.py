"""What is known of each token of a text, as the entity extractor learns from it: words, affixes, shapes, marks.

An attribute is a short text, `TEMPLATE=…`. Each comes from a *sight*: a word, two neighbours, the words on both sides
of one, a mark. What a sight says holds for tokens near it, so that a sight that was met need not be taken apart again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

Sight: TypeAlias = tuple[str, ...]
"""What is seen, its kind first: `("word", "Leeds")`."""

Attribute: TypeAlias = tuple[int, str, bool]
"""How many tokens behind its sight's first one an attribute holds, -3 to 3, its text, and whether it is telling: with
an intent such attributes stand twice, once joined with it."""

REACH: Final = 3

_TELLING: Final = ("w", "s", "-1", "+1", "-1,0", "0,+1", "p3", "e3", "-2", "+2", "g")
_FURTHER: Final = (
    "i", "w,s", "-1,+1", "-s", "+s", "p1", "e1", "p2", "e2", "p4", "e4",
    "-2,-1", "-3", "+1,+2", "+3", "first", "last", "m", "-g", "+g",
)  # fmt: skip
_RANKS: Final = {template: rank for rank, template in enumerate((*_TELLING, *_FURTHER))}
"""Templates in the order in which attributes are learnt."""

_CLASSES: Final = ((re.compile(r"[A-ZÀ-Þ]"), "A"), (re.compile(r"[^\W\d_A-Z]"), "a"), (re.compile(r"\d"), "0"))
_RUNS: Final = re.compile(r"(.)\1+")


@lru_cache(maxsize=5_000)
def shape(word: str) -> str:
    """Return the word's shape, runs shortened: `McDonald's` is `AaAa'a`, `4711` is `0`."""
    out = word
    for pattern, mark in _CLASSES:
        out = pattern.sub(mark, out)
    return _RUNS.sub(r"\1", out)


def sights(
    words: Sequence[str], known: Sequence[Sequence[str]], patterns: Sequence[Sequence[str]], intent: str = ""
) -> Iterator[tuple[int, Sight]]:
    """Yield what is seen of a text's words, one or more, and at which of them.

    `known` are each word's marks as a gazetteer gives them, `patterns` the names of the patterns that cover it.
    """
    last = len(words) - 1
    for i, word in enumerate(words):
        yield i, ("word", word)
        if intent:
            yield i, ("intent", intent)
        if i < last:
            yield i, ("pair", word, words[i + 1])
        if 0 < i < last:
            yield i, ("around", words[i - 1], words[i + 1])
    yield 0, ("opening", words[0], words[1] if last else ">")
    yield last, ("closing", *words[last - 1 : last], words[last])
    for i, marks in enumerate(known):
        for mark in marks:
            yield i, ("known", mark)
    for i, names in enumerate(patterns):
        for name in names:
            yield i, ("pattern", name)


def attributes_of(sight: Sight) -> list[Attribute]:
    """Return what a sight says of the tokens near it, some of which a text may not have."""
    match sight:
        case ("pair", first, second):
            return _of_pair(first, second)
        case ("around", before, after):
            return [(0, f"-1,+1={before.lower()}|{after.lower()}", False)]
        case ("opening", word, after):
            lower = word.lower()
            telling = [(0, "-1=<", True), (0, f"-1,0=<|{lower}", True)]
            further = [f"-1,+1=<|{after.lower()}", f"-s=<|{shape(word)}", "first"]
        case ("closing", *before, word):
            lower = word.lower()
            telling = [(0, "+1=>", True), (0, f"0,+1={lower}|>", True)]
            further = [*(f"-1,+1={each.lower()}|>" for each in before), f"+s={shape(word)}|>", "last"]
        case ("known", mark):
            return [(0, f"g={mark}", True), (1, f"-g={mark}", False), (-1, f"+g={mark}", False)]
        case ("pattern", name):
            return [(0, f"m={name}", False)]
        case ("intent", name):
            return [(0, f"i={name}", False)]
        case _:
            return _of_word(sight[-1])
    return telling + [(0, attribute, False) for attribute in further]


def _of_word(word: str) -> list[Attribute]:
    lower, form = word.lower(), shape(word)
    found = [(0, f"w={lower}", True), (0, f"s={form}", True), (0, f"w,s={lower}|{form}", False)]
    found += [(-distance, f"{distance:+}={lower}", abs(distance) < 3) for distance in (-3, -2, -1, 1, 2, 3)]
    for n in (1, 2, 3, 4):
        if len(lower) > n:
            found += [(0, f"p{n}={lower[:n]}", n == 3), (0, f"e{n}={lower[-n:]}", n == 3)]
    return found


def _of_pair(first: str, second: str) -> list[Attribute]:
    words = f"{first.lower()}|{second.lower()}"
    shapes = f"{shape(first)}|{shape(second)}"
    return [
        (-1, f"+1,+2={words}", False),
        (0, f"0,+1={words}", True),
        (0, f"+s={shapes}", False),
        (1, f"-1,0={words}", True),
        (1, f"-s={shapes}", False),
        (2, f"-2,-1={words}", False),
    ]


def joined_with(intent: str, attribute: str) -> str:
    """Return an attribute as it is known of texts with this intent alone."""
    return f"{intent}&{attribute}"


def attribute_rows(
    words: Sequence[str], known: Sequence[Sequence[str]], patterns: Sequence[Sequence[str]], intent: str = ""
) -> list[list[str]]:
    """Return the attributes of each of one or more words: telling ones, these joined with the intent, the others."""
    found: list[list[tuple[int, str]]] = [[] for _ in words]
    for place, sight in sights(words, known, patterns, intent):
        for behind, attribute, _ in attributes_of(sight):
            if 0 <= place + behind < len(words):
                found[place + behind].append((_RANKS[attribute.partition("=")[0]], attribute))
    rows: list[list[str]] = []
    for ranked in found:
        ranked.sort(key=lambda each: each[0])
        row = [attribute for rank, attribute in ranked if rank < len(_TELLING)]
        if intent:
            row += [joined_with(intent, attribute) for attribute in row]
        rows.append(row + [attribute for rank, attribute in ranked if rank >= len(_TELLING)])
    return rows
