"""Fits how sure is sure: a temperature and a curve, on scores of texts that the scoring model had not seen."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlu.components.intents import Curve, softmax
from nlu.draft import Floats
from nlu.learning.linear import minimise, minimise_two

STIFFNESS: Final = 5.0
"""How strongly the curve is held at the identity, in texts."""


def fit_temperature(scores: Floats, target: NDArray[np.int64]) -> float:
    """Return the temperature that minimises the negative log likelihood, within 0.02 to 5.

    It counts as if one more text had been taken for its strongest rival, so that few texts without a mistake
    give no boundless confidence.
    """
    if not len(target):
        return 0.3
    rows = np.arange(len(target))
    others = scores.copy()
    others[rows, target] = -np.inf
    rival = others.argmax(axis=1)

    def loss(log_temperature: float) -> float:
        probabilities = softmax(scores / np.float32(np.exp(log_temperature)))
        right = -np.log(np.maximum(probabilities[rows, target], 1e-12))
        wrong = -np.log(np.maximum(probabilities[rows, rival], 1e-12))
        return float(right.mean() + wrong.mean() / len(target))

    return float(np.exp(minimise(loss, float(np.log(0.02)), float(np.log(5.0)))))


def fit_curve(scores: Floats, target: NDArray[np.int64], temperature: float) -> Curve:
    """Return the curve that makes the best confidences most likely; few texts bend it little."""
    if not len(target):
        return Curve()
    best = softmax(scores / np.float32(temperature)).max(axis=1).astype(np.float64)
    odds = np.log(np.maximum(best, 1e-9) / np.maximum(1.0 - best, 1e-9))
    right = scores.argmax(axis=1) == target

    def loss(at: NDArray[np.float64]) -> float:
        exponent = np.where(right, -1.0, 1.0) * (at[0] * odds + at[1])
        return float(np.logaddexp(0.0, exponent).sum() + STIFFNESS * ((at[0] - 1.0) ** 2 + at[1] ** 2))

    slope, offset = minimise_two(loss, (1.0, 0.0))
    return Curve(max(0.1, slope), offset)
