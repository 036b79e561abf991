"""Learns the intent classifier, its confidences, and what tells texts of no intent apart.

The linear machine of `nlu.learning.ngram_machine`; where an encoder runs, beside the kernel machine of
`nlu.learning.kernel`. Confidences and the out-of-scope score rest on scores of texts and intents that the scoring model
had not seen, and on nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlu.components.intents import IntentClassifier
from nlu.components.out_of_scope import scope_features
from nlu.draft import Floats
from nlu.learning.calibration import USUAL_LETTERS, customary, fit_confidence, of_all, sizes
from nlu.learning.corpus import Corpus, Scope, ngram_matrix, thinned, view_matrix
from nlu.learning.kernel import learn_kernel_machine
from nlu.learning.ngram_machine import group_count, learn_ngram_machine

MAX_EXACT: Final = 16384
"""Texts that the kernel machine learns from at most (memory grows with the square: 1 GB); more are sampled."""

_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORDS: Final = re.compile(r"[^\w]+|_+")


def learn_intents(corpus: Corpus) -> IntentClassifier:
    """Fit on all examples. Leaves what the out-of-scope scorer learns from in `corpus.shared`."""
    grams = corpus.shared.grams
    assert grams is not None, "an n-gram featurizer stands before: see nlu.registry"
    labels = [e.base_intent for e in corpus.data.examples]
    names = sorted(set(labels))
    target = np.array([names.index(label) for label in labels])
    classes = len(names)
    if classes < 2:
        empty = np.zeros((len(grams.idf), classes), np.float32)
        return IntentClassifier(tuple(names), empty, np.zeros(classes, np.float32))
    drafts, kept = corpus.drafts, np.arange(len(target))
    if corpus.shared.view is not None:
        kept = thinned(target, MAX_EXACT, corpus.seed)
        if len(kept) < len(target):
            corpus.notify(f"{len(target)} examples are many: the kernel machine learns from {len(kept)} of them")
        target, drafts = target[kept], [corpus.drafts[int(i)] for i in kept]
    features = ngram_matrix(drafts, len(grams.idf))
    known = np.array([draft.known for draft in drafts], np.float32)
    linear = learn_ngram_machine(features, grams, target, classes, known, corpus.seed)
    weights, bias = linear.weights, linear.bias
    left_out, strangers, nearness = linear.left_out, linear.strangers, linear.known
    kernel = None
    if corpus.shared.view is not None:
        recipe = corpus.shared.recipe
        before = next((machine for by, machine in corpus.shared.machines if by == recipe), None)
        machine = before or learn_kernel_machine(
            view_matrix(drafts), features, target, named_views(names, corpus), recipe
        )
        corpus.shared.classified = kept, machine
        share = np.float32(recipe.linear_share)
        kernel, bias = machine.part, np.asarray(share * bias, np.float32)
        weights = np.asarray(machine.ngram_weights + share * weights, np.float32)
        left_out = np.asarray(machine.left_out[None] + share * left_out, np.float32)
        strangers = np.asarray(machine.strangers + share * strangers, np.float32)
        nearness = machine.nearness
    scored = (left_out[:, :, 0] > -np.inf) & (np.bincount(target, minlength=classes)[target] > 1)
    if group_count(classes) and scored[0].any():
        corpus.shared.scope = _scope(left_out[0], strangers, nearness, target, scored[0])
    rounds, texts = np.nonzero(scored)
    usual = USUAL_LETTERS if kernel is None else corpus.shared.recipe.usual
    prior = customary(len(target) / classes, usual)
    repeats = len(texts) / max(1, len(np.unique(texts)))
    size = sizes(target, classes)
    confidence = fit_confidence(left_out[rounds, texts], target[texts], nearness[0][texts], prior, size, repeats)
    if kernel is not None:  # of n-grams alone this was not seen
        confidence = of_all(confidence, len(target) / classes)
    return IntentClassifier(tuple(names), weights, bias, confidence, kernel, tuple(size.tolist()))


def _scope(
    left_out: Floats,
    strangers: Floats,
    nearness: tuple[Floats, Floats],
    target: NDArray[np.int64],
    scored: NDArray[np.bool_],
) -> Scope:
    """What tells texts of no intent apart, from scores of texts and of intents that the scoring model had not seen."""
    foreign = strangers.copy()
    foreign[np.arange(len(target)), target] = -np.inf
    return Scope(
        scope_features(left_out[scored], nearness[0][scored]),
        target[scored],
        left_out[scored].argmax(axis=1),
        scope_features(foreign, nearness[1]),
        foreign.argmax(axis=1),
    )


def named_views(names: Sequence[str], corpus: Corpus) -> Floats:
    """View the intents' names as words, shape (c, v, d): `card_arrival` says a lot."""
    view = corpus.shared.view
    assert view is not None, "there are views"
    return np.stack([view(in_words(name)) for name in names])


def in_words(name: str) -> str:
    """Return an intent's name as somebody would say it: `AddToPlaylist` is `add to playlist`."""
    return " ".join(_WORDS.sub(r" ", _CAMEL.sub(" ", name)).lower().split()) or name
