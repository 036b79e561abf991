"""Linear models from scikit-learn behind a typed fence: features in, plain arrays out."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import scipy.optimize
import scipy.sparse
from numpy.typing import NDArray
from sklearn.svm import LinearSVC

from nlu.draft import Floats

_sparse: Final[Any] = scipy.sparse  # untyped upstream
_optimize: Final[Any] = scipy.optimize  # untyped upstream


def beside(sparse: Any, dense: Floats) -> Any:
    """Join a sparse (n, a) and a dense (n, b) matrix to a sparse one of shape (n, a + b)."""
    return _sparse.hstack([sparse, _sparse.csr_matrix(dense)], format="csr")


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
    model.fit(features, target)
    if len(present) == 2:
        weights[:, present[1]], weights[:, present[0]] = model.coef_[0], -model.coef_[0]
        bias[present[1]], bias[present[0]] = model.intercept_[0], -model.intercept_[0]
    else:
        weights[:, present] = model.coef_.T
        bias[present] = model.intercept_
    return weights, bias


def minimise(loss: Any, low: float, high: float) -> float:
    """Return where a function of one number is least, within bounds (Brent's method)."""
    return float(_optimize.minimize_scalar(loss, bounds=(low, high), method="bounded").x)
