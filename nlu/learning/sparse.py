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
    """Keep the n-grams that occur in at least `min_texts` texts, pairs of words in two, in alphabetical order."""
    frequency: Counter[str] = Counter()
    for text in texts:
        normal = normalise(text)
        frequency.update(set(word_ngrams(normal)) | set(char_ngrams(normal)))
    kept = sorted(g for g, count in frequency.items() if count >= (max(2, min_texts) if _is_pair(g) else min_texts))
    total = len(texts)
    idf = np.array([math.log((1 + total) / (1 + frequency[g])) + 1.0 for g in kept], np.float32)
    return NgramFeaturizer({g: column for column, g in enumerate(kept)}, idf, word_weight, char_weight)


def _is_pair(gram: str) -> bool:
    return gram.startswith("w") and gram.count(" ") == 2
