"""Vocabularies of one process share a numbering, and none hears of another's words."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nlu.emotion.tokens import cut
from nlu.emotion.vocabulary import Sparse, Vocabulary

PARCELS = [cut(text) for text in ("where is my parcel", "my parcel is lost", "is my parcel here")]
OTHERS = [cut(text) for text in ("abacus and zebra", "an abacus, a zebra", "zebra, abacus, xylophone")]


def _told(vocabulary: Vocabulary, found: Sparse) -> dict[str, float]:
    names = [*vocabulary.words, *vocabulary.chars]
    return {names[column]: float(value) for column, value in zip(found.index, found.value, strict=True)}


def test_features_are_what_they_were_when_other_vocabularies_have_come() -> None:
    parcels = Vocabulary.learn(PARCELS)
    before = _told(parcels, parcels.features(PARCELS[1]))

    others = Vocabulary.learn(OTHERS)

    assert _told(parcels, parcels.features(PARCELS[1])) == before
    assert {"my", "parcel", "my parcel"} <= before.keys()
    assert not parcels.features(OTHERS[0]).index.size
    assert {"abacus", "zebra"} <= _told(others, others.features(OTHERS[0])).keys()
    assert not others.features(PARCELS[0]).index.size


def test_each_block_has_length_one_and_columns_ascend() -> None:
    vocabulary = Vocabulary.learn(PARCELS, char_weight=0.5)
    found = vocabulary.features(cut("my parcel, my parcel"))
    words = found.index < len(vocabulary.words)
    assert (np.diff(found.index) > 0).all()
    assert np.linalg.norm(found.value[words]) == pytest.approx(1.0)
    assert np.linalg.norm(found.value[~words]) == pytest.approx(0.5)


def test_a_word_twice_counts_by_its_logarithm() -> None:
    vocabulary = Vocabulary.learn(PARCELS)
    once, twice = (_told(vocabulary, vocabulary.features(cut(text))) for text in ("my is", "my my is"))
    assert twice["my"] / twice["is"] == pytest.approx((1 + math.log(2)) * once["my"] / once["is"], rel=1e-5)


def test_every_feature_is_told_with_the_word_that_carries_it() -> None:
    vocabulary = Vocabulary.learn(PARCELS)
    tokens = cut("lost, my parcel")
    names = [*vocabulary.words, *vocabulary.chars]
    columns, carriers = vocabulary.occurrences(tokens)
    told = {(names[column], tokens.norm[at]) for column, at in zip(columns, carriers, strict=True)}
    assert {("my", "my"), ("parcel", "parcel"), ("my parcel", "parcel"), (" pa", "parcel")} <= told
    assert set(columns) == set(vocabulary.features(tokens).index)
