"""Finds the sigmoid that makes a probability of a score."""

from __future__ import annotations

import importlib
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]

_PRECISE: Final = {"xatol": 1e-5, "fatol": 1e-9}


def platt(scores: Doubles, positive: Any, share: float | None = None) -> tuple[float, float]:
    """Slope and offset of the likeliest sigmoid, targets smoothed as in Platt (1999).

    As if `share` of all were positive; None takes them as they are.
    """
    optimize: Any = importlib.import_module("scipy.optimize")
    yes, no = float(np.sum(positive)), float(np.sum(~positive))
    target: Doubles = np.where(positive, (yes + 1) / (yes + 2), 1 / (no + 2))
    actual = yes / (yes + no)
    wanted = actual if share is None else share
    weight: Doubles = np.where(positive, wanted / actual, (1 - wanted) / (1 - actual))

    def loss(p: Doubles) -> float:
        z: Doubles = p[0] * scores + p[1]
        each: Doubles = np.logaddexp(0.0, z) - target * z
        return float((weight * each).mean())

    found: Any = optimize.minimize(loss, [1.0, 0.0], method="Nelder-Mead", options=_PRECISE)
    slope, offset = found.x
    return float(slope), float(offset)
