"""A text is the n-grams that are known of it, weighed as scikit-learn weighs them, words and characters alike."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from nlu.components.ngrams import NgramFeaturizer, char_ngrams, word_ngrams
from nlu.components.sparse_rows import counted
from nlu.components.tokenizer import normalise
from nlu.learning.sparse import learn_ngrams

TEXTS = ("where is my card", "my card my card is gone", "is it", "5 or two", "", "karten karte", "where where is it")


@pytest.fixture(scope="module")
def featurizer() -> NgramFeaturizer:
    return learn_ngrams(TEXTS, word_weight=0.5, char_weight=2.0)


@pytest.mark.parametrize("text", [*TEXTS, "where is the cardinal", "zzz", "IS IT IT IT"])
def test_values_are_those_of_the_formula(featurizer: NgramFeaturizer, text: str) -> None:
    expected: dict[int, float] = {}
    for grams, weight in ((char_ngrams(normalise(text)), 2.0), (word_ngrams(normalise(text)), 0.5)):
        counts = Counter(featurizer.vocabulary[gram] for gram in grams if gram in featurizer.vocabulary)
        block = {column: (1 + math.log(n)) * float(featurizer.idf[column]) for column, n in counts.items()}
        length = math.sqrt(sum(value**2 for value in block.values()))
        expected |= {column: weight * value / length for column, value in block.items()}
    for _ in range(2):  # the second time words are remembered
        found, _ = featurizer.features(text)
        assert found.columns.tolist() == sorted(expected)
        np.testing.assert_allclose(found.values, [expected[column] for column in sorted(expected)], rtol=1e-6)


def test_what_is_known_is_a_share_by_weight(featurizer: NgramFeaturizer) -> None:
    text = "where is zq"
    grams = set(char_ngrams(text))
    known = [float(featurizer.idf[featurizer.vocabulary[gram]]) for gram in grams if gram in featurizer.vocabulary]
    unknown = (len(grams) - len(known)) * (math.log(1 + len(TEXTS)) + 1)
    assert featurizer.features(text)[1] == pytest.approx(sum(known) / (sum(known) + unknown))
    assert featurizer.features("zq")[1] == 0.0


@pytest.mark.parametrize("columns", [[3], [3, 3, 3], [5, 1, 5, 0, 1, 5]])
def test_columns_are_counted_in_their_order(columns: list[int]) -> None:
    different, counts = counted(np.array(columns, np.int32))
    expected = np.unique(np.array(columns), return_counts=True)
    assert (different.tolist(), counts.tolist()) == (expected[0].tolist(), expected[1].tolist())
