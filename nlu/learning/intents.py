"""Learns the intent classifier: a linear support vector machine, one against the rest, and its temperature."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nlu.components.intents import IntentClassifier, softmax
from nlu.draft import Floats
from nlu.learning.corpus import Corpus, embedding_matrix, folds, ngram_matrix
from nlu.learning.linear import beside, minimise, one_against_rest

EMBEDDING_WEIGHT: Final = 2.0
COST: Final = 1.0


def learn_intents(corpus: Corpus) -> IntentClassifier:
    """Fit on all examples; choose the temperature on the scores of held-out folds."""
    labels = [e.base_intent for e in corpus.data.examples]
    names = sorted(set(labels))
    embeddings = embedding_matrix(corpus.drafts)
    columns = corpus.columns
    if len(names) < 2:
        return IntentClassifier(
            tuple(names),
            np.zeros((columns, len(names)), np.float32),
            np.zeros((embeddings.shape[1], len(names)), np.float32),
            np.zeros(len(names), np.float32),
        )
    features = ngram_matrix(corpus.drafts, columns)
    if embeddings.shape[1]:
        features = beside(features, embeddings * np.float32(EMBEDDING_WEIGHT))
    target = np.array([names.index(label) for label in labels])
    weights, bias = one_against_rest(features, target, len(names), COST, corpus.seed)
    temperature = fit_temperature(*held_out_scores(features, target, labels, len(names), corpus.seed))
    scale = np.float32(EMBEDDING_WEIGHT)
    return IntentClassifier(tuple(names), weights[:columns], weights[columns:] * scale, bias, temperature)


def held_out_scores(
    features: Any, target: NDArray[np.int64], labels: Sequence[str], classes: int, seed: int
) -> tuple[Floats, NDArray[np.int64]]:
    """Score each example by a model that has not seen it; examples of labels that occur once are left out.

    Returns scores of shape (kept, classes) and the kept targets.
    """
    rarest = min((n for n in Counter(labels).values() if n > 1), default=0)
    if rarest == 0:
        return np.zeros((0, classes), np.float32), np.zeros(0, np.int64)
    count = 5 if rarest >= 5 else max(2, rarest)
    assigned = folds(labels, count, seed)
    frequency = np.bincount(target, minlength=classes)
    scores = np.zeros((len(labels), classes), np.float32)
    for fold in range(count):
        held = assigned == fold
        weights, bias = one_against_rest(features[~held], target[~held], classes, COST, seed)
        scores[held] = features[held] @ weights + bias
    kept = frequency[target] > 1
    return scores[kept], target[kept]


def fit_temperature(scores: Floats, target: NDArray[np.int64]) -> float:
    """Return the temperature that minimises the negative log likelihood, within 0.02 to 5."""
    if not len(target):
        return 0.3
    rows = np.arange(len(target))

    def loss(log_temperature: float) -> float:
        probabilities = softmax(scores / np.float32(np.exp(log_temperature)))
        return float(-np.log(np.maximum(probabilities[rows, target], 1e-12)).mean())

    return float(np.exp(minimise(loss, float(np.log(0.02)), float(np.log(5.0)))))
