"""Tells on which line of a JSON file each item of its lists stands, which `json` does not.

A leaf module. It trusts that the text is valid JSON, which was read before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

Places: TypeAlias = Mapping[tuple[str, ...], Sequence[int]]
"""The line of each item, by the keys that lead to its list: `("train",)`; `()` where the list is the whole."""

_DEEPEST: Final = 2
"""Keys that may lead to a list: `rasa_nlu_data`, `common_examples`."""

_TOKEN: Final = re.compile(r'("(?:[^"\\]|\\.)*")[ \t\r]*(:)?|[\[\]{}\n]|[^\s\[\]{}",:]+')


def places(text: str) -> Places:
    """Return where the items of the outer lists stand; lists within an item are left out."""
    found: dict[tuple[str, ...], list[int]] = {}
    kinds: list[str] = []
    keys: list[str] = []  # of what is open, the outermost left out; "" within a list
    line, key = 1, ""
    for token in _TOKEN.finditer(text):
        first = token[0][0]
        if first == "\n":
            line += 1
        elif first in "]}":
            kinds.pop()
            if keys:
                keys.pop()
        elif token[2]:
            key = str(json.loads(token[1]))
        else:
            if kinds and kinds[-1] == "[" and len(keys) <= _DEEPEST and "" not in keys:
                found.setdefault(tuple(keys), []).append(line)
            if first in "[{":
                keys += [key] if kinds else []
                kinds.append(first)
            key = ""
    return found


def numbered(count: int, lines: Sequence[int]) -> Sequence[int]:
    """Return the place of each of `count` items: its line or, where lines hold several, which of the list it is."""
    told = len(lines) == count and len(set(lines)) == count
    return lines if told else range(1, count + 1)
