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
from nlu.components.sparse_rows import entries_of
from nlu.components.token_attributes import (
    REACH,
    Sight,
    joined_with,
    keys_of,
    sights,
)
from nlu.draft import Draft, Floats, Indices, Token
from nlu.types import Entity

MAX_TOKENS: Final = 150
"""Tokens that are labelled; the rest of a long text has no entities, which bounds the time of a parse."""

_REMEMBERED: Final = 5_000
"""Words and marks whose keys need not be looked up again."""


@dataclass(frozen=True, slots=True, eq=False)
class SparseWeights:
    """What keys say of labels of the tokens near them, most of it nought.

    Key k has `values[starts[k] : starts[k + 1]]`; `cells` has the place of each value, counted from the first label of
    the token `REACH` before the key's own. Shapes, with k keys and w weights: `starts` (k + 1,), `cells` (w,), `values`
    (w,).
    """

    starts: Indices
    cells: Indices
    values: Floats

    @classmethod
    def of_keys(cls, keys: Sequence[Sequence[tuple[int, float]]]) -> SparseWeights:
        """Make them of the (cell, weight) pairs of each key."""
        starts = np.cumsum([0, *map(len, keys)]).astype(np.int32)
        cells = np.array([cell for key in keys for cell, _ in key], np.int32)
        return cls(starts, cells, np.array([value for key in keys for _, value in key], np.float32))

    def summed(self, keys: Indices, places: NDArray[np.int64], shape: tuple[int, int]) -> Floats:
        """Return the scores (t, l) of a text's labels, whose key `keys[i]` stands at token `places[i]`."""
        tokens, labels = shape
        entries, counts = entries_of(keys, self.starts)
        cells = (places * labels).repeat(counts) + self.cells[entries]
        added = np.bincount(cells, self.values[entries], minlength=(tokens + 2 * REACH) * labels)
        return added.astype(np.float32).reshape(-1, labels)[REACH:-REACH]

    def save(self, folder: Path) -> None:
        """Write three arrays."""
        for name in ("starts", "cells", "values"):
            write_array(folder / f"{name}.npy", getattr(self, name))

    @classmethod
    def load(cls, folder: Path) -> SparseWeights:
        """Read what `save` wrote. Raises ModelError."""
        return cls(
            read_array(folder / "starts.npy", "int32", 1, in_memory=True),
            read_array(folder / "cells.npy", "int32", 1, in_memory=True),
            read_array(folder / "values.npy", "float32", 1, in_memory=True),
        )


@dataclass(frozen=True, slots=True, eq=False)
class CRFEntityExtractor:
    """Adds to `draft.entities`.

    `labels` are `O`, `B-…` and `I-…` of `Annotation.label`. `keys` numbers what has `weights`.
    `hears_intents` says whether it was trained with intents.
    """

    labels: tuple[str, ...]
    keys: dict[str, int]
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
        found: list[bytes] = []
        places: list[int] = []
        for place, sight in sights(words, known, patterns, intent):
            found.append(self._numbers(sight, intent))
            places.append(place)
        keys = np.frombuffer(b"".join(found), np.int32)
        at = np.repeat(places, [len(those) // keys.itemsize for those in found])
        return self.weights.summed(keys, at, (len(words), len(self.labels)))

    def _numbers(self, sight: Sight, intent: str) -> bytes:
        """Return the numbers of the keys that a sight has, as bytes: these are joined in no time."""
        found = self._met.get((sight, intent))
        if found is None:
            number_of = self.keys.get
            telling, further = keys_of(sight)
            heard = [joined_with(intent, key) for key in telling] if intent else []
            keys = (*telling, *further, *heard)
            found = array("i", [number for key in keys if (number := number_of(key)) is not None]).tobytes()
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
        write_lines(folder / "keys.txt", sorted(self.keys, key=self.keys.__getitem__))
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
            {key: number for number, key in enumerate(read_lines(folder / "keys.txt"))},
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
