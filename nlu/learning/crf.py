"""Learns the conditional random field of `nlu.components.crf` with CRFsuite (Okazaki 2007), and its gazetteer.

The gazetteer holds the values seen in training. A value's own occurrence must not betray it, or the field
would learn to trust the gazetteer blindly: a training text is marked with values that occur in other texts too.
"""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import pycrfsuite

from nlu.components.crf import MAX_TOKENS, CRFEntityExtractor, SparseWeights, covering, gold_labels
from nlu.components.gazetteer import Gazetteer
from nlu.components.label_paths import Transitions
from nlu.components.token_attributes import REACH, attribute_rows, attributes_of, keys_with, sights
from nlu.components.tokenizer import words_of
from nlu.components.written_together import INSIDE_RUNS
from nlu.draft import Floats
from nlu.learning.corpus import Corpus
from nlu.learning.heard import heard_intents
from nlu.learning.variations import FEW, LabelledText, counts_by_type, entity_of, variations

_crfsuite: Final[Any] = pycrfsuite  # untyped upstream
_L1: Final = 0.05
_L2: Final = 0.02
_ROUNDS: Final = 100
_NEVER: Final = -30.0
_LEANING: Final = 1.0
"""How much more a beginning of an entity scores whose type has hardly any annotations; nothing from `FEW` on."""

_FIRST: Final = "first"
"""The attribute of a text's first word."""

_INSIDE: Final = tuple(f"m={place}" for place in INSIDE_RUNS)
_HINTS: Final = ("k=", "m= ")
_HARDLY: Final = -5.0

Weights: TypeAlias = dict[str, list[tuple[int, float]]]
"""The (label, weight) pairs of each attribute."""

_LARGE: Final = 3_000  # texts; above, fewer rounds reach the same place


def learn_crf(corpus: Corpus) -> CRFEntityExtractor:
    """Fit on all examples, those without entities included: they teach where none are."""
    if not corpus.data.entities:
        nowhere = Transitions.of(np.zeros((0, 0), np.float32))
        return CRFEntityExtractor((), {}, SparseWeights.of_keys([]), nowhere, Gazetteer.of({}))
    gazetteer, counts = _gazetteer(corpus)
    heard = heard_intents(corpus)
    texts = _labelled(corpus, heard)
    counted = counts_by_type(texts)
    scarce = any(count < FEW for count in counted.values())
    rows: list[list[list[str]]] = []
    labels: list[tuple[str, ...]] = []
    keys: set[tuple[str, str]] = set()
    for text, hidden in _to_learn(texts, counts):
        known = gazetteer.without(hidden).marks([word.lower() for word in text.words])
        seen = text.words, known, text.patterns, text.intent
        row = attribute_rows(*seen)
        rows.append(row if scarce else [_without_hints(attributes) for attributes in row])
        keys.update(pair for _, sight in sights(*seen) for pair in keys_with(sight, text.intent))
        labels.append(text.labels)
    names, transitions, weights = _fit(rows, labels)
    if scarce:
        _lean(names, transitions, weights, counted)
        _keep_together(names, transitions, labels)
        _keep_whole(names, weights, rows, labels)
    numbers, sparse = by_key(keys, weights, len(names))
    return CRFEntityExtractor(names, numbers, sparse, Transitions.of(transitions), gazetteer, any(heard))


def _labelled(corpus: Corpus, heard: Sequence[str]) -> list[LabelledText]:
    texts: list[LabelledText] = []
    for example, draft, intent in zip(corpus.data.examples, corpus.drafts, heard, strict=True):
        if draft.tokens:
            tokens = draft.tokens[:MAX_TOKENS]
            labels = gold_labels(tokens, [(a.start, a.end, a.label) for a in example.annotations])
            texts.append(LabelledText(tuple(t.text for t in tokens), covering(draft), tuple(labels), intent))
    return texts


def _to_learn(texts: Sequence[LabelledText], counts: Counter[str]) -> Iterator[tuple[LabelledText, set[str]]]:
    """Yield texts and their variations, each with the known values that it must not see."""
    for text in texts:
        yield text, {value for value, count in text.values().items() if counts[value] <= count}
    for text in variations(texts):
        yield text, set()


def _without_hints(attributes: Sequence[str]) -> list[str]:
    """Leave out kinds of words and what is written together: of many annotations they tell nothing."""
    return [attribute for attribute in attributes if not attribute.startswith(_HINTS)]


def by_key(
    keys: Iterable[tuple[str, str]], weights: Mapping[str, Sequence[tuple[int, float]]], labels: int
) -> tuple[dict[str, dict[str, int]], SparseWeights]:
    """Return what is served: numbers, by intent and key, of the keys whose attributes have weights, and these weights.

    `keys` come with the intent that they are heard with, or none, `weights` are attributes' (label, weight) pairs.
    """
    numbers: dict[str, dict[str, int]] = {}
    kept: list[list[tuple[int, float]]] = []
    for intent, key in sorted(keys):
        pairs = [
            ((behind + REACH) * labels + label, weight)
            for behind, attribute in attributes_of(key, intent)
            for label, weight in weights.get(attribute, ())
        ]
        if pairs:
            numbers.setdefault(intent, {})[key] = len(kept)
            kept.append(pairs)
    return numbers, SparseWeights.of_keys(kept)


