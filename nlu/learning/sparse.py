"""Learns the vocabulary and the weights of n-grams from texts alone."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from nlu.components.ngrams import NgramFeaturizer, char_ngrams, word_ngrams
from nlu.components.tokenizer import normalise


def learn_ngrams(
    texts: Sequence[str], *, min_texts: int = 1, word_weight: float = 1.0, char_weight: float = 1.0
) -> NgramFeaturizer:
    """Keep the n-grams that occur in at least `min_texts` texts, in alphabetical order of columns."""
    frequency: Counter[str] = Counter()
    for text in texts:
        normal = normalise(text)
        frequency.update(set(word_ngrams(normal)) | set(char_ngrams(normal)))
    kept = sorted(gram for gram, count in frequency.items() if count >= min_texts)
    total = len(texts)
    idf = np.array([math.log((1 + total) / (1 + frequency[g])) + 1.0 for g in kept], np.float32)
    return NgramFeaturizer({g: column for column, g in enumerate(kept)}, idf, word_weight, char_weight)
