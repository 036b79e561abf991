"""Extracts entities with roles and groups: a linear-chain conditional random field over the tokens (Lafferty 2001).

Where intents are ranked before it, it hears the best one: "Moosic" is a town in a question about the weather, and a
playlist where something is to be added to it.

Inference is ours, in plain arrays (`label_paths`), so that threads can share a model and no foreign binary format is
read. Learning is `nlu.learning.crf`.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlu.artifacts import read_array, read_json, read_lines, write_array, write_json, write_lines
from nlu.components.gazetteer import Gazetteer
from nlu.components.label_paths import OUTSIDE, Transitions, chunks, path_and_marginals
from nlu.components.patterns import merge_entities
from nlu.components.sparse_rows import entries_of
from nlu.components.token_attributes import REACH, keys_of, sights
from nlu.components.written_together import places_in_runs
from nlu.draft import Draft, Floats, Indices, Token
from nlu.types import Entity

MAX_TOKENS: Final = 150
"""Tokens that are labelled; the rest of a long text has no entities, which bounds the time of a parse."""

_REMEMBERED: Final = 5_000
"""Words whose keys need not be looked up again."""

_NONE: Final[Mapping[str, int]] = {}


@dataclass(frozen=True, slots=True, eq=False)
class SparseWeights:
    """What keys say of labels of the tokens near them, most of it nought.

    Key k has `values[starts[k] : starts[k + 1]]`; `cells` has the place of each value, counted from the first label of
    the token `REACH` before the key's own. Shapes, with k keys and w weights: `starts` (k + 1,), `cells` (w,), `values`
    (w,).
    """

    starts: Indices
    cells: Indices
    values: Floats

    @classmethod
    def of_keys(cls, keys: Sequence[Sequence[tuple[int, float]]]) -> SparseWeights:
        """Make them of the (cell, weight) pairs of each key."""
        starts = np.cumsum([0, *map(len, keys)]).astype(np.int32)
        cells = np.array([cell for key in keys for cell, _ in key], np.int32)
        return cls(starts, cells, np.array([value for key in keys for _, value in key], np.float32))

    def summed(self, keys: Indices, places: Indices, shape: tuple[int, int]) -> NDArray[np.float64]:
        """Return the scores (t, l) of a text's labels, whose key `keys[i]` stands at token `places[i]`."""
        tokens, labels = shape
        entries, counts = entries_of(keys, self.starts)
        cells = (places * labels).repeat(counts) + self.cells.take(entries)
        added = np.bincount(cells, self.values.take(entries), minlength=(tokens + 2 * REACH) * labels)
        return added.astype(np.float64, copy=False).reshape(-1, labels)[REACH:-REACH]

    def save(self, folder: Path) -> None:
        """Write three arrays."""
        for name in ("starts", "cells", "values"):
            write_array(folder / f"{name}.npy", getattr(self, name))

    @classmethod
    def load(cls, folder: Path) -> SparseWeights:
        """Read what `save` wrote. Raises ModelError."""
        return cls(
            read_array(folder / "starts.npy", "int32", 1, in_memory=True),
            read_array(folder / "cells.npy", "int32", 1, in_memory=True),
            read_array(folder / "values.npy", "float32", 1, in_memory=True),
        )


