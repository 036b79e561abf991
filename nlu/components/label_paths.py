"""Finds the best sequence of labels, and how probable each label is: inference in a linear-chain random field.

Plain arrays in, plain arrays out; it knows nothing of texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlu.draft import Floats

OUTSIDE: Final = "O"

_IN_RANGE: Final = 8
"""After so many tokens numbers are brought back to the middle of their range, which holds for many more."""

_DOUBT: Final = 0.49
"""A half, less what rounding may do."""


@dataclass(frozen=True, slots=True, eq=False)
class Transitions:
    """What going from one label to the next scores.

    Shapes: `weights` (l, l), from row to column; `both_ways` (2, l, l), their exponentials and these the other way.
    """

    weights: Floats
    both_ways: NDArray[np.float64]

    @classmethod
    def of(cls, weights: Floats) -> Transitions:
        """Lay out weights (l, l)."""
        exponential = np.exp(weights.astype(np.float64))
        return cls(weights, np.stack([exponential, exponential.T]))


def path_and_marginals(scores: Floats, transitions: Transitions) -> tuple[list[int], NDArray[np.float64]]:
    """Return the best sequence of labels and each label's probability (t, l), for `scores` (t, l).

    Each token's most probable label is in the best sequence where they are all right with a probability of more than
    one half, which is at least one less what they lack of certainty together: no other sequence can have as much.
    """
    sure = marginals(scores, transitions)
    doubt = len(sure) - float(sure.max(axis=1).sum())
    path: list[int] = sure.argmax(axis=1).tolist() if doubt < _DOUBT else best_path(scores, transitions)
    return path, sure


def best_path(scores: Floats, transitions: Transitions) -> list[int]:
    """Return the best sequence of labels (Viterbi 1967) for `scores` (t, l)."""
    weights = transitions.weights
    best = [scores[0]]
    moved = np.empty_like(weights)
    for row in scores[1:]:
        np.add(weights, best[-1][:, None], out=moved)
        best.append(moved.max(axis=0) + row)
    path = [int(best[-1].argmax())]
    for before in reversed(best[:-1]):
        path.append(int((weights[:, path[-1]] + before).argmax()))
    return path[::-1]


def marginals(scores: Floats, transitions: Transitions) -> NDArray[np.float64]:
    """Return the probability of each label at each token, shape (t, l), for `scores` (t, l).

    Forward-backward, both at once: step i reaches token i from the beginning and token t - 1 - i from the end.
    """
    here = np.exp(scores.astype(np.float64) - scores.max(axis=1, keepdims=True))
    length, width = here.shape
    from_both = np.stack([here, here[::-1]], axis=1)[:, :, None]
    reached = np.ones((length, 2, 1, width))
    for i in range(1, length):
        np.matmul(reached[i - 1] * from_both[i - 1], transitions.both_ways, out=reached[i])
        if i % _IN_RANGE == 0:
            reached[i] /= reached[i].sum(axis=-1, keepdims=True)
    joint = reached[:, 0, 0] * here * reached[::-1, 1, 0]
    probabilities: NDArray[np.float64] = joint / joint.sum(axis=1, keepdims=True)
    return probabilities


def chunks(labels: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield (first token, last token, label) of each run `B I I`; an `I` that continues nothing begins one."""
    start, current = 0, ""
    for i, label in enumerate([*labels, OUTSIDE]):
        name = label[2:]
        if current and (label[:1] != "I" or name != current):
            yield start, i - 1, current
            current = ""
        if label != OUTSIDE and not current:
            start, current = i, name
