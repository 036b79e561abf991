"""Learns the intent classifier, its temperature, and what tells texts of no intent apart.

Two machines add up. Over n-grams a linear support vector machine, one against the rest. Over embeddings, where there
are any, a least-squares support vector machine (Suykens and Vandewalle 1999) with the kernel exp(-GAMMA |x - x'|²):
its leave-one-out scores have a closed form, f_-i(x_i) = y_i - a_i / B_ii with B the inverse of the regularised
kernel matrix, and so do the scores of an intent's texts under a model that never saw the intent,
f_-G(x_G) = y_G - B_GG⁻¹ a_G (block inverse). The linear machine is fitted on folds to the same ends.
Calibration and the out-of-scope score rest on such held-out scores alone. The constants were chosen by
cross-validation on BANKING77's training part, whole and with ten texts an intent, while its test part was
looked at for causes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nlu.components.intents import NEIGHBOURS, Curve, IntentClassifier, KernelPart, softmax
from nlu.components.out_of_scope import OutOfScopeScorer, known_texts, scope_features
from nlu.draft import Floats
from nlu.learning.corpus import Corpus, embedding_matrix, folds, ngram_matrix
from nlu.learning.linear import falling_logistic, inverse_factor, minimise, minimise_two, one_against_rest

GAMMA: Final = 1.0
RIDGE: Final = 0.12
NGRAM_SHARE: Final = 0.3
"""Weight of the linear machine's scores beside the kernel machine's."""

COST: Final = 0.5
FOLDS: Final = 3
GROUPS: Final = 2
STIFFNESS: Final = 5.0
"""How strongly the curve is held at the identity, in texts."""

ENOUGH: Final = 3_000
"""Texts left out once by the linear machine, to calibrate on; a larger corpus is spared more fits."""

AGREEING: Final = 3
"""An intent's name is taken for an example when fewer intents than this are more like it than its own; of few intents
an eighth."""

MAX_EXACT: Final = 10_240
"""Texts that the kernel machine learns from at most (memory grows with the square: 0.4 GB); more are sampled."""

_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORDS: Final = re.compile(r"[^\w]+|_+")

SCOPE_PRIOR: Final = ((-2.0, -2.0, -4.0), 0.0)
"""Weights of best score, lead and nearness, and bias: a text like no other is as likely foreign as not."""

SCOPE_TRUST: Final = 5.0
"""How strongly the out-of-scope scorer is held at its prior, in texts."""

FOREIGN_SHARE: Final = 0.2
"""The share of messages that mean no intent, as assumed by the out-of-scope probability."""


def learn_intents(corpus: Corpus) -> IntentClassifier:
    """Fit on all examples. Leaves what the out-of-scope scorer learns from in `corpus.shared`."""
    labels = [e.base_intent for e in corpus.data.examples]
    names = sorted(set(labels))
    target = np.array([names.index(label) for label in labels])
    classes = len(names)
    if classes < 2:
        empty = np.zeros((corpus.shared.columns, classes), np.float32)
        return IntentClassifier(tuple(names), empty, np.zeros(classes, np.float32))
    features = ngram_matrix(corpus.drafts, corpus.shared.columns)
    weights, bias = one_against_rest(features, target, classes, COST, corpus.seed)
    kept = _sample(target, corpus.seed)
    left_out, strangers = _unseen_linear(features, target, classes, corpus.seed, kept)
    seen = left_out[:, 0] > -np.inf  # enough of them were left out once
    target = target[kept]
    nearness = (np.zeros(len(kept), np.float32), np.zeros(len(kept), np.float32))
    kernel = None
    embeddings = embedding_matrix([corpus.drafts[int(i)] for i in kept])
    if embeddings.shape[1]:
        if len(kept) < len(corpus.drafts):
            corpus.notify(f"{len(corpus.drafts)} examples are many: the kernel machine learns from {len(kept)} of them")
        share = np.float32(NGRAM_SHARE)
        kernel, own, foreign, nearness = _kernel_machine(embeddings, target, _named(names, corpus))
        weights, bias = weights * share, bias * share
        left_out = np.asarray(own + share * left_out, np.float32)
        strangers = np.asarray(foreign + share * strangers, np.float32)
    known = np.arange(classes)[None, :] != target[:, None]
    common = seen & (np.bincount(target, minlength=classes)[target] > 1)
    if classes >= 2 * GROUPS:
        corpus.shared.scope = (
            scope_features(left_out[common], nearness[0][common]),
            scope_features(np.where(known, strangers, -np.inf).astype(np.float32), nearness[1]),
        )
    temperature = fit_temperature(left_out[common], target[common])
    curve = fit_curve(left_out[common], target[common], temperature)
    return IntentClassifier(tuple(names), weights, bias, temperature, kernel, curve)


def learn_scope(corpus: Corpus) -> OutOfScopeScorer:
    """Fit the out-of-scope scorer on what the classifier left behind; with little of it, mostly the prior counts."""
    known = known_texts(e.text for e in corpus.data.examples)
    if corpus.shared.scope is None or not all(len(part) for part in corpus.shared.scope):
        return OutOfScopeScorer(*SCOPE_PRIOR, known)
    weights, bias = falling_logistic(*corpus.shared.scope, FOREIGN_SHARE, SCOPE_PRIOR, SCOPE_TRUST)
    return OutOfScopeScorer(tuple(weights), bias, known)


def fit_temperature(scores: Floats, target: NDArray[np.int64]) -> float:
    """Return the temperature that minimises the negative log likelihood, within 0.02 to 5.

    It counts as if one more text had been taken for its strongest rival, so that few texts without a mistake
    give no boundless confidence.
    """
    if not len(target):
        return 0.3
    rows = np.arange(len(target))
    others = scores.copy()
    others[rows, target] = -np.inf
    rival = others.argmax(axis=1)

    def loss(log_temperature: float) -> float:
        probabilities = softmax(scores / np.float32(np.exp(log_temperature)))
        right = -np.log(np.maximum(probabilities[rows, target], 1e-12))
        wrong = -np.log(np.maximum(probabilities[rows, rival], 1e-12))
        return float(right.mean() + wrong.mean() / len(target))

    return float(np.exp(minimise(loss, float(np.log(0.02)), float(np.log(5.0)))))


def fit_curve(scores: Floats, target: NDArray[np.int64], temperature: float) -> Curve:
    """Return the curve that makes the best confidences most likely; few texts bend it little."""
    if not len(target):
        return Curve()
    best = softmax(scores / np.float32(temperature)).max(axis=1).astype(np.float64)
    odds = np.log(np.maximum(best, 1e-9) / np.maximum(1.0 - best, 1e-9))
    right = scores.argmax(axis=1) == target

    def loss(at: NDArray[np.float64]) -> float:
        exponent = np.where(right, -1.0, 1.0) * (at[0] * odds + at[1])
        return float(np.logaddexp(0.0, exponent).sum() + STIFFNESS * ((at[0] - 1.0) ** 2 + at[1] ** 2))

    slope, offset = minimise_two(loss, (1.0, 0.0))
    return Curve(max(0.1, slope), offset)


def _named(names: Sequence[str], corpus: Corpus) -> Floats:
    """Embed the intents' names as words, shape (c, d), unit length around their own mean: `card_arrival` says a lot."""
    embed = corpus.shared.embed
    assert embed is not None, "there are embeddings"
    return _centred(np.stack([embed(in_words(name)) for name in names]))[0]


