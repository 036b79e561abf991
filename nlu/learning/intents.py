"""Learns the intent classifier, its temperature, and what tells texts of no intent apart.

With embeddings: a least-squares support vector machine (Suykens and Vandewalle 1999) with the kernel
n-grams + RBF_WEIGHT * exp(-GAMMA |difference of embeddings|²). Its leave-one-out scores have a closed form,
f_-i(x_i) = y_i - a_i / B_ii with B the inverse of the regularised kernel matrix, and so do the scores of an
intent's texts under a model that never saw the intent, f_-G(x_G) = y_G - B_GG⁻¹ a_G (block inverse).
Calibration and the out-of-scope score rest on exactly these. Without embeddings: a linear support vector machine,
with folds in their place.
The constants were chosen by cross-validation on BANKING77's training part.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlu.components.intents import NEIGHBOURS, IntentClassifier, KernelPart, softmax
from nlu.components.out_of_scope import OutOfScopeScorer, scope_features
from nlu.draft import Floats
from nlu.learning.corpus import Corpus, embedding_matrix, folds, ngram_matrix
from nlu.learning.linear import inverse, logistic, minimise, one_against_rest

RBF_WEIGHT: Final = 8.0
GAMMA: Final = 1.5
RIDGE: Final = 0.5
COST: Final = 0.5
MAX_EXACT: Final = 20_000
"""Texts that the kernel machine learns from at most (memory grows with the square: 1.6 GB); more are sampled."""

FOREIGN_SHARE: Final = 0.2
"""The share of messages that mean no intent, as assumed by the out-of-scope probability."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Scores of texts by models that had not seen them.

    `scores` (n, c) and `target` (n,): the text was left out. `inside` and `outside` (m, 3): the inputs of
    the out-of-scope scorer for texts whose intent was known, and for texts whose intent was left out.
    """

    scores: Floats
    target: NDArray[np.int64]
    inside: Floats
    outside: Floats


def learn_intents(corpus: Corpus) -> IntentClassifier:
    """Fit on all examples. Leaves what the out-of-scope scorer learns from in `corpus.shared`."""
    labels = [e.base_intent for e in corpus.data.examples]
    names = sorted(set(labels))
    target = np.array([names.index(label) for label in labels])
    embeddings = embedding_matrix(corpus.drafts)
    if len(names) < 2:
        empty = np.zeros((corpus.shared.columns, len(names)), np.float32)
        return IntentClassifier(tuple(names), empty, np.zeros(len(names), np.float32))
    if embeddings.shape[1]:
        weights, bias, kernel, held = _kernel_machine(corpus, embeddings, target, len(names))
    else:
        weights, bias, held = _linear_machine(corpus, target, len(names))
        kernel = None
    corpus.shared.scope = (held.inside, held.outside)
    return IntentClassifier(tuple(names), weights, bias, fit_temperature(held.scores, held.target), kernel)


def learn_scope(corpus: Corpus) -> OutOfScopeScorer:
    """Fit the out-of-scope scorer on what the classifier left behind; needs a few intents to learn from."""
    if corpus.shared.scope is None or min(len(part) for part in corpus.shared.scope) < 10:
        return OutOfScopeScorer((-2.0, -2.0, -4.0), 0.0)
    inside, outside = corpus.shared.scope
    weights, bias = logistic(inside, outside, FOREIGN_SHARE)
    return OutOfScopeScorer(tuple(weights), bias)


def fit_temperature(scores: Floats, target: NDArray[np.int64]) -> float:
    """Return the temperature that minimises the negative log likelihood, within 0.02 to 5."""
    if not len(target):
        return 0.3
    rows = np.arange(len(target))

    def loss(log_temperature: float) -> float:
        probabilities = softmax(scores / np.float32(np.exp(log_temperature)))
        return float(-np.log(np.maximum(probabilities[rows, target], 1e-12)).mean())

    return float(np.exp(minimise(loss, float(np.log(0.02)), float(np.log(5.0)))))


def _kernel_machine(
    corpus: Corpus, embeddings: Floats, target: NDArray[np.int64], classes: int
) -> tuple[Floats, Floats, KernelPart, HeldOut]:
    kept = _sample(target, corpus.seed)
    if len(kept) < len(target):
        corpus.notify(f"{len(target)} examples are many: the classifier learns from {len(kept)} of them")
    drafts = [corpus.drafts[int(i)] for i in kept]
    target = target[kept]
    features = ngram_matrix(drafts, corpus.shared.columns)
    mean: Floats = embeddings.mean(axis=0)
    support: Floats = embeddings[kept] - mean
    support /= np.maximum(np.linalg.norm(support, axis=1, keepdims=True), 1e-9)
    cosines: Floats = support @ support.T
    nearness = _nearness(cosines, target)
    kernel: Floats = np.exp(np.float32(2.0 * GAMMA) * (cosines - np.float32(1.0)), out=cosines)
    kernel *= np.float32(RBF_WEIGHT)
    kernel += (features @ features.T).toarray()
    kernel[np.diag_indices_from(kernel)] += np.float32(RIDGE)
    inverted = inverse(kernel)
    signs = np.where(np.arange(classes)[None, :] == target[:, None], np.float32(1.0), np.float32(-1.0))
    alpha: Floats = inverted @ signs
    left_out = signs - alpha / np.diagonal(inverted)[:, None]
    strangers = np.zeros_like(left_out)
    for label in range(classes):
        members = np.flatnonzero(target == label)
        block = inverted[np.ix_(members, members)]
        strangers[members] = signs[members] - np.linalg.solve(block, alpha[members])
        strangers[members, label] = -np.inf
    weights = np.asarray(features.T @ alpha, np.float32)
    common = np.bincount(target, minlength=classes)[target] > 1
    held = HeldOut(
        left_out[common],
        target[common],
        scope_features(left_out[common], nearness[0][common]),
        scope_features(strangers, nearness[1]) if classes > 2 else np.zeros((0, 3), np.float32),
    )
    part = KernelPart(support, np.ascontiguousarray(alpha * np.float32(RBF_WEIGHT)), mean, GAMMA)
    return weights, np.zeros(classes, np.float32), part, held


def _nearness(cosines: Floats, target: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Mean cosine of each text to its nearest others: of all texts, and of texts of other intents only."""
    count = min(NEIGHBOURS, max(1, len(target) - 1))
    others = np.zeros(len(target), np.float32)
    strangers = np.zeros(len(target), np.float32)
    for i in range(len(target)):
        row = cosines[i].copy()
        row[i] = -1.0
        others[i] = np.partition(row, -count)[-count:].mean()
        row[target == target[i]] = -1.0
        strangers[i] = np.partition(row, -count)[-count:].mean()
    return others, strangers


