"""Reads a lexicon of word classes and finds its words in a message: prefixes, phrases, negation and emphasis included.

The classes and their valences are data (`nlu/data/emotion_lexicon.yml` and its neighbours). This
module finds and counts; what a count means is learned elsewhere.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from ruamel.yaml import YAML

from nlu.emotion_features import negated_words
from nlu.emotion_tokens import Tokens, normal_form

Floats = npt.NDArray[np.float32]

_SHORTEST_PREFIX: Final = 4
_LONGEST_PHRASE: Final = 5
_SQUASH: Final = 15.0
"""Valences are summed and squashed as s/sqrt(s² + 15), so that ten bad words do not count ten times
(Hutto and Gilbert 2014)."""

_EMPHASIS: Final = 1.3
_WEAKENED: Final = 0.7
_FLIPPED: Final = -0.6
"""A negated word turns, but not to its opposite: "not good" is milder than "bad"."""

_CONTRAST: Final = frozenset(
    {"but", "however", "although", "yet", "aber", "jedoch", "mais", "pero", "mas", "porem", "ma"}
)

STYLE_CUES: Final = (
    "valence", "valence_worst", "valence_best", "valence_end", "negated_good", "negated_bad", "good_sum", "bad_sum",
    "no_cue", "shout_words", "shout_share", "stretched", "bang", "bangs", "ask", "asks", "ask_bang", "dots",
    "length", "short", "ends_ask", "no_capital", "contrast",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hit:
    """One word or phrase of the lexicon in a message, by the positions of its first and last token."""

    name: str
    valence: float
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Word classes, ready for look-up. `entries` maps a word or a phrase joined by blanks to (class, valence) pairs."""

    classes: tuple[str, ...]
    entries: Mapping[str, tuple[tuple[str, float], ...]]
    prefixes: Mapping[str, tuple[tuple[str, float], ...]]
    openers: frozenset[str]

    @classmethod
    def load(cls, path: Path) -> Lexicon:
        """Read a lexicon file. Raises OSError, or ValueError with the entry that has a wrong shape."""
        reader: Any = YAML(typ="safe", pure=True)
        groups: list[Any] = reader.load(path.read_text(encoding="utf-8"))
        if not isinstance(groups, list):
            raise ValueError(  # noqa: TRY004  # a wrong file, not a wrong argument
                f"cannot read lexicon {path}: it must be a list of classes"
            )
        return cls.build(_group(path, g) for g in groups)

    @classmethod
    def build(cls, groups: Iterable[tuple[str, float, list[str]]]) -> Lexicon:
        """Make a lexicon of (class, valence, words) groups."""
        classes: dict[str, None] = {}
        entries: dict[str, dict[str, float]] = {}
        prefixes: dict[str, dict[str, float]] = {}
        for name, valence, words in groups:
            classes[name] = None
            for word in words:
                if word.endswith("*") and len(word) > _SHORTEST_PREFIX and "_" not in word:
                    prefixes.setdefault(word[:-1], {})[name] = valence
                else:
                    phrase = _phrase(word)
                    entries.setdefault(phrase, {})[name] = valence
        openers = {phrase.split(" ", 1)[0] for phrase in entries if " " in phrase}
        return cls(
            tuple(classes),
            {word: tuple(found.items()) for word, found in entries.items()},
            {word: tuple(found.items()) for word, found in prefixes.items()},
            frozenset(openers),
        )

    def to_json(self) -> dict[str, Any]:
        """A shape that `from_json` reads back."""
        return {"classes": list(self.classes), "entries": dict(self.entries), "prefixes": dict(self.prefixes)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Lexicon:
        """Read back what `to_json` wrote. Raises KeyError or ValueError on foreign data."""
        entries, prefixes = (
            {str(word): tuple((str(n), float(v)) for n, v in found) for word, found in data[key].items()}
            for key in ("entries", "prefixes")
        )
        openers = frozenset(phrase.split(" ", 1)[0] for phrase in entries if " " in phrase)
        return cls(tuple(str(name) for name in data["classes"]), entries, prefixes, openers)

    def hits(self, tokens: Tokens) -> list[Hit]:
        """Every entry that occurs. A phrase hides the words within it."""
        found: list[Hit] = []
        norm = tokens.norm
        position = 0
        while position < len(norm):
            step = 1
            word = norm[position]
            if word in self.openers:
                for size in range(min(_LONGEST_PHRASE, len(norm) - position), 1, -1):
                    known = self.entries.get(" ".join(norm[position : position + size]))
                    if known is not None:
                        found.extend(Hit(name, v, position, position + size - 1) for name, v in known)
                        step = size
                        break
            if step == 1:
                known = self.entries.get(word) or self._by_prefix(word, tokens.kind[position])
                if known:
                    found.extend(Hit(name, v, position, position) for name, v in known)
            position += step
        return found

    def _by_prefix(self, word: str, kind: str) -> tuple[tuple[str, float], ...]:
        if kind != "word":
            return ()
        for size in range(min(len(word), 14), _SHORTEST_PREFIX - 1, -1):
            known = self.prefixes.get(word[:size])
            if known is not None:
                return known
        return ()


def _phrase(entry: str) -> str:
    """The normal form of an entry; faces and emoji stand as they are."""
    if not re.search(r"\w", entry) or re.fullmatch(r"[tToO][_.][tToO]", entry):
        return entry
    return " ".join(normal_form(part) or part for part in entry.rstrip("*").split("_") if part)


def _group(path: Path, group: Any) -> tuple[str, float, list[str]]:
    try:
        return str(group["class"]), float(group["valence"]), str(group["words"]).split()
    except (TypeError, KeyError, ValueError) as wrong:
        raise ValueError(f"cannot read lexicon {path}: {group!r} needs class, valence and words") from wrong


@dataclass(frozen=True, slots=True)
class Cues:
    """One message's dense features, with the hits they came from. `vector` follows `cue_names(lexicon)`."""

    vector: Floats
    hits: list[Hit]


def cue_names(lexicon: Lexicon) -> tuple[str, ...]:
    """Names of the dense features: one per class, then the style of the whole message."""
    return (*lexicon.classes, *STYLE_CUES)


def cues(tokens: Tokens, lexicon: Lexicon) -> Cues:
    """Count the classes (a negated word counts for `negated_good` or `negated_bad` instead) and measure the style."""
    hits = lexicon.hits(tokens)
    under = negated_words(tokens)
    counts = dict.fromkeys(lexicon.classes, 0.0)
    style: dict[str, float] = dict.fromkeys(STYLE_CUES, 0.0)
    emphasis = {h.last + 1 for h in hits if h.name == "intensifier"}
    weakened = {h.last + 1 for h in hits if h.name == "downtoner"}
    total = end = best = worst = good = bad = 0.0
    turn = _last_turn(tokens)
    start_of_end = _start_of_last_clause(tokens)
    for hit in hits:
        valence = hit.valence
        factor = _EMPHASIS if hit.first in emphasis else _WEAKENED if hit.first in weakened else 1.0
        if under[hit.first] and valence:
            style["negated_good" if valence > 0 else "negated_bad"] += 1.0
            valence *= _FLIPPED
        else:
            counts[hit.name] += factor
        valence *= factor
        if turn is not None:
            valence *= 0.6 if hit.first < turn else 1.3
        total += valence
        best, worst = max(best, valence), min(worst, valence)
        good, bad = good + max(valence, 0.0), bad - min(valence, 0.0)
        if hit.first >= start_of_end:
            end += valence
    style["valence"] = total / math.sqrt(total * total + _SQUASH)
    style["valence_end"] = end / math.sqrt(end * end + _SQUASH)
    style["valence_best"], style["valence_worst"] = best / 4, worst / 4
    style["good_sum"], style["bad_sum"] = math.log1p(good), math.log1p(bad)
    style["no_cue"] = 0.0 if hits else 1.0
    style["contrast"] = 0.0 if turn is None else 1.0
    _measure_style(tokens, style)
    vector = [math.log1p(counts[name]) for name in lexicon.classes] + [style[name] for name in STYLE_CUES]
    return Cues(np.array(vector, dtype=np.float32), hits)


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


def is_shouted(word: str) -> bool:
    """Whether a word is typed in capitals only (acronyms of three letters and less do not count)."""
    return len(word) > 3 and word.isupper()


def _measure_style(tokens: Tokens, style: dict[str, float]) -> None:
    words = [t for t, k in zip(tokens.typed, tokens.kind, strict=True) if k == "word"]
    marks = [n for n, k in zip(tokens.norm, tokens.kind, strict=True) if k == "mark"]
    shouted = sum(map(is_shouted, words))
    letters = [c for c in tokens.text[:2000] if c.isalpha()]
    upper = sum(c.isupper() for c in letters)
    style["shout_words"] = math.log1p(shouted)
    style["shout_share"] = upper / len(letters) if len(letters) > 8 and upper > 0.3 * len(letters) else 0.0
    style["stretched"] = float(any(re.search(r"([a-zA-Z])\1{2,}", w) for w in words))
    style["bang"] = float(marks.count("!"))
    style["bangs"] = float(sum(m in ("!!", "!!!") for m in marks))
    style["ask"] = float(min(marks.count("?"), 2))
    style["asks"] = float(sum(m in ("??", "???") for m in marks))
    style["ask_bang"] = float(marks.count("?!"))
    style["dots"] = float(min(marks.count(".."), 2))
    style["length"] = math.log1p(len(words)) / 4
    style["short"] = float(len(words) <= 3)
    style["ends_ask"] = float(bool(marks) and tokens.kind[-1] == "mark" and tokens.norm[-1][0] == "?")
    style["no_capital"] = float(upper == 0 and len(letters) > 8)
