"""Turns tokens into the sparse features of a linear model, and tells which token each feature came from.

Several detectors read each message. What it has of the features that any of them knows is looked up once, under one
numbering for all vocabularies of the process; a vocabulary then knows its own columns by these numbers. Plain
dictionaries and numpy arrays: one message costs a fraction of a millisecond.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Final

import numpy as np
import numpy.typing as npt

from nlu.components.sparse_rows import counted
from nlu.draft import Indices
from nlu.emotion.features import char_features, char_ngrams, word_features
from nlu.emotion.tokens import TEXTS_REMEMBERED, Tokens

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

_REMEMBERED: Final = 20_000
"""Words whose n-grams need not be looked up again."""


@dataclass(frozen=True, slots=True)
class Sparse:
    """One message's features: `index`, ascending, and `value` have equal length."""

    index: Indices
    value: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """Features with their numbers: words first, then n-grams, each in alphabetical order."""

    words: dict[str, int]
    chars: dict[str, int]
    _met: dict[str, bytes] = field(default_factory=dict[str, bytes])

    @classmethod
    def of(cls, words: Iterable[str], chars: Iterable[str]) -> Names:
        """Number them."""
        numbered = {name: number for number, name in enumerate(sorted(words))}
        return cls(numbered, {name: number for number, name in enumerate(sorted(chars), len(numbered))})

    def __len__(self) -> int:
        return len(self.words) + len(self.chars)

    def words_in(self, tokens: Tokens) -> tuple[list[int], list[int]]:
        """The number of each word feature as often as it is there, and the position of the token that carries it."""
        found = [(number, at) for name, at in word_features(tokens) if (number := self.words.get(name)) is not None]
        return [number for number, _ in found], [at for _, at in found]

    def chars_in(self, word: str) -> bytes:
        """The numbers of a word's n-grams, as bytes of int32, which are joined in no time."""
        known = self._met.get(word)
        if known is None:
            known = array("i", [n for gram in char_ngrams(word) if (n := self.chars.get(gram)) is not None]).tobytes()
            if len(self._met) < _REMEMBERED:
                self._met[word] = known
        return known


@lru_cache(maxsize=TEXTS_REMEMBERED)
def _frequencies(names: Names, tokens: Tokens) -> tuple[Indices, npt.NDArray[np.float64]]:
    """The numbers of a message's features, ascending, and 1 + ln tf of each."""
    words, _ = names.words_in(tokens)
    letters = [names.chars_in(norm) for norm, kind in zip(tokens.norm, tokens.kind, strict=True) if kind == "word"]
    hits = np.frombuffer(array("i", words).tobytes() + b"".join(letters), np.int32)
    if not len(hits):
        return hits, np.zeros(0)
    numbers, counts = counted(hits)
    return numbers, 1.0 + np.log(counts)


class _Shared:
    """The names that all vocabularies of this process know: they become more, and never fewer."""

    def __init__(self) -> None:
        self.names = Names.of((), ())
        self._lock = Lock()

    def joined(self, words: Sequence[str], chars: Sequence[str]) -> Names:
        """Names with these among them."""
        with self._lock:
            before = self.names
            if not (before.words.keys() >= set(words) and before.chars.keys() >= set(chars)):
                self.names = Names.of({*before.words, *words}, {*before.chars, *chars})
            return self.names


_SHARED: Final = _Shared()


@dataclass(slots=True, eq=False)
class Vocabulary:
    """Which features exist, with their inverse document frequency. Columns: words first, then n-grams.

    `words` and `chars` are in alphabetical order; `idf` has shape (columns,).
    """

    words: Sequence[str]
    chars: Sequence[str]
    idf: Floats
    char_weight: float = 1.0
    _seen: tuple[Names, Indices] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        names = _SHARED.joined(self.words, self.chars)
        shared = [*names.words, *names.chars]
        # the very strings that are shared, not others that are equal
        self.words = tuple(map(shared.__getitem__, map(names.words.__getitem__, self.words)))
        self.chars = tuple(map(shared.__getitem__, map(names.chars.__getitem__, self.chars)))

    def __len__(self) -> int:
        return len(self.words) + len(self.chars)

    @classmethod
    def learn(
        cls, messages: Sequence[Tokens], *, min_words: int = 2, min_chars: int = 3, char_weight: float = 1.0
    ) -> Vocabulary:
        """Keep the features that at least `min_words` (`min_chars`) messages have.

        Inverse document frequency as usual: ln((1 + n) / (1 + df)) + 1.
        """
        words = _document_frequency(word_features(m) for m in messages)
        chars = _document_frequency(char_features(m) for m in messages)
        kept_words = sorted(name for name, df in words.items() if df >= min_words)
        kept_chars = sorted(name for name, df in chars.items() if df >= min_chars)
        df = np.array([words[n] for n in kept_words] + [chars[n] for n in kept_chars], dtype=np.float64)
        idf = np.log((1 + len(messages)) / (1 + df)) + 1
        return cls(kept_words, kept_chars, idf.astype(np.float32), char_weight)

    def features(self, tokens: Tokens) -> Sparse:
        """The message's features: (1 + ln tf) · idf, each of the two blocks scaled to length one."""
        names, columns = self._numbered()
        numbers, frequencies = _frequencies(names, tokens)
        here = columns.take(numbers)
        known = (here >= 0).nonzero()[0]
        index = here.take(known)
        value = frequencies.take(known) * self.idf.take(index)
        split = int(index.searchsorted(len(self.words)))
        for block, weight in ((slice(split), 1.0), (slice(split, None), self.char_weight)):
            value[block] *= weight / (math.sqrt(float(np.dot(value[block], value[block]))) or 1.0)
        return Sparse(index, value.astype(np.float32))

    def occurrences(self, tokens: Tokens) -> tuple[Ints, Ints]:
        """The column of each feature as often as it is there, and the position of the token that carries it."""
        names, columns = self._numbered()
        numbers, carriers = names.words_in(tokens)
        for at, (norm, kind) in enumerate(zip(tokens.norm, tokens.kind, strict=True)):
            if kind == "word":
                of_word = memoryview(names.chars_in(norm)).cast("i")
                numbers += of_word
                carriers += [at] * len(of_word)
        here = columns.take(np.array(numbers, np.int64)).astype(np.int64)
        known = here >= 0
        return here[known], np.array(carriers, np.int64)[known]

    def _numbered(self) -> tuple[Names, Indices]:
        """The shared names, and the column that each has here, or -1."""
        seen, names = self._seen, _SHARED.names
        if seen is None or seen[0] is not names:
            columns = np.full(len(names), -1, np.int32)
            numbers = [*map(names.words.__getitem__, self.words), *map(names.chars.__getitem__, self.chars)]
            columns[numbers] = np.arange(len(self))
            self._seen = seen = (names, columns)
        return seen


def _document_frequency(messages: Iterable[Iterable[tuple[str, int]]]) -> Counter[str]:
    seen: Counter[str] = Counter()
    for message in messages:
        seen.update({name for name, _ in message})
    return seen
