"""Values that are known of old, from training texts and lookup tables, and where a text has them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

_MOST_WORDS: Final = 6
"""Of a value that is looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Gazetteer:
    """`names` has the entities and tables that a value is known of, by its words in lower case with a blank between.

    `longest` has, by a value's first word, how many words the longest such value has. What is `hidden` is not seen.
    """

    names: Mapping[str, tuple[str, ...]]
    longest: Mapping[str, int]
    hidden: Collection[str] = ()

    @classmethod
    def of(cls, names: Mapping[str, tuple[str, ...]]) -> Gazetteer:
        """Make one of values and their names."""
        longest: dict[str, int] = {}
        for value in names:
            words = value.split(" ")
            longest[words[0]] = max(longest.get(words[0], 0), min(len(words), _MOST_WORDS))
        return cls(names, longest)

    def without(self, values: Collection[str]) -> Gazetteer:
        """The same with some values hidden, without a copy."""
        return replace(self, hidden=values) if values else self

    def marks(self, words: Sequence[str]) -> list[tuple[str, ...]]:
        """Mark words, in lower case, inside the longest known value that begins at each: `B:city`, `I:city`."""
        marks: list[list[str]] = [[] for _ in words]
        for start, word in enumerate(words):
            for length in range(min(self.longest.get(word, 0), len(words) - start), 0, -1):
                value = " ".join(words[start : start + length])
                if value not in self.names or value in self.hidden:
                    continue
                for name in self.names[value]:
                    marks[start].append(f"B:{name}{'+' if length > 1 else ''}")
                    for i in range(start + 1, start + length):
                        marks[i].append(f"I:{name}")
                break
        return [tuple(dict.fromkeys(m)) if m else () for m in marks]
