"""Turns tokens into the sparse features of a linear model, and remembers which token each feature came from.

Words, pairs of words, words under a negation, and character n-grams within a word: plain dictionaries and
numpy arrays, so that one message costs a fraction of a millisecond and every weight can be traced back
to a typed word. It knows nothing of emotions; the same features serve every wording detector here.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from nlu.emotion.tokens import Tokens

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
_TRUE: Final = np.ones(1, dtype=bool)


@lru_cache(maxsize=4)
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


@lru_cache(maxsize=4)
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
    """One message's features, and where they are.

    `index` and `value` have equal length (features); `slot` and `token` too (occurrences): the position in
    `index` and the token that carried it.
    """

    index: Ints
    value: Floats
    slot: Ints
    token: Ints


@dataclass(slots=True)
class Vocabulary:
    """Which features exist, with their inverse document frequency. Feature numbers: words first, then n-grams."""

    words: dict[str, int]
    chars: dict[str, int]
    idf: Floats
    char_weight: float = 1.0
    _grams: dict[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])

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
        columns: list[int] = []
        places: list[int] = []
        for name, at in word_features(tokens):
            column = self.words.get(name)
            if column is not None:
                columns.append(column)
                places.append(at)
        char_columns: list[int] = []
        char_places: list[int] = []
        for at, norm in enumerate(tokens.norm):
            if tokens.kind[at] == "word":
                known = self._of_word(norm)
                char_columns += known
                char_places += [at] * len(known)
        return self._weighed(columns + char_columns, places + char_places, len(columns))

    def _of_word(self, norm: str) -> tuple[int, ...]:
        known = self._grams.get(norm)
        if known is None:
            chars = self.chars
            known = tuple(chars[g] for g in char_ngrams(norm) if g in chars)
            if len(self._grams) < 20_000:
                self._grams[norm] = known
        return known

    def _weighed(self, hits: list[int], places: list[int], words: int) -> Sparse:
        """Weigh features by number of which the first `words` are words; these have lower numbers than n-grams."""
        if not hits:
            none = np.zeros(0, dtype=np.int64)
            return Sparse(none, np.zeros(0, dtype=np.float32), none, none)
        columns, tokens = np.array(hits, dtype=np.int64), np.array(places, dtype=np.int64)
        # np.unique with its inverse takes three times as long for so few numbers
        order = columns.argsort(kind="stable")
        ordered = columns[order]
        starts = np.concatenate((_TRUE, ordered[1:] != ordered[:-1])).nonzero()[0]
        counts = np.concatenate((starts[1:], [len(ordered)])) - starts
        index = ordered[starts]
        slot = np.empty_like(order)
        slot[order] = np.arange(len(starts)).repeat(counts)
        value = (1.0 + np.log(counts)) * self.idf[index]
        split = int(starts.searchsorted(words))
        for block, weight in ((slice(split), 1.0), (slice(split, None), self.char_weight)):
            value[block] *= weight / (math.sqrt(float(np.dot(value[block], value[block]))) or 1.0)
        return Sparse(index, value.astype(np.float32), slot, tokens)


def _document_frequency(messages: Iterable[Iterable[tuple[str, int]]]) -> Counter[str]:
    seen: Counter[str] = Counter()
    for message in messages:
        seen.update({name for name, _ in message})
    return seen
