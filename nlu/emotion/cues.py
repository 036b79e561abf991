"""Measures what the lexicon's words and the style of typing say of one message: the dense features of every detector.

Negated words turn, emphasised ones count more, those behind a "but" most. What a count means is learned elsewhere.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from nlu.emotion.features import negated_words
from nlu.emotion.lexicon import Hint, Hit, Lexicon
from nlu.emotion.tokens import TEXTS_REMEMBERED, Tokens

Floats = npt.NDArray[np.float32]

_SQUASH: Final = 15.0
"""Valences are summed and squashed as s/sqrt(s² + 15), so that ten bad words do not count ten times
(Hutto and Gilbert 2014)."""

_EMPHASIS: Final = 1.3
_WEAKENED: Final = 0.7
_FLIPPED: Final = -0.6
"""A negated word turns, but not to its opposite: "not good" is milder than "bad"."""

_STRETCHED: Final = re.compile(r"([a-zA-Z])\1{2,}")
_LOUD: Final = frozenset({"!!", "!!!", "??", "???", "?!"})
_CAPITALS: Final = re.compile("[A-ZÀ-ÖØ-Þ]{2}")
"""Most messages have none, and need no closer look."""

_LONGEST_ACRONYM: Final = 3
_ACRONYMS: Final = frozenset({
    "ASAP", "HDMI", "IBAN", "IMEI", "ISBN", "JPEG", "MPEG", "SEPA", "SWIFT", "WIFI", "WLAN", "ESIM",
    "BIOS", "HTML", "HTTP", "HTTPS", "CAPTCHA", "ADAC", "SIRET", "SIREN", "RATP", "SNCF", "CNPJ", "SPID",
    "INPS",
})  # fmt: skip
"""Longer ones that customers type in capitals as everybody does."""

_CONTRAST: Final = frozenset(
    {"but", "however", "although", "yet", "aber", "jedoch", "mais", "pero", "mas", "porem", "ma"}
)

STYLE_CUES: Final = (
    "valence", "valence_worst", "valence_best", "valence_end", "negated_good", "negated_bad", "good_sum", "bad_sum",
    "shout_words", "capitals", "stressed", "stretched", "bang", "bangs", "asks", "ask_bang", "contrast", "length",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cues:
    """One message's dense features, with the hits they came from. `vector` follows `cue_columns(lexicon.classes)`."""

    vector: Floats
    hits: list[Hit]
    hint: Hint


@lru_cache(maxsize=8)
def cue_columns(classes: tuple[str, ...]) -> Mapping[str, int]:
    """Where each dense feature stands: one per class of a lexicon, then the style of the whole message."""
    return {name: column for column, name in enumerate((*classes, *STYLE_CUES))}


def cues(tokens: Tokens, lexicon: Lexicon) -> Cues:
    """Count the classes (a negated word counts for `negated_good` or `negated_bad` instead) and measure the style."""
    hint = lexicon.language_hint(tokens)
    hits = lexicon.hits(tokens, hint)
    columns = cue_columns(lexicon.classes)
    vector = [0.0] * len(columns)
    for name, value in _typing(tokens).items():
        vector[columns[name]] = value
    vector[columns["stressed"]] = float(min(_stressed(tokens, lexicon), 2))
    if hits:
        for name, value in _said(tokens, hits).items():
            vector[columns[name]] = value
    return Cues(np.array(vector, dtype=np.float32), hits, hint)


def _said(tokens: Tokens, hits: Sequence[Hit]) -> Mapping[str, float]:
    """Cues of the words that were found, one at least; the others are nought."""
    under = negated_words(tokens)
    counts: dict[str, float] = {}
    emphasis = {h.last + 1 for h in hits if h.name == "intensifier"}
    weakened = {h.last + 1 for h in hits if h.name == "downtoner"}
    total = end = best = worst = good = bad = negated_good = negated_bad = 0.0
    turn, start_of_end = _turns(tokens)
    for hit in hits:
        valence = hit.valence
        factor = _EMPHASIS if hit.first in emphasis else _WEAKENED if hit.first in weakened else 1.0
        if under[hit.first] and valence:
            if valence > 0:
                negated_good += 1.0
            else:
                negated_bad += 1.0
            valence *= _FLIPPED
        else:
            counts[hit.name] = counts.get(hit.name, 0.0) + factor
        valence *= factor
        if turn is not None:
            valence *= 0.6 if hit.first < turn else 1.3
        total += valence
        best, worst = max(best, valence), min(worst, valence)
        good, bad = good + max(valence, 0.0), bad - min(valence, 0.0)
        if hit.first >= start_of_end:
            end += valence
    return {name: math.log1p(count) for name, count in counts.items()} | {
        "valence": total / math.sqrt(total * total + _SQUASH),
        "valence_worst": worst / 4,
        "valence_best": best / 4,
        "valence_end": end / math.sqrt(end * end + _SQUASH),
        "negated_good": negated_good,
        "negated_bad": negated_bad,
        "good_sum": math.log1p(good),
        "bad_sum": math.log1p(bad),
    }


