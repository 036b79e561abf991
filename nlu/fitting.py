"""Learns the components of a pipeline, one after the other, each from what those before it made of the texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from threadpoolctl import threadpool_limits

from nlu.artifacts import ModelError
from nlu.components.encoder import view_with_cache
from nlu.components.encoding import Encodes
from nlu.config import PipelineConfig, Step
from nlu.draft import MAX_CHARACTERS, Component, Draft, Part
from nlu.learning.corpus import Corpus, Shared
from nlu.learning.registry import LEARN
from nlu.model import Model, parse_on_one_thread
from nlu.places import cache_folder
from nlu.progress import progress, silent
from nlu.registry import KINDS, missing_requirements
from nlu.training_data import TrainingData

FEATURES: Final = frozenset({Part.TOKENS, Part.PATTERN_FEATURES, Part.NGRAMS, Part.EMBEDDING})
"""What later components learn from; what the others find in training texts is not needed."""


@dataclass(frozen=True, slots=True)
class Learning:
    """A pipeline that is being learnt: `learnt` are components by the names of their steps, in memory."""

    corpus: Corpus
    learnt: dict[str, Component]

    @classmethod
    def of(cls, data: TrainingData, language: str, seed: int, notify: Callable[[str], None]) -> Learning:
        """Return the beginning: the examples as they stand before the first component."""
        drafts = [Draft(e.text[:MAX_CHARACTERS]) for e in data.examples]
        return cls(Corpus(data, drafts, seed, language, notify, Shared()), {})

    def component(self, step: Step) -> Component:
        """Learn one component, once, and let it work on the examples where later components learn from that."""
        if step.name not in self.learnt:
            with threadpool_limits(1):  # more threads sum in another order, and the model would be another
                component = LEARN[step.name](self.corpus, step.options)
                if isinstance(component, Encodes):
                    embed(component, self.corpus.drafts, self.corpus.notify)
                elif KINDS[step.name].provides & FEATURES:
                    for draft in self.corpus.drafts:
                        component.process(draft)
            self.learnt[step.name] = component
        return self.learnt[step.name]

    def model(self, config: PipelineConfig) -> Model:
        """Learn what has not been learnt of a pipeline, in its order. Raises ModelError when it lacks something."""
        lacking = missing_requirements(step.name for step in config.steps)
        if lacking:
            raise ModelError("this pipeline cannot work: " + "; ".join(lacking))
        parse_on_one_thread()
        return Model("unsaved", tuple(self.component(step) for step in config.steps), {})


def fit(data: TrainingData, config: PipelineConfig, *, seed: int = 0, notify: Callable[[str], None] = silent) -> Model:
    """Learn every component in turn, in memory. Raises ModelError when the pipeline lacks something."""
    return Learning.of(data, config.language, seed, notify).model(config)


def embed(component: Encodes, drafts: Sequence[Draft], notify: Callable[[str], None] = silent) -> None:
    """Encode many texts at once; those that were encoded before on this machine are remembered."""
    texts = [d.text for d in drafts]
    told = progress("encoding", len(set(texts)), notify)
    views = view_with_cache(component.encoder, texts, cache_folder() / "embeddings.sqlite", told)
    told(len(set(texts)))  # those that were remembered count, too
    for draft, seen in zip(drafts, views, strict=True):
        component.put(draft, seen)
