"""Marks tokens that a regular expression or a lookup table covers, and extracts such spans as entities.

The marks are features for the entity extractor and words for the classifier; the extractor takes a span as
it is. Tolerance of typing mistakes belongs to `nlu.components.lookup`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from nlu.artifacts import ModelError, read_json, write_json
from nlu.components.overlaps import letters
from nlu.components.quantities.amounts import MOST
from nlu.components.tables import NO_TABLES, Tables
from nlu.components.tokenizer import tokenize
from nlu.draft import Draft
from nlu.types import Entity

_SHORT: Final = 2
"""Letters; so short a match means something only where it is a word of its own."""


@dataclass(frozen=True, slots=True)
class NamedPattern:
    """A compiled expression under its name. One name may have several."""

    name: str
    expression: re.Pattern[str]


def compile_patterns(pairs: Sequence[tuple[str, str]], *, case_sensitive: bool) -> tuple[NamedPattern, ...]:
    """Compile (name, expression) pairs. Raises ModelError for what is no regular expression."""
    flags = 0 if case_sensitive else re.IGNORECASE
    try:
        return tuple(NamedPattern(name, re.compile(expression, flags)) for name, expression in pairs)
    except (re.error, OverflowError) as error:
        raise ModelError(f"a pattern of the model is not a regular expression: {error}") from error


@dataclass(frozen=True, slots=True)
class Patterns:
    """What is looked for in a text: regular expressions, and the values of lookup tables."""

    expressions: tuple[NamedPattern, ...] = ()
    tables: Tables = NO_TABLES

    def __bool__(self) -> bool:
        return bool(self.expressions or self.tables.elements)

    def spans(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Yield (name, start, end) of non-empty matches, the first hundred of each expression and table.

        The size `S` is not in "it's", nor `L` in "long": one or two letters must be a word of their own.
        """
        edges: set[int] | None = None
        for name, start, end in self._matches(text):
            if end - start <= _SHORT and text[start:end].isalpha():
                if edges is None:
                    edges = {edge for token in tokenize(text) for edge in (token.start, token.end)}
                if start not in edges or end not in edges:
                    continue
            if end > start:
                yield name, start, end

    def _matches(self, text: str) -> Iterator[tuple[str, int, int]]:
        for pattern in self.expressions:
            for match in islice(pattern.expression.finditer(text), MOST):
                yield pattern.name, *match.span()
        yield from self.tables.spans(text)

    def save(self, folder: Path) -> None:
        """Write them as text."""
        about = {
            "patterns": [[p.name, p.expression.pattern] for p in self.expressions],
            "tables": {name: list(values) for name, values in self.tables.elements.items()},
            "whole_words": self.tables.whole_words,
            "case_sensitive": self.tables.case_sensitive,
        }
        write_json(folder / "patterns.json", about)

    @classmethod
    def load(cls, folder: Path) -> Patterns:
        """Read what `save` wrote. Raises ModelError."""
        about = read_json(folder / "patterns.json")
        case_sensitive = bool(about["case_sensitive"])
        pairs = [(str(name), str(expression)) for name, expression in about["patterns"]]
        # a model of before keeps its tables as expressions
        elements: dict[str, list[str]] = about.get("tables", {})
        tables = Tables.of(elements, whole_words=bool(about.get("whole_words", True)), case_sensitive=case_sensitive)
        return cls(compile_patterns(pairs, case_sensitive=case_sensitive), tables)


@dataclass(frozen=True, slots=True)
class RegexFeaturizer:
    """Fills `draft.token_marks`: per token the names of the patterns and tables that cover it."""

    patterns: Patterns

    def process(self, draft: Draft) -> None:
        if not self.patterns:
            return
        marks: list[set[str]] = [set() for _ in draft.tokens]
        ends = [token.end for token in draft.tokens]
        for name, start, end in set(self.patterns.spans(draft.text)):
            for i in range(bisect_right(ends, start), len(ends)):
                if draft.tokens[i].start >= end:
                    break
                marks[i].add(name)
        draft.token_marks = tuple(tuple(sorted(names)) for names in marks)

    def save(self, folder: Path) -> None:
        self.patterns.save(folder)

    @classmethod
    def load(cls, folder: Path) -> RegexFeaturizer:
        """Read what `save` wrote. Raises ModelError."""
        return cls(Patterns.load(folder))


@dataclass(frozen=True, slots=True)
class RegexEntityExtractor:
    """Adds to `draft.entities` every span that a pattern or table named like an entity matches."""

    patterns: Patterns

    def process(self, draft: Draft) -> None:
        found = [
            Entity(name, draft.text[start:end], start, end, 1.0, extractor="RegexEntityExtractor")
            for name, start, end in self.patterns.spans(draft.text)
        ]
        draft.entities = merge_entities(draft.entities, found)

    def save(self, folder: Path) -> None:
        self.patterns.save(folder)

    @classmethod
    def load(cls, folder: Path) -> RegexEntityExtractor:
        """Read what `save` wrote. Raises ModelError."""
        return cls(Patterns.load(folder))


def merge_entities(present: Sequence[Entity], found: Sequence[Entity]) -> tuple[Entity, ...]:
    """Join two extractors' findings; of the same entity on overlapping spans the one present stays."""
    kept = list(present)
    covered: dict[str, int] = defaultdict(int)
    for entity in present:
        covered[entity.entity] |= letters(entity.start, entity.end)
    for entity in sorted(found, key=lambda e: (e.start, -e.end)):
        own = letters(entity.start, entity.end)
        if not covered[entity.entity] & own:
            covered[entity.entity] |= own
            kept.append(entity)
    return tuple(kept)
