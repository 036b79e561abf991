"""Finds out whether English examples are told apart better with the multilingual encoder beside the English one.

The two were made in different ways and err on different texts. A parse with both takes longer, so that the examples
themselves decide: each is left out in turn, with and without the second encoder, which a kernel machine does for
nothing (`nlu.learning.kernel`), and what is won must be worth its price, and more than chance explains.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import sqrt
from typing import Final

import numpy as np
from threadpoolctl import threadpool_limits

from nlu.config import ENGLISH_ENCODER, MULTILINGUAL_ENCODER, PipelineConfig, Step
from nlu.fitting import corpus_of, learn
from nlu.learning.corpus import ngram_matrix, thinned, view_matrix
from nlu.learning.intents import named_views
from nlu.learning.kernel import ENCODED, beside_english, learn_kernel_machine
from nlu.learning.multilingual_build import ensure_multilingual
from nlu.progress import silent
from nlu.training_data import TrainingData

WEIGHT: Final = 0.25
"""What the second encoder's view counts of all views of an English text. On BANKING77's training part, each text left
out, 0.15 to 0.6 win alike; ten texts an intent lose from 0.3 on."""

LEAST: Final = 500
"""With fewer examples, no gain that an encoder can bring is more than chance."""

MOST: Final = 4096
"""So many examples are asked at most, which bounds the time."""

WORTH: Final = 0.005
"""The share of the examples that must be won: the sample assistants win more with English. BANKING77's training part,
with 130 examples an intent, wins 0.002, and its test part nothing."""

SURE: Final = 2.0
"""By so many standard deviations of a fair coin the examples won must be more than those lost."""

_NGRAMS: Final = "NgramFeaturizer"
_HEARD: Final = frozenset({_NGRAMS, ENGLISH_ENCODER, MULTILINGUAL_ENCODER})


def settled(
    config: PipelineConfig,
    data: TrainingData,
    *,
    seed: int = 0,
    notify: Callable[[str], None] = silent,
) -> PipelineConfig:
    """Return a usable pipeline with the multilingual encoder beside the English one where that pays.

    Not with `multilingual: false`, nor where the pipeline has that encoder already. Raises what learning raises.
    """
    steps = {step.name: step for step in config.steps}
    may = {"IntentClassifier", _NGRAMS, ENGLISH_ENCODER} <= steps.keys() and MULTILINGUAL_ENCODER not in steps
    if not may or steps[ENGLISH_ENCODER].options.get("multilingual") is False or len(data.examples) < LEAST:
        return config
    if ensure_multilingual(notify=notify) is None:
        return config
    second = Step(MULTILINGUAL_ENCODER, {"weight": WEIGHT})
    place = [step.name for step in config.steps].index(ENGLISH_ENCODER) + 1
    both = replace(config, steps=(*config.steps[:place], second, *config.steps[place:]))
    won, lost = _left_out(both, data, seed, notify)
    if won - lost < max(SURE * sqrt(won + lost), WORTH * min(MOST, len(data.examples))):
        return config
    notify(f"the multilingual encoder runs, too: {won} examples are understood only with it, {lost} only without it")
    return both


def _left_out(config: PipelineConfig, data: TrainingData, seed: int, notify: Callable[[str], None]) -> tuple[int, int]:
    """Return how many examples, each left out, are understood only with the second encoder, and only without it."""
    labels, target = np.unique([example.base_intent for example in data.examples], return_inverse=True)
    asked: list[int] = thinned(target.astype(np.int64), MOST, seed).tolist()
    corpus = corpus_of(data.with_examples(data.examples[i] for i in asked), config, seed, notify)
    for step in config.steps:
        if step.name in _HEARD:
            learn(corpus, step)
    views, grams = view_matrix(corpus.drafts), corpus.shared.grams
    if len(labels) < 2 or not views.shape[-1] or grams is None:  # a blank example has no views
        return 0, 0
    ngrams, owners = ngram_matrix(corpus.drafts, len(grams.idf)), target[asked].astype(np.int64)
    named = named_views(labels.tolist(), corpus)
    with threadpool_limits(1):
        alone = learn_kernel_machine(views[:, :-1], ngrams, owners, named[:, :-1], ENCODED).left_out
        both = learn_kernel_machine(views, ngrams, owners, named, beside_english(WEIGHT)).left_out
    without, with_it = (scores.argmax(axis=1) == owners for scores in (alone, both))
    return int((with_it & ~without).sum()), int((without & ~with_it).sum())
