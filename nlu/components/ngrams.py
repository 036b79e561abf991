"""Turns a text into weighted word and character n-grams (TF-IDF), a sparse vector.

Two blocks, words with pairs of near words, and characters (2 to 5, inside word boundaries), each of unit
length and then joined; weights are sublinear term frequency times inverse document frequency
(idf = ln((1 + n) / (1 + df)) + 1, as in scikit-learn's TfidfTransformer).
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nlu.artifacts import read_array, read_json, read_lines, write_array, write_json, write_lines
from nlu.components.quantities.number_words import ENGLISH, HOMOGRAPHS, NUMBERS
from nlu.components.sparse_rows import counted
from nlu.components.tokenizer import normalise, words_of
from nlu.draft import EMPTY_SPARSE, Draft, Floats, Indices, SparseFeatures

PAIR_REACH: Final = 3
CHAR_RANGE: Final = (2, 5)

_LONGEST: Final = 40
_REMEMBERED: Final = 5_000
"""Words whose character n-grams need not be looked up again."""

_NUMBER: Final = "w <number>"
_ONLY_NUMBERS: Final = "w <numbers>"
"""N-grams of their own, so that a form which learnt `5` and `two` knows `seven`; no word has such marks."""

_SPELT: Final = (NUMBERS.keys() | ENGLISH.keys()) - HOMOGRAPHS


def word_ngrams(text: str) -> Iterable[str]:
    """Yield the words of a normalised text and the pairs of words up to three apart, in their order.

    Marked so that they meet no character n-gram; a pair has two spaces in it. Numbers give one n-gram more, and a text
    of nothing else another.
    """
    words = words_of(text)
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
    for word in text.split():
        yield from _of_word(word)


def _of_word(word: str) -> Iterable[str]:
    low, high = CHAR_RANGE
    padded = f" {word[:_LONGEST]} "
    for n in range(low, high + 1):
        if len(padded) <= n:
            yield "c" + padded
            break
        for i in range(len(padded) - n + 1):
            yield "c" + padded[i : i + n]


def inverse_frequency(texts: int, frequency: NDArray[Any]) -> Floats:
    """Return the weights of n-grams that so many of `texts` have."""
    weights: Floats = (np.log((1 + texts) / (1 + frequency)) + 1.0).astype(np.float32)
    return weights


@dataclass(frozen=True, slots=True)
class NgramFeaturizer:
    """Fills `draft.ngrams` and `draft.known`. `vocabulary` maps an n-gram to its column, `idf` has one weight a column.

    The first columns are those of characters. It was learnt from so many `texts`. `word_weight` and `char_weight` scale
    the two blocks against each other.
    """

    vocabulary: dict[str, int]
    idf: Floats
    texts: int
    word_weight: float = 1.0
    char_weight: float = 1.0
    _words: dict[str, tuple[bytes, tuple[str, ...]]] = field(
        default_factory=dict[str, tuple[bytes, tuple[str, ...]]], compare=False
    )
    """The known character n-grams of words that were met, by column, as bytes that are joined in no time, and their
    unknown ones."""

    def process(self, draft: Draft) -> None:
        draft.ngrams, draft.known = self.features(draft.text)

    def features(self, text: str) -> tuple[SparseFeatures, float]:
        """Return the vector of one text, empty where no n-gram is known, and how much of its letters is known.

        That share, 0 to 1, is of its different character n-grams, each by its weight; an unknown one weighs as if no
        text had it.
        """
        normal = normalise(text)
        letters: list[bytes] = []
        unknown: set[str] = set()
        for word in normal.split():
            those, others = self._letters(word)
            letters.append(those)
            unknown.update(others)
        chars, there = self._block(np.frombuffer(b"".join(letters), np.int32), self.char_weight)
        lookup = self.vocabulary.get
        known = [column for gram in word_ngrams(normal) if (column := lookup(gram)) is not None]
        words, _ = self._block(np.array(known, np.int32), self.word_weight)
        share = there / (there + len(unknown) * (math.log(1 + self.texts) + 1.0)) if there else 0.0
        columns = np.concatenate((chars.columns, words.columns))
        return SparseFeatures(columns, np.concatenate((chars.values, words.values))), share

    def _letters(self, word: str) -> tuple[bytes, tuple[str, ...]]:
        found = self._words.get(word)
        if found is None:
            grams = [(gram, self.vocabulary.get(gram, -1)) for gram in _of_word(word)]
            known = array("i", [c for _, c in grams if c >= 0]).tobytes()
            found = known, tuple(gram for gram, c in grams if c < 0)
            if len(self._words) < _REMEMBERED and len(word) <= _LONGEST:
                self._words[word] = found
        return found

    def _block(self, columns: Indices, weight: float) -> tuple[SparseFeatures, float]:
        """Return the block of length `weight` that these columns make, each as often as it is there.

        And the sum of the weights of its different columns.
        """
        if not len(columns):
            return EMPTY_SPARSE, 0.0
        different, counts = counted(columns)
        idf = self.idf.take(different).astype(np.float64)
        values = (1.0 + np.log(counts)) * idf
        values *= weight / math.sqrt(float(values @ values))
        return SparseFeatures(different, values.astype(np.float32)), float(idf.sum())

    def save(self, folder: Path) -> None:
        write_lines(folder / "ngrams.txt", sorted(self.vocabulary, key=self.vocabulary.__getitem__))
        write_array(folder / "idf.npy", self.idf)
        about = {"word": self.word_weight, "char": self.char_weight, "texts": self.texts}
        write_json(folder / "weights.json", about)

    @classmethod
    def load(cls, folder: Path) -> NgramFeaturizer:
        """Read what `save` wrote. Raises ModelError."""
        grams = read_lines(folder / "ngrams.txt")
        weights = read_json(folder / "weights.json")
        return cls(
            {gram: column for column, gram in enumerate(grams)},
            read_array(folder / "idf.npy", "float32", 1, in_memory=True),
            int(weights["texts"]),
            float(weights["word"]),
            float(weights["char"]),
        )
