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

from nlu.components.multilingual import Multilingual, MultilingualEncoder
from nlu.config import ENGLISH_ENCODER, MULTILINGUAL_ENCODER, PipelineConfig, Step
from nlu.draft import Draft, beside
from nlu.fitting import Learning, embed
from nlu.learning.corpus import Corpus, ngram_matrix, thinned, view_matrix
from nlu.learning.intents import in_words, named_views
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
_HEARD: Final = frozenset({_NGRAMS, ENGLISH_ENCODER})


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
    return begin(config, data, seed=seed, notify=notify)[0]


def begin(
    config: PipelineConfig, data: TrainingData, *, seed: int = 0, notify: Callable[[str], None] = silent
) -> tuple[PipelineConfig, Learning]:
    """Return the pipeline as `settled` does, and what was learnt of it by finding that out, for the rest to follow."""
    begun = Learning.of(data, config.language, seed, notify)
    steps = {step.name: step for step in config.steps}
    may = {"IntentClassifier", _NGRAMS, ENGLISH_ENCODER} <= steps.keys() and MULTILINGUAL_ENCODER not in steps
    if not may or steps[ENGLISH_ENCODER].options.get("multilingual") is False or len(data.examples) < LEAST:
        return config, begun
    place = ensure_multilingual(notify=notify)
    if place is None:
        return config, begun
    for step in config.steps:
        if step.name in _HEARD:
            begun.component(step)
    opened = Multilingual.open(place)
    won, lost = _left_out(begun.corpus, MultilingualEncoder(opened))
    if won - lost < max(SURE * sqrt(won + lost), WORTH * min(MOST, len(data.examples))):
        return config, begun
    notify(f"the multilingual encoder runs, too: {won} examples are understood only with it, {lost} only without it")
    begun.corpus.shared.multilingual = opened
    second = Step(MULTILINGUAL_ENCODER, {"weight": WEIGHT})
    behind = [step.name for step in config.steps].index(ENGLISH_ENCODER) + 1
    return replace(config, steps=(*config.steps[:behind], second, *config.steps[behind:])), begun


def _left_out(corpus: Corpus, second: MultilingualEncoder) -> tuple[int, int]:
    """Return how many examples, each left out, are understood only with the second encoder, and only without it.

    Where all were asked, the machines that say so are left to the classifier.
    """
    labels, target = np.unique([example.base_intent for example in corpus.data.examples], return_inverse=True)
    asked: list[int] = thinned(target.astype(np.int64), MOST, corpus.seed).tolist()
    drafts = [corpus.drafts[i] for i in asked]
    views, grams = view_matrix(drafts), corpus.shared.grams
    if len(labels) < 2 or not views.shape[-1] or grams is None:  # a blank example has no views
        return 0, 0
    ngrams, owners = ngram_matrix(corpus.drafts, len(grams.idf)), target[asked].astype(np.int64)
    if len(asked) < len(target):
        ngrams = grams.relearnt(ngrams, np.isin(np.arange(len(target)), asked))[asked]
    heard = [Draft(draft.text, views=draft.views) for draft in drafts]
    embed(second, heard, corpus.notify)
    named = named_views(labels.tolist(), corpus)
    named_too = np.stack([second.encoder.view(in_words(name)) for name in labels.tolist()])
    recipe = beside_english(WEIGHT)
    with threadpool_limits(1):
        alone = learn_kernel_machine(views, ngrams, owners, named, ENCODED)
        both = learn_kernel_machine(view_matrix(heard), ngrams, owners, beside(named, named_too), recipe)
    if len(asked) == len(target):
        corpus.shared.machines += [(ENCODED, alone), (recipe, both)]
    without, with_it = (machine.left_out.argmax(axis=1) == owners for machine in (alone, both))
    return int((with_it & ~without).sum()), int((without & ~with_it).sum())
