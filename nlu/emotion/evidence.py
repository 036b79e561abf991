"""Traces a linear score back to the words that were typed."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from nlu.emotion.cues import Cues, cue_columns, shouted
from nlu.emotion.lexicon import Lexicon
from nlu.emotion.tokens import Tokens
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


def token_weights(
    tokens: Tokens,
    vocabulary: Vocabulary,
    found: Sparse,
    weights: Floats,
    seen: Cues,
    dense: Floats,
    lexicon: Lexicon,
    towards: int,
    against: int | None,
) -> Floats:
    """How much each token moves the score of column `towards` (less that of column `against`), shape (tokens,).

    A feature that occurs several times is shared evenly among its places; a phrase among its words.
    """
    carried = np.zeros(len(tokens.norm), dtype=np.float32)
    column = weights[:, towards] - (weights[:, against] if against is not None else 0.0)
    numbers, carriers = vocabulary.occurrences(tokens)
    if len(numbers):
        slot = found.index.searchsorted(numbers)
        moved = (found.value * column)[slot]
        places = np.bincount(slot, minlength=len(found.index))[slot]
        np.add.at(carried, carriers, (moved / places).astype(np.float32))
    cue = dense[:, towards] - (dense[:, against] if against is not None else 0.0)
    names = cue_columns(lexicon.classes)
    by_class: dict[str, int] = {}
    for hit in seen.hits:
        by_class[hit.name] = by_class.get(hit.name, 0) + 1
    valence = float(cue[names["valence"]])
    for hit in seen.hits:
        each = float(cue[names[hit.name]]) * math.log1p(by_class[hit.name]) / by_class[hit.name]
        each += valence * hit.valence / 8
        size = hit.last - hit.first + 1
        carried[hit.first : hit.last + 1] += each / size
    for position, (norm, kind) in enumerate(zip(tokens.norm, tokens.kind, strict=True)):
        if kind == "mark" and norm in _MARK_CUES:
            carried[position] += float(cue[names[_MARK_CUES[norm]]])
    for position in shouted(tokens):
        carried[position] += max(0.0, float(cue[names["shout_words"]]))
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
