"""Names the language of a text, with the assistant's own language as the likelier one when a text is short.

The naive Bayes model over byte n-grams is py3langid's (Lui and Baldwin 2012); its tables are cut down to a
few languages (`language_tables`), once for a machine, so that serving needs neither its package nor its 100 MB.
Everyday words are weighed besides (`language_words`), where they are of the six languages that customers mostly write.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Final

import numpy as np

from nlu.artifacts import read_json, write_json
from nlu.components.language_tables import LanguageTables
from nlu.components.language_words import LanguageWords
from nlu.components.sparse_rows import counted
from nlu.draft import Draft
from nlu.labelled import CUSTOMERS, read_labelled
from nlu.places import cache_folder
from nlu.shipped import kept, key_of

HOME_WEIGHT: Final = 6.0
"""How much likelier the assistant's own language is before a text is read."""

WORDS_WEIGHT: Final = 0.6
"""Of a word against the n-grams. Chosen between 0.3 and 1.5 on the sample shop's own examples in five languages."""

_LEAST: Final = 0.45
_TABLES_BUILD: Final = 2
_WORDS_BUILD: Final = 1
_READ: Final = 300
_SHORT: Final = 24  # characters; too short to tell, so it is taken for the assistant's own language


def _shipped_texts() -> Iterator[tuple[str, str]]:
    """What customers write, and its language."""
    return ((text, language) for path in CUSTOMERS for text, _, language in read_labelled(path, "language"))


@lru_cache(maxsize=1)
def shipped_tables() -> LanguageTables:
    """Return the tables: from the cache folder, or else cut from py3langid's and left there."""
    folder = cache_folder() / f"languages-{_TABLES_BUILD}"

    def cut() -> LanguageTables:
        # py3langid takes 100 MB to read: once for a machine, not in every process
        tables: LanguageTables = import_module("nlu.learning.language").cut_tables(text for text, _ in _shipped_texts())
        return tables

    return kept(folder, LanguageTables.load, cut, lambda tables, place: tables.save(place))


@lru_cache(maxsize=1)
def shipped_words() -> LanguageWords:
    """Return the words: from the cache folder, or else learned from the shipped examples and left there."""

    def learn() -> LanguageWords:
        words: LanguageWords = import_module("nlu.learning.language").learn_words(_shipped_texts())
        return words

    folder = cache_folder() / f"language-words-{_WORDS_BUILD}-{key_of(CUSTOMERS)}"
    return kept(folder, LanguageWords.load, learn, lambda words, place: words.save(place))


@dataclass(frozen=True, slots=True, eq=False)
class LanguageIdentifier:
    """Fills `draft.language`. `home` is the assistant's own language."""

    home: str
    tables: LanguageTables
    words: LanguageWords

    def process(self, draft: Draft) -> None:
        draft.language = self.identify(draft.text)

    def identify(self, text: str) -> str:
        """Return an ISO 639-1 code, or `und` where there is nothing to go by."""
        shown = text[:_READ]
        if not any(c.isalpha() for c in shown):
            return "und"
        if shown.isupper():
            shown = shown.lower()
        data = unicodedata.normalize("NFC", shown).encode("utf-8", "replace")
        tables = self.tables
        posterior = tables.prior
        found = tables.features_of(data)
        if len(found):
            features, counts = counted(found)
            posterior = posterior + np.log1p(counts, dtype=np.float32).dot(tables.scores.take(features, axis=0))
        scaled = posterior.astype(np.float64) / math.sqrt(len(data))
        for name, weight in self.words.weigh(shown).items():
            scaled[tables.languages.index(name)] += WORDS_WEIGHT * weight
        likelihoods = np.exp(scaled - scaled.max())
        if self.home in tables.languages:
            likelihoods[tables.languages.index(self.home)] *= HOME_WEIGHT
        best = int(likelihoods.argmax())
        if likelihoods[best] >= _LEAST * likelihoods.sum():
            return tables.languages[best]
        return self.home if len(shown) < _SHORT else "und"

    def save(self, folder: Path) -> None:
        write_json(folder / "language.json", {"home": self.home})

    @classmethod
    def load(cls, folder: Path) -> LanguageIdentifier:
        """Read what `save` wrote. Raises ModelError."""
        return cls(str(read_json(folder / "language.json")["home"]), shipped_tables(), shipped_words())
