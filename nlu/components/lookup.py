"""Finds values of lookup tables in a text although they are mistyped: `wahsing machine` is `washing machine`.

A short word must be right; longer ones may differ a little, and never in their first letter or in a digit. The
entity's value is the table's.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from rapidfuzz import process
from rapidfuzz.distance import OSA

from nlu.artifacts import read_json, write_json
from nlu.components.patterns import merge_entities
from nlu.components.tokenizer import tokenize
from nlu.draft import Draft, Token
from nlu.types import Entity

SHORTEST: Final = 5
"""Letters that a value must have before a mistake in it is forgiven."""

MOST_COMPARED: Final = 100_000
"""Values that a text is compared with at most, some five milliseconds; behind them values must be as written."""

_MAX_TOKENS: Final = 60

Tables: TypeAlias = Mapping[str, Mapping[str, str]]
"""{lower-cased value: value as it stands in the table} by a table's name."""

Match: TypeAlias = tuple[str, float]
"""A lower-cased value and how sure it is meant."""


@dataclass(frozen=True, slots=True, eq=False)
class LookupEntityExtractor:
    """Adds to `draft.entities`. One mistyped letter is forgiven for `letters_per_mistake` letters of the value.

    `owners` has the tables of each value, `alike` by a first letter the values that have it, by their length, and these
    lengths. A value has `longest` words at most.
    """

    tables: Tables
    letters_per_mistake: int
    owners: Mapping[str, Sequence[str]]
    alike: Mapping[str, tuple[Sequence[str], Sequence[int]]]
    longest: int

    @classmethod
    def of(cls, tables: Tables, letters_per_mistake: int = 5) -> LookupEntityExtractor:
        """Make one of tables."""
        owners: dict[str, list[str]] = {}
        for name, table in tables.items():
            for value in table:
                owners.setdefault(value, []).append(name)
        alike: dict[str, list[str]] = {}
        for value in sorted(owners, key=len):
            alike.setdefault(value[:1], []).append(value)
        lengths = {letter: (values, [len(value) for value in values]) for letter, values in alike.items()}
        longest = max((len(tokenize(value)) for value in owners), default=0)
        return cls(tables, letters_per_mistake, owners, lengths, longest)

    def process(self, draft: Draft) -> None:
        if self.owners:
            draft.entities = merge_entities(draft.entities, list(self._found(draft)))

    def _found(self, draft: Draft) -> Iterator[Entity]:
        """The longest span of each table's values at each token that its earlier ones leave free."""
        tokens = (draft.tokens or tokenize(draft.text))[:_MAX_TOKENS]
        search = _Search(self)
        free = dict.fromkeys(self.tables, 0)
        for position in range(len(tokens)):
            for behind in range(min(position + self.longest, len(tokens)), position, -1):
                start, end = _span(tokens, position, behind)
                for name, (value, confidence) in search.of(draft.text[start:end].lower()).items():
                    if free[name] <= position:
                        free[name] = behind
                        written = self.tables[name][value]
                        yield Entity(name, written, start, end, confidence, extractor="LookupEntityExtractor")

    def save(self, folder: Path) -> None:
        about = {
            "tables": {n: dict(t) for n, t in self.tables.items()},
            "letters_per_mistake": self.letters_per_mistake,
        }
        write_json(folder / "lookup.json", about)

    @classmethod
    def load(cls, folder: Path) -> LookupEntityExtractor:
        """Read what `save` wrote. Raises ModelError."""
        about = read_json(folder / "lookup.json")
        return cls.of(about["tables"], int(about["letters_per_mistake"]))


def _span(tokens: Sequence[Token], first: int, behind: int) -> tuple[int, int]:
    return tokens[first].start, tokens[behind - 1].end


class _Search:
    """The search through one text: what was found of its spans, and how many values these were compared with."""

    def __init__(self, extractor: LookupEntityExtractor) -> None:
        self._extractor = extractor
        self._compared = 0
        self._known: dict[str, Mapping[str, Match]] = {}

    def of(self, span: str) -> Mapping[str, Match]:
        """Return the best value of each table that has one like this span."""
        if span not in self._known:
            exact = dict.fromkeys(self._extractor.owners.get(span, ()), (span, 1.0))
            self._known[span] = {**self._near(span), **exact}
        return self._known[span]

    def _near(self, span: str) -> Mapping[str, Match]:
        allowed = len(span) // self._extractor.letters_per_mistake
        if len(span) < SHORTEST or not allowed or span[0] not in self._extractor.alike:
            return {}
        values, lengths = self._extractor.alike[span[0]]
        rivals = values[bisect_left(lengths, len(span) - allowed) : bisect_right(lengths, len(span) + allowed)]
        if not rivals or self._compared + len(rivals) > MOST_COMPARED or any(c.isdigit() for c in span):
            return {}
        self._compared += len(rivals)
        best: dict[str, Match] = {}
        for value, mistakes, _ in process.extract(span, rivals, scorer=OSA.distance, score_cutoff=allowed, limit=None):
            for name in self._extractor.owners[value]:
                best.setdefault(name, (value, 1.0 - float(mistakes) / len(span)))
        return best
