"""The linear part of the emotion model: weights for every score, how two upset scores become one, and its calibration.

Customers of a service and people in everyday talk are upset in different words ("still waiting" here, "what a
boring match" there), so each has a score of its own, and a third score says which kind of talk a text is. Nothing here
knows texts; it adds up numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from nlu.artifacts import read_array, write_array
from nlu.emotion.vocabulary import Sparse
from nlu.types import EmotionLabel

Floats = npt.NDArray[np.float32]

LABELS: Final = tuple(EmotionLabel)
SERVICE: Final = len(LABELS)
EVERYDAY: Final = SERVICE + 1
SETTING: Final = EVERYDAY + 1
INTENSITY: Final = SETTING + 1
COLUMNS: Final = INTENSITY + 1
"""Columns of every weight matrix: one per label, upset as a customer, upset in everyday talk, everyday talk at all,
intensity."""

_EVERYDAY_WEIGHT: Final = 1.2
"""What the everyday score counts in everyday talk."""

_BLOCKS: Final = ("sparse", "dense", "embedding")


@dataclass(frozen=True, slots=True)
class Blend:
    """How the scores of one text become one probability.

    `words` and `meaning` weigh the service scores of the light and of the semantic heads, `everyday` the everyday score
    within service talk. `gate` is how sure it must be that a text is service talk before its score stands back
    (log-odds). `slope` and `offset` are Platt's: the sigmoid fitted on unseen folds (Platt 1999).
    """

    words: float
    meaning: float
    everyday: float
    gate: float
    slope: float = 1.0
    offset: float = 0.0

    def mixed(self, light: Floats, semantic: Floats | None) -> tuple[float, int]:
        """The upset score, not yet calibrated, of raw scores (11,) each; and the column that counted most."""
        deep = light if semantic is None else semantic
        share = sigmoid(float(deep[SETTING]) + self.gate)
        service = self.words * float(light[SERVICE]) + self.meaning * float(deep[SERVICE])
        everyday = float(deep[EVERYDAY])
        mixed = (1.0 - share) * (service + self.everyday * everyday) + share * _EVERYDAY_WEIGHT * everyday
        return mixed, EVERYDAY if share >= 0.5 else SERVICE

    def calibrated(self, mixed: float) -> float:
        """The probability that stands for an upset score as `mixed` gives it."""
        return sigmoid(self.slope * mixed + self.offset)


@dataclass(frozen=True, slots=True)
class Blends:
    """`anyone` judges a text of which nothing is known, `customer` one that was written to a service."""

    anyone: Blend
    customer: Blend


LIGHT: Final = Blends(Blend(1.2, 0.0, 0.0, 0.0), Blend(1.2, 0.0, 0.0, -2.0))
SEMANTIC: Final = Blends(Blend(0.3, 0.6, 0.5, 3.0), Blend(0.6, 0.6, 0.0, -2.0))
"""Not yet calibrated. Chosen by cross-validation on our own examples, `anyone` with an eye on GoEmotions' dev split:
what judges customers best takes too much everyday talk for complaints."""


@dataclass(frozen=True, slots=True)
class Heads:
    """Weights: `sparse` (features, 11), `dense` (cues, 11), `embedding` (d, 11), d = 0 without one, `bias` (11,)."""

    sparse: Floats
    dense: Floats
    embedding: Floats
    bias: Floats
    blends: Blends = LIGHT

    def score(self, found: Sparse, cue_vector: Floats, embedding: Floats | None) -> Floats:
        """Raw scores of one text, shape (11,)."""
        weighted = np.dot(found.value, self.sparse.take(found.index, axis=0)) + np.dot(cue_vector, self.dense)
        if embedding is not None and len(self.embedding):
            weighted = weighted + embedding @ self.embedding
        raw: Floats = np.add(self.bias, weighted, dtype=np.float32)
        return raw

    def save(self, folder: Path, name: str) -> None:
        """Write the arrays as `NAME_BLOCK.npy`; the blends are the caller's to keep."""
        for block in (*_BLOCKS, "bias"):
            write_array(folder / f"{name}_{block}.npy", getattr(self, block))

    @classmethod
    def load(cls, folder: Path, name: str, blends: Blends) -> Heads:
        """Read what `save` wrote. Raises ModelError."""
        sparse, dense, embedding = (read_array(folder / f"{name}_{block}.npy", "float32", 2) for block in _BLOCKS)
        return cls(sparse, dense, embedding, read_array(folder / f"{name}_bias.npy", "float32", 1), blends)


def any_of(parts: Sequence[float]) -> float:
    """The probability that one part at least is upset, of each part's own as if it were a message: 0 without parts.

    A message of n sentences is not upset n times as often as one, so that of a sentence has its odds divided by n.
    """
    calm = 1.0
    for part in parts:
        so_calm = len(parts) * (1.0 - part)
        calm *= so_calm / (so_calm + part)
    return 1.0 - calm


def sigmoid(score: float) -> float:
    """The logistic function, safe for any number."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))