def _gazetteer(corpus: Corpus) -> tuple[Gazetteer, Counter[str]]:
    names: dict[str, set[str]] = defaultdict(set)
    counts: Counter[str] = Counter()
    of_value: dict[str, set[str]] = defaultdict(set)
    for example in corpus.data.examples:
        for a in example.annotations:
            value = _joined(example.text[a.start : a.end])
            names[value].add(a.entity)
            counts[value] += 1
            for meant in {value, _joined(str(a.value))}:
                of_value[meant].add(a.entity)
    for table in corpus.data.lookups:
        for element in table.elements:
            value = _joined(element)
            names[value].add(table.name)
            counts[value] += 1_000_000
    for variant, meant in corpus.data.synonyms.items():
        for entity in of_value.get(_joined(meant), ()):
            names[_joined(variant)].add(entity)
            names[_joined(meant)].add(entity)
    return Gazetteer.of({value: tuple(sorted(found)) for value, found in sorted(names.items()) if value}), counts


def _joined(text: str) -> str:
    return " ".join(word.lower() for word in words_of(text))


def _lean(names: Sequence[str], transitions: Floats, weights: Weights, counts: Mapping[str, int]) -> None:
    """Let entities of types with few annotations begin more easily: a field that saw few finds too few, not too many.

    A beginning's score is raised wherever it may stand: after any label, by `transitions`, and as a text's first one.
    """
    first = dict(weights.get(_FIRST, ()))
    for place, name in enumerate(names):
        if name.startswith("B-"):
            raised = _LEANING * max(0.0, 1.0 - counts[entity_of(name[2:])] / FEW)
            transitions[:, place] += np.float32(raised)
            first[place] = first.get(place, 0.0) + raised
    weights[_FIRST] = sorted(pair for pair in first.items() if pair[1])


def _keep_together(names: Sequence[str], transitions: Floats, labels: Sequence[Sequence[str]]) -> None:
    """Let two values of a type stand side by side only where two did; else they are one of two words."""
    adjacent = {pair for row in labels for pair in pairwise(row)}
    for place, after in enumerate(names):
        for before_place, before in enumerate(names):
            if after.startswith("B-") and before[2:] == after[2:] and (before, after) not in adjacent:
                transitions[before_place, place] = _NEVER


def _keep_whole(
    names: Sequence[str], weights: Weights, rows: Sequence[list[list[str]]], labels: Sequence[Sequence[str]]
) -> None:
    """Let no value begin inside what is written together where values of its sort went on there, and never began."""
    seen: set[tuple[str, str]] = set()
    for row, given in zip(rows, labels, strict=True):
        for attributes, label in zip(row, given, strict=True):
            seen.update((inside, label) for inside in _INSIDE if inside in attributes)
    for inside in _INSIDE:
        added = [
            (place, _HARDLY)
            for place, name in enumerate(names)
            if name.startswith("B-") and (inside, name) not in seen and (inside, f"I{name[1:]}") in seen
        ]
        if added:
            weights[inside] = [*weights.get(inside, ()), *added]


def _fit(rows: Sequence[list[list[str]]], labels: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], Floats, Weights]:
    """Return the labels, the transitions (l, l) between them, and each attribute's (label, weight) pairs."""
    trainer: Any = _crfsuite.Trainer(verbose=False)
    for row, label in zip(rows, labels, strict=True):
        trainer.append(_crfsuite.ItemSequence(row), label)
    rounds = _ROUNDS if len(rows) < _LARGE else _ROUNDS * 6 // 10
    trainer.set_params({"c1": _L1, "c2": _L2, "max_iterations": rounds, "feature.possible_transitions": False})
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "crf")
        trainer.train(path)
        tagger: Any = _crfsuite.Tagger()
        tagger.open(path)
        info: Any = tagger.info()
        names = sorted(info.labels, key=lambda name: (name != "O", name))
        index = {name: i for i, name in enumerate(names)}
        weights: Weights = {}
        for (attribute, label), weight in sorted(info.state_features.items()):
            weights.setdefault(attribute, []).append((index[label], weight))
        transitions = np.zeros((len(names), len(names)), np.float32)
        for (before, after), weight in info.transitions.items():
            transitions[index[before], index[after]] = weight
        tagger.close()
    for after in names:
        if after.startswith("I-"):  # an inside continues its own beginning or inside, and nothing else
            for before in names:
                if before[2:] != after[2:]:
                    transitions[index[before], index[after]] = _NEVER
    return tuple(names), transitions, weights
