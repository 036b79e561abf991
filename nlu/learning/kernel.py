"""Learns the kernel machine over embeddings and n-grams, and what it would have said without a text or an intent.

A least-squares support vector machine (Suykens and Vandewalle 1999) with the kernel

    k(x, x') = exp(-gamma |e - e'|²) + ngram_weight · (mean of the cosines of the two n-gram blocks),

e the encoders' views, each moved to its mean and put to unit length, weighted, joined, and turned to their main axes.
With B the inverse of the regularised kernel matrix and a = B y, the score of a text under a model that never saw it is
f_-i(x_i) = y_i - a_i / B_ii, and the scores of an intent's texts under a model that never saw the intent are
f_-G(x_G) = y_G - B_GG⁻¹ a_G (block inverse): exact, and for nothing. The n-grams' share is linear, so that in serving
it is a few columns of weights. Both recipes were chosen by cross-validation on BANKING77's training part (folds; ten
texts an intent, four or five draws), beside the linear machine of `nlu.learning.ngram_machine`; the one for sentence
encoders was checked on SNIPS' training part, the multilingual encoder's weight by folds of the sample shop's and the
sample bank's examples in six languages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nlu.components.intents import NEIGHBOURS, KernelPart, joined
from nlu.draft import Floats
from nlu.learning.calibration import USUAL_ENCODED, USUAL_STATIC, Usual
from nlu.learning.linear import inverse_factor

RIDGE: Final = 0.1
_LEAST_AXES: Final = 64

AGREEING: Final = 3
"""An intent's name is taken for an example when fewer intents than this are more like it than its own; of few intents
an eighth."""

_FREQUENT: Final = 512
"""N-grams that most texts have; their products are cheaper dense."""

_ROWS: Final = 512
"""Rows of the kernel matrix that are made at once."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What weighs how much. `views` has weights by how many views there are, each adding up to one.

    Of the views' main axes `axes` are kept, which spares half the time and memory of a parse, or more; of many texts
    fewer axes, so that a model keeps some `numbers` numbers of its texts at most. `linear_share` is the weight of the
    linear machine's scores beside the kernel machine's: one errs by hinges, the other by squares. `usual` is what
    confidences in both together are like.
    """

    gamma: float
    ngram_weight: float
    linear_share: float
    axes: int
    numbers: int
    views: Mapping[int, tuple[float, ...]]
    usual: Usual


ENCODED: Final = Recipe(
    1.2, 0.05, 0.2, 384, 6_500_000, {1: (1.0,), 2: (0.85, 0.15), 3: (0.34, 0.06, 0.6)}, USUAL_ENCODED
)
"""For sentence encoders: the English one's last layer and its lower one, the multilingual one's."""


def beside_english(weight: float) -> Recipe:
    """Return the recipe for sentence encoders in which the multilingual one's view has this weight of all three."""
    views = tuple(share * (1.0 - weight) for share in ENCODED.views[2])
    return replace(ENCODED, views={**ENCODED.views, 3: (*views, weight)})


STATIC: Final = Recipe(1.2, 0.1, 0.4, 128, 800_000, {1: (1.0,)}, USUAL_STATIC)
"""For static embeddings, which know nothing of the words' order."""


@dataclass(frozen=True, slots=True, eq=False)
class KernelMachine:
    """What was learnt, and of each of the n texts what had been said of it unseen.

    Shapes, with c intents: `ngram_weights` (columns, c); `left_out` (n, c), scores of each text without it; `strangers`
    (n, c), without its whole intent; `nearness` mean cosine to the nearest others, and to the nearest of other intents.
    """

    part: KernelPart
    ngram_weights: Floats
    left_out: Floats
    strangers: Floats
    nearness: tuple[Floats, Floats]


