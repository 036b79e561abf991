"""Learns to tell texts of no intent from what the classifier said of texts and intents that it had not seen."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlu.components.out_of_scope import FEATURES, OutOfScopeScorer, known_texts, standing
from nlu.draft import Floats
from nlu.learning.corpus import Corpus
from nlu.learning.linear import falling_logistic

UNSTANDARDISED: Final = ((-2.0, -2.0, -4.0), 0.0)
"""Weights of the features as they are, and bias, where too little is known; a text like no other may be either."""

UNSTANDARDISED_LETTERS: Final = ((-2.0, -2.0, 0.0), 0.0)
"""The same without an encoder: known letters say little of a text when there are few examples."""

PRIOR: Final = ((-0.6, -0.6, -0.6), -3.0)
"""Weights of the features' deviations and bias: a text one and two thirds of a deviation below what an intent's own
texts reach, in all three, is as likely foreign as not."""

TRUST: Final = 20.0
"""How strongly the scorer is held at its prior, in texts."""

SHRINKING: Final = 40.0
"""How strongly an intent's own mean and deviation are held at those of all intents, in texts."""

LEAST_SPREAD: Final = 1e-3

FOREIGN_SHARE: Final = 0.2
"""The share of messages that mean no intent, as assumed by the out-of-scope probability."""


def learn_scope(corpus: Corpus) -> OutOfScopeScorer:
    """Fit on what the classifier left behind; with little of it, mostly the prior counts.

    With an encoder the three features weigh the same: of the kernel machine one intent is left out, of the linear one a
    quarter, so that weights learnt from both fit neither. Without one they are learnt.
    """
    known = known_texts(e.text for e in corpus.data.examples)
    scope = corpus.shared.scope
    classes = len({e.base_intent for e in corpus.data.examples})
    if scope is None:
        centres, spreads = np.zeros((classes, FEATURES), np.float32), np.ones((classes, FEATURES), np.float32)
        weights = UNSTANDARDISED if corpus.shared.view is not None else UNSTANDARDISED_LETTERS
        return OutOfScopeScorer(*weights, centres, spreads, known)
    centres, spreads = _customary(scope.own, scope.owners, classes)
    inside = standing(scope.own, scope.best, centres, spreads)
    outside = standing(scope.foreign, scope.taken_for, centres, spreads)
    if corpus.shared.view is not None:
        inside, outside = inside.mean(axis=1, keepdims=True), outside.mean(axis=1, keepdims=True)
        (together,), bias = falling_logistic(inside, outside, FOREIGN_SHARE, ((sum(PRIOR[0]),), PRIOR[1]), TRUST)
        return OutOfScopeScorer((together / FEATURES,) * FEATURES, bias, centres, spreads, known)
    learnt, bias = falling_logistic(inside, outside, FOREIGN_SHARE, PRIOR, TRUST)
    return OutOfScopeScorer(tuple(learnt), bias, centres, spreads, known)


def _customary(own: Floats, owners: NDArray[np.int64], classes: int) -> tuple[Floats, Floats]:
    """Return the features' mean and deviation among each intent's own texts, shapes (c, 3)."""
    overall, variance = own.mean(axis=0), own.var(axis=0)
    centres, spreads = np.zeros((classes, FEATURES), np.float32), np.zeros((classes, FEATURES), np.float32)
    for label in range(classes):
        texts = own[owners == label]
        total = len(texts) + SHRINKING
        centres[label] = (texts.sum(axis=0) + SHRINKING * overall) / total
        scatter = ((texts - centres[label]) ** 2).sum(axis=0) + SHRINKING * variance
        spreads[label] = np.maximum(np.sqrt(scatter / total), LEAST_SPREAD)
    return centres, spreads
