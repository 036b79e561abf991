"""Extracts entities with roles and groups: a linear-chain conditional random field over the tokens (Lafferty 2001).

Where intents are ranked before it, it hears the best one: "Moosic" is a town in a question about the weather, and a
playlist where something is to be added to it.

Inference is ours, in plain arrays (Viterbi for the labels, forward-backward for the confidences), so that threads can
share a model and no foreign binary format is read. Learning is `nlu.learning.crf`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from nlu.artifacts import read_array, read_json, read_lines, write_array, write_json, write_lines
from nlu.components.patterns import merge_entities
from nlu.draft import Draft, Floats, Token
from nlu.types import Entity

OUTSIDE: Final = "O"
MAX_TOKENS: Final = 150
"""Tokens that are labelled; the rest of a long text has no entities, which bounds the time of a parse."""

_CLASSES: Final = ((re.compile(r"[A-ZÀ-Þ]"), "A"), (re.compile(r"[^\W\d_A-Z]"), "a"), (re.compile(r"\d"), "0"))
_RUNS: Final = re.compile(r"(.)\1+")


def shape(word: str) -> str:
    """Return the word's shape, runs shortened: `McDonald's` is `AaAa'a`, `4711` is `0`."""
    out = word
    for pattern, mark in _CLASSES:
        out = pattern.sub(mark, out)
    return _RUNS.sub(r"\1", out)


def attributes(draft: Draft, gazetteer: dict[str, tuple[str, ...]], intent: str = "") -> list[list[str]]:
    """Return what is known of each token: words, affixes, shapes, marks, neighbours and known values.

    With an `intent`, it is known of all, and the most telling attributes stand once more, joined with it.
    """
    tokens = draft.tokens[:MAX_TOKENS]
    lower = [t.text.lower() for t in tokens]
    shapes = [shape(t.text) for t in tokens]
    known = gazetteer_marks(lower, gazetteer) if gazetteer else [()] * len(tokens)
    rows: list[list[str]] = []
    for i in range(len(tokens)):
        row = _telling(i, lower, shapes[i], known[i])
        if intent:
            row += [f"{intent}&{attribute}" for attribute in row]
            row.append(f"i={intent}")
        row += _further(i, lower, shapes)
        if draft.token_marks:
            row += [f"m={name}" for name in draft.token_marks[i]]
        if i:
            row += [f"-g={mark}" for mark in known[i - 1]]
        if i + 1 < len(tokens):
            row += [f"+g={mark}" for mark in known[i + 1]]
        rows.append(row)
    return rows


def _telling(i: int, lower: Sequence[str], form: str, known: Sequence[str]) -> list[str]:
    word, last = lower[i], len(lower) - 1
    before, after = (lower[i - 1] if i else "<"), (lower[i + 1] if i < last else ">")
    row = [f"w={word}", f"s={form}", f"-1={before}", f"+1={after}", f"-1,0={before}|{word}", f"0,+1={word}|{after}"]
    if len(word) > 3:
        row += [f"p3={word[:3]}", f"e3={word[-3:]}"]
    if i > 1:
        row.append(f"-2={lower[i - 2]}")
    if i + 2 <= last:
        row.append(f"+2={lower[i + 2]}")
    row += [f"g={mark}" for mark in known]
    return row


def _further(i: int, lower: Sequence[str], shapes: Sequence[str]) -> list[str]:
    word, last = lower[i], len(lower) - 1
    before, after = (lower[i - 1] if i else "<"), (lower[i + 1] if i < last else ">")
    row = [
        f"w,s={word}|{shapes[i]}",
        f"-1,+1={before}|{after}",
        f"-s={shapes[i - 1] if i else '<'}|{shapes[i]}",
        f"+s={shapes[i]}|{shapes[i + 1] if i < last else '>'}",
    ]
    for n in (1, 2, 4):
        if len(word) > n:
            row += [f"p{n}={word[:n]}", f"e{n}={word[-n:]}"]
    if i > 1:
        row.append(f"-2,-1={lower[i - 2]}|{before}")
    if i > 2:
        row.append(f"-3={lower[i - 3]}")
    if i + 2 <= last:
        row.append(f"+1,+2={after}|{lower[i + 2]}")
    if i + 3 <= last:
        row.append(f"+3={lower[i + 3]}")
    if i == 0:
        row.append("first")
    if i == last:
        row.append("last")
    return row


