"""Ranks the intents of a text: linear in its n-grams and, where an encoder runs, a kernel machine over embeddings.

The scores are f(x) = W'x + A'k(x) + b, with k(x) the similarity exp(-gamma |e(x) - e_i|²) to each training text i,
e the encoder's views of a text, centred and joined. Confidences are softmax(f / temperature) (Guo et al. 2017), the
best one then bent by a logistic curve (Platt 1999); both are chosen on scores of texts that the scoring model had not
seen. `nlu.learning.intents` says how it is learnt.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlu.artifacts import read_array, read_json, write_array, write_json
from nlu.draft import Draft, Floats
from nlu.types import Intent

NEIGHBOURS = 3
"""So many nearest training texts make up `draft.nearness`."""

_ARRAYS = {"support": 2, "alpha": 2, "mean": 2, "weights": 1, "basis": 2}
"""What a kernel part keeps, with the number of dimensions."""


def softmax(scores: Floats) -> Floats:
    """Return probabilities along the last axis."""
    shifted: Floats = np.exp(scores - scores.max(axis=-1, keepdims=True))
    probabilities: Floats = shifted / shifted.sum(axis=-1, keepdims=True)
    return probabilities


@dataclass(frozen=True, slots=True)
class Curve:
    """Bends the best confidence c to 1 / (1 + exp(-slope logit(c) - offset)); the others share the rest."""

    slope: float = 1.0
    offset: float = 0.0

    def bend(self, probabilities: Sequence[float], order: Sequence[int]) -> list[float]:
        """Return bent probabilities; `order` lists their indices, best first, and still does afterwards."""
        if len(order) < 2:
            return list(probabilities)
        best, second = probabilities[order[0]], probabilities[order[1]]
        rest = max(1.0 - best, 1e-9)
        exponent = self.slope * math.log(max(best, 1e-9) / rest) + self.offset
        bent = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, exponent))))
        bent = max(bent, second / (rest + second))  # the second must not overtake
        share = (1.0 - bent) / rest
        changed = [p * share for p in probabilities]
        changed[order[0]] = bent
        return changed


def joined(views: Floats, mean: Floats, weights: Floats) -> Floats:
    """Move views (…, v, d) to the mean (v, d), put each to unit length, weight and join them: shape (…, v·d).

    The squared distance of two results is the mean of their views' squared distances by `weights` (v,), sum 1.
    """
    moved: Floats = np.asarray(views - mean, np.float32)
    moved *= np.sqrt(weights)[:, None] / np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), np.float32(1e-9))
    return moved.reshape(*views.shape[:-2], -1)


@dataclass(frozen=True, slots=True, eq=False)
class KernelPart:
    """Shapes, with n training texts, c intents, v views of d numbers and k kept axes.

    `support` (n, k), `alpha` (n, c), `mean` (v, d), `weights` (v,), `basis` (v·d, k).
    """

    support: Floats
    alpha: Floats
    mean: Floats
    weights: Floats
    basis: Floats
    gamma: float

    def similarities(self, views: Floats) -> Floats:
        """Return the cosine to each training text, shape (n,)."""
        here: Floats = joined(views, self.mean, self.weights) @ self.basis
        cosines: Floats = self.support @ here
        return cosines

    def scores(self, cosines: Floats) -> Floats:
        """Return the kernel's share of the scores, shape (c,)."""
        found: Floats = np.exp(np.float32(2.0 * self.gamma) * (cosines - np.float32(1.0))) @ self.alpha
        return found

    def save(self, folder: Path) -> None:
        """Write the arrays; the width of the kernel is kept by the classifier."""
        for name in _ARRAYS:
            write_array(folder / f"{name}.npy", getattr(self, name))

    @classmethod
    def load(cls, folder: Path, gamma: float) -> KernelPart:
        """Read what `save` wrote. Raises ModelError."""
        arrays = {
            name: read_array(folder / f"{name}.npy", "float32", dimensions, in_memory=True)
            for name, dimensions in _ARRAYS.items()
        }
        return cls(**arrays, gamma=gamma)


@dataclass(frozen=True, slots=True, eq=False)
class IntentClassifier:
    """Fills `draft.scores`, `draft.ranking` and `draft.nearness`.

    Shapes, with c intents: `ngram_weights` (n-gram columns, c), `bias` (c,).
    """

    intents: tuple[str, ...]
    ngram_weights: Floats
    bias: Floats
    temperature: float = 1.0
    kernel: KernelPart | None = None
    curve: Curve = Curve()

    def process(self, draft: Draft) -> None:
        if not self.intents or not draft.text.strip():
            return
        scores = self.bias.copy()
        if len(draft.ngrams.columns):
            scores += draft.ngrams.values @ self.ngram_weights[draft.ngrams.columns]
        draft.nearness = draft.known
        if self.kernel is not None and draft.views is not None:
            cosines = self.kernel.similarities(draft.views)
            scores += self.kernel.scores(cosines)
            draft.nearness = float(np.sort(cosines)[-NEIGHBOURS:].mean())
        draft.scores = scores
        probabilities: list[float] = softmax(scores / np.float32(self.temperature)).tolist()
        order = sorted(range(len(self.intents)), key=lambda i: (-probabilities[i], i))
        probabilities = self.curve.bend(probabilities, order)
        draft.ranking = tuple(Intent(self.intents[i], probabilities[i]) for i in order)

    def save(self, folder: Path) -> None:
        gamma = None if self.kernel is None else self.kernel.gamma
        about = {
            "intents": list(self.intents),
            "temperature": self.temperature,
            "gamma": gamma,
            "curve": [self.curve.slope, self.curve.offset],
        }
        write_json(folder / "intents.json", about)
        write_array(folder / "ngram_weights.npy", self.ngram_weights)
        write_array(folder / "bias.npy", self.bias)
        if self.kernel is not None:
            self.kernel.save(folder)

    @classmethod
    def load(cls, folder: Path) -> IntentClassifier:
        """Read what `save` wrote; the n-gram weights stay on disk until they are used. Raises ModelError."""
        about = read_json(folder / "intents.json")
        kernel = None if about["gamma"] is None else KernelPart.load(folder, float(about["gamma"]))
        intents: list[str] = about["intents"]
        return cls(
            tuple(intents),
            read_array(folder / "ngram_weights.npy", "float32", 2),
            read_array(folder / "bias.npy", "float32", 1, in_memory=True),
            float(about["temperature"]),
            kernel,
            Curve(*map(float, about["curve"])),
        )
