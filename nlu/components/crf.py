"""Extracts entities with roles and groups: a linear-chain conditional random field over the tokens (Lafferty 2001).

Where intents are ranked before it, it hears the best one: "Moosic" is a town in a question about the weather, and a
playlist where something is to be added to it.

Inference is ours, in plain arrays (`label_paths`), so that threads can share a model and no foreign binary format is
read. Learning is `nlu.learning.crf`.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlu.artifacts import read_array, read_json, read_lines, write_array, write_json, write_lines
from nlu.components.gazetteer import Gazetteer
from nlu.components.label_paths import OUTSIDE, Transitions, best_path, chunks, marginals
from nlu.components.patterns import merge_entities
from nlu.components.token_attributes import (
    REACH,
    Sight,
    attributes_of,
    joined_with,
    sights,
)
from nlu.draft import Draft, Floats, Indices, Token
from nlu.types import Entity

MAX_TOKENS: Final = 150
"""Tokens that are labelled; the rest of a long text has no entities, which bounds the time of a parse."""

_REMEMBERED: Final = 5_000
"""Words and marks whose attributes need not be looked up again."""

_PLACE_BITS: Final = 3
_PLACE: Final = (1 << _PLACE_BITS) - 1
"""What tells, of an attribute's code, where it holds: 0 to twice the reach."""


@dataclass(frozen=True, slots=True, eq=False)
class SparseWeights:
    """Weights of attributes for labels, most of them nought: row r has `values[starts[r] : starts[r + 1]]`.

    `columns` has the label of each value. Shapes, with a attributes and w weights: `starts` (a + 1,), `columns` (w,),
    `values` (w,).
    """

    starts: Indices
    columns: NDArray[np.uint16]
    values: Floats

    @classmethod
    def of_rows(cls, rows: Sequence[Sequence[tuple[int, float]]]) -> SparseWeights:
        """Make them of the (label, weight) pairs of each attribute."""
        starts = np.cumsum([0, *map(len, rows)]).astype(np.int32)
        columns = np.array([column for row in rows for column, _ in row], np.uint16)
        return cls(starts, columns, np.array([value for row in rows for _, value in row], np.float32))

    def summed(self, rows: Indices, places: NDArray[np.int64], shape: tuple[int, int]) -> Floats:
        """Return an array (t, l) to whose row `places[i]` the weights of attribute `rows[i]` are added."""
        starts = self.starts[rows]
        counts = self.starts[rows + 1] - starts
        ends: NDArray[np.int64] = counts.cumsum()
        every: NDArray[np.int64] = np.arange(int(counts.sum())) + (starts - ends + counts).repeat(counts)
        cells = (places * shape[1]).repeat(counts) + self.columns[every]
        added = np.bincount(cells, self.values[every], minlength=shape[0] * shape[1])
        return added.astype(np.float32).reshape(shape)

    def save(self, folder: Path) -> None:
        """Write three arrays."""
        for name in ("starts", "columns", "values"):
            write_array(folder / f"{name}.npy", getattr(self, name))

    @classmethod
    def load(cls, folder: Path) -> SparseWeights:
        """Read what `save` wrote. Raises ModelError."""
        return cls(
            read_array(folder / "starts.npy", "int32", 1, in_memory=True),
            read_array(folder / "columns.npy", "uint16", 1, in_memory=True),
            read_array(folder / "values.npy", "float32", 1, in_memory=True),
        )


