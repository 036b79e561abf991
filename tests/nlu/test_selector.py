"""The answer whose examples are nearest is chosen, by its three nearest, as counting all of them one by one finds."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from nlu.components.selector import TEMPERATURE, Shelf
from nlu.draft import EMPTY_SPARSE, Draft, SparseFeatures

WIDTH = 12
OWNERS = [0, 1, 2, 1, 0, 1, 1, 2, 1]
"""One answer has five examples, mixed with others', the last ones two each."""


def some_ngrams(random: np.random.Generator, count: int) -> SparseFeatures:
    columns = np.sort(random.choice(WIDTH, size=count, replace=False)).astype(np.int32)
    return SparseFeatures(columns, random.random(count).astype(np.float32))


def dense(features: SparseFeatures) -> np.ndarray:
    row = np.zeros(WIDTH)
    row[features.columns] = features.values
    return row


@pytest.mark.parametrize("encodes", [True, False])
@pytest.mark.parametrize("words", [0, 1, 7, WIDTH])
def test_likeness_is_counted_as_by_hand(words: int, encodes: bool) -> None:
    random = np.random.default_rng(words)
    examples = [some_ngrams(random, count) for count in (3, 5, 0, 2, 8, 1, 4, 6, 0)]
    meanings = random.normal(size=(len(OWNERS), 4 if encodes else 0)).astype(np.float32)
    starts = np.cumsum([0, *(len(e.columns) for e in examples)]).astype(np.int32)
    columns, values = np.concatenate([e.columns for e in examples]), np.concatenate([e.values for e in examples])
    shelf = Shelf.of(("a", "b", "c"), np.array(OWNERS, np.int32), meanings, starts, columns, values)
    meaning = random.normal(size=4).astype(np.float32)
    draft = Draft("any", ngrams=some_ngrams(random, words) if words else EMPTY_SPARSE, embedding=meaning)

    likeness = np.array([dense(e) @ dense(draft.ngrams) / 2 for e in examples])
    if encodes:
        likeness = (likeness + 2 * meanings @ meaning) / 3
    scores: list[float] = []
    for key in range(3):
        nearest = sorted(likeness[np.array(OWNERS) == key])[-3:]
        scores.append(0.7 * nearest[-1] + 0.3 * sum(nearest) / len(nearest))
    shares = np.exp(np.array(scores) / TEMPERATURE)
    expected = dict(zip("abc", shares / shares.sum(), strict=True))

    ranking = shelf.rank(draft)
    assert {intent.name: intent.confidence for intent in ranking} == pytest.approx(expected, rel=1e-3)
    assert all(first.confidence >= second.confidence for first, second in pairwise(ranking))
