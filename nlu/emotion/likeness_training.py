"""Learns by whose likeness a message is judged, and what the judgement is worth on messages that nobody has seen.

Many examples are the same complaint in several languages, which the multilingual encoder maps to nearly the same
numbers: a text is called unseen only where those are left out together.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from nlu.emotion.likeness import kernel

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

EXAMPLES: Final = 1_500
"""By so many the others are judged; 3,000 are no better by folds, 1,000 worse."""

RIDGE: Final = 0.4
ALIKE: Final = 0.65
"""From this cosine on two texts count as one that was translated or reworded."""

_FOLDS: Final = 5
_JITTER: Final = 1e-3
_BLOCK: Final = 1_024


@dataclass(frozen=True, slots=True)
class Learnt:
    """`examples` (m, d), `weights` (m, c) and `bias` (c,) of all texts.

    `unseen` (n, c) are each text's scores by a model that knows neither it nor any that is alike.
    """

    examples: Floats
    weights: Floats
    bias: Floats
    unseen: Doubles


@dataclass(frozen=True, slots=True)
class Sums:
    """What least squares need to know of some texts: each is a sum over them, so that parts can be taken out."""

    gram: Doubles
    answer: Doubles
    kernel: Doubles
    target: Doubles
    weight: float

    @classmethod
    def of(cls, rows: Floats, targets: Doubles, weight: Doubles) -> Sums:
        weighted = rows * weight[:, None].astype(np.float32)
        return cls(
            (weighted.T @ rows).astype(np.float64),
            weighted.T.astype(np.float64) @ targets,
            weighted.sum(axis=0).astype(np.float64),
            weight @ targets,
            float(weight.sum()),
        )

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.gram + other.gram,
            self.answer + other.answer,
            self.kernel + other.kernel,
            self.target + other.target,
            self.weight + other.weight,
        )

    def __sub__(self, other: Sums) -> Sums:
        return Sums(
            self.gram - other.gram,
            self.answer - other.answer,
            self.kernel - other.kernel,
            self.target - other.target,
            self.weight - other.weight,
        )

    def solve(self, penalty: Doubles) -> tuple[Doubles, Doubles]:
        """Weights (m, c) and bias (c,) of the least squares whose weights w cost w' `penalty` w."""
        linear: Any = importlib.import_module("scipy.linalg")  # heavy, and for training only
        bias: Doubles = self.target / self.weight
        halves: Any = linear.cho_factor(self.gram + penalty, check_finite=False)
        found: Doubles = linear.cho_solve(halves, self.answer - np.outer(self.kernel, bias), check_finite=False)
        return found, bias


def learn(embedded: Floats, targets: Doubles, weight: Doubles) -> Learnt:
    """Fit `targets` (n, c) on embeddings (n, d) of unit length; text i counts `weight[i]`.

    Kernel ridge regression in the span of some of the texts (Nyström's method, Williams and Seeger 2001).
    """
    count = len(embedded)
    examples = embedded[np.linspace(0, count - 1, min(count, EXAMPLES)).astype(np.int64)]
    rows = kernel(embedded, examples)
    penalty = RIDGE * kernel(examples, examples).astype(np.float64) + _JITTER * np.eye(len(examples))
    folds = folds_of_alike(embedded, _FOLDS)
    parts = [np.flatnonzero(folds == fold) for fold in range(_FOLDS)]
    sums = [Sums.of(rows[part], targets[part], weight[part]) for part in parts]
    whole = sums[0]
    for other in sums[1:]:
        whole = whole + other
    unseen = np.zeros(targets.shape)
    for part, own in zip(parts, sums, strict=True):
        if len(part):
            weights, bias = (whole - own).solve(penalty)
            unseen[part] = bias + rows[part] @ weights
    weights, bias = whole.solve(penalty)
    return Learnt(examples, weights.astype(np.float32), bias.astype(np.float32), unseen)


def folds_of_alike(embedded: Floats, folds: int) -> npt.NDArray[np.int64]:
    """The fold (n,) of each text, those that are alike in one: the largest group first, each to the emptiest fold."""
    sparse: Any = importlib.import_module("scipy.sparse")  # heavy, and for training only
    graphs: Any = importlib.import_module("scipy.sparse.csgraph")
    count = len(embedded)
    ends: list[npt.NDArray[np.int64]] = []
    for start in range(0, count, _BLOCK):
        row, column = np.nonzero(embedded[start : start + _BLOCK] @ embedded[start:].T >= ALIKE)
        ends.append(np.stack([row + start, column + start]))
    near = np.concatenate(ends, axis=1)
    links: Any = sparse.csr_matrix((np.ones(near.shape[1], dtype=bool), (near[0], near[1])), shape=(count, count))
    _, group = graphs.connected_components(links, directed=False)
    sizes = np.bincount(group)
    load = np.zeros(folds, dtype=np.int64)
    fold_of_group = np.zeros(len(sizes), dtype=np.int64)
    for number in np.argsort(-sizes, kind="stable").tolist():
        emptiest = int(load.argmin())
        fold_of_group[number] = emptiest
        load[emptiest] += sizes[number]
    return np.asarray(fold_of_group[group], np.int64)
