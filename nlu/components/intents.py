"""Ranks the intents of a text: linear in its n-grams and, where an encoder runs, a kernel machine over embeddings.

The scores are f(x) = W'x + A'k(x) + b, with k(x) the similarity exp(-gamma |e(x) - e_i|²) to each training text i,
e the encoder's views of a text, centred and joined. `nlu.components.confidence` makes confidences of them.
`nlu.learning.intents` says how it is learnt.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlu.artifacts import read_array, read_json, write_array, write_json
from nlu.components.confidence import PLAIN, Confidence
from nlu.draft import Draft, Floats
from nlu.types import Intent

NEIGHBOURS = 3
"""So many nearest training texts make up `draft.nearness`."""

_ARRAYS = {"support": 2, "alpha": 2, "mean": 2, "weights": 1, "basis": 2}
"""What a kernel part keeps, with the number of dimensions."""


def joined(views: Floats, mean: Floats, weights: Floats) -> Floats:
    """Move views (…, v, d) to the mean (v, d), put each to unit length, weight and join them: shape (…, v·d).

    The squared distance of two results is the mean of their views' squared distances by `weights` (v,), sum 1.
    """
    moved: Floats = np.asarray(views - mean, np.float32)
    moved *= np.sqrt(weights)[:, None] / np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), np.float32(1e-9))
    return moved.reshape(*views.shape[:-2], -1)


def _mean_of_highest(cosines: Floats) -> float:
    """Return the mean of the `NEIGHBOURS` highest values, which are spent; so few are found sooner than sorted out."""
    found: list[np.float32] = []
    for _ in range(min(NEIGHBOURS, len(cosines))):
        place = int(cosines.argmax())
        found.append(cosines[place])
        cosines[place] = -np.inf
    return float(np.array(found[::-1], np.float32).mean())


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

    Shapes, with c intents: `ngram_weights` (n-gram columns, c), `bias` (c,). `sizes` are the intents', as
    `nlu.learning.calibration` has them; none where all are alike.
    """

    intents: tuple[str, ...]
    ngram_weights: Floats
    bias: Floats
    confidence: Confidence = PLAIN
    kernel: KernelPart | None = None
    sizes: tuple[float, ...] = ()

    def process(self, draft: Draft) -> None:
        if not self.intents or not draft.text.strip():
            return
        scores = self.bias.copy()
        if len(draft.ngrams.columns):
            scores += draft.ngrams.values.dot(self.ngram_weights.take(draft.ngrams.columns, axis=0))
        draft.nearness = draft.known
        if self.kernel is not None and draft.views is not None:
            cosines = self.kernel.similarities(draft.views)
            scores += self.kernel.scores(cosines)
            draft.nearness = _mean_of_highest(cosines)
        draft.scores = scores
        order = np.argsort(-scores, kind="stable")
        places: list[int] = order.tolist()
        size = self.sizes[places[0]] if self.sizes else 0.0
        ranked = scores[order].astype(np.float64)
        confidences: list[float] = self.confidence.of(ranked, draft.nearness, size).tolist()
        draft.ranking = tuple(map(Intent, [self.intents[i] for i in places], confidences))

    def save(self, folder: Path) -> None:
        gamma = None if self.kernel is None else self.kernel.gamma
        about = {
            "intents": list(self.intents),
            "gamma": gamma,
            "confidence": self.confidence.to_json(),
            "sizes": list(self.sizes),
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
        sizes: list[float] = about["sizes"]
        return cls(
            tuple(intents),
            read_array(folder / "ngram_weights.npy", "float32", 2),
            read_array(folder / "bias.npy", "float32", 1, in_memory=True),
            Confidence.from_json(about["confidence"]),
            kernel,
            tuple(map(float, sizes)),
        )
