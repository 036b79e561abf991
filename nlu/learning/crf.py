"""Learns the conditional random field of `nlu.components.crf` with CRFsuite (Okazaki 2007), and its gazetteer.

The gazetteer holds the values seen in training. A value's own occurrence must not betray it, or the field
would learn to trust the gazetteer blindly: a training text is marked with values that occur in other texts too.
"""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pycrfsuite

from nlu.components.crf import MAX_TOKENS, CRFEntityExtractor, SparseWeights, gold_labels, what_is_seen
from nlu.components.gazetteer import Gazetteer
from nlu.components.label_paths import Transitions
from nlu.components.token_attributes import REACH, attribute_rows, attributes_of, keys_with, sights
from nlu.components.tokenizer import tokenize
from nlu.draft import Floats
from nlu.learning.corpus import Corpus
from nlu.learning.heard import heard_intents
from nlu.training_data import Example

_crfsuite: Final[Any] = pycrfsuite  # untyped upstream
_L1: Final = 0.05
_L2: Final = 0.02
_ROUNDS: Final = 100
_LARGE: Final = 3_000  # texts; above, fewer rounds reach the same place


def learn_crf(corpus: Corpus) -> CRFEntityExtractor:
    """Fit on all examples, those without entities included: they teach where none are."""
    if not corpus.data.entities:
        nowhere = Transitions.of(np.zeros((0, 0), np.float32))
        return CRFEntityExtractor((), {}, SparseWeights.of_keys([]), nowhere, Gazetteer.of({}))
    gazetteer, counts = _gazetteer(corpus)
    rows: list[list[list[str]]] = []
    labels: list[list[str]] = []
    keys: set[tuple[str, str]] = set()
    heard = heard_intents(corpus)
    for example, draft, intent in zip(corpus.data.examples, corpus.drafts, heard, strict=True):
        if not draft.tokens:
            continue
        own = _values(example)
        seen = what_is_seen(draft, gazetteer.without({value for value, count in own.items() if counts[value] <= count}))
        rows.append(attribute_rows(*seen, intent))
        keys.update(pair for _, sight in sights(*seen, intent) for pair in keys_with(sight, intent))
        spans = [(a.start, a.end, a.label) for a in example.annotations]
        labels.append(gold_labels(draft.tokens[:MAX_TOKENS], spans))
    names, transitions, weights = _fit(rows, labels)
    numbers, sparse = by_key(keys, weights, len(names))
    return CRFEntityExtractor(names, numbers, sparse, Transitions.of(transitions), gazetteer, any(heard))


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


def _values(example: Example) -> Counter[str]:
    texts = (example.text[a.start : a.end] for a in example.annotations)
    return Counter(" ".join(t.text.lower() for t in tokenize(text)) for text in texts)


def _gazetteer(corpus: Corpus) -> tuple[Gazetteer, Counter[str]]:
    names: dict[str, set[str]] = defaultdict(set)
    counts: Counter[str] = Counter()
    for example in corpus.data.examples:
        for a in example.annotations:
            value = " ".join(t.text.lower() for t in tokenize(example.text[a.start : a.end]))
            names[value].add(a.entity)
            counts[value] += 1
    for table in corpus.data.lookups:
        for element in table.elements:
            value = " ".join(t.text.lower() for t in tokenize(element))
            names[value].add(table.name)
            counts[value] += 1_000_000
    return Gazetteer.of({value: tuple(sorted(found)) for value, found in sorted(names.items()) if value}), counts


def _fit(
    rows: Sequence[list[list[str]]], labels: Sequence[list[str]]
) -> tuple[tuple[str, ...], Floats, dict[str, list[tuple[int, float]]]]:
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
        weights: dict[str, list[tuple[int, float]]] = {}
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
                    transitions[index[before], index[after]] = -30.0
    return tuple(names), transitions, weights
