"""The everyday words of six languages, by which short messages are told apart where their letters say too little.

*hola donde esta mi pedido* has the n-grams of Portuguese, and the words of Spanish. Learned from this program's own
examples of what customers write (`nlu.learning.language`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nlu.artifacts import read_array, read_json, write_array, write_json
from nlu.draft import Floats

LANGUAGES: Final = ("en", "de", "fr", "es", "pt", "it")
_WORD: Final = re.compile(r"[^\W\d_]+")


def words_in(text: str) -> list[str]:
    """The words of a text in small letters and without accents, which customers leave out."""
    lower = text.lower()
    if not lower.isascii():
        lower = "".join(c for c in unicodedata.normalize("NFD", lower) if not unicodedata.combining(c))
    return _WORD.findall(lower)


@dataclass(frozen=True, slots=True, eq=False)
class LanguageWords:
    """`scores`, shape (words, languages of `LANGUAGES`), are log-likelihoods less their mean over the languages.

    So a word that all share says nothing, and a language outside these is neither helped nor hindered.
    """

    rows: Mapping[str, int]
    scores: Floats

    def weigh(self, text: str) -> dict[str, float]:
        """How much the words of a text speak for each of the six languages; 0 where none is known."""
        known = [row for word in words_in(text) if (row := self.rows.get(word)) is not None]
        if not known:
            return {}
        return dict(zip(LANGUAGES, self.scores[known].sum(axis=0).tolist(), strict=True))

    def save(self, folder: Path) -> None:
        """Write the words and their scores; `load` reads them back."""
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / "words.json", {"words": list(self.rows)})
        write_array(folder / "word_scores.npy", self.scores)

    @classmethod
    def load(cls, folder: Path) -> LanguageWords:
        """Read what `save` wrote. Raises ModelError."""
        words: list[str] = read_json(folder / "words.json")["words"]
        return cls({word: row for row, word in enumerate(words)}, read_array(folder / "word_scores.npy", "float32", 2))
