"""Says how probable it is that a text means none of the trained intents.

A logistic model over the classifier's best score, its lead over the second, and the nearness of training
texts; learnt on intents that were left out one by one (`nlu.learning.intents`). A training example itself is never
out of scope, however unlike all others it is: it is known by its hash.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np

from nlu.artifacts import read_json, write_json
from nlu.components.tokenizer import normalise
from nlu.draft import Draft, Floats


def scope_features(scores: Floats, nearness: Floats) -> Floats:
    """Return the inputs of the scorer, shape (n, 3), for scores (n, c) and nearness (n,)."""
    if scores.shape[1] < 2:
        return np.stack([scores[:, 0], np.zeros(len(scores), np.float32), nearness], axis=1)
    best = np.partition(scores, -2, axis=1)[:, -2:]
    return np.stack([best[:, 1], best[:, 1] - best[:, 0], nearness], axis=1).astype(np.float32)


def known_texts(texts: Iterable[str]) -> frozenset[str]:
    """Return what tells these texts again, whatever their case, spaces and last marks."""
    return frozenset(_fingerprint(text) for text in texts)


def _fingerprint(text: str) -> str:
    bare = normalise(text)
    return blake2b((bare.rstrip(".!? ") or bare).encode("utf-8", "replace"), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class OutOfScopeScorer:
    """Fills `draft.out_of_scope`. `weights` has one number a feature; `known` are the training texts' fingerprints."""

    weights: tuple[float, ...]
    bias: float
    known: frozenset[str] = frozenset()

    def process(self, draft: Draft) -> None:
        if draft.scores is None:
            draft.out_of_scope = 1.0 if not draft.text.strip() else 0.0
            return
        if _fingerprint(draft.text) in self.known:
            draft.out_of_scope = 0.0
            return
        features: list[float] = scope_features(draft.scores[None, :], np.array([draft.nearness], np.float32))[
            0
        ].tolist()
        exponent = self.bias + sum(w * f for w, f in zip(self.weights, features, strict=True))
        draft.out_of_scope = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, exponent))))

    def save(self, folder: Path) -> None:
        about = {"weights": list(self.weights), "bias": self.bias, "known": sorted(self.known)}
        write_json(folder / "scope.json", about)

    @classmethod
    def load(cls, folder: Path) -> OutOfScopeScorer:
        """Read what `save` wrote. Raises ModelError."""
        about = read_json(folder / "scope.json")
        weights: list[float] = about["weights"]
        known: list[str] = about["known"]
        return cls(tuple(map(float, weights)), float(about["bias"]), frozenset(known))
