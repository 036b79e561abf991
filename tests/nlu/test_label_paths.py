"""The best sequence of labels and the probabilities are those that trying every sequence finds."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest

from nlu.components.label_paths import Transitions, best_path, chunks, marginals, path_and_marginals


def every_path(scores: np.ndarray, weights: np.ndarray) -> dict[tuple[int, ...], float]:
    length, width = scores.shape
    return {
        path: float(sum(scores[i, label] for i, label in enumerate(path)))
        + float(sum(weights[a, b] for a, b in pairwise(path)))
        for path in product(range(width), repeat=length)
    }


@pytest.mark.parametrize("length", [1, 2, 5])
def test_the_best_path_is_the_best_of_all(length: int) -> None:
    random = np.random.default_rng(length)
    scores = random.normal(size=(length, 4)).astype(np.float32)
    weights = random.normal(size=(4, 4)).astype(np.float32)
    found = every_path(scores, weights)
    assert tuple(best_path(scores, Transitions.of(weights))) == max(found, key=found.__getitem__)


@pytest.mark.parametrize("length", [1, 2, 5])
def test_probabilities_are_shares_of_all_paths(length: int) -> None:
    random = np.random.default_rng(length)
    scores = random.normal(size=(length, 4)).astype(np.float32)
    weights = random.normal(size=(4, 4)).astype(np.float32)
    expected = np.zeros((length, 4))
    for path, score in every_path(scores, weights).items():
        for i, label in enumerate(path):
            expected[i, label] += np.exp(score)
    expected /= expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(marginals(scores, Transitions.of(weights)), expected, rtol=1e-6)


@pytest.mark.parametrize("plainness", [0.1, 1.0, 10.0])
def test_the_path_beside_the_probabilities_is_the_best_one_however_plain_it_is(plainness: float) -> None:
    random = np.random.default_rng(7)
    weights = Transitions.of(random.normal(size=(4, 4)).astype(np.float32))
    for _ in range(50):
        scores = (plainness * random.normal(size=(6, 4))).astype(np.float32)
        path, sure = path_and_marginals(scores, weights)
        assert path == best_path(scores, weights)
        np.testing.assert_array_equal(sure, marginals(scores, weights))


def test_the_most_probable_labels_are_not_taken_where_they_are_not_the_best_path() -> None:
    """0-0 has a probability of .4, 1-0 and 1-1 of .3 each: 1 is the likelier beginning, and of no best path."""
    scores = np.log(np.array([[4, 3], [1, 1]], np.float32))
    weights = np.array([[0, -30], [0, 0]], np.float32)
    path, sure = path_and_marginals(scores, Transitions.of(weights))
    assert sure.argmax(axis=1).tolist() == [1, 0]
    assert path == [0, 0]


@pytest.mark.parametrize("height", [0.0, 60.0, -60.0])
def test_a_long_text_of_improbable_steps_keeps_its_probabilities(height: float) -> None:
    scores = np.full((150, 3), height, np.float32)
    scores[:, 1] += 2.0
    weights = np.full((3, 3), -30.0, np.float32)
    found = marginals(scores, Transitions.of(weights))
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found.sum(axis=1), 1.0)
    np.testing.assert_allclose(found[:, 1], np.exp(2.0) / (np.exp(2.0) + 2.0), rtol=1e-6)


def test_a_run_ends_where_another_begins() -> None:
    assert list(chunks(["O", "B-a", "I-a", "B-a", "I-b", "O"])) == [(1, 2, "a"), (3, 3, "a"), (4, 4, "b")]
