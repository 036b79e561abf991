"""Learns the intent classifier, its confidences, and what tells texts of no intent apart.

A linear support vector machine over n-grams, one intent against the rest, fitted again on folds and without whole
groups of intents; where an encoder runs, beside the kernel machine of `nlu.learning.kernel`. Confidences and the
out-of-scope score rest on scores of texts and intents that the scoring model had not seen, and on nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nlu.components.intents import IntentClassifier
from nlu.components.out_of_scope import scope_features
from nlu.draft import Floats
from nlu.learning.calibration import fit_curve, fit_temperature
from nlu.learning.corpus import Corpus, Scope, folds, ngram_matrix, view_matrix
from nlu.learning.kernel import learn_kernel_machine
from nlu.learning.linear import one_against_rest

COST: Final = 0.5
LINEAR_SHARE: Final = 0.2
"""Weight of the linear machine's scores beside the kernel machine's: one errs by hinges, the other by squares."""

FOLDS: Final = 3
GROUPS: Final = 2
ENOUGH: Final = 3_000
"""Texts left out once by the linear machine, to calibrate on; a larger corpus is spared more fits."""

MAX_EXACT: Final = 16384
"""Texts that the kernel machine learns from at most (memory grows with the square: 1 GB); more are sampled."""

_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORDS: Final = re.compile(r"[^\w]+|_+")


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
    kernel = None
    if corpus.shared.view is None:
        weights, bias = one_against_rest(features, target, classes, COST, corpus.seed)
        left_out, strangers = _unseen_linear(features, target, classes, corpus.seed)
        nearness = (np.zeros(len(target), np.float32), np.zeros(len(target), np.float32))
    else:
        kept = _sample(target, corpus.seed)
        if len(kept) < len(target):
            corpus.notify(f"{len(target)} examples are many: the kernel machine learns from {len(kept)} of them")
        target = target[kept]
        views = view_matrix([corpus.drafts[int(i)] for i in kept])
        features = features[kept]
        machine = learn_kernel_machine(views, features, target, _named(names, corpus))
        own, foreign = _unseen_linear(features, target, classes, corpus.seed)
        weights, bias = one_against_rest(features, target, classes, COST, corpus.seed)
        share = np.float32(LINEAR_SHARE)
        kernel, bias = machine.part, np.asarray(share * bias, np.float32)
        weights = np.asarray(machine.ngram_weights + share * weights, np.float32)
        left_out = np.asarray(machine.left_out + share * own, np.float32)
        strangers = np.asarray(machine.strangers + share * foreign, np.float32)
        nearness = machine.nearness
    common = (left_out[:, 0] > -np.inf) & (np.bincount(target, minlength=classes)[target] > 1)
    if classes >= 2 * GROUPS and common.any():
        known = np.arange(classes)[None, :] != target[:, None]
        corpus.shared.scope = Scope(
            scope_features(left_out[common], nearness[0][common]),
            target[common],
            left_out[common].argmax(axis=1),
            scope_features(np.where(known, strangers, -np.inf).astype(np.float32), nearness[1]),
            np.where(known, strangers, -np.inf).argmax(axis=1),
        )
    temperature = fit_temperature(left_out[common], target[common])
    curve = fit_curve(left_out[common], target[common], temperature)
    return IntentClassifier(tuple(names), weights, bias, temperature, kernel, curve)


def _named(names: Sequence[str], corpus: Corpus) -> Floats:
    """View the intents' names as words, shape (c, 2, d): `card_arrival` says a lot."""
    view = corpus.shared.view
    assert view is not None, "there are views"
    return np.stack([view(in_words(name)) for name in names])


def in_words(name: str) -> str:
    """Return an intent's name as somebody would say it: `AddToPlaylist` is `add to playlist`."""
    return " ".join(_WORDS.sub(r" ", _CAMEL.sub(" ", name)).lower().split()) or name


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


def _unseen_linear(features: Any, target: NDArray[np.int64], classes: int, seed: int) -> tuple[Floats, Floats]:
    """Return the linear machine's scores of left-out texts and of texts whose intents were left out.

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
    return left_out, strangers
