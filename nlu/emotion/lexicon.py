"""Reads a lexicon of word classes and finds its words in a message: prefixes and phrases included.

The classes and their valences are data (`nlu/data/emotion_lexicon.yml` and its neighbours). This
module finds; what is found is counted in `cues`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, assert_never

from rapidfuzz import process
from rapidfuzz.distance import OSA
from ruamel.yaml import YAML

from nlu.emotion.data import DATA
from nlu.emotion.tokens import Tokens, normal_form

LEXICON: Final = DATA / "emotion_lexicon.yml"
_SHORTEST_PREFIX: Final = 4
_LONGEST_PHRASE: Final = 5
_SHORTEST_MISTAKE: Final = 5
_REMEMBERED: Final = 20_000

ENGLISH: Final = "en"
FUNCTION_WORDS: Final = "function_words"
"""The class whose words tell languages apart and say nothing of a mood."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One word or phrase of the lexicon in a message, by the positions of its first and last token."""

    name: str
    valence: float
    first: int
    last: int


Found = tuple[tuple[str, float], ...]
Group = tuple[str, str, float, list[str]]
"""Language, class, valence, words."""


@dataclass(frozen=True, slots=True)
class Table:
    """Words and phrases (joined by blanks), and beginnings of words, each with its (class, valence) pairs.

    A `tolerant` table takes a word of five letters or more for an entry that is one typing mistake away.
    """

    entries: Mapping[str, Found]
    prefixes: Mapping[str, Found]
    tolerant: bool = False
    openers: frozenset[str] = frozenset()
    _met: dict[str, Found] = field(default_factory=dict[str, Found], compare=False)
    _by_letter: dict[str, list[str]] = field(default_factory=dict[str, list[str]], compare=False)

    @classmethod
    def build(cls, groups: Iterable[Group], *, tolerant: bool = False) -> Table:
        """Make a table of groups; a word may stand in several."""
        entries: dict[str, dict[str, float]] = {}
        prefixes: dict[str, dict[str, float]] = {}
        for _, name, valence, words in groups:
            for word in words:
                if word.endswith("*") and len(word) > _SHORTEST_PREFIX and "_" not in word:
                    prefixes.setdefault(word[:-1], {})[name] = valence
                else:
                    entries.setdefault(_phrase(word), {})[name] = valence
        return cls(
            {word: tuple(found.items()) for word, found in entries.items()},
            {word: tuple(found.items()) for word, found in prefixes.items()},
            tolerant,
            frozenset(phrase.split(" ", 1)[0] for phrase in entries if " " in phrase),
        )

    def word(self, norm: str, kind: str) -> Found:
        """What is known of one word."""
        if kind != "word":
            return self.entries.get(norm, ())
        known = self._met.get(norm)
        if known is None:
            known = self._known(norm)
            if len(self._met) < _REMEMBERED:
                self._met[norm] = known
        return known

    def _known(self, norm: str) -> Found:
        known = self.entries.get(norm, ())
        if known:
            return known
        for size in range(min(len(norm), 14), _SHORTEST_PREFIX - 1, -1):
            known = self.prefixes.get(norm[:size], ())
            if known:
                return known
        return self._nearly(norm) if self.tolerant and len(norm) >= _SHORTEST_MISTAKE else ()

    def _nearly(self, norm: str) -> Found:
        if not self._by_letter:
            for word in self.entries:
                if len(word) >= _SHORTEST_MISTAKE and " " not in word:
                    self._by_letter.setdefault(word[0], []).append(word)
        best = process.extractOne(norm, self._by_letter.get(norm[0], ()), scorer=OSA.distance, score_cutoff=1)
        return self.entries[best[0]] if best else ()

    def phrase(self, norm: Sequence[str], position: int) -> tuple[int, Found]:
        """The longest phrase that one of the `openers` starts, as (words, what is known), or (0, ())."""
        for size in range(min(_LONGEST_PHRASE, len(norm) - position), 1, -1):
            known = self.entries.get(" ".join(norm[position : position + size]))
            if known is not None:
                return size, known
        return 0, ()


