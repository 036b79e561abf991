"""Turns tokens into the sparse features of a linear model, and tells which token each feature came from.

Words, pairs of words, words under a negation, and character n-grams within a word: plain dictionaries and
numpy arrays, so that one message costs a fraction of a millisecond and every weight can be traced back
to a typed word. It knows nothing of emotions; the same features serve every wording detector here.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from nlu.components.sparse_rows import counted
from nlu.draft import Indices
from nlu.emotion.tokens import TEXTS_REMEMBERED, Tokens

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

NEGATORS: Final = frozenset(
    word
    for line in (
        "not no never none nothing nobody neither nor cannot cant wont dont doesnt didnt isnt arent wasnt werent",
        "hasnt havent hadnt wouldnt couldnt shouldnt aint without hardly barely nicht kein keine keinen keinem",
        "keiner nie niemals nichts ohne weder kaum pas jamais rien aucun aucune sans ni nunca jamas nada ningun",
        "ninguna ninguno sin tampoco nao nenhum nenhuma sem nem non mai niente nessun nessuno nessuna senza ne",
    )
    for word in line.split()
)
_REACH: Final = 3
"""How many words a negation reaches, unless punctuation ends it before (3 to 5 is usual)."""

CHAR_SIZES: Final = (3, 4, 5)
_REMEMBERED: Final = 20_000
"""Words whose n-grams need not be looked up again."""


@lru_cache(maxsize=TEXTS_REMEMBERED)
def negated_words(tokens: Tokens) -> tuple[bool, ...]:
    """For each token, whether a negation stands at most three words before it in the same clause."""
    reach = 0
    under: list[bool] = []
    for norm, kind in zip(tokens.norm, tokens.kind, strict=True):
        if kind == "word":
            under.append(reach > 0)
            reach = _REACH if norm in NEGATORS else reach - 1
        else:
            under.append(False)
            if kind in ("stop", "mark"):
                reach = 0
    return tuple(under)


@lru_cache(maxsize=TEXTS_REMEMBERED)
def word_features(tokens: Tokens) -> tuple[tuple[str, int], ...]:
    """Names of the word features with the position of the token that carries each."""
    under = negated_words(tokens)
    found: list[tuple[str, int]] = []
    previous = "^"
    for position, norm in enumerate(tokens.norm):
        if tokens.kind[position] == "stop":
            continue
        found += ((norm, position), (previous + " " + norm, position))
        if under[position]:
            found.append(("!" + norm, position))
        previous = norm
    found.append((previous + " $", max(len(tokens.norm) - 1, 0)))
    return tuple(found)


def char_ngrams(word: str) -> tuple[str, ...]:
    """Character n-grams of one word, with its edges marked."""
    padded = f" {word} "
    return tuple(padded[i : i + size] for size in CHAR_SIZES for i in range(len(padded) - size + 1))


def char_features(tokens: Tokens) -> Iterator[tuple[str, int]]:
    """Character n-grams with the position of the word that carries each."""
    for position, norm in enumerate(tokens.norm):
        if tokens.kind[position] == "word":
            for ngram in char_ngrams(norm):
                yield ngram, position


@dataclass(frozen=True, slots=True)
class Sparse:
    """One message's features: `index`, ascending, and `value` have equal length."""

    index: Indices
    value: Floats


@dataclass(slots=True)
class Vocabulary:
    """Which features exist, with their inverse document frequency. Feature numbers: words first, then n-grams."""

    words: dict[str, int]
    chars: dict[str, int]
    idf: Floats
    char_weight: float = 1.0
    _grams: dict[str, bytes] = field(default_factory=dict[str, bytes])

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
        return cls(
            words={name: i for i, name in enumerate(kept_words)},
            chars={name: i + len(kept_words) for i, name in enumerate(kept_chars)},
            idf=idf.astype(np.float32),
            char_weight=char_weight,
        )

    def features(self, tokens: Tokens) -> Sparse:
        """The message's features: (1 + ln tf) · idf, each of the two blocks scaled to length one."""
        words = [column for name, _ in word_features(tokens) if (column := self.words.get(name)) is not None]
        letters = [self._of_word(norm) for norm, kind in zip(tokens.norm, tokens.kind, strict=True) if kind == "word"]
        hits = np.frombuffer(array("i", words).tobytes() + b"".join(letters), np.int32)
        if not len(hits):
            return Sparse(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))
        index, counts = counted(hits)
        value = (1.0 + np.log(counts)) * self.idf[index]
        split = int(index.searchsorted(len(self.words)))
        for block, weight in ((slice(split), 1.0), (slice(split, None), self.char_weight)):
            value[block] *= weight / (math.sqrt(float(np.dot(value[block], value[block]))) or 1.0)
        return Sparse(index, value.astype(np.float32))

    def occurrences(self, tokens: Tokens) -> tuple[Ints, Ints]:
        """The number of each feature as often as it is there, and the position of the token that carries it."""
        found = [(column, at) for name, at in word_features(tokens) if (column := self.words.get(name)) is not None]
        for at, (norm, kind) in enumerate(zip(tokens.norm, tokens.kind, strict=True)):
            if kind == "word":
                found += [(column, at) for column in memoryview(self._of_word(norm)).cast("i")]
        numbers = np.array(found, dtype=np.int64).reshape(-1, 2)
        return numbers[:, 0], numbers[:, 1]

    def _of_word(self, norm: str) -> bytes:
        """The numbers of the known n-grams of a word, as bytes, which are joined in no time."""
        known = self._grams.get(norm)
        if known is None:
            chars = self.chars
            known = array("i", [chars[g] for g in char_ngrams(norm) if g in chars]).tobytes()
            if len(self._grams) < _REMEMBERED:
                self._grams[norm] = known
        return known


def _document_frequency(messages: Iterable[Iterable[tuple[str, int]]]) -> Counter[str]:
    seen: Counter[str] = Counter()
    for message in messages:
        seen.update({name for name, _ in message})
    return seen
