"""Says what each training text would be taken for by a model of all the others, for the price of one training.

A kernel machine has these scores in closed form (`nlu.learning.kernel`). Where none runs, folds are trained, which
costs little there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlu.components.intents import IntentClassifier
from nlu.config import PipelineConfig
from nlu.draft import Floats
from nlu.fitting import Learning
from nlu.learning.calibration import customary, fit_confidence, sizes
from nlu.learning.encoders import usable
from nlu.measuring.evaluation import cross_validate
from nlu.measuring.metrics import Outcome
from nlu.progress import silent
from nlu.second_encoder import begin
from nlu.training_data import Example, TrainingData
from nlu.types import Intent

_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a training text looks like to the others: confidences, 0 to 1, of `taken_for` and of the intent it has."""

    example: Example
    taken_for: str
    confidence: float
    given: float

    @property
    def agrees(self) -> bool:
        """Whether the others would have said what the example is labelled."""
        return self.taken_for == self.example.base_intent

    @classmethod
    def of(cls, example: Example, ranking: tuple[Intent, ...]) -> Verdict:
        """Make one of a ranking, the best intent first; of a blank text, which has none, too."""
        best = ranking[0] if ranking else Intent("", 0.0)
        given = next((i.confidence for i in ranking if i.name == example.base_intent), 0.0)
        return cls(example, best.name, best.confidence, given)


def verdicts(
    data: TrainingData, config: PipelineConfig, *, seed: int = 0, notify: Callable[[str], None] = silent
) -> list[Verdict]:
    """Judge every example by the others, in the examples' order. Raises what learning raises."""
    config, learning = begin(usable(config, data, notify), data, seed=seed, notify=notify)
    classifier = next(c for c in learning.model(config).components if isinstance(c, IntentClassifier))
    if learning.corpus.shared.classified is None:
        outcomes = cross_validate(config, data, _FOLDS, seed=seed, notify=notify).outcomes
        by_example = {id(o.example): _of_outcome(o) for o in outcomes}
        return [by_example[id(example)] for example in data.examples]
    return list(_without_each(learning, classifier))


def _of_outcome(outcome: Outcome) -> Verdict:
    return Verdict.of(outcome.example, outcome.result.ranking)


def _without_each(learning: Learning, classifier: IntentClassifier) -> Iterator[Verdict]:
    """The verdict on each text; on those that the machine did not learn from, by the classifier as it is."""
    corpus, classified = learning.corpus, learning.corpus.shared.classified
    assert classified is not None, "a kernel machine was learnt"
    kept, machine = classified
    names = classifier.intents
    target = np.array([names.index(corpus.data.examples[int(i)].base_intent) for i in kept])
    near = machine.nearness[0]
    prior = customary(len(kept) / len(names), corpus.shared.recipe.usual)
    size = sizes(target, len(names))
    confidence = fit_confidence(machine.left_out, target, near, prior, size)
    places = {int(example): place for place, example in enumerate(kept)}

    def ranking(scores: Floats, nearness: float) -> tuple[Intent, ...]:
        order: NDArray[np.intp] = np.argsort(-scores, kind="stable")
        ranked = scores[order].astype(np.float64)
        confidences: list[float] = confidence.of(ranked, nearness, float(size[order[0]])).tolist()
        return tuple(map(Intent, [names[int(i)] for i in order], confidences))

    for i, (example, draft) in enumerate(zip(corpus.data.examples, corpus.drafts, strict=True)):
        if i in places:
            yield Verdict.of(example, ranking(machine.left_out[places[i]], float(near[places[i]])))
        else:
            classifier.process(draft)
            yield Verdict.of(example, draft.ranking)
