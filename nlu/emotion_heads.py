"""The linear part of the emotion model: weights for every score, how two upset scores become one, and its calibration.

Customers of a service and people in everyday talk are upset in different words ("still waiting" here, "what a
boring match" there), so each has a score of its own, and a third score says which kind of talk a text is. Nothing here
knows texts; it adds up numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from nlu.artifacts import read_array, write_array
from nlu.emotion_features import Sparse
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

LIGHT_GATE: Final = 0.0
SEMANTIC_GATE: Final = 4.0
"""How sure it must be that a text is service talk before the everyday score stands back (log-odds). Words alone are a
poor guide to everyday talk, above all in languages of which we have little of it, so light heads decide evenly."""

_BLOCKS: Final = ("sparse", "dense", "embedding")


@dataclass(frozen=True, slots=True)
class Scores:
    """What the weights make of one text.

    `raw` (11,); `upset` is a calibrated probability; `column` is the upset score that counted most.
    """

    raw: Floats
    upset: float
    column: int

    def best(self, columns: tuple[int, ...]) -> int:
        """The column with the highest score."""
        return max(columns, key=lambda c: float(self.raw[c]))


@dataclass(frozen=True, slots=True)
class Heads:
    """Weights: `sparse` (features, 11), `dense` (cues, 11), `embedding` (d, 11) with d = 0 without one, `bias` (11,).

    `slope` and `offset` are Platt's: the sigmoid that turns the upset score into a probability, fitted on unseen
    folds (Platt 1999).
    """

    sparse: Floats
    dense: Floats
    embedding: Floats
    bias: Floats
    slope: float = 1.0
    offset: float = 0.0
    gate: float = LIGHT_GATE

    def score(self, found: Sparse, cue_vector: Floats, embedding: Floats | None) -> Scores:
        """Scores of one text."""
        weighted = found.value @ self.sparse[found.index] + cue_vector @ self.dense
        if embedding is not None and len(self.embedding):
            weighted = weighted + embedding @ self.embedding
        raw = np.add(self.bias, weighted, dtype=np.float32)
        share = everyday_share(float(raw[SETTING]), self.gate)
        mixed = float(mixed_upset(raw[SERVICE], raw[EVERYDAY], share))
        return Scores(raw, sigmoid(self.slope * mixed + self.offset), EVERYDAY if share >= 0.5 else SERVICE)

    def save(self, folder: Path, name: str) -> None:
        """Write the arrays as `NAME_BLOCK.npy`; the three numbers are the caller's to keep."""
        for block in (*_BLOCKS, "bias"):
            write_array(folder / f"{name}_{block}.npy", getattr(self, block))

    @classmethod
    def load(cls, folder: Path, name: str, slope: float, offset: float, gate: float) -> Heads:
        """Read what `save` wrote. Raises ModelError."""
        sparse, dense, embedding = (read_array(folder / f"{name}_{block}.npy", "float32", 2) for block in _BLOCKS)
        return cls(sparse, dense, embedding, read_array(folder / f"{name}_bias.npy", "float32", 1), slope, offset, gate)


def sigmoid(score: float) -> float:
    """The logistic function, safe for any number."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


def everyday_share(setting: float, gate: float) -> float:
    """How much the everyday score counts, 0 to 1."""
    return sigmoid(setting + gate)


def mixed_upset(service: float, everyday: float, share: float) -> float:
    """The two upset scores as one."""
    return share * everyday + (1 - share) * service