@dataclass(frozen=True, slots=True, eq=False)
class CRFEntityExtractor:
    """Adds to `draft.entities`.

    `labels` are `O`, `B-…` and `I-…` of `Annotation.label`. `rows` maps an attribute to its row of `weights`.
    `hears_intents` says whether it was trained with intents.
    """

    labels: tuple[str, ...]
    rows: dict[str, int]
    weights: SparseWeights
    transitions: Transitions
    gazetteer: Gazetteer
    hears_intents: bool = False
    _met: dict[tuple[Sight, str], bytes] = field(default_factory=dict[tuple[Sight, str], bytes])

    def process(self, draft: Draft) -> None:
        if len(self.labels) < 2 or not draft.tokens:
            return
        scores = self.emissions(draft)
        path = best_path(scores, self.transitions)
        if all(self.labels[i] == OUTSIDE for i in path):
            return
        sure = marginals(scores, self.transitions)
        found = [self._entity(draft, *span, path, sure) for span in chunks([self.labels[i] for i in path])]
        draft.entities = merge_entities(draft.entities, found)

    def emissions(self, draft: Draft) -> Floats:
        """Return the score of each label for each token, shape (tokens, l)."""
        words, known, patterns = what_is_seen(draft, self.gazetteer)
        intent = draft.ranking[0].name if self.hears_intents and draft.ranking else ""
        codes: list[bytes] = []
        places: list[int] = []
        for place, sight in sights(words, known, patterns, intent):
            codes.append(self._codes(sight, intent))
            places.append(place)
        each = np.frombuffer(b"".join(codes), np.int32)
        at = np.repeat(places, [len(those) // 4 for those in codes]) + (each & _PLACE)
        scores = self.weights.summed(each >> _PLACE_BITS, at, (len(words) + 2 * REACH, len(self.labels)))
        return scores[REACH:-REACH]

    def _codes(self, sight: Sight, intent: str) -> bytes:
        """Return the known attributes of a sight as 32-bit numbers, their row and where they hold in one."""
        found = self._met.get((sight, intent))
        if found is None:
            numbers = array("i")
            for behind, attribute, is_telling in attributes_of(sight):
                both = (attribute, joined_with(intent, attribute)) if intent and is_telling else (attribute,)
                for each in both:
                    if (row := self.rows.get(each)) is not None:
                        numbers.append((row << _PLACE_BITS) + behind + REACH)
            found = numbers.tobytes()
            if len(sight) == 2 and len(self._met) < _REMEMBERED:  # pairs are too many
                self._met[sight, intent] = found
        return found

    def _entity(
        self, draft: Draft, first: int, last: int, label: str, path: Sequence[int], sure: NDArray[np.float64]
    ) -> Entity:
        start, end = draft.tokens[first].start, draft.tokens[last].end
        entity, role, group = label.split("\x1f")
        return Entity(
            entity=entity,
            value=draft.text[start:end],
            start=start,
            end=end,
            confidence=float(min(sure[i, path[i]] for i in range(first, last + 1))),
            role=role or None,
            group=group or None,
            extractor="CRFEntityExtractor",
        )

    def save(self, folder: Path) -> None:
        write_json(
            folder / "crf.json",
            {
                "labels": list(self.labels),
                "gazetteer": {k: list(v) for k, v in self.gazetteer.names.items()},
                "hears_intents": self.hears_intents,
            },
        )
        write_lines(folder / "attributes.txt", sorted(self.rows, key=self.rows.__getitem__))
        self.weights.save(folder)
        write_array(folder / "transitions.npy", self.transitions.weights)

    @classmethod
    def load(cls, folder: Path) -> CRFEntityExtractor:
        """Read what `save` wrote. Raises ModelError."""
        about = read_json(folder / "crf.json")
        labels: list[str] = about["labels"]
        gazetteer: dict[str, list[str]] = about["gazetteer"]
        return cls(
            tuple(labels),
            {name: row for row, name in enumerate(read_lines(folder / "attributes.txt"))},
            SparseWeights.load(folder),
            Transitions.of(read_array(folder / "transitions.npy", "float32", 2, in_memory=True)),
            Gazetteer.of({value: tuple(names) for value, names in gazetteer.items()}),
            bool(about["hears_intents"]),
        )


def what_is_seen(
    draft: Draft, gazetteer: Gazetteer
) -> tuple[list[str], list[tuple[str, ...]], tuple[tuple[str, ...], ...]]:
    """Return the words of a draft that are labelled, their marks by the gazetteer, and the patterns that cover them."""
    words = [token.text for token in draft.tokens[:MAX_TOKENS]]
    known = gazetteer.marks([word.lower() for word in words])
    return words, known, draft.token_marks[:MAX_TOKENS]


def gold_labels(tokens: Sequence[Token], spans: Sequence[tuple[int, int, str]]) -> list[str]:
    """Return the label of each token for (start, end, label) spans; the first span that touches a token has it."""
    labels = [OUTSIDE] * len(tokens)
    for start, end, name in spans:
        inside = False
        for i, token in enumerate(tokens):
            if token.start < end and start < token.end and labels[i] == OUTSIDE:
                labels[i] = ("I-" if inside else "B-") + name
                inside = True
    return labels