def _sample(target: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    if len(target) <= MAX_EXACT:
        return np.arange(len(target))
    spread = folds([str(t) for t in target], len(target) // MAX_EXACT + 1, seed)
    return np.flatnonzero(spread == 0)


def _linear_machine(corpus: Corpus, target: NDArray[np.int64], classes: int) -> tuple[Floats, Floats, HeldOut]:
    features = ngram_matrix(corpus.drafts, corpus.shared.columns)
    weights, bias = one_against_rest(features, target, classes, COST, corpus.seed)
    rarest = min((n for n in Counter(target.tolist()).values() if n > 1), default=0)
    count = 5 if rarest >= 5 else max(2, rarest)
    assigned = folds([str(t) for t in target], count, corpus.seed)
    scores = np.zeros((len(target), classes), np.float32)
    for fold in range(count if rarest else 0):
        held = assigned == fold
        fitted, offset = one_against_rest(features[~held], target[~held], classes, COST, corpus.seed)
        scores[held] = features[held] @ fitted + offset
    common = np.bincount(target, minlength=classes)[target] > 1
    inside = scope_features(scores[common], np.zeros(int(common.sum()), np.float32))
    outside: list[Floats] = []
    groups = 3 if classes >= 6 else 0
    for group in range(groups):
        strange = target % groups == group
        fitted, offset = one_against_rest(features[~strange], target[~strange], classes, COST, corpus.seed)
        known = np.arange(classes) % groups != group
        found: Floats = (features[strange] @ fitted + offset)[:, known]
        outside.append(scope_features(found, np.zeros(len(found), np.float32)))
    foreign = np.concatenate(outside) if outside else np.zeros((0, 3), np.float32)
    return weights, bias, HeldOut(scores[common], target[common], inside, foreign)
