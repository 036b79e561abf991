"""Chooses, for a retrieval intent such as `faq`, which of its answers fits: `faq/ask_opening_hours`.

The answer whose examples are nearest wins: the mean likeness of its three nearest, over embeddings and n-grams.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from nlu.artifacts import read_array, read_json, write_array, write_json
from nlu.components.sparse_rows import entries_of
from nlu.draft import Draft, Floats, Indices, SparseFeatures
from nlu.types import Intent, RetrievedResponse

TEMPERATURE: Final = 0.08
_NEAREST: Final = 3
_SHOWN: Final = 10
"""Answers in a ranking; the others have hardly a chance."""


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """Which examples have an n-gram, and how much of it: `columns[r]` is in `examples[starts[r] : starts[r + 1]]`.

    `columns` ascend; `values` belong to `examples`.
    """

    columns: Indices
    starts: Indices
    examples: Indices
    values: Floats

    @classmethod
    def of(cls, starts: Indices, columns: Indices, values: Floats) -> Postings:
        """Turn the n-grams of examples, those of example i from `starts[i]` to `starts[i + 1]`, into their examples."""
        owners = np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))
        order = np.argsort(columns, kind="stable")
        known, counts = np.unique(columns, return_counts=True)
        return cls(known, np.cumsum([0, *counts]).astype(np.int32), owners[order], values[order])

    def products(self, ngrams: SparseFeatures, count: int) -> Floats:
        """Return the product of a text's n-grams with those of each of `count` examples."""
        rows = np.searchsorted(self.columns, ngrams.columns)
        known = np.append(self.columns, -1)[rows] == ngrams.columns
        entries, counts = entries_of(rows[known], self.starts)
        shares = self.values[entries] * ngrams.values[known].repeat(counts)
        return np.bincount(self.examples[entries], shares, minlength=count).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """The examples of one retrieval intent.

    `owners[i]` is the index in `keys` of example i. With n examples, `embeddings` is (n, d), d = 0 without encoder; the
    n-gram features of example i are `columns` and `values` from `starts[i]` to `starts[i + 1]`, `starts` (n + 1,).
    """

    keys: tuple[str, ...]
    owners: Indices
    embeddings: Floats
    starts: Indices
    columns: Indices
    values: Floats
    _postings: Postings

    @classmethod
    def of(
        cls,
        keys: tuple[str, ...],
        owners: Indices,
        embeddings: Floats,
        starts: Indices,
        columns: Indices,
        values: Floats,
    ) -> Shelf:
        """Put examples on a shelf; every key has one or more."""
        return cls(keys, owners, embeddings, starts, columns, values, Postings.of(starts, columns, values))

    def rank(self, draft: Draft) -> tuple[Intent, ...]:
        """Return the likeliest answers, best first, with probabilities."""
        likeness = self._postings.products(draft.ngrams, len(self.owners)) / np.float32(2.0)
        meaning = draft.meaning
        if meaning is not None and self.embeddings.shape[1]:
            likeness = np.asarray((likeness + 2.0 * (self.embeddings @ meaning)) / 3.0, np.float32)
        scores = self._scores(likeness)
        shares = np.exp((scores - scores.max()) / np.float32(TEMPERATURE))
        probabilities: list[float] = (shares / shares.sum()).tolist()
        order: list[int] = np.argsort(-scores, kind="stable")[:_SHOWN].tolist()
        return tuple(Intent(self.keys[i], probabilities[i]) for i in order)

    def _scores(self, likeness: Floats) -> Floats:
        """Return a score for each answer: of its nearest examples the best one and their mean."""
        ascending = likeness[np.lexsort((likeness, self.owners))]  # the examples of each answer, one behind another
        counts = np.bincount(self.owners, minlength=len(self.keys))
        ends = counts.cumsum()
        total = np.zeros(len(self.keys), np.float32)
        for behind in range(_NEAREST, 0, -1):
            total += np.where(behind <= counts, ascending[ends - np.minimum(behind, counts)], np.float32(0.0))
        mean = total / np.minimum(counts, _NEAREST).astype(np.float32)
        return np.asarray(0.7 * ascending[ends - 1] + 0.3 * mean, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class ResponseSelector:
    """Fills `draft.responses`, for every retrieval intent of the assistant."""

    shelves: Mapping[str, Shelf]

    def process(self, draft: Draft) -> None:
        if not draft.text.strip():
            return
        found: list[RetrievedResponse] = []
        for intent, shelf in self.shelves.items():
            ranking = shelf.rank(draft)
            found.append(RetrievedResponse(intent, ranking[0].name, ranking[0].confidence, ranking))
        draft.responses = tuple(found)

    def save(self, folder: Path) -> None:
        about: dict[str, object] = {}
        for number, (intent, shelf) in enumerate(self.shelves.items()):
            about[intent] = {
                "number": number,
                "keys": list(shelf.keys),
                "owners": shelf.owners.tolist(),
                "starts": shelf.starts.tolist(),
                "columns": shelf.columns.tolist(),
            }
            write_array(folder / f"{number}-embeddings.npy", shelf.embeddings)
            write_array(folder / f"{number}-values.npy", shelf.values)
        write_json(folder / "shelves.json", about)

    @classmethod
    def load(cls, folder: Path) -> ResponseSelector:
        """Read what `save` wrote. Raises ModelError."""
        shelves: dict[str, Shelf] = {}
        for intent, about in read_json(folder / "shelves.json").items():
            shelves[str(intent)] = Shelf.of(
                tuple(about["keys"]),
                np.array(about["owners"], np.int32),
                read_array(folder / f"{about['number']}-embeddings.npy", "float32", 2, in_memory=True),
                np.array(about["starts"], np.int32),
                np.array(about["columns"], np.int32),
                read_array(folder / f"{about['number']}-values.npy", "float32", 1, in_memory=True),
            )
        return cls(shelves)
