"""The emotion model's ear for other languages: how like a message is to examples, by the multilingual encoder.

A kernel machine over some of the examples: what was learnt of a complaint in one language holds for one that means the
same in another. It adds to the judgement of the words (`heads`) and never takes its place, and knows no texts itself.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from nlu.artifacts import ModelError, read_array, write_array
from nlu.emotion.heads import INTENSITY, LABELS, sigmoid

Floats = npt.NDArray[np.float32]

UPSET: Final = len(LABELS)
STRENGTH: Final = UPSET + 1
COLUMNS: Final = STRENGTH + 1
"""Columns of the weights: one per label, upset, intensity."""

SHARPNESS: Final = 2.0
WORDS: Final = 0.25
"""What the words' score (log-odds, not yet calibrated) counts beside this one, which is about -1 to 1."""

_LABELS_WEIGHT: Final = 4.0
"""What a label's score counts beside the words' one, which is in log-odds."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Platt's sigmoid: the probability of a score x is that of the log-odds `slope` · x + `offset`."""

    slope: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class Curves:
    """For customers whose words the light heads judged, or the semantic ones; and for any writer, light heads alone."""

    customer: Curve
    semantic: Curve
    anyone: Curve


@dataclass(frozen=True, slots=True)
class Likeness:
    """`examples` (m, d) of unit length, `weights` (m, 9), `bias` (9,)."""

    examples: Floats
    weights: Floats
    bias: Floats
    curves: Curves

    def score(self, embedding: Floats) -> Floats:
        """Raw scores (9,) of a text with that embedding (d,)."""
        weighted: Floats = kernel(embedding[None], self.examples)[0] @ self.weights
        return np.asarray(self.bias + weighted, np.float32)

    @staticmethod
    def upset(scores: Floats, words: float, curve: Curve) -> float:
        """The calibrated probability of upset, of raw scores (9,) and the words' uncalibrated score."""
        return sigmoid(curve.slope * joined(float(scores[UPSET]), words) + curve.offset)

    @staticmethod
    def added(scores: Floats, heads: Floats) -> Floats:
        """The heads' raw scores (11,) with those of labels and intensity as both judge them."""
        both = heads.copy()
        both[:UPSET] += np.float32(_LABELS_WEIGHT) * scores[:UPSET]
        both[INTENSITY] = (heads[INTENSITY] + scores[STRENGTH]) / 2
        return both

    def save(self, folder: Path) -> None:
        """Write the arrays; the curves are the caller's to keep."""
        for name in ("examples", "weights", "bias"):
            write_array(folder / f"emotion_likeness_{name}.npy", getattr(self, name))

    def curves_to_json(self) -> dict[str, Any]:
        """A shape that `load` takes."""
        return asdict(self.curves)

    @classmethod
    def load(cls, folder: Path, curves: dict[str, dict[str, float]]) -> Likeness:
        """Read what `save` wrote. Raises ModelError when a file is missing or damaged, or the files do not fit."""
        examples = read_array(folder / "emotion_likeness_examples.npy", "float32", 2, in_memory=True)
        weights = read_array(folder / "emotion_likeness_weights.npy", "float32", 2, in_memory=True)
        bias = read_array(folder / "emotion_likeness_bias.npy", "float32", 1)
        if weights.shape != (len(examples), COLUMNS) or len(bias) != COLUMNS:
            raise ModelError(f"{folder} holds likeness arrays that do not fit each other; train the model again")
        return cls(examples, weights, bias, Curves(**{name: Curve(**curve) for name, curve in curves.items()}))


def joined(upset: float, words: float) -> float:
    """One upset score of this part's and the words'."""
    return upset + WORDS * words


def kernel(some: Floats, others: Floats) -> Floats:
    """How like rows of unit length are, shape (n, m): exp(2 (cosine - 1)), a Gaussian of their distance."""
    likeness: Floats = np.exp(np.float32(SHARPNESS) * (some @ others.T - np.float32(1.0)))
    return likeness
