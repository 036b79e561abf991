"""The best sequence of labels and the probabilities are those that trying every sequence finds."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest

from nlu.components.label_paths import Transitions, best_path, chunks, marginals


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
