"""Learns the vocabulary and the weights of n-grams from texts alone, and what they had been without some of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from nlu.components.ngrams import NgramFeaturizer, char_ngrams, inverse_frequency, word_ngrams
from nlu.components.tokenizer import normalise
from nlu.draft import Floats

LEAST_OF_PAIRS = 2
"""A pair of words counts when so many texts have it."""


def learn_ngrams(
    texts: Sequence[str], *, min_texts: int = 1, word_weight: float = 1.0, char_weight: float = 1.0
) -> NgramFeaturizer:
    """Keep the n-grams that occur in at least `min_texts` texts, pairs of words in two, in alphabetical order."""
    frequency: Counter[str] = Counter()
    for text in texts:
        normal = normalise(text)
        frequency.update(set(word_ngrams(normal)) | set(char_ngrams(normal)))
    kept = sorted(g for g, count in frequency.items() if count >= _least(g, min_texts))
    idf = inverse_frequency(len(texts), np.array([frequency[g] for g in kept], np.float64))
    return NgramFeaturizer({g: column for column, g in enumerate(kept)}, idf, len(texts), word_weight, char_weight)


def _least(gram: str, min_texts: int) -> int:
    return max(LEAST_OF_PAIRS, min_texts) if gram.startswith("w") and gram.count(" ") == LEAST_OF_PAIRS else min_texts


@dataclass(frozen=True, slots=True, eq=False)
class Grams:
    """The columns of n-gram features, in their order: `idf`, in how many texts at `least`, and whether of `words`.

    `weights` are those of the block of characters and of that of words.
    """

    idf: Floats
    least: NDArray[np.int64]
    words: NDArray[np.bool_]
    weights: tuple[float, float]

    @classmethod
    def of(cls, featurizer: NgramFeaturizer, min_texts: int) -> Grams:
        """Describe the columns of a featurizer that was learnt with `min_texts`."""
        names = sorted(featurizer.vocabulary, key=featurizer.vocabulary.__getitem__)
        return cls(
            featurizer.idf,
            np.array([_least(name, min_texts) for name in names], np.int64),
            np.array([name.startswith("w") for name in names], np.bool_),
            (featurizer.char_weight, featurizer.word_weight),
        )

    def relearnt(self, features: Any, kept: NDArray[np.bool_]) -> Any:
        """Return the features (CSR, n rows) that a featurizer learnt from the `kept` texts alone would have given."""
        frequency = np.bincount(features[kept].indices, minlength=len(self.idf))
        idf = inverse_frequency(int(kept.sum()), frequency)
        change = np.where(frequency >= self.least, idf / self.idf, np.float32(0.0))
        values = features.data * change[features.indices]
        rows = _rows(features)
        block = 2 * rows + self.words[features.indices]
        lengths = np.sqrt(np.bincount(block, values.astype(np.float64) ** 2, 2 * features.shape[0]))
        scale = np.tile(np.array(self.weights), features.shape[0]) / np.maximum(lengths, 1e-12)
        data = (values * scale[block]).astype(np.float32)
        found: Any = csr_matrix((data, features.indices, features.indptr), features.shape)
        found = found.copy()  # until then it shares its indices with `features`
        found.eliminate_zeros()
        return found

    def known_elsewhere(self, features: Any, target: NDArray[np.int64], known: Floats) -> tuple[Floats, Floats]:
        """Return the share of each text (n,) that the other texts know, and that texts of other intents know.

        `target` (n,) are the intents, `known` (n,) the share that the vocabulary knows: `NgramFeaturizer.known_share`.
        """
        count, width = len(target), len(self.idf)
        rows = _rows(features)
        indices: NDArray[np.int64] = np.asarray(features.indices, np.int64)
        chars = ~self.words[indices]
        rows, columns = rows[chars], indices[chars]
        frequency = np.bincount(columns, minlength=width)
        _, place, own = np.unique(target[rows] * width + columns, return_inverse=True, return_counts=True)
        whole = np.bincount(rows, self.idf[columns], count)
        missing = whole * (1.0 / np.maximum(known, 1e-6) - 1.0)
        found: list[Floats] = []
        for others in (frequency[columns] - 1, frequency[columns] - own[place]):
            weight = inverse_frequency(count, others)
            there = np.bincount(rows, weight * (others >= self.least[columns]), count)
            found.append((there / np.maximum(np.bincount(rows, weight, count) + missing, 1e-12)).astype(np.float32))
        return found[0], found[1]


def _rows(features: Any) -> NDArray[np.int64]:
    """Return the row of each stored value of a CSR matrix."""
    lengths: NDArray[np.int64] = np.asarray(features.indptr[1:] - features.indptr[:-1], np.int64)
    return np.repeat(np.arange(len(lengths)), lengths)
