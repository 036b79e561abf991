"""Finds values of lookup tables in a text although they are mistyped: `wahsing machine` is `washing machine`.

A short word must be right; longer ones may differ a little, and never in a digit. The entity's value is the table's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from nlu.artifacts import read_json, write_json
from nlu.components.patterns import merge_entities
from nlu.components.tokenizer import tokenize
from nlu.draft import Draft
from nlu.types import Entity

SHORTEST: Final = 5
"""Letters that a value must have before a mistake in it is forgiven."""

_MAX_TOKENS: Final = 60


@dataclass(frozen=True, slots=True)
class LookupEntityExtractor:
    """Adds to `draft.entities`. `tables` maps an entity to {lower-cased value: value as it stands in the table}.

    `letters_per_mistake`: one mistyped letter is forgiven for so many letters of the value.
    """

    tables: Mapping[str, Mapping[str, str]]
    letters_per_mistake: int = 5

    def process(self, draft: Draft) -> None:
        found = [e for name, table in self.tables.items() for e in self._of(name, table, draft)]
        draft.entities = merge_entities(draft.entities, found)

    def _of(self, name: str, table: Mapping[str, str], draft: Draft) -> Iterator[Entity]:
        tokens = (draft.tokens or tokenize(draft.text))[:_MAX_TOKENS]
        longest = max((len(value.split()) for value in table), default=0)
        position = 0
        while position < len(tokens):
            for length in range(min(longest, len(tokens) - position), 0, -1):
                start, end = tokens[position].start, tokens[position + length - 1].end
                match = self._match(draft.text[start:end].lower(), table)
                if match is not None:
                    value, confidence = match
                    yield Entity(name, value, start, end, confidence, extractor="LookupEntityExtractor")
                    position += length - 1
                    break
            position += 1

    def _match(self, span: str, table: Mapping[str, str]) -> tuple[str, float] | None:
        if span in table:
            return table[span], 1.0
        allowed = len(span) // self.letters_per_mistake
        if len(span) < SHORTEST or not allowed or any(c.isdigit() for c in span):
            return None
        near = process.extractOne(span, table.keys(), scorer=OSA.distance, score_cutoff=allowed)
        if near is None or abs(len(near[0]) - len(span)) > allowed or near[0][0] != span[0]:
            return None
        return table[near[0]], 1.0 - float(near[1]) / len(span)

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
        return cls(about["tables"], int(about["letters_per_mistake"]))
