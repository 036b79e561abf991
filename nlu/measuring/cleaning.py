"""Finds what is wrong with training data: duplicates, collisions, thin intents, doubtful labels; each with its place.

It only points; what to do is for a person to decide.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from nlu.components.tokenizer import normalise
from nlu.config import ENCODERS, PipelineConfig
from nlu.measuring.left_out import Verdict, verdicts
from nlu.progress import silent
from nlu.training_data import Example, TrainingData

FEW: Final = 5
"""Fewer examples than this are too few to learn from."""

NEAR: Final = 92.0
"""Likeness (0 to 100, of normalised texts) from which two examples count as nearly the same."""

COLLIDES: Final = 0.15
"""Two intents collide when more than this share of one is taken for the other."""

SURE: Final = 0.6
"""A label is doubtful when another intent is this sure and the given one has less than a tenth."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`kind` is duplicate, contradiction, near-duplicate, few-examples, collision or suspicious-label."""

    kind: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.kind}: {self.message}"


def find_faults(
    data: TrainingData, config: PipelineConfig | None = None, *, notify: Callable[[str], None] = silent
) -> Iterator[Finding]:
    """Yield findings, the certain ones first. Labels are judged by the other examples, with the given pipeline."""
    yield from _duplicates(data)
    yield from _near_duplicates(data)
    yield from _few_examples(data)
    if len(data.intents) > 1:
        yield from _judged(data, config or PipelineConfig.semantic(), notify)


def _duplicates(data: TrainingData) -> Iterator[Finding]:
    first: dict[str, Example] = {}
    for e in data.examples:
        earlier = first.setdefault(normalise(e.text), e)
        if earlier is e:
            continue
        if earlier.intent == e.intent:
            message = f"{e.text!r} is already an example of {e.intent} ({earlier.place})"
            yield Finding("duplicate", e.place, message)
        else:
            message = f"{e.text!r} is {e.intent} here and {earlier.intent} in {earlier.place}"
            yield Finding("contradiction", e.place, message)


def _near_duplicates(data: TrainingData) -> Iterator[Finding]:
    normal = [normalise(e.text) for e in data.examples]
    by_words: dict[str, list[int]] = defaultdict(list)
    for i, text in enumerate(normal):
        for word in set(text.split()):
            by_words[word].append(i)
    for i, text in enumerate(normal):
        words = sorted(set(text.split()), key=lambda w: len(by_words[w]))[:2]  # a near twin shares a rare word
        rivals = {
            j
            for word in words
            for j in by_words[word][:400]
            if j < i and data.examples[j].base_intent != data.examples[i].base_intent and normal[j] != text
        }
        found = process.extractOne(text, {j: normal[j] for j in sorted(rivals)}, scorer=fuzz.ratio, score_cutoff=NEAR)
        if found is not None:
            here, there = data.examples[i], data.examples[int(found[2])]
            message = f"{here.text!r} ({here.intent}) is nearly {there.text!r} ({there.intent}, {there.place})"
            yield Finding("near-duplicate", here.place, message)


def _few_examples(data: TrainingData) -> Iterator[Finding]:
    counts = Counter(e.intent for e in data.examples)
    places = {e.intent: e.place for e in reversed(data.examples)}
    for intent, count in sorted(counts.items()):
        if count < FEW:
            yield Finding("few-examples", places[intent], f"{intent} has {count} examples; give it at least {FEW}")


def _judged(data: TrainingData, config: PipelineConfig, notify: Callable[[str], None]) -> Iterator[Finding]:
    judging = PipelineConfig(tuple(s for s in config.steps if s.name in _JUDGING), config.language, config.notices)
    judged = verdicts(data, judging, notify=notify)
    totals = Counter(v.example.base_intent for v in judged)
    pairs = Counter((v.example.base_intent, v.taken_for) for v in judged if not v.agrees)
    places = {e.base_intent: e.place for e in reversed(data.examples)}
    for (given, said), count in sorted(pairs.items()):
        if count >= 3 and count / totals[given] > COLLIDES:
            message = (
                f"{count} of {totals[given]} examples of {given} are taken for {said}; merge them or tell them apart"
            )
            yield Finding("collision", places[given], message)
    for v in sorted((v for v in judged if _is_doubtful(v)), key=lambda v: -v.confidence):
        message = f"{v.example.text!r} is labelled {v.example.base_intent} and looks like {v.taken_for}"
        yield Finding("suspicious-label", v.example.place, f"{message} ({v.confidence:.0%})")


_JUDGING: Final = frozenset({"Tokenizer", "NgramFeaturizer", *ENCODERS, "IntentClassifier"})


def _is_doubtful(verdict: Verdict) -> bool:
    return not verdict.agrees and verdict.confidence > SURE and verdict.given < 0.1
