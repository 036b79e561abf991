"""What a component learns from: the training data and what earlier components made of its texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from nlu.components.encoder import Encoder
from nlu.components.multilingual import Multilingual
from nlu.draft import Draft, Floats
from nlu.learning.kernel import ENCODED, KernelMachine, Recipe
from nlu.learning.sparse import Grams
from nlu.training_data import TrainingData


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """What the classifier said of texts that it had not seen, and of texts whose intent it had not seen.

    Shapes: `own` (n, 3) and `foreign` (m, 3) features, `owners` (n,) the intents that the texts have, `best` (n,) and
    `taken_for` (m,) those that were ranked first.
    """

    own: Floats
    owners: NDArray[np.int64]
    best: NDArray[np.int64]
    foreign: Floats
    taken_for: NDArray[np.int64]


@dataclass(slots=True)
class Shared:
    """`grams`: what the columns of the n-gram features are. `ranked`: whether an intent classifier came before.

    `scope`: inputs of the out-of-scope scorer. `view`: the encoders' of any text, for a kernel machine by `recipe`.
    `machines`: such ones that were learnt of all texts before, with their recipes. `classified`: the one that the
    intent classifier has, behind the numbers of the texts it was learnt of. `english` and `multilingual`: the
    encoders that were opened. `several`: whether the multilingual one runs for other languages' sake than English.
    """

    grams: Grams | None = None
    ranked: bool = False
    scope: Scope | None = None
    view: Callable[[str], Floats] | None = None
    recipe: Recipe = ENCODED
    machines: list[tuple[Recipe, KernelMachine]] = field(default_factory=list[tuple[Recipe, KernelMachine]])
    classified: tuple[NDArray[np.int64], KernelMachine] | None = None
    english: Encoder | None = None
    multilingual: Multilingual | None = None
    several: bool = False


@dataclass(frozen=True, slots=True)
class Corpus:
    """`drafts[i]` belongs to `data.examples[i]`. `notify` takes one line for the person who trains.

    `shared` is what components leave for later ones while they learn.
    """

    data: TrainingData
    drafts: Sequence[Draft]
    seed: int
    language: str
    notify: Callable[[str], None]
    shared: Shared


def ngram_matrix(drafts: Sequence[Draft], columns: int) -> Any:
    """Stack the n-gram features: a scipy CSR matrix, untyped upstream, of shape (drafts, columns)."""
    lengths = [len(d.ngrams.columns) for d in drafts]
    pointers = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    indices = np.concatenate([d.ngrams.columns for d in drafts]) if drafts else np.zeros(0, np.int32)
    values = np.concatenate([d.ngrams.values for d in drafts]) if drafts else np.zeros(0, np.float32)
    return csr_matrix((values, indices, pointers), shape=(len(drafts), columns))


def meaning_matrix(drafts: Sequence[Draft]) -> Floats:
    """Stack what the encoders say, shape (drafts, d); d is 0 where no encoder runs."""
    rows = [meaning for d in drafts if (meaning := d.meaning) is not None]
    return np.stack(rows) if rows else np.zeros((len(drafts), 0), np.float32)


def view_matrix(drafts: Sequence[Draft]) -> Floats:
    """Stack the encoders' views, shape (drafts, v, d); d is 0 where no encoder runs or a text is blank."""
    rows = [d.views for d in drafts if d.views is not None]
    return np.stack(rows) if len(rows) == len(drafts) and rows else np.zeros((len(drafts), 2, 0), np.float32)


def folds(labels: Sequence[str], count: int, seed: int) -> NDArray[np.int64]:
    """Assign each example a fold 0 to count-1 so that each label is spread evenly. Deterministic."""
    rng = np.random.default_rng(seed)
    assigned = np.zeros(len(labels), np.int64)
    by_label: dict[str, list[int]] = {}
    for i, label in enumerate(labels):
        by_label.setdefault(label, []).append(i)
    offset = 0
    for label in sorted(by_label):
        members = np.array(by_label[label])
        rng.shuffle(members)
        assigned[members] = (np.arange(len(members)) + offset) % count
        offset += len(members)
    return assigned


def thinned(target: NDArray[np.int64], most: int, seed: int) -> NDArray[np.int64]:
    """Return the rows of at most so many texts, each intent of `target` (n,) thinned alike. Deterministic."""
    if len(target) <= most:
        return np.arange(len(target))
    order = folds([str(t) for t in target], len(target), seed)  # consecutive within each intent, at random
    rank = np.zeros(len(target))
    for label in np.unique(target):
        members = np.flatnonzero(target == label)
        rank[members[np.argsort(order[members], kind="stable")]] = np.arange(len(members)) / len(members)
    return np.sort(np.argsort(rank, kind="stable")[:most])
