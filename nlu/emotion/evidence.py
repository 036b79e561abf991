"""Traces a linear score back to the words that were typed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from nlu.emotion.cues import Cues, cue_columns, cues, shouted
from nlu.emotion.lexicon import Lexicon
from nlu.emotion.tokens import Tokens, cut
from nlu.emotion.vocabulary import Sparse, Vocabulary

Floats = npt.NDArray[np.float32]

MOST_PIECES: Final = 5
_LONGEST_PIECE: Final = 4
_LEAST: Final = 0.12
"""A token that moves the score by less than this (in logits) is no evidence."""

_SHARE_OF_BEST: Final = 0.25
_MARK_CUES: Final = {
    "!": "bang",
    "!!": "bangs",
    "!!!": "bangs",
    "??": "asks",
    "???": "asks",
    "?!": "ask_bang",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What a model sees of one text: its tokens, its words and n-grams with their values, and its cues."""

    tokens: Tokens
    sparse: Sparse
    cues: Cues


def find(text: str, vocabulary: Vocabulary, lexicon: Lexicon) -> Found:
    """What these know of a text."""
    tokens = cut(text)
    return Found(tokens, vocabulary.features(tokens), cues(tokens, lexicon))


def token_weights(
    found: Found, vocabulary: Vocabulary, lexicon: Lexicon, feature_weights: Floats, cue_weights: Floats
) -> Floats:
    """How much each token moves a score, shape (tokens,).

    `feature_weights` are those that the score gives to the features of `found`, in their order; `cue_weights` those
    of all cues, shape (cues,). A feature that occurs several times is shared evenly among its places; a phrase among
    its words.
    """
    tokens, sparse, hits = found.tokens, found.sparse, found.cues.hits
    carried = np.zeros(len(tokens.norm), dtype=np.float32)
    numbers, carriers = vocabulary.occurrences(tokens)
    if len(numbers):
        slot = sparse.index.searchsorted(numbers)
        moved = (sparse.value * feature_weights)[slot]
        places = np.bincount(slot, minlength=len(sparse.index))[slot]
        np.add.at(carried, carriers, (moved / places).astype(np.float32))
    names = cue_columns(lexicon.classes)
    by_class: dict[str, int] = {}
    for hit in hits:
        by_class[hit.name] = by_class.get(hit.name, 0) + 1
    valence = float(cue_weights[names["valence"]])
    for hit in hits:
        each = float(cue_weights[names[hit.name]]) * math.log1p(by_class[hit.name]) / by_class[hit.name]
        each += valence * hit.valence / 8
        size = hit.last - hit.first + 1
        carried[hit.first : hit.last + 1] += each / size
    for position, (norm, kind) in enumerate(zip(tokens.norm, tokens.kind, strict=True)):
        if kind == "mark" and norm in _MARK_CUES:
            carried[position] += float(cue_weights[names[_MARK_CUES[norm]]])
    for position in shouted(tokens):
        carried[position] += max(0.0, float(cue_weights[names["shout_words"]]))
    return carried


def evidence_of(tokens: Tokens, carried: Floats) -> tuple[str, ...]:
    """The pieces of text that carried most, as they were typed and in their order; neighbours are one piece."""
    if not len(carried):
        return ()
    least = max(_LEAST, _SHARE_OF_BEST * float(carried.max()))
    chosen = [i for i in range(len(carried)) if carried[i] >= least and tokens.kind[i] != "stop"]
    pieces: list[list[int]] = []
    for position in chosen:
        joins = pieces and pieces[-1][-1] == position - 1 and len(pieces[-1]) < _LONGEST_PIECE
        if joins and "\n" not in tokens.slice(position - 1, position):
            pieces[-1].append(position)
        else:
            pieces.append([position])
    best = sorted(pieces, key=lambda p: -float(carried[p].sum()))[:MOST_PIECES]
    return tuple(dict.fromkeys(tokens.slice(p[0], p[-1]) for p in sorted(best)))
