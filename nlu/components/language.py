"""Names the language of a text, with the assistant's own language as the likelier one when a text is short.

The naive Bayes model over byte n-grams is py3langid's (Lui and Baldwin 2012); its tables are cut down to the
languages below when a model is trained, so that serving needs neither its package nor its 100 MB.
"""

from __future__ import annotations

import array
import math
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from nlu.artifacts import read_array, read_json, write_array, write_json
from nlu.draft import Draft, Floats

LANGUAGES: Final = (
    "ar", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko",
    "nl", "no", "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh",
)  # fmt: skip
"""The languages told apart, beside the assistant's own."""

HOME_WEIGHT: Final = 6.0
"""How much likelier the assistant's own language is before a text is read."""

_LEAST: Final = 0.45
_READ: Final = 300
_SHORT: Final = 24  # characters; too short to tell, so it is taken for the assistant's own language


@dataclass(frozen=True, slots=True, eq=False)
class LanguageIdentifier:
    """Fills `draft.language`.

    Shapes, with f features and k languages: `scores` (f, k), `prior` (k,). `moves`, `rows` and `outputs` are the
    automaton that finds features in bytes: the state after byte b in state s is `moves[256 * rows[s] + b]`.
    """

    languages: tuple[str, ...]
    home: str
    scores: Floats
    prior: Floats
    moves: array.array[int]
    rows: array.array[int]
    outputs: array.array[int]

    def process(self, draft: Draft) -> None:
        draft.language = self.identify(draft.text)

    def identify(self, text: str) -> str:
        """Return an ISO 639-1 code, or `und` where there is nothing to go by."""
        shown = text[:_READ]
        if not any(c.isalpha() for c in shown):
            return "und"
        if shown.isupper():
            shown = shown.lower()
        data = unicodedata.normalize("NFC", shown).encode("utf-8", "replace")
        state = 0
        visits: Counter[int] = Counter()
        moves, rows, outputs = self.moves, self.rows, self.outputs
        for byte in data:
            state = moves[(rows[state] << 8) + byte]
            feature = outputs[state]
            if feature >= 0:
                visits[feature] += 1
        posterior = self.prior.copy()
        if visits:
            counts = np.log1p(np.fromiter(visits.values(), np.float32, len(visits)))
            posterior += counts @ self.scores[np.fromiter(visits.keys(), np.int64, len(visits))]
        scaled: list[float] = (posterior / np.float32(math.sqrt(len(data)))).tolist()
        top = max(scaled)
        weights = [
            math.exp(s - top) * (HOME_WEIGHT if name == self.home else 1.0)
            for s, name in zip(scaled, self.languages, strict=True)
        ]
        best = max(range(len(weights)), key=weights.__getitem__)
        if weights[best] >= _LEAST * sum(weights):
            return self.languages[best]
        return self.home if len(shown) < _SHORT else "und"

    def save(self, folder: Path) -> None:
        write_json(folder / "language.json", {"languages": list(self.languages), "home": self.home})
        write_array(folder / "scores.npy", self.scores)
        write_array(folder / "prior.npy", self.prior)
        for name, values in (("moves", self.moves), ("rows", self.rows), ("outputs", self.outputs)):
            write_array(folder / f"{name}.npy", np.array(values, np.int32))

    @classmethod
    def load(cls, folder: Path) -> LanguageIdentifier:
        """Read what `save` wrote. Raises ModelError."""
        about = read_json(folder / "language.json")
        names: list[str] = about["languages"]
        tables = [
            array.array("i", read_array(folder / f"{n}.npy", "int32", 1, in_memory=True).tobytes())
            for n in ("moves", "rows", "outputs")
        ]
        return cls(
            tuple(names),
            str(about["home"]),
            read_array(folder / "scores.npy", "float32", 2, in_memory=True),
            read_array(folder / "prior.npy", "float32", 1, in_memory=True),
            *tables,
        )
