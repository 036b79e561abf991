"""Varies texts whose entities are of a type with few examples, for the conditional random field to learn from, too.

Of five annotations each word seems to tell something. What differs between a text and its variations tells nothing: a
value may stand where another one of its type stood, customers write small letters, and a question mark is no value.
That known values recur is learnt from it as well, which texts with values that occur once cannot teach.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from nlu.components.label_paths import OUTSIDE, chunks

FEW: Final = 60
"""Annotations of a type; types that have as many are not varied."""

_SWAPS: Final = 3
"""Variations of a text with other values."""

_STEP: Final = 7
"""Values are taken in turn, so many further on each time, that a text does not get the next text's."""

Names: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text of t words: `patterns` (t) are the names of those that cover each, `labels` (t) as the field learns them.

    `intent` is the one that is heard, or none.
    """

    words: Names
    patterns: tuple[Names, ...]
    labels: Names
    intent: str = ""

    def spans(self) -> list[tuple[int, int, str]]:
        """Return the first word of each entity, the one after its last, and its label."""
        return [(first, last + 1, label) for first, last, label in chunks(self.labels)]

    def values(self) -> Counter[str]:
        """Count the values of entities, in lower case, a blank between words."""
        return Counter(" ".join(self.words[start:end]).lower() for start, end, _ in self.spans())

    def with_values(self, places: Iterable[tuple[int, int, str, LabelledText]]) -> LabelledText:
        """Return the text with the words of other texts at some of `spans`, from left to right, under their labels."""
        words: list[str] = []
        patterns: list[Names] = []
        labels: list[str] = []
        at = 0
        for start, end, label, value in places:
            words += [*self.words[at:start], *value.words]
            patterns += [*self.patterns[at:start], *value.patterns]
            labels += [*self.labels[at:start], f"B-{label}", *[f"I-{label}"] * (len(value.words) - 1)]
            at = end
        return LabelledText(
            (*words, *self.words[at:]), (*patterns, *self.patterns[at:]), (*labels, *self.labels[at:]), self.intent
        )

    def part(self, start: int, end: int) -> LabelledText:
        """Return some of its words."""
        return LabelledText(self.words[start:end], self.patterns[start:end], self.labels[start:end], self.intent)


def entity_of(label: str) -> str:
    """Return the type of entity in an annotation's label, without role and group."""
    return label.partition("\x1f")[0]


def counts_by_type(texts: Iterable[LabelledText]) -> Counter[str]:
    """Count the annotations of each type of entity."""
    return Counter(entity_of(label) for text in texts for _, _, label in text.spans())


def variations(texts: Sequence[LabelledText]) -> Iterator[LabelledText]:
    """Yield variations of the texts that have entities of types with few annotations. Deterministic."""
    known: dict[str, list[LabelledText]] = defaultdict(list)
    for text in texts:
        for start, end, label in text.spans():
            known[entity_of(label)].append(text.part(start, end))
    turns: Counter[str] = Counter()
    for text in texts:
        few = [span for span in text.spans() if len(known[entity_of(span[2])]) < FEW]
        if few:
            for _ in range(_SWAPS):
                yield from _swapped(text, few, known, turns)
            yield from _written_otherwise(text)


def _swapped(
    text: LabelledText,
    spans: Iterable[tuple[int, int, str]],
    known: Mapping[str, Sequence[LabelledText]],
    turns: Counter[str],
) -> Iterator[LabelledText]:
    places: list[tuple[int, int, str, LabelledText]] = []
    for start, end, label in spans:
        entity = entity_of(label)
        own = _lower(text.words[start:end])
        others = [value for value in known[entity] if _lower(value.words) != own]
        if others:
            turns[entity] += 1
            places.append((start, end, label, others[turns[entity] * _STEP % len(others)]))
    if places:
        yield text.with_values(places)


def _written_otherwise(text: LabelledText) -> Iterator[LabelledText]:
    lower = _lower(text.words)
    if lower != text.words:
        yield replace(text, words=lower)
    if text.words[-1][-1].isalnum():
        yield LabelledText((*text.words, "?"), (*text.patterns, ()), (*text.labels, OUTSIDE), text.intent)


def _lower(words: Iterable[str]) -> Names:
    return tuple(word.lower() for word in words)