def learn_kernel_machine(
    views: Floats, ngrams: Any, target: NDArray[np.int64], named: Floats, recipe: Recipe
) -> KernelMachine:
    """Fit on views (n, v, d), n-grams (CSR, n rows) and intents (n,).

    The name of an intent, `named` (c, v, d), is one more example of it where the examples agree that it is like them.
    """
    classes, count = len(named), len(target)
    mean: Floats = views.mean(axis=0)
    weights = np.asarray(recipe.views[views.shape[1]], np.float32)
    texts = joined(views, mean, weights)
    basis = _main_axes(texts, min(recipe.axes, max(_LEAST_AXES, recipe.numbers // count)))
    support = texts @ basis
    names = joined(named, named.mean(axis=0), weights) @ basis
    fitting = _fitting(support, target, names)
    support = np.concatenate([support, names[fitting]])
    owners = np.concatenate([target, fitting])
    kernel, nearness = _kernel_matrix(support, ngrams, target, recipe)
    half = inverse_factor(kernel)
    signs = np.where(np.arange(classes)[None, :] == owners[:, None], np.float32(1.0), np.float32(-1.0))
    alpha: Floats = half.T @ (half @ signs)
    left_out: Floats = signs - alpha / np.einsum("ij,ij->j", half, half)[:, None]
    strangers = np.zeros_like(left_out)
    for label in range(classes):
        members = np.flatnonzero(owners == label)
        columns = half[:, members]
        strangers[members] = signs[members] - np.linalg.solve(columns.T @ columns, alpha[members])
    part = KernelPart(support, np.ascontiguousarray(alpha), mean, weights, basis, recipe.gamma)
    linear = np.asarray(ngrams.T @ alpha[:count], np.float32) * np.float32(recipe.ngram_weight / 2.0)
    return KernelMachine(part, linear, left_out[:count], strangers[:count], nearness)


def _main_axes(texts: Floats, count: int) -> Floats:
    """Return the axes of most variance, shape (d, at most `count`), most first."""
    _, axes = np.linalg.eigh(texts.T @ texts)
    return np.ascontiguousarray(axes[:, ::-1][:, :count])


def _fitting(support: Floats, target: NDArray[np.int64], names: Floats) -> NDArray[np.int64]:
    """Return the intents whose names are like their examples."""
    classes = len(names)
    centroids = np.stack([support[target == label].mean(axis=0) for label in range(classes)])
    likeness = names @ centroids.T
    rank = (likeness > np.diag(likeness)[:, None]).sum(axis=1)
    return np.flatnonzero(rank < max(1, min(AGREEING, classes // 8)))


def _kernel_matrix(
    support: Floats, ngrams: Any, target: NDArray[np.int64], recipe: Recipe
) -> tuple[Floats, tuple[Floats, Floats]]:
    """Return the regularised kernel matrix of the texts and, behind them, the names; and both nearnesses of the texts.

    It is made row block by row block, so that it stands in memory once.
    """
    size, count = len(support), len(target)
    kernel = np.empty((size, size), np.float32)
    others, strangers = np.zeros(count, np.float32), np.zeros(count, np.float32)
    for start in range(0, size, _ROWS):
        rows = slice(start, min(start + _ROWS, size))
        cosines = support[rows] @ support.T
        for i in range(start, min(rows.stop, count)):
            others[i], strangers[i] = _nearest(cosines[i - start, :count], target, i)
        np.exp(np.float32(2.0 * recipe.gamma) * (cosines - np.float32(1.0)), out=kernel[rows])
    for rows, likeness in _likenesses(ngrams):
        kernel[rows, :count] += np.float32(recipe.ngram_weight / 2.0) * likeness
    kernel[np.diag_indices_from(kernel)] += np.float32(RIDGE)
    return kernel, (others, strangers)


def _nearest(cosines: Floats, target: NDArray[np.int64], text: int) -> tuple[float, float]:
    """Return a text's mean cosine to its nearest others: of all texts, and of texts of other intents only."""
    count = min(NEIGHBOURS, max(1, len(target) - 1))
    row = cosines.copy()
    row[text] = -1.0
    others = float(np.partition(row, -count)[-count:].mean())
    row[target == target[text]] = -1.0
    return others, float(np.partition(row, -count)[-count:].mean())


def _likenesses(ngrams: Any) -> Iterator[tuple[slice, Floats]]:
    """Yield the products of the texts' n-grams with each other, shape (rows, n), a few rows at a time."""
    order = np.argsort(-np.bincount(ngrams.indices, minlength=ngrams.shape[1]), kind="stable")
    frequent, rare = np.sort(order[:_FREQUENT]), np.sort(order[_FREQUENT:])
    dense: Floats = ngrams[:, frequent].toarray()
    sparse = ngrams[:, rare].tocsr()
    turned = sparse.T.tocsr()
    for start in range(0, ngrams.shape[0], _ROWS):
        rows = slice(start, min(start + _ROWS, ngrams.shape[0]))
        likeness: Floats = dense[rows] @ dense.T
        likeness += (sparse[rows] @ turned).toarray()
        yield rows, likeness
