"""Linear models from scikit-learn behind a typed fence: features in, plain arrays out."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import scipy.linalg
import scipy.optimize
from numpy.typing import NDArray
from sklearn.svm import LinearSVC

from nlu.draft import Floats

_lapack: Final[Any] = scipy.linalg.lapack  # untyped upstream
_optimize: Final[Any] = scipy.optimize  # untyped upstream


def one_against_rest(
    features: Any, target: NDArray[np.int64], classes: int, cost: float, seed: int
) -> tuple[Floats, Floats]:
    """Fit a linear support vector machine; return weights (columns, classes) and bias (classes,).

    Classes that do not occur get a score that never wins.
    """
    present = np.unique(target)
    weights = np.zeros((features.shape[1], classes), np.float32)
    bias = np.full(classes, -1.0, np.float32)
    if len(present) < 2:
        bias[present] = 1.0
        return weights, bias
    model: Any = LinearSVC(C=cost, random_state=seed)
    with warnings.catch_warnings():
        # scikit-learn asks then whether numbers were meant; intents that begin with an example or two are what they are
        warnings.filterwarnings("ignore", message="The number of unique classes", category=UserWarning)
        model.fit(features, target)
    if len(present) == 2:
        weights[:, present[1]], weights[:, present[0]] = model.coef_[0], -model.coef_[0]
        bias[present[1]], bias[present[0]] = model.intercept_[0], -model.intercept_[0]
    else:
        weights[:, present] = model.coef_.T
        bias[present] = model.intercept_
    return weights, bias


def minimise_smooth(
    loss: Callable[[NDArray[np.float64]], tuple[float, NDArray[np.float64]]],
    start: NDArray[np.float64],
    bounds: Sequence[tuple[float | None, float | None]],
) -> list[float]:
    """Return where a smooth function is least, from `start` within `bounds`. `loss` gives its value and slope.

    Quasi-Newton steps with little memory (Byrd, Lu, Nocedal and Zhu 1995).
    """
    found: Any = _optimize.minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return [float(number) for number in found]


def inverse_factor(matrix: Floats) -> Floats:
    """Return the inverse H of the Cholesky factor of a symmetric positive definite matrix: matrix⁻¹ = H' H.

    Works in the matrix' own memory, which is lost (LAPACK spotrf and strtri, n³/3 multiplications each).
    Raises ValueError for a matrix that is not positive definite.
    """
    factor, info = _lapack.spotrf(matrix.T, lower=1, clean=1, overwrite_a=1)
    if info != 0:
        raise ValueError(f"the kernel matrix is not positive definite (LAPACK info {info})")
    half: Floats = _lapack.strtri(factor, lower=1, overwrite_c=1)[0]
    return half


def falling_logistic(
    inside: Floats, outside: Floats, share: float, prior: tuple[Sequence[float], float], trust: float
) -> tuple[list[float], float]:
    """Fit P(outside | features), as if `share` of all were outside. Returns weights (features,) and bias.

    The probability falls as any feature grows, whatever a few texts say: weights stay at zero or below. They are held
    at `prior` (weights, bias) as if by `trust` texts.
    """
    features = np.concatenate([inside, outside]).astype(np.float64)
    sign = np.concatenate([np.full(len(inside), -1.0), np.ones(len(outside))])
    weight = np.where(sign > 0, share / len(outside), (1.0 - share) / len(inside)) * len(sign)
    start = np.array([*prior[0], prior[1]])
    spread = np.append(np.maximum(features.std(axis=0), 1e-3), 1.0)
    design = np.column_stack([features, np.ones(len(features))])

    def loss(at: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (design @ at)
        away = (at - start) * spread
        slope = -weight * sign / (1.0 + np.exp(np.clip(margin, -60.0, 60.0)))
        value = float(weight @ np.logaddexp(0.0, -margin) + trust * (away @ away))
        return value, design.T @ slope + 2.0 * trust * away * spread

    *falling, bias = minimise_smooth(loss, start, [(None, 0.0)] * (len(start) - 1) + [(None, None)])
    return falling, bias
