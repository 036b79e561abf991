"""Names the features of a message: words, pairs of words, words under a negation, character n-grams within a word.

Each comes with the token that it came from, so that every weight can be traced back to a typed word. It knows nothing
of emotions; the same features serve every wording detector here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from nlu.emotion.tokens import TEXTS_REMEMBERED, Tokens

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