@dataclass(frozen=True, slots=True)
class Word:
    """What is remembered of a word.

    `own` are the scores (l,), as bytes of float64, that it gives the labels of its own token, but for those by the key
    of the whole word, which speaks of tokens near, too: `whole` has its number, if it has one. `telling` are the keys
    that are looked up again under an intent.
    """

    own: bytes
    whole: tuple[int, ...]
    telling: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CRFEntityExtractor:
    """Adds to `draft.entities`.

    `labels` are `O`, `B-…` and `I-…` of `Annotation.label`. `keys` numbers what has `weights`: by the intent that is
    heard, `""` for what holds whatever is, and by key. `hears_intents` says whether it was trained with intents.
    """

    labels: tuple[str, ...]
    keys: Mapping[str, Mapping[str, int]]
    weights: SparseWeights
    transitions: Transitions
    gazetteer: Gazetteer
    hears_intents: bool = False
    _met: dict[str, Word] = field(default_factory=dict[str, Word])

    def process(self, draft: Draft) -> None:
        if len(self.labels) < 2 or not draft.tokens:
            return
        path, sure = path_and_marginals(self.emissions(draft), self.transitions)
        labels = [self.labels[i] for i in path]
        if all(label == OUTSIDE for label in labels):
            return
        confidences: list[float] = sure[np.arange(len(path)), path].tolist()
        found = [self._entity(draft, *span, confidences) for span in chunks(labels)]
        draft.entities = merge_entities(draft.entities, found)

    def emissions(self, draft: Draft) -> Floats:
        """Return the score of each label for each token, shape (tokens, l)."""
        words, known, patterns = what_is_seen(draft, self.gazetteer)
        intent = draft.ranking[0].name if self.hears_intents and draft.ranking else ""
        always = self.keys.get("", _NONE)
        heard = self.keys.get(intent, _NONE) if intent else _NONE
        of_intent = [number for key in keys_of(("intent", intent))[1] if (number := always.get(key)) is not None]
        own: list[bytes] = []
        numbers: list[int] = []
        places: list[int] = []
        for place, sight in sights(words, known, patterns, intent):
            if sight[0] == "intent":
                numbers += of_intent
                telling: Sequence[str] = ()
            elif sight[0] == "word":
                word = self._word(sight[1])
                own.append(word.own)
                numbers += word.whole
                telling = word.telling
            else:
                telling, further = keys_of(sight)
                numbers += [number for key in (*telling, *further) if (number := always.get(key)) is not None]
            if heard:
                numbers += [number for key in telling if (number := heard.get(key)) is not None]
            places += [place] * (len(numbers) - len(places))
        shape = len(words), len(self.labels)
        scores = np.frombuffer(b"".join(own), np.float64).reshape(shape)
        return (scores + self.weights.summed(_indices(numbers), _indices(places), shape)).astype(np.float32)

    def _word(self, text: str) -> Word:
        found = self._met.get(text)
        if found is None:
            always = self.keys.get("", _NONE)
            telling, further = keys_of(("word", text))
            whole, *parts = (always.get(key) for key in (*telling, *further))
            numbers = _indices([number for number in parts if number is not None])
            scores = self.weights.summed(numbers, np.zeros_like(numbers), (1, len(self.labels)))
            found = Word(scores.tobytes(), () if whole is None else (whole,), tuple(telling))
            if len(self._met) < _REMEMBERED:
                self._met[text] = found
        return found

    def _entity(self, draft: Draft, first: int, last: int, label: str, confidences: Sequence[float]) -> Entity:
        start, end = draft.tokens[first].start, draft.tokens[last].end
        entity, role, group = label.split("\x1f")
        return Entity(
            entity=entity,
            value=draft.text[start:end],
            start=start,
            end=end,
            confidence=min(confidences[first : last + 1]),
            role=role or None,
            group=group or None,
            extractor="CRFEntityExtractor",
        )

    def save(self, folder: Path) -> None:
        write_json(
            folder / "crf.json",
            {
                "labels": list(self.labels),
                "gazetteer": {k: list(v) for k, v in self.gazetteer.names.items()},
                "hears_intents": self.hears_intents,
            },
        )
        numbered = sorted((number, intent, key) for intent, keys in self.keys.items() for key, number in keys.items())
        write_lines(folder / "keys.txt", [f"{key}\t{intent}" for _, intent, key in numbered])
        self.weights.save(folder)
        write_array(folder / "transitions.npy", self.transitions.weights)

    @classmethod
    def load(cls, folder: Path) -> CRFEntityExtractor:
        """Read what `save` wrote. Raises ModelError."""
        about = read_json(folder / "crf.json")
        labels: list[str] = about["labels"]
        gazetteer: dict[str, list[str]] = about["gazetteer"]
        keys: dict[str, dict[str, int]] = {}
        for number, line in enumerate(read_lines(folder / "keys.txt")):
            key, _, intent = line.partition("\t")
            keys.setdefault(intent, {})[sys.intern(key)] = number  # most stand under some intents, too
        return cls(
            tuple(labels),
            keys,
            SparseWeights.load(folder),
            Transitions.of(read_array(folder / "transitions.npy", "float32", 2, in_memory=True)),
            Gazetteer.of({value: tuple(names) for value, names in gazetteer.items()}),
            bool(about["hears_intents"]),
        )


def _indices(numbers: Sequence[int]) -> Indices:
    # in a third of the time that numpy takes
    return np.frombuffer(array("i", numbers), np.int32)


def what_is_seen(
    draft: Draft, gazetteer: Gazetteer
) -> tuple[list[str], list[tuple[str, ...]], tuple[tuple[str, ...], ...]]:
    """Return the words of a draft that are labelled, their marks by the gazetteer, and the patterns that cover them."""
    words = [token.text for token in draft.tokens[:MAX_TOKENS]]
    known = gazetteer.marks([word.lower() for word in words])
    return words, known, covering(draft)


def covering(draft: Draft) -> tuple[tuple[str, ...], ...]:
    """Return for each word that is labelled the patterns that cover it, and its place in what is written together."""
    places = places_in_runs(draft.tokens[:MAX_TOKENS])
    patterns = draft.token_marks[:MAX_TOKENS]
    return tuple(a + b for a, b in zip(patterns, places, strict=True)) if patterns else tuple(places)


def gold_labels(tokens: Sequence[Token], spans: Sequence[tuple[int, int, str]]) -> list[str]:
    """Return the label of each token for (start, end, label) spans; the first span that touches a token has it."""
    labels = [OUTSIDE] * len(tokens)
    for start, end, name in spans:
        inside = False
        for i, token in enumerate(tokens):
            if token.start < end and start < token.end and labels[i] == OUTSIDE:
                labels[i] = ("I-" if inside else "B-") + name
                inside = True
    return labels
