"""Cuts a text into words and marks, with their places in the text as it came.

Words keep their inner apostrophes and hyphens; digits and letters part where their kind changes only at
punctuation. It knows no language: scripts without spaces are cut into single characters.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nlu.draft import Draft, Token

_MARKS: Final = "".join(chr(c) for c in range(0x300, 0x1E00) if unicodedata.category(chr(c)) in {"Mn", "Mc"})
"""Marks that belong to the letter before them: vowels of Arabic and of India's scripts, accents that stand alone."""
_LETTERS: Final = rf"\w+(?:[{re.escape(_MARKS)}]+\w*)*"
_TOKEN: Final = re.compile(
    r"[\u2E80-\u9FFF\uAC00-\uD7AF\u3040-\u30FF\uF900-\uFAFF\u0E00-\u0E7F]"  # written without spaces
    rf"|{_LETTERS}(?:['’´`]{_LETTERS})*"
    r"|[^\w\s]"
)
_INVISIBLE: Final = re.compile(r"[\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF\u00AD\x00-\x08\x0B\x0C\x0E-\x1F\x7F]")
_QUOTES: Final = str.maketrans(
    {"’": "'", "‘": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-"}
)
_SPACES: Final = re.compile(r"\s+")
_LOOKALIKES: Final = str.maketrans(
    "аеорсухіјѕԁԛԝһ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" + "АВЕКМНОРСТХІЈЅ",
    "aeopcyxijsdqwh" + "ABEZHIKMNOPTYX" + "ABEKMHOPCTXIJS",
)
_LATIN: Final = re.compile(r"[A-Za-z]")
_FOREIGN: Final = re.compile(r"[\u0370-\u04FF\u0500-\u052F]")


def tokenize(text: str) -> tuple[Token, ...]:
    """Cut a text into tokens. Any text is fine, an empty one gives none."""
    return tuple(Token(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text))


def words_of(text: str) -> list[str]:
    """Return the words and marks of a text alone, in a third of the time."""
    return _TOKEN.findall(text)


def normalise(text: str) -> str:
    """Fold what looks alike: case, width, quotes, invisible characters, look-alike letters in a Latin word.

    The result may differ in length from the text; offsets of one are nothing to the other.
    """
    if text.isascii():
        return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip().lower()
    folded = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text).translate(_QUOTES))
    if _FOREIGN.search(folded) and _LATIN.search(folded):
        words = (w.translate(_LOOKALIKES) if _LATIN.search(w) and _FOREIGN.search(w) else w for w in folded.split())
        folded = " ".join(words)
    return _SPACES.sub(" ", folded).strip().lower()


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """Fills `draft.tokens`. Learns nothing."""

    def process(self, draft: Draft) -> None:
        draft.tokens = tokenize(draft.text)

    def save(self, folder: Path) -> None:
        """Write nothing: there is nothing to learn."""

    @classmethod
    def load(cls, _folder: Path) -> Tokenizer:
        """Return the tokenizer."""
        return cls()