def in_words(name: str) -> str:
    """Return an intent's name as somebody would say it: `AddToPlaylist` is `add to playlist`."""
    return " ".join(_WORDS.sub(r" ", _CAMEL.sub(" ", name)).lower().split()) or name


def _centred(rows: Floats) -> tuple[Floats, Floats]:
    """Return rows moved to their mean and put to unit length, and the mean."""
    mean: Floats = rows.mean(axis=0)
    moved: Floats = rows - mean
    moved /= np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
    return moved, mean


def _kernel_machine(
    embeddings: Floats, target: NDArray[np.int64], named: Floats
) -> tuple[KernelPart, Floats, Floats, tuple[Floats, Floats]]:
    """Return the kernel part, scores of left-out texts, scores of texts of left-out intents, and both nearnesses.

    The name of an intent, `named` (c, d), is one more example of it where the examples agree that it is like them.
    """
    classes, count = len(named), len(target)
    support, mean = _centred(embeddings)
    centroids = np.stack([support[target == label].mean(axis=0) for label in range(classes)])
    likeness = named @ centroids.T
    fitting = np.flatnonzero((likeness > np.diag(likeness)[:, None]).sum(axis=1) < max(1, min(AGREEING, classes // 8)))
    support = np.concatenate([support, named[fitting]])
    owners = np.concatenate([target, fitting])
    cosines: Floats = support @ support.T
    nearness = _nearness(cosines[:count, :count], target)
    kernel: Floats = np.exp(np.float32(2.0 * GAMMA) * (cosines - np.float32(1.0)), out=cosines)
    kernel[np.diag_indices_from(kernel)] += np.float32(RIDGE)
    half = inverse_factor(kernel)
    signs = np.where(np.arange(classes)[None, :] == owners[:, None], np.float32(1.0), np.float32(-1.0))
    alpha: Floats = half.T @ (half @ signs)
    left_out: Floats = signs - alpha / np.einsum("ij,ij->j", half, half)[:, None]
    strangers = np.zeros_like(left_out)
    for label in range(classes):
        members = np.flatnonzero(owners == label)
        block = half[:, members].T @ half[:, members]
        strangers[members] = signs[members] - np.linalg.solve(block, alpha[members])
    part = KernelPart(support, np.ascontiguousarray(alpha), mean, GAMMA)
    return part, left_out[:count], strangers[:count], nearness


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
    """Return the rows that the kernel machine learns from, at most `MAX_EXACT`, each intent thinned alike."""
    if len(target) <= MAX_EXACT:
        return np.arange(len(target))
    order = folds([str(t) for t in target], len(target), seed)  # consecutive within each intent, at random
    rank = np.zeros(len(target))
    for label in np.unique(target):
        members = np.flatnonzero(target == label)
        rank[members[np.argsort(order[members], kind="stable")]] = np.arange(len(members)) / len(members)
    return np.sort(np.argsort(rank, kind="stable")[:MAX_EXACT])


def _unseen_linear(
    features: Any, target: NDArray[np.int64], classes: int, seed: int, kept: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Return the linear machine's scores of left-out texts and of texts whose intents were left out, for rows `kept`.

    Once `ENOUGH` texts were left out, the others are not: their scores are minus infinity. An intent that was left
    out has no score of its own (minus infinity), nor have those left out with it.
    """
    rarest = min((n for n in Counter(target.tolist()).values() if n > 1), default=0)
    assigned = folds([str(t) for t in target], max(2, min(FOLDS, rarest)), seed)
    left_out = np.full((len(target), classes), -np.inf if rarest else 0.0, np.float32)
    done = 0
    for fold in range(int(assigned.max()) + 1 if rarest else 0):
        if done >= ENOUGH:
            break
        held = assigned == fold
        fitted, offset = one_against_rest(features[~held], target[~held], classes, COST, seed)
        left_out[held] = features[held] @ fitted + offset
        done += int(held.sum())
    strangers = np.zeros((len(target), classes), np.float32)
    for group in range(GROUPS if classes >= 2 * GROUPS else 0):
        strange = target % GROUPS == group
        fitted, offset = one_against_rest(features[~strange], target[~strange], classes, COST, seed)
        strangers[strange] = features[strange] @ fitted + offset
        strangers[np.ix_(strange, np.arange(classes) % GROUPS == group)] = -np.inf
    return left_out[kept], strangers[kept]
