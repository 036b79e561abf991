"""What is known of each token of a text, as the entity extractor learns from it: words, affixes, shapes, kinds, marks.

A text is a row of *sights*: a word, two neighbours, the words on both sides of one, a mark. A sight has a few keys,
`FAMILY=…`, and a key stands for one attribute or several, each of which holds of a token near the sight. Learning
takes attributes one by one; serving looks up keys, which are fewer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

from nlu.components.word_kinds import kinds_of

Sight: TypeAlias = tuple[str, ...]
"""What is seen, its kind first: `("word", "Leeds")`."""

Attribute: TypeAlias = tuple[int, str]
"""How many tokens behind its sight's first one an attribute holds, -3 to 3, and its text."""

REACH: Final = 3

_TELLING: Final = {
    "w": ((0, "w={}"), (1, "-1={}"), (-1, "+1={}"), (2, "-2={}"), (-2, "+2={}")),
    "s": ((0, "s={}"),),
    "p3": ((0, "p3={}"),),
    "e3": ((0, "e3={}"),),
    "ww": ((0, "0,+1={}"), (1, "-1,0={}")),
    "<": ((0, "-1=<"),),
    "<w": ((0, "-1,0=<|{}"),),
    ">": ((0, "+1=>"),),
    "w>": ((0, "0,+1={}|>"),),
    "g": ((0, "g={}"),),
}
"""The attributes of each family of keys: where they hold, and their texts. With an intent these ones stand twice, once
joined with it."""
_FURTHER: Final = {
    "w": ((3, "-3={}"), (-3, "+3={}")),
    "ws": ((0, "w,s={}"),),
    **{f"{side}{n}": ((0, f"{side}{n}={{}}"),) for n in (1, 2, 4) for side in "pe"},
    "ww": ((-1, "+1,+2={}"), (2, "-2,-1={}")),
    "ss": ((0, "+s={}"), (1, "-s={}")),
    "aa": ((0, "-1,+1={}"),),
    "<": ((0, "first"),),
    "<s": ((0, "-s=<|{}"),),
    "<a": ((0, "-1,+1=<|{}"),),
    ">": ((0, "last"),),
    "s>": ((0, "+s={}|>"),),
    "a>": ((0, "-1,+1={}|>"),),
    "g": ((1, "-g={}"), (-1, "+g={}")),
    "m": ((0, "m={}"),),
    "k": ((0, "k={}"),),
    "i": ((0, "i={}"),),
}
"""The others, which stand once."""

_ORDER: Final = (
    "w", "s", "-1", "+1", "-1,0", "0,+1", "p3", "e3", "-2", "+2", "g", "i",
    "w,s", "-1,+1", "-s", "+s", "p1", "e1", "p2", "e2", "p4", "e4", "-2,-1", "-3", "+1,+2", "+3", "first", "last",
    "m", "-g", "+g", "k",
)  # fmt: skip
"""Attributes are learnt in this order, each by its template's beginning."""
_RANKS: Final = {template: rank for rank, template in enumerate(_ORDER)}
_LAST_TELLING: Final = _RANKS["g"]
"""The ranks up to here are those of the telling attributes."""

_CLASSES: Final = ((re.compile(r"[A-ZÀ-Þ]"), "A"), (re.compile(r"[^\W\d_A-Z]"), "a"), (re.compile(r"\d"), "0"))
_RUNS: Final = re.compile(r"(.)\1+")


@lru_cache(maxsize=5_000)
def shape(word: str) -> str:
    """Return the word's shape, runs shortened: `McDonald's` is `AaAa'a`, `4711` is `0`."""
    if word.islower() and word.isalpha():
        return "a"  # as most are, without asking expressions
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


def keys_of(sight: Sight) -> tuple[list[str], list[str]]:
    """Return the keys under which a sight is known: those with telling attributes, and the others."""
    match sight:
        case ("pair", first, second):
            return [f"ww={first.lower()}|{second.lower()}"], [f"ss={shape(first)}|{shape(second)}"]
        case ("around", before, after):
            return [], [f"aa={before.lower()}|{after.lower()}"]
        case ("opening", word, after):
            return ["<=", f"<w={word.lower()}"], [f"<s={shape(word)}", f"<a={after.lower()}"]
        case ("closing", *before, word):
            further = [f"s>={shape(word)}", *(f"a>={each.lower()}" for each in before)]
            return [">=", f"w>={word.lower()}"], further
        case ("known", mark):
            return [f"g={mark}"], []
        case ("pattern", name):
            return [], [f"m={name}"]
        case ("intent", name):
            return [], [f"i={name}"]
        case _:
            return _of_word(sight[-1])


def _of_word(word: str) -> tuple[list[str], list[str]]:
    lower, form = word.lower(), shape(word)
    telling, further = [f"w={lower}", f"s={form}"], [f"ws={lower}|{form}"]
    for n in (1, 2, 3, 4):
        if len(lower) > n:
            (telling if n == 3 else further).extend((f"p{n}={lower[:n]}", f"e{n}={lower[-n:]}"))
    further += [f"k={kind}" for kind in kinds_of(lower)]
    return telling, further


def keys_with(sight: Sight, intent: str) -> list[tuple[str, str]]:
    """Return the keys of a sight, each with no intent and, if there is one, the telling ones with it too."""
    telling, further = keys_of(sight)
    plain = [("", key) for key in telling + further]
    return plain + [(intent, key) for key in telling] if intent else plain


def attributes_of(key: str, intent: str = "") -> list[Attribute]:
    """Return the attributes that a key stands for, or what it adds where an intent is heard."""
    if intent:
        return [(behind, joined_with(intent, attribute)) for behind, attribute in _filled(key, _TELLING)]
    return _filled(key, _TELLING) + _filled(key, _FURTHER)


def _filled(key: str, families: Mapping[str, tuple[Attribute, ...]]) -> list[Attribute]:
    family, _, value = key.partition("=")
    return [(behind, pattern.format(value)) for behind, pattern in families.get(family, ())]


def joined_with(intent: str, key: str) -> str:
    """Return a key, or an attribute, as it is known of texts with this intent alone; itself, without one."""
    return f"{intent}&{key}" if intent else key


def attribute_rows(
    words: Sequence[str], known: Sequence[Sequence[str]], patterns: Sequence[Sequence[str]], intent: str = ""
) -> list[list[str]]:
    """Return the attributes of each of one or more words: telling ones, these joined with the intent, the others."""
    found: list[list[tuple[int, str]]] = [[] for _ in words]
    for place, sight in sights(words, known, patterns, intent):
        for _, key in keys_with(sight, ""):
            for behind, attribute in attributes_of(key):
                if 0 <= place + behind < len(words):
                    found[place + behind].append((_RANKS[attribute.partition("=")[0]], attribute))
    rows: list[list[str]] = []
    for ranked in found:
        ranked.sort(key=lambda each: each[0])
        row = [attribute for rank, attribute in ranked if rank <= _LAST_TELLING]
        if intent:
            row += [joined_with(intent, attribute) for attribute in row]
        rows.append(row + [attribute for rank, attribute in ranked if rank > _LAST_TELLING])
    return rows
