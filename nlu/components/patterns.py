"""Marks tokens that a regular expression or a lookup table covers, and extracts such spans as entities.

The marks are features for the entity extractor and words for the classifier; the extractor takes a span as
it is. Tolerance of typing mistakes belongs to `nlu.components.lookup`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nlu.artifacts import ModelError, read_json, write_json
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


def table_expression(elements: Sequence[str], *, whole_words: bool = True) -> str:
    """Return an expression that finds any element of a lookup table, the longest first.

    `whole_words` is what Rasa calls `use_word_boundaries`: off for scripts that are written without spaces.
    """
    alternatives = "|".join(
        re.escape(e).replace(r"\ ", r"\s+") for e in sorted(set(elements), key=lambda e: (-len(e), e))
    )
    return rf"(?<!\w)(?:{alternatives})(?!\w)" if whole_words else rf"(?:{alternatives})"


def spans(patterns: Sequence[NamedPattern], text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (name, start, end) of every non-empty match.

    The size `S` is not in "it's", nor `L` in "long": one or two letters must be a word of their own.
    """
    edges: set[int] | None = None
    for pattern in patterns:
        for match in pattern.expression.finditer(text):
            start, end = match.span()
            if end - start <= _SHORT and match[0].isalpha():
                if edges is None:
                    edges = {edge for token in tokenize(text) for edge in (token.start, token.end)}
                if start not in edges or end not in edges:
                    continue
            if end > start:
                yield pattern.name, start, end


@dataclass(frozen=True, slots=True)
class RegexFeaturizer:
    """Fills `draft.token_marks`: per token the names of the patterns and tables that cover it."""

    patterns: tuple[NamedPattern, ...]
    case_sensitive: bool = False

    def process(self, draft: Draft) -> None:
        if not self.patterns:
            return
        found = sorted(set(spans(self.patterns, draft.text)))
        draft.token_marks = tuple(
            tuple(dict.fromkeys(name for name, start, end in found if start < t.end and t.start < end))
            for t in draft.tokens
        )

    def save(self, folder: Path) -> None:
        _save(folder, self.patterns, self.case_sensitive)

    @classmethod
    def load(cls, folder: Path) -> RegexFeaturizer:
        """Read what `save` wrote. Raises ModelError."""
        return cls(*_load(folder))


@dataclass(frozen=True, slots=True)
class RegexEntityExtractor:
    """Adds to `draft.entities` every span that a pattern or table named like an entity matches."""

    patterns: tuple[NamedPattern, ...]
    case_sensitive: bool = False

    def process(self, draft: Draft) -> None:
        found = [
            Entity(name, draft.text[start:end], start, end, 1.0, extractor="RegexEntityExtractor")
            for name, start, end in spans(self.patterns, draft.text)
        ]
        draft.entities = merge_entities(draft.entities, found)

    def save(self, folder: Path) -> None:
        _save(folder, self.patterns, self.case_sensitive)

    @classmethod
    def load(cls, folder: Path) -> RegexEntityExtractor:
        """Read what `save` wrote. Raises ModelError."""
        return cls(*_load(folder))


def merge_entities(present: Sequence[Entity], found: Sequence[Entity]) -> tuple[Entity, ...]:
    """Join two extractors' findings; of the same entity on overlapping spans the one present stays."""
    kept = list(present)
    for entity in sorted(found, key=lambda e: (e.start, -e.end)):
        if not any(k.entity == entity.entity and k.start < entity.end and entity.start < k.end for k in kept):
            kept.append(entity)
    return tuple(kept)


def _save(folder: Path, patterns: Sequence[NamedPattern], case_sensitive: bool) -> None:  # noqa: FBT001 - private twin of a field
    pairs = [[p.name, p.expression.pattern] for p in patterns]
    write_json(folder / "patterns.json", {"patterns": pairs, "case_sensitive": case_sensitive})


def _load(folder: Path) -> tuple[tuple[NamedPattern, ...], bool]:
    about = read_json(folder / "patterns.json")
    case_sensitive = bool(about["case_sensitive"])
    pairs = [(str(name), str(expression)) for name, expression in about["patterns"]]
    return compile_patterns(pairs, case_sensitive=case_sensitive), case_sensitive
