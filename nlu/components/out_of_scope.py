"""Says how probable it is that a text means none of the trained intents.

A logistic model over the classifier's best score, its lead over the second, and the nearness of training texts, each
measured against what is customary among the best intent's own texts: a broad intent's scores are low although its
texts are at home. Learnt on intents that were left out one by one (`nlu.learning.out_of_scope`). A training example
itself is never out of scope, however unlike all others it is: it is known by its hash.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlu.artifacts import read_array, read_json, write_array, write_json
from nlu.components.tokenizer import normalise
from nlu.draft import Draft, Floats

FEATURES: Final = 3
"""Best score, lead, nearness."""


def scope_features(scores: Floats, nearness: Floats) -> Floats:
    """Return the inputs of the scorer, shape (n, 3), for scores (n, c) and nearness (n,)."""
    if scores.shape[1] < 2:
        return np.stack([scores[:, 0], np.zeros(len(scores), np.float32), nearness], axis=1)
    best = np.partition(scores, -2, axis=1)[:, -2:]
    return np.stack([best[:, 1], best[:, 1] - best[:, 0], nearness], axis=1).astype(np.float32)


def standing(features: Floats, best: NDArray[np.int64], centres: Floats, spreads: Floats) -> Floats:
    """Return by how many deviations features (n, 3) are above what is customary for the `best` intents (n,)."""
    above: Floats = (features - centres[best]) / spreads[best]
    return above


def known_texts(texts: Iterable[str]) -> frozenset[str]:
    """Return what tells these texts again, whatever their case, spaces and last marks."""
    return frozenset(_fingerprint(text) for text in texts)


def _fingerprint(text: str) -> str:
    bare = normalise(text)
    return blake2b((bare.rstrip(".!? ") or bare).encode("utf-8", "replace"), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class OutOfScopeScorer:
    """Fills `draft.out_of_scope`.

    `weights` has one number a feature; `centres` and `spreads` (c, 3) say what is customary among an intent's texts;
    `known` are the training texts' fingerprints.
    """

    weights: tuple[float, ...]
    bias: float
    centres: Floats
    spreads: Floats
    known: frozenset[str] = frozenset()

    def process(self, draft: Draft) -> None:
        if draft.scores is None or not len(self.centres):
            draft.out_of_scope = 1.0 if not draft.text.strip() else 0.0
            return
        if _fingerprint(draft.text) in self.known:
            draft.out_of_scope = 0.0
            return
        best = int(draft.scores.argmax())
        features = scope_features(draft.scores[None, :], np.array([draft.nearness], np.float32))[0]
        above: list[float] = ((features - self.centres[best]) / self.spreads[best]).tolist()
        exponent = self.bias + sum(w * f for w, f in zip(self.weights, above, strict=True))
        draft.out_of_scope = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, exponent))))

    def save(self, folder: Path) -> None:
        about = {"weights": list(self.weights), "bias": self.bias, "known": sorted(self.known)}
        write_json(folder / "scope.json", about)
        write_array(folder / "centres.npy", self.centres)
        write_array(folder / "spreads.npy", self.spreads)

    @classmethod
    def load(cls, folder: Path) -> OutOfScopeScorer:
        """Read what `save` wrote. Raises ModelError."""
        about = read_json(folder / "scope.json")
        weights: list[float] = about["weights"]
        known: list[str] = about["known"]
        centres, spreads = (
            read_array(folder / f"{n}.npy", "float32", 2, in_memory=True) for n in ("centres", "spreads")
        )
        return cls(tuple(map(float, weights)), float(about["bias"]), centres, spreads, frozenset(known))