@lru_cache(maxsize=TEXTS_REMEMBERED)
def _turns(tokens: Tokens) -> tuple[int | None, int]:
    """Where the last word of contrast stands, if there is one, and where the last clause begins."""
    return _last_turn(tokens), _start_of_last_clause(tokens)


def _last_turn(tokens: Tokens) -> int | None:
    for position in range(len(tokens.norm) - 1, 0, -1):
        if tokens.norm[position] in _CONTRAST:
            return position
    return None


def _start_of_last_clause(tokens: Tokens) -> int:
    """Where the last clause starts that holds a word."""
    words_seen = False
    for position in range(len(tokens.kind) - 1, -1, -1):
        if tokens.kind[position] == "word":
            words_seen = True
        elif words_seen and tokens.kind[position] in ("stop", "mark"):
            return position
    return 0


def shouted(tokens: Tokens) -> tuple[int, ...]:
    """The positions of words typed in capitals only; acronyms and codes (`ERR_LIMIT`, `SEPA`) are no shouts.

    Who types everything in capitals may always do so: see `in_capitals`.
    """
    return () if in_capitals(tokens) else _capitals_in(tokens)


def in_capitals(tokens: Tokens) -> bool:
    """Whether all was typed in capitals, two words or more, and nothing else says that it is loud: `WHERE IS IT???`."""
    if any(c.islower() for c in tokens.text) or len(_capitals_in(tokens)) < 2:
        return False
    return not any(k == "mark" and n in _LOUD for n, k in zip(tokens.norm, tokens.kind, strict=True))


def _capitals_in(tokens: Tokens) -> tuple[int, ...]:
    if not _CAPITALS.search(tokens.text):
        return ()
    return tuple(
        position
        for position, (typed, kind) in enumerate(zip(tokens.typed, tokens.kind, strict=True))
        if kind == "word" and len(typed) > _LONGEST_ACRONYM and typed.isupper() and not _is_code(tokens, position)
    )


def _is_code(tokens: Tokens, position: int) -> bool:
    typed, start = tokens.typed[position], tokens.start[position]
    around = tokens.text[max(start - 1, 0) : start + len(typed) + 1]
    return typed in _ACRONYMS or any(c == "_" or c.isdigit() for c in around)


def _stressed(tokens: Tokens, lexicon: Lexicon) -> int:
    """How many little words stand out in capitals among small ones: `i AM waiting`, `that YOU lost`."""
    if not _CAPITALS.search(tokens.text) or not any(typed.islower() for typed in tokens.typed):
        return 0
    return sum(
        kind == "word" and 1 < len(typed) <= _LONGEST_ACRONYM and typed.isupper() and norm in lexicon.languages
        for typed, norm, kind in zip(tokens.typed, tokens.norm, tokens.kind, strict=True)
    )


@lru_cache(maxsize=TEXTS_REMEMBERED)
def _typing(tokens: Tokens) -> Mapping[str, float]:
    """Cues of how a message was typed; three detectors ask for them one after the other."""
    words = [t for t, k in zip(tokens.typed, tokens.kind, strict=True) if k == "word"]
    marks = [n for n, k in zip(tokens.norm, tokens.kind, strict=True) if k == "mark"]
    large = math.log1p(len(_capitals_in(tokens)))
    return {
        "shout_words": large,
        "capitals": large if in_capitals(tokens) else 0.0,  # takes back what the same words would be among small ones
        "length": math.log1p(len(words)) / 4,
        "stretched": float(any(_STRETCHED.search(w) for w in words)),
        "bang": float(min(marks.count("!"), 2)),
        "bangs": float(any(m in ("!!", "!!!") for m in marks)),
        "asks": float(any(m in ("??", "???") for m in marks)),
        "ask_bang": float("?!" in marks),
        "contrast": 0.0 if _turns(tokens)[0] is None else 1.0,
    }