def gazetteer_marks(words: Sequence[str], gazetteer: dict[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Mark tokens inside the longest known value that begins at each place: `B:city`, `I:city`."""
    marks: list[list[str]] = [[] for _ in words]
    for start in range(len(words)):
        for length in range(min(6, len(words) - start), 0, -1):
            names = gazetteer.get(" ".join(words[start : start + length]))
            if names is None:
                continue
            for name in names:
                marks[start].append(f"B:{name}{'+' if length > 1 else ''}")
                for i in range(start + 1, start + length):
                    marks[i].append(f"I:{name}")
            break
    return [tuple(dict.fromkeys(m)) for m in marks]


@dataclass(frozen=True, slots=True, eq=False)
class CRFEntityExtractor:
    """Adds to `draft.entities`.

    `labels` are `O`, `B-…` and `I-…` of `Annotation.label`. Shapes, with l labels and a attributes: `weights` (a, l),
    `transitions` (l, l), from row to column. `columns` maps an attribute to its row of `weights`. `hears_intents` says
    whether it was trained with them.
    """

    labels: tuple[str, ...]
    columns: dict[str, int]
    weights: Floats
    transitions: Floats
    gazetteer: dict[str, tuple[str, ...]]
    hears_intents: bool = False

    def process(self, draft: Draft) -> None:
        if len(self.labels) < 2 or not draft.tokens:
            return
        intent = draft.ranking[0].name if self.hears_intents and draft.ranking else ""
        scores = self.emissions(attributes(draft, self.gazetteer, intent))
        path = viterbi(scores, self.transitions)
        if all(self.labels[i] == OUTSIDE for i in path):
            return
        sure = marginals(scores, self.transitions)
        found = [self._entity(draft, *span, path, sure) for span in _chunks([self.labels[i] for i in path])]
        draft.entities = merge_entities(draft.entities, found)

    def emissions(self, rows: Sequence[Sequence[str]]) -> Floats:
        """Return the score of each label for each token, shape (tokens, l)."""
        scores = np.zeros((len(rows), len(self.labels)), np.float32)
        find = self.columns.get
        for i, row in enumerate(rows):
            known = [c for c in map(find, row) if c is not None]
            if known:
                scores[i] = self.weights[known].sum(axis=0)
        return scores

    def _entity(self, draft: Draft, first: int, last: int, label: str, path: Sequence[int], sure: Floats) -> Entity:
        start, end = draft.tokens[first].start, draft.tokens[last].end
        entity, role, group = label.split("\x1f")
        return Entity(
            entity=entity,
            value=draft.text[start:end],
            start=start,
            end=end,
            confidence=float(min(sure[i, path[i]] for i in range(first, last + 1))),
            role=role or None,
            group=group or None,
            extractor="CRFEntityExtractor",
        )

    def save(self, folder: Path) -> None:
        write_json(
            folder / "crf.json",
            {
                "labels": list(self.labels),
                "gazetteer": {k: list(v) for k, v in self.gazetteer.items()},
                "hears_intents": self.hears_intents,
            },
        )
        write_lines(folder / "attributes.txt", sorted(self.columns, key=self.columns.__getitem__))
        write_array(folder / "weights.npy", self.weights)
        write_array(folder / "transitions.npy", self.transitions)

    @classmethod
    def load(cls, folder: Path) -> CRFEntityExtractor:
        """Read what `save` wrote. Raises ModelError."""
        about = read_json(folder / "crf.json")
        labels: list[str] = about["labels"]
        gazetteer: dict[str, list[str]] = about["gazetteer"]
        return cls(
            tuple(labels),
            {name: row for row, name in enumerate(read_lines(folder / "attributes.txt"))},
            read_array(folder / "weights.npy", "float32", 2),
            read_array(folder / "transitions.npy", "float32", 2, in_memory=True),
            {value: tuple(names) for value, names in gazetteer.items()},
            bool(about["hears_intents"]),
        )


def viterbi(scores: Floats, transitions: Floats) -> list[int]:
    """Return the best sequence of labels for `scores` (t, l) and `transitions` (l, l)."""
    best = scores[0]
    back: list[list[int]] = []
    for row in scores[1:]:
        candidates = best[:, None] + transitions
        came = candidates.argmax(axis=0)
        back.append(came.tolist())
        best = candidates[came, np.arange(len(came))] + row
    path = [int(best.argmax())]
    for came_from in reversed(back):
        path.append(came_from[path[-1]])
    return path[::-1]


def marginals(scores: Floats, transitions: Floats) -> Floats:
    """Return the probability of each label at each token, shape (t, l), by forward-backward in log space."""
    length, count = scores.shape
    exponential = np.exp(transitions - transitions.max())
    forward = np.zeros((length, count), np.float32)
    backward = np.zeros((length, count), np.float32)
    forward[0] = scores[0]
    for i in range(1, length):
        top = forward[i - 1].max()
        forward[i] = np.log(np.maximum(np.exp(forward[i - 1] - top) @ exponential, 1e-30)) + top + scores[i]
    for i in range(length - 2, -1, -1):
        ahead = backward[i + 1] + scores[i + 1]
        top = ahead.max()
        backward[i] = np.log(np.maximum(exponential @ np.exp(ahead - top), 1e-30)) + top
    joint = forward + backward
    shifted: Floats = np.exp(joint - joint.max(axis=1, keepdims=True))
    probabilities: Floats = shifted / shifted.sum(axis=1, keepdims=True)
    return probabilities


def _chunks(labels: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield (first token, last token, label) of each run `B I I`; an `I` that continues nothing begins one."""
    start, current = 0, ""
    for i, label in enumerate([*labels, OUTSIDE]):
        name = label[2:]
        if current and (label[:1] != "I" or name != current):
            yield start, i - 1, current
            current = ""
        if label != OUTSIDE and not current:
            start, current = i, name


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
