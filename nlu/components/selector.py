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
from nlu.draft import Draft, Floats, Indices, SparseFeatures
from nlu.types import Intent, RetrievedResponse

TEMPERATURE: Final = 0.08
_NEAREST: Final = 3


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

    def rank(self, draft: Draft) -> tuple[Intent, ...]:
        """Return the answers, best first, with probabilities."""
        likeness = self._ngram_likeness(draft.ngrams)
        meaning = draft.meaning
        if meaning is not None and self.embeddings.shape[1]:
            likeness = np.asarray((likeness + 2.0 * (self.embeddings @ meaning)) / 3.0, np.float32)
        scores = np.zeros(len(self.keys), np.float32)
        for key in range(len(self.keys)):
            nearest = np.sort(likeness[self.owners == key])[-_NEAREST:]
            scores[key] = 0.7 * nearest[-1] + 0.3 * nearest.mean()
        shares = np.exp((scores - scores.max()) / np.float32(TEMPERATURE))
        probabilities: list[float] = (shares / shares.sum()).tolist()
        order = sorted(range(len(self.keys)), key=lambda i: (-probabilities[i], i))
        return tuple(Intent(self.keys[i], probabilities[i]) for i in order)

    def _ngram_likeness(self, ngrams: SparseFeatures) -> Floats:
        here = np.searchsorted(ngrams.columns, self.columns)
        known = np.append(ngrams.columns, -1)[here] == self.columns
        shares = np.where(known, np.append(ngrams.values, np.float32(0.0))[here], np.float32(0.0)) * self.values
        # behind the last, so that an example without n-grams at the end has a place to begin
        sums = np.add.reduceat(np.append(shares, np.float32(0.0)), self.starts[:-1])
        return np.asarray(np.where(np.diff(self.starts) > 0, sums, 0.0) / 2.0, np.float32)


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
            found.append(RetrievedResponse(intent, ranking[0].name, ranking[0].confidence, ranking[:10]))
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
            shelves[str(intent)] = Shelf(
                tuple(about["keys"]),
                np.array(about["owners"], np.int32),
                read_array(folder / f"{about['number']}-embeddings.npy", "float32", 2, in_memory=True),
                np.array(about["starts"], np.int32),
                np.array(about["columns"], np.int32),
                read_array(folder / f"{about['number']}-values.npy", "float32", 1, in_memory=True),
            )
        return cls(shelves)
