"""Turns the scores of a text's intents into confidences, so that of those of 0.8 four in five are right.

With the scores ordered, s_0 the best, the confidence of the j-th intent is in proportion to

    exp(lead + by_size · L)         for the best, j = 0,
    j^-crowding · exp(g (s_j - s_0))  for its j-th rival,

a softmax (Guo et al. 2017) in which rivals count the less the more stand before them: those far down are wrong
together, and many intents would else take away what the best one deserves. The sharpness g is

    g = exp(sharpness + by_score · S + by_nearness · N),

S and N by how many deviations the best score and the nearness of training texts are above what is customary, at most
three: where all is near, scores lie further apart than they mean. L is the logarithm of how many examples the best
intent has, less what is customary: a rare intent is seldom the best by mistake, a frequent one often.
`nlu.learning.calibration` says how it is learnt.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MOST_DEVIATIONS: Final = 3.0
SHARPEST: Final = 4.0
"""Of the logarithm of g, either way: a lead of a tenth then says all, or nothing."""


@dataclass(frozen=True, slots=True)
class Custom:
    """Mean and deviation of the best score and of the nearness, among training texts that were left out."""

    score: float = 0.0
    score_spread: float = 1.0
    nearness: float = 0.0
    nearness_spread: float = 1.0

    def deviations(
        self, best: NDArray[np.float64], nearness: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return by how many deviations best scores (n,) and nearness (n,) are above what is customary."""
        return (
            within((best - self.score) / self.score_spread, MOST_DEVIATIONS),
            within((nearness - self.nearness) / self.nearness_spread, MOST_DEVIATIONS),
        )


@dataclass(frozen=True, slots=True)
class Confidence:
    """The six numbers of the formula, and what is customary."""

    sharpness: float = 1.8
    by_score: float = 0.0
    by_nearness: float = 0.0
    crowding: float = 0.5
    lead: float = 0.0
    by_size: float = 0.0
    custom: Custom = Custom()

    def of(self, ranked: NDArray[np.float64], nearness: float, size: float = 0.0) -> NDArray[np.float64]:
        """Return the confidences of scores (c,), c at least one, that come best first; so do these.

        `size` is the best intent's, as `nlu.learning.calibration.sizes` has it.
        """
        best, near = self.custom.deviations(ranked[:1], np.array([nearness]))
        exponent = self.sharpness + self.by_score * best + self.by_nearness * near
        logits = np.exp(within(exponent, SHARPEST)) * (ranked - ranked[0])
        logits -= self.crowding * places(len(ranked))
        logits[0] = max([self.lead + self.by_size * size, *logits[1:2].tolist()])  # the second must not overtake
        shares = np.exp(logits - logits[0])
        confidences: NDArray[np.float64] = shares / shares.sum()
        return confidences

    def to_json(self) -> dict[str, Any]:
        """Return the numbers by name."""
        return asdict(self)

    @classmethod
    def from_json(cls, about: dict[str, Any]) -> Confidence:
        """Read what `to_json` gave."""
        custom: dict[str, float] = about["custom"]
        numbers: dict[str, float] = {name: float(value) for name, value in about.items() if name != "custom"}
        return cls(**numbers, custom=Custom(**{name: float(value) for name, value in custom.items()}))


PLAIN: Final = Confidence()
"""Of a classifier that had nothing to learn from."""


@lru_cache(maxsize=64)
def places(count: int) -> NDArray[np.float64]:
    """Return the logarithm of each rival's place, shape (count,), the best and its first rival nought. Read only."""
    logarithms: NDArray[np.float64] = np.log(np.maximum(np.arange(count, dtype=np.float64), 1.0))
    logarithms.flags.writeable = False
    return logarithms


def within(values: NDArray[np.float64], most: float) -> NDArray[np.float64]:
    """Return values, none further from nought than `most`: `np.clip` in a tenth of its time for so few."""
    bounded: NDArray[np.float64] = np.minimum(np.maximum(values, -most), most)
    return bounded
