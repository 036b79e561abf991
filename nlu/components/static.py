"""Static embeddings: what the sentence encoder says of each word piece alone, averaged over the pieces of a text.

A text costs the rows of a table instead of a neural network (Tulkens and van Dongen 2024, "Model2Vec"): much of what
words have in common at hardly any cost, nothing of what their order means. `nlu.learning.static_build` makes the table.
Words are cut as BERT's WordPiece does, but for look-alikes, which are folded as everywhere here: the library that the
sentence encoder uses for it would take 10 MB more, a tenth of what a light pipeline needs.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from nlu.artifacts import read_array, read_lines, write_json
from nlu.components.encoding import checked_key, open_as_trained
from nlu.components.tokenizer import normalise
from nlu.draft import Draft, Floats
from nlu.places import cache_folder

BUILD: Final = 1
"""Part of the key: another way of building is another encoder."""

WIDTH: Final = 256
MAX_PIECES: Final = 256
"""Only so many word pieces of a text are looked at."""

FILES: Final = ("pieces.npy", "weights.npy", "pieces.txt")

_WORD: Final = re.compile(r"[\u2E80-\u9FFF\uAC00-\uD7AF\u3040-\u30FF\uF900-\uFAFF]|[^\W_]+|[^\w\s]|_")
_LONGEST: Final = 40
_REMEMBERED: Final = 20_000


def static_folder() -> Path:
    """Return where the built table is kept; it may not exist yet."""
    return cache_folder() / f"static-{BUILD}"


@dataclass(frozen=True, slots=True, eq=False)
class StaticEmbeddings:
    """A loaded table. Threads may share it. `key` names its files; `numbers` has the row of each of p word pieces.

    Shapes: `pieces` (p, 256), `weights` (p,).
    """

    shape: ClassVar[tuple[int, int]] = (1, WIDTH)
    pieces: NDArray[np.int8]
    weights: Floats
    numbers: dict[str, int]
    key: str
    _known: dict[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])

    @classmethod
    def open(cls, folder: Path) -> StaticEmbeddings:
        """Map a built table after checking its hashes. Raises ModelError."""
        key = checked_key(folder)
        numbers = {piece: number for number, piece in enumerate(read_lines(folder / "pieces.txt"))}
        pieces = read_array(folder / "pieces.npy", "int8", 2)
        return cls(pieces, read_array(folder / "weights.npy", "float32", 1, in_memory=True), numbers, key)

    def view(self, text: str) -> Floats:
        """Return the embedding of one text, shape (1, 256), of unit length; nought where it has no words."""
        ids = np.array(self.piece_numbers(text), np.int64)
        summed: Floats = self.weights.take(ids).dot(self.pieces.take(ids, axis=0).astype(np.float32))
        unit: Floats = summed / np.maximum(np.linalg.norm(summed), np.float32(1e-9))
        return unit[None, :]

    def piece_numbers(self, text: str) -> list[int]:
        """Return the rows of a text's word pieces; a word that cannot be put together of pieces has none."""
        plain = normalise(text)
        if not plain.isascii():
            plain = "".join(c for c in unicodedata.normalize("NFD", plain) if unicodedata.category(c) != "Mn")
        found: list[int] = []
        for word in _WORD.finditer(plain):
            found += self._of_word(word[0])
            if len(found) >= MAX_PIECES:
                break
        return found[:MAX_PIECES]

    def _of_word(self, word: str) -> tuple[int, ...]:
        known = self._known.get(word)
        if known is None:
            known = self._cut(word) if len(word) <= _LONGEST else ()
            if len(self._known) < _REMEMBERED:
                self._known[word] = known
        return known

    def _cut(self, word: str) -> tuple[int, ...]:
        """Take the longest piece that fits, again and again (Wu et al. 2016)."""
        found: list[int] = []
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            ends = range(len(word), start, -1)
            end = next((end for end in ends if mark + word[start:end] in self.numbers), None)
            if end is None:
                return ()
            found.append(self.numbers[mark + word[start:end]])
            start = end
        return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class StaticEncoder:
    """Fills `draft.static` and `draft.views`."""

    table: StaticEmbeddings

    def process(self, draft: Draft) -> None:
        if draft.text.strip():
            draft.views = self.table.view(draft.text)
            draft.static = draft.views[0]

    def save(self, folder: Path) -> None:
        write_json(folder / "encoder.json", {"key": self.table.key})

    @classmethod
    def load(cls, folder: Path) -> StaticEncoder:
        """Open the table on this machine. Raises ModelError when it is missing or another than in training."""
        needed, other = "the static embeddings; build them", "other static embeddings"
        return cls(open_as_trained(folder, static_folder(), StaticEmbeddings.open, needed, other))
