"""Learns the linear machine over n-grams, and what it would have said without a text or an intent.

A linear support vector machine, one intent against the rest. What it says of texts that it has not seen comes from
folds, and of texts whose intent it has not seen from machines without a group of intents. Each such machine has the
n-grams, their weights and the texts' lengths that the others alone would have given: a text that is asked about later
brings no n-grams of its own into the vocabulary either, and what it scores would else look lower than it will be.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nlu.draft import Floats
from nlu.learning.corpus import folds
from nlu.learning.linear import one_against_rest
from nlu.learning.sparse import Grams

COST: Final = 0.5
FOLDS: Final = 3

GROUPS: Final = 4
"""Of intents, each left out once; half of so few intents that a group would hold less than two."""

ENOUGH: Final = 3_000
"""Texts left out, to calibrate on; a larger corpus is spared more fits."""

ROUNDS: Final = 3
"""So often a small corpus is divided into folds: what one division says of a text is half chance."""


@dataclass(frozen=True, slots=True, eq=False)
class NgramMachine:
    """What was learnt, and of each of the n texts what had been said of it unseen.

    Shapes, with c intents: `weights` (columns, c), `bias` (c,); `left_out` (rounds, n, c), scores of each text without
    it, all minus infinity once `ENOUGH` texts were left out; `strangers` (n, c), without the group of its intent, minus
    infinity for those of the group, all nought where there are too few intents; `known` (n,), (n,): which share of the
    text other texts know, and texts of other intents.
    """

    weights: Floats
    bias: Floats
    left_out: Floats
    strangers: Floats
    known: tuple[Floats, Floats]


def group_count(classes: int) -> int:
    """Return how many groups of intents are left out; 0 of too few to tell what a foreign text looks like."""
    return min(GROUPS, classes // 2) if classes >= 4 else 0


def learn_ngram_machine(
    features: Any, grams: Grams, target: NDArray[np.int64], classes: int, known: Floats, seed: int
) -> NgramMachine:
    """Fit on n-grams (CSR, n rows) and intents (n,); `known` (n,) is which share of a text the vocabulary knows."""
    weights, bias = one_against_rest(features, target, classes, COST, seed)
    return NgramMachine(
        weights,
        bias,
        _left_out(features, grams, target, classes, seed),
        _strangers(features, grams, target, classes, seed),
        grams.known_elsewhere(features, target, known),
    )


def _left_out(features: Any, grams: Grams, target: NDArray[np.int64], classes: int, seed: int) -> Floats:
    rarest = min((n for n in Counter(target.tolist()).values() if n > 1), default=0)
    if not rarest:
        return np.zeros((1, len(target), classes), np.float32)
    done, rounds = 0, list[Floats]()
    while done < ENOUGH and len(rounds) < ROUNDS:
        scores = np.full((len(target), classes), -np.inf, np.float32)
        assigned = folds([str(t) for t in target], max(2, min(FOLDS, rarest)), seed + len(rounds))
        for fold in range(int(assigned.max()) + 1):
            if done >= ENOUGH:
                break
            held = assigned == fold
            scores[held] = _asked_unseen(features, grams, target, classes, held, seed)
            done += int(held.sum())
        rounds.append(scores)
    return np.stack(rounds)


def _strangers(features: Any, grams: Grams, target: NDArray[np.int64], classes: int, seed: int) -> Floats:
    scores = np.zeros((len(target), classes), np.float32)
    groups = group_count(classes)
    for group in range(groups):
        strange = target % groups == group
        scores[strange] = _asked_unseen(features, grams, target, classes, strange, seed)
        scores[np.ix_(strange, np.arange(classes) % groups == group)] = -np.inf
    return scores


def _asked_unseen(
    features: Any, grams: Grams, target: NDArray[np.int64], classes: int, held: NDArray[np.bool_], seed: int
) -> Floats:
    """Return the scores of the `held` texts by a machine that learnt from the others, vocabulary included."""
    relearnt = grams.relearnt(features, ~held)
    weights, bias = one_against_rest(relearnt[~held], target[~held], classes, COST, seed)
    scores: Floats = relearnt[held] @ weights + bias
    return scores
