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
from nlu.draft import Draft, Floats, SparseFeatures
from nlu.types import Intent, RetrievedResponse

TEMPERATURE: Final = 0.08
_NEAREST: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """The examples of one retrieval intent.

    `owners[i]` is the index in `keys` of example i. With n examples, `embeddings` is (n, d), d = 0 without encoder; the
    n-gram features of example i are `columns` and `values` from `starts[i]` to `starts[i + 1]`.
    """

    keys: tuple[str, ...]
    owners: tuple[int, ...]
    embeddings: Floats
    starts: tuple[int, ...]
    columns: tuple[int, ...]
    values: tuple[float, ...]

    def rank(self, draft: Draft) -> tuple[Intent, ...]:
        """Return the answers, best first, with probabilities."""
        likeness = self._ngram_likeness(draft.ngrams)
        if draft.embedding is not None and self.embeddings.shape[1]:
            likeness = np.asarray((likeness + 2.0 * (self.embeddings @ draft.embedding)) / 3.0, np.float32)
        scores = np.zeros(len(self.keys), np.float32)
        owners = np.array(self.owners)
        for key in range(len(self.keys)):
            nearest = np.sort(likeness[owners == key])[-_NEAREST:]
            scores[key] = 0.7 * nearest[-1] + 0.3 * nearest.mean()
        shares = np.exp((scores - scores.max()) / np.float32(TEMPERATURE))
        probabilities: list[float] = (shares / shares.sum()).tolist()
        order = sorted(range(len(self.keys)), key=lambda i: (-probabilities[i], i))
        return tuple(Intent(self.keys[i], probabilities[i]) for i in order)

    def _ngram_likeness(self, ngrams: SparseFeatures) -> Floats:
        present: dict[int, float] = dict(zip(ngrams.columns.tolist(), ngrams.values.tolist(), strict=True))
        sums = [
            sum(self.values[i] * present.get(self.columns[i], 0.0) for i in range(start, stop))
            for start, stop in zip(self.starts, self.starts[1:], strict=False)
        ]
        return np.array(sums, np.float32) / np.float32(2.0)


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
                "owners": list(shelf.owners),
                "starts": list(shelf.starts),
                "columns": list(shelf.columns),
            }
            write_array(folder / f"{number}-embeddings.npy", shelf.embeddings)
            write_array(folder / f"{number}-values.npy", np.array(shelf.values, np.float32))
        write_json(folder / "shelves.json", about)

    @classmethod
    def load(cls, folder: Path) -> ResponseSelector:
        """Read what `save` wrote. Raises ModelError."""
        shelves: dict[str, Shelf] = {}
        for intent, about in read_json(folder / "shelves.json").items():
            values: list[float] = read_array(folder / f"{about['number']}-values.npy", "float32", 1).tolist()
            shelves[str(intent)] = Shelf(
                tuple(about["keys"]),
                tuple(about["owners"]),
                read_array(folder / f"{about['number']}-embeddings.npy", "float32", 2, in_memory=True),
                tuple(about["starts"]),
                tuple(about["columns"]),
                tuple(values),
            )
        return cls(shelves)
