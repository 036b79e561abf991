"""Confidences are what they say, of many texts and of few, and the best stays best."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nlu.components.confidence import Confidence, Custom
from nlu.components.ngrams import NgramFeaturizer
from nlu.draft import Draft, Floats
from nlu.learning.calibration import USUAL_ENCODED, USUAL_LETTERS, customary, fit_confidence, of_all, sizes
from nlu.learning.corpus import ngram_matrix
from nlu.learning.ngram_machine import ROUNDS, NgramMachine, learn_ngram_machine
from nlu.learning.sparse import Grams, learn_ngrams
from nlu.training_data import TrainingData

SURE = Confidence(1.6, -0.1, -0.2, 0.9, -0.3, 0.0, Custom(0.2, 0.4, 0.6, 0.1))
ALIKE = np.zeros(12)


def scored(count: int, intents: int, seed: int) -> tuple[Floats, Floats]:
    """Scores (count, intents) much like those of a model, and nearness (count,)."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(-0.9, 0.15, (count, intents))
    scores[np.arange(count), rng.integers(0, intents, count)] += rng.uniform(0.0, 1.6, count)
    return scores.astype(np.float32), rng.normal(0.6, 0.1, count).astype(np.float32)


def said(
    confidence: Confidence, scores: Floats, nearness: Floats, size: NDArray[np.float64] = ALIKE
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The intents of each text, best first, and their confidences."""
    order = np.argsort(-scores, axis=1, kind="stable")
    ranked = np.take_along_axis(scores, order, axis=1).astype(np.float64)
    return order, np.stack(
        [confidence.of(r, float(n), float(size[int(o[0])])) for r, n, o in zip(ranked, nearness, order, strict=True)]
    )


def drawn(
    confidence: Confidence, scores: Floats, nearness: Floats, seed: int, size: NDArray[np.float64] = ALIKE
) -> NDArray[np.int64]:
    """The right intents of the texts, were the confidences true."""
    order, confidences = said(confidence, scores, nearness, size)
    chance = np.random.default_rng(seed).random((len(scores), 1))
    place = (confidences.cumsum(axis=1) < chance).sum(axis=1).clip(max=scores.shape[1] - 1)
    right: NDArray[np.int64] = order[np.arange(len(scores)), place]
    return right


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200),
    st.floats(-1e6, 1e6),
    st.floats(-5.0, 5.0),
    st.floats(0.0, 3.0),
    st.floats(-3.0, 3.0),
    st.floats(-6.0, 6.0),
)
def test_confidences_are_shares_of_one_in_the_order_of_the_scores(
    scores: list[float], nearness: float, sharpness: float, crowding: float, lead: float, size: float
) -> None:
    confidence = replace(SURE, sharpness=sharpness, crowding=crowding, lead=lead, by_size=-0.4)
    found = confidence.of(np.array(sorted(scores, reverse=True)), nearness, size)
    assert found.sum() == pytest.approx(1.0)
    assert (np.diff(found) <= 1e-12).all()


def test_a_hundred_intents_far_behind_take_little_from_the_best() -> None:
    few = np.array([0.8, 0.2, -0.9, -1.0])
    many = np.concatenate([few, np.full(100, -1.0)])
    without_crowd = replace(SURE, crowding=0.0)
    lost = [float(one.of(few, 0.6)[0] - one.of(many, 0.6)[0]) for one in (SURE, without_crowd)]
    assert lost[0] < lost[1] / 5


def test_of_many_texts_the_numbers_are_learnt_that_made_them() -> None:
    scores, nearness = scored(40_000, 12, seed=1)
    order = np.argsort(-scores, axis=1)
    best = scores[np.arange(len(scores)), order[:, 0]]
    custom = Custom(float(best.mean()), float(best.std()), float(nearness.mean()), float(nearness.std()))
    true, size = replace(SURE, by_size=-0.5, custom=custom), np.linspace(-2.0, 1.5, 12)
    target = drawn(true, scores, nearness, 2, size)
    found = fit_confidence(scores, target, nearness, customary(10, USUAL_ENCODED), size)
    assert found.sharpness == pytest.approx(true.sharpness, abs=0.1)
    assert found.by_score == pytest.approx(true.by_score, abs=0.05)
    assert found.by_nearness == pytest.approx(true.by_nearness, abs=0.05)
    assert found.crowding == pytest.approx(true.crowding, abs=0.15)
    assert found.lead == pytest.approx(true.lead, abs=0.15)
    assert found.by_size == pytest.approx(true.by_size, abs=0.1)


def test_who_has_all_of_a_few_texts_is_surer_than_who_lacks_one_and_of_many_it_is_all_the_same() -> None:
    sharper = [of_all(SURE, per_intent).sharpness - SURE.sharpness for per_intent in (1.0, 3.0, 5.0, 100.0)]
    assert sharper == sorted(sharper, reverse=True)
    assert 0.1 < sharper[1] < 0.2
    assert sharper[-1] < 1e-3


def test_sizes_are_nought_where_every_intent_has_as_many_texts() -> None:
    assert sizes(np.repeat(np.arange(5), 7), 5) == pytest.approx(np.zeros(5))
    target = np.repeat(np.arange(3), [1, 10, 100])
    assert np.diff(sizes(target, 3)) == pytest.approx([np.log(10)] * 2)
    assert sizes(target, 3)[target].mean() == pytest.approx(0.0)


def test_a_rare_intent_that_is_the_best_is_believed_more_than_a_frequent_one() -> None:
    one = replace(SURE, by_size=-0.4)
    scores = np.array([0.2, -0.1, -0.9])
    rare, usual, frequent = (float(one.of(scores, 0.6, size)[0]) for size in (-3.0, 0.0, 1.0))
    assert frequent < usual < rare
    assert usual == float(SURE.of(scores, 0.6)[0])


@pytest.mark.parametrize("right", ["all", "none"])
def test_a_handful_of_texts_neither_makes_certain_nor_takes_all_trust(right: str) -> None:
    scores, nearness = scored(12, 6, seed=3)
    order = np.argsort(-scores, axis=1)
    prior = customary(3, USUAL_ENCODED)
    found = fit_confidence(scores, order[:, 0 if right == "all" else 1], nearness, prior, np.zeros(6))
    assert abs(found.sharpness - prior.sharpness) < 1.0
    clear = np.array([0.2, -0.4, -0.8, -0.9, -1.0, -1.0])
    near = np.array([0.1, 0.05, -0.8, -0.9, -1.0, -1.0])
    assert 0.6 < found.of(clear, 0.6)[0] < 0.995
    assert found.of(near, 0.6)[0] < 0.75


def test_texts_that_are_there_three_times_count_once() -> None:
    scores, nearness = scored(60, 8, seed=4)
    target, prior = drawn(SURE, scores, nearness, 5), customary(10, USUAL_LETTERS)
    once = fit_confidence(scores, target, nearness, prior, np.zeros(8))
    thrice = fit_confidence(np.tile(scores, (3, 1)), np.tile(target, 3), np.tile(nearness, 3), prior, np.zeros(8), 3.0)
    assert [thrice.sharpness, thrice.crowding] == pytest.approx([once.sharpness, once.crowding], abs=1e-3)


def test_without_a_text_the_customary_holds() -> None:
    prior = customary(1, USUAL_LETTERS)
    assert (
        fit_confidence(np.zeros((0, 4), np.float32), np.zeros(0, int), np.zeros(0, np.float32), prior, np.zeros(4))
        == prior
    )


def test_what_was_learnt_comes_back_from_its_numbers() -> None:
    assert Confidence.from_json(SURE.to_json()) == SURE


@pytest.fixture(scope="module")
def machine(shop: TrainingData) -> NgramMachine:
    featurizer: NgramFeaturizer = learn_ngrams([e.text for e in shop.examples])
    drafts = [Draft(e.text) for e in shop.examples]
    for draft in drafts:
        featurizer.process(draft)
    names = sorted({e.base_intent for e in shop.examples})
    target = np.array([names.index(e.base_intent) for e in shop.examples])
    features = ngram_matrix(drafts, len(featurizer.idf))
    known = np.array([draft.known for draft in drafts], np.float32)
    return learn_ngram_machine(features, Grams.of(featurizer, 1), target, len(names), known, 0)


def test_a_small_corpus_is_left_out_several_times_each_time_in_other_company(machine: NgramMachine) -> None:
    assert len(machine.left_out) == ROUNDS
    assert np.isfinite(machine.left_out).all()
    assert (machine.left_out[0] != machine.left_out[1]).any(axis=1).mean() > 0.9