class Hint(Enum):
    """What language a text seems to be in, as far as word look-up cares."""

    ENGLISH = "english"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Word classes, ready for look-up: English words apart from the others, because `rage` and `male` are both."""

    groups: tuple[Group, ...]
    classes: tuple[str, ...]
    english: Table
    foreign: Table
    languages: Mapping[str, frozenset[str]]

    @classmethod
    def load(cls, path: Path, *, tolerant: bool = False, like: Lexicon | None = None) -> Lexicon:
        """Read a lexicon file; `like` lends its function words, by which languages are told apart.

        Raises OSError, or ValueError with the entry that has a wrong shape.
        """
        reader: Any = YAML(typ="safe", pure=True)
        groups: list[Any] = reader.load(path.read_text(encoding="utf-8"))
        if not isinstance(groups, list):
            raise ValueError(  # noqa: TRY004  # a wrong file, not a wrong argument
                f"cannot read lexicon {path}: it must be a list of classes"
            )
        lent = [g for g in like.groups if g[1] == FUNCTION_WORDS] if like else []
        return cls.build([*(_group(path, g) for g in groups), *lent], tolerant=tolerant)

    @classmethod
    def build(cls, groups: Sequence[Group], *, tolerant: bool = False) -> Lexicon:
        """Make a lexicon of groups. A group of language `any` is seen in every text."""
        moods = [g for g in groups if g[1] != FUNCTION_WORDS]
        languages: dict[str, set[str]] = {}
        for language, name, _, words in groups:
            if name == FUNCTION_WORDS:
                for word in words:
                    languages.setdefault(normal_form(word), set()).add(language)
        return cls(
            tuple(groups),
            tuple(dict.fromkeys(name for _, name, _, _ in moods)),
            Table.build([g for g in moods if g[0] in (ENGLISH, "any")], tolerant=tolerant),
            Table.build([g for g in moods if g[0] != ENGLISH], tolerant=tolerant),
            {word: frozenset(of) for word, of in languages.items()},
        )

    def to_json(self) -> list[list[object]]:
        """A shape that `from_json` reads back."""
        return [list(group) for group in self.groups]

    @classmethod
    def from_json(cls, data: Iterable[Any], *, tolerant: bool = False) -> Lexicon:
        """Read back what `to_json` wrote. Raises TypeError or ValueError on foreign data."""
        return cls.build([(str(a), str(b), float(c), [str(w) for w in d]) for a, b, c, d in data], tolerant=tolerant)

    def language_hint(self, tokens: Tokens) -> Hint:
        """What a text looks like, by its function words, else by its letters."""
        counts = Counter([language for norm in tokens.norm for language in self.languages.get(norm, ())])
        here = counts.pop(ENGLISH, 0)
        there = max(counts.values(), default=0)
        if there == here:
            accents = any(c.isalpha() for c in tokens.text[:500] if not c.isascii())
            return Hint.OTHER if accents else Hint.UNKNOWN if not here else Hint.ENGLISH
        return Hint.OTHER if there > here else Hint.ENGLISH

    def hits(self, tokens: Tokens, hint: Hint) -> list[Hit]:
        """Every entry that occurs. A phrase hides the words within it."""
        tables: tuple[Table, ...]
        match hint:
            case Hint.ENGLISH:
                tables = (self.english,)
            case Hint.OTHER:
                tables = (self.foreign, self.english)
            case Hint.UNKNOWN:
                tables = (self.english, self.foreign)
            case _:
                assert_never(hint)
        found: list[Hit] = []
        norm = tokens.norm
        position = 0
        while position < len(norm):
            size, known = _first_known(tables, norm, position, tokens.kind[position])
            if known:
                found.extend(Hit(name, valence, position, position + size - 1) for name, valence in known)
            position += size
        return found


def _first_known(tables: Sequence[Table], norm: Sequence[str], position: int, kind: str) -> tuple[int, Found]:
    word = norm[position]
    for table in tables:
        if word in table.openers:
            size, known = table.phrase(norm, position)
            if size:
                return size, known
        known = table.word(word, kind)
        if known:
            return 1, known
    return 1, ()


def _phrase(entry: str) -> str:
    """The normal form of an entry; faces and emoji stand as they are."""
    if entry.isalpha():
        return normal_form(entry) or entry
    if not re.search(r"\w", entry) or re.fullmatch(r"[tToO][_.][tToO]", entry):
        return entry
    return " ".join(normal_form(part) or part for part in re.split("[-_]", entry.rstrip("*")) if part)


def _group(path: Path, group: Any) -> Group:
    try:
        words = str(group["words"]).split()
        return str(group["language"]), str(group["class"]), float(group["valence"]), words
    except (TypeError, KeyError, ValueError) as wrong:
        raise ValueError(f"cannot read lexicon {path}: {group!r} needs language, class, valence and words") from wrong


@lru_cache(maxsize=1)
def shipped_lexicon() -> Lexicon:
    """The word classes that come with the program."""
    return Lexicon.load(LEXICON)
