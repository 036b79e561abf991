"""The tables by which languages are told apart, as they lie on disk and in memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from nlu.artifacts import read_array, read_json, write_array, write_json
from nlu.draft import Floats

LANGUAGES: Final = (
    "ar", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko",
    "nl", "no", "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh",
)  # fmt: skip
"""The languages told apart."""


@dataclass(frozen=True, slots=True, eq=False)
class LanguageTables:
    """The cut-down model.

    Shapes, with f features and k languages: `scores` (f, k), `prior` (k,). `moves`, `rows` and `outputs` are the
    automaton that finds features in bytes: the state after byte b in state s is `moves[256 * rows[s] + b]`.
    """

    languages: tuple[str, ...]
    scores: Floats
    prior: Floats
    moves: memoryview[int]
    rows: memoryview[int]
    outputs: memoryview[int]

    def save(self, folder: Path) -> None:
        """Write the tables; `load` reads them back."""
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / "language.json", {"languages": list(self.languages)})
        write_array(folder / "scores.npy", self.scores)
        write_array(folder / "prior.npy", self.prior)
        for name, values in (("moves", self.moves), ("rows", self.rows), ("outputs", self.outputs)):
            write_array(folder / f"{name}.npy", np.asarray(values, np.int32))

    @classmethod
    def load(cls, folder: Path) -> LanguageTables:
        """Map the tables into memory. Raises ModelError."""
        names: list[str] = read_json(folder / "language.json")["languages"]
        moves, rows, outputs = (read_array(folder / f"{n}.npy", "int32", 1).data for n in ("moves", "rows", "outputs"))
        scores = read_array(folder / "scores.npy", "float32", 2)
        return cls(tuple(names), scores, read_array(folder / "prior.npy", "float32", 1), moves, rows, outputs)
