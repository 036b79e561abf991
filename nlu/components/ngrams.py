"""Turns a text into weighted word and character n-grams (TF-IDF), a sparse vector.

Two blocks, words with pairs of near words, and characters (2 to 5, inside word boundaries), each of unit
length and then joined; weights are sublinear term frequency times inverse document frequency
(idf = ln((1 + n) / (1 + df)) + 1, as in scikit-learn's TfidfTransformer).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from nlu.artifacts import read_array, read_json, read_lines, write_array, write_json, write_lines
from nlu.components.number_words import ENGLISH, HOMOGRAPHS, NUMBERS
from nlu.components.tokenizer import normalise, tokenize
from nlu.draft import EMPTY_SPARSE, Draft, Floats, SparseFeatures

PAIR_REACH: Final = 3
CHAR_RANGE: Final = (2, 5)

_NUMBER: Final = "w <number>"
_ONLY_NUMBERS: Final = "w <numbers>"
"""N-grams of their own, so that a form which learnt `5` and `two` knows `seven`; no word has such marks."""

_SPELT: Final = (NUMBERS.keys() | ENGLISH.keys()) - HOMOGRAPHS


def word_ngrams(text: str) -> Iterable[str]:
    """Yield the words of a normalised text and the pairs of words up to three apart, in their order.

    Marked so that they meet no character n-gram; a pair has two spaces in it. Numbers give one n-gram more, and a text
    of nothing else another.
    """
    words = [t.text for t in tokenize(text)]
    yield from (f"w {w}" for w in words)
    numbers = sum(_is_number(w) for w in words)
    if numbers:
        yield _NUMBER
    if numbers and numbers == sum(w[0].isalnum() for w in words):
        yield _ONLY_NUMBERS
    for i, first in enumerate(words):
        yield from (f"w {first} {second}" for second in words[i + 1 : i + 1 + PAIR_REACH])


def _is_number(word: str) -> bool:
    """Tell whether a normalised word is a number: in digits, letters may follow (`5`, `2nd`, `10k`), or spelt out."""
    return word[0].isdigit() or word in _SPELT


def char_ngrams(text: str) -> Iterable[str]:
    """Yield the character 2- to 5-grams of each word with a space on both sides."""
    low, high = CHAR_RANGE
    for word in text.split():
        padded = f" {word[:40]} "
        for n in range(low, high + 1):
            if len(padded) <= n:
                yield "c" + padded
                break
            for i in range(len(padded) - n + 1):
                yield "c" + padded[i : i + n]


@dataclass(frozen=True, slots=True)
class NgramFeaturizer:
    """Fills `draft.ngrams`. `vocabulary` maps an n-gram to its column, `idf` has one weight a column.

    `word_weight` and `char_weight` scale the two blocks against each other.
    """

    vocabulary: dict[str, int]
    idf: Floats
    word_weight: float = 1.0
    char_weight: float = 1.0

    def process(self, draft: Draft) -> None:
        draft.ngrams = self.features(draft.text)

    def features(self, text: str) -> SparseFeatures:
        """Return the vector of one text; a text of unknown n-grams gives the empty vector."""
        normal = normalise(text)
        weights: dict[int, float] = {}
        self._block(word_ngrams(normal), self.word_weight, weights)
        self._block(char_ngrams(normal), self.char_weight, weights)
        if not weights:
            return EMPTY_SPARSE
        columns = sorted(weights)
        return SparseFeatures(np.array(columns, np.int32), np.array([weights[c] for c in columns], np.float32))

    def _block(self, grams: Iterable[str], weight: float, weights: dict[int, float]) -> None:
        lookup = self.vocabulary.get
        counts = Counter(lookup(gram, -1) for gram in grams)
        counts.pop(-1, None)
        if not counts:
            return
        idf = self.idf
        block = {column: (1.0 + math.log(count)) * float(idf[column]) for column, count in counts.items()}
        norm = math.sqrt(sum(v * v for v in block.values()))
        for column, value in block.items():
            weights[column] = value * weight / norm

    def save(self, folder: Path) -> None:
        write_lines(folder / "ngrams.txt", sorted(self.vocabulary, key=self.vocabulary.__getitem__))
        write_array(folder / "idf.npy", self.idf)
        write_json(folder / "weights.json", {"word": self.word_weight, "char": self.char_weight})

    @classmethod
    def load(cls, folder: Path) -> NgramFeaturizer:
        """Read what `save` wrote. Raises ModelError."""
        grams = read_lines(folder / "ngrams.txt")
        weights = read_json(folder / "weights.json")
        return cls(
            {gram: column for column, gram in enumerate(grams)},
            read_array(folder / "idf.npy", "float32", 1, in_memory=True),
            float(weights["word"]),
            float(weights["char"]),
        )
