"""The tables by which languages are told apart, as they lie on disk and in memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlu.artifacts import read_array, read_json, write_array, write_json
from nlu.draft import Floats

LANGUAGES: Final = (
    "ar", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko",
    "nl", "no", "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh",
)  # fmt: skip
"""The languages told apart."""


_LONGEST: Final = 6
"""Bytes of the longest n-gram."""

_LENGTH_AT: Final = 48
"""An n-gram is one number: its length from this bit on, its bytes below."""

_LENGTHS: Final = np.arange(_LONGEST, 0, -1, dtype=np.uint64)[:, None]
_ITS_BYTES: Final = (np.uint64(1) << np.uint64(8) * _LENGTHS) - np.uint64(1)
_ITS_LENGTH: Final = _LENGTHS << np.uint64(_LENGTH_AT)


@dataclass(frozen=True, slots=True, eq=False)
class LanguageTables:
    """The cut-down model.

    Shapes, with f features, k languages and g n-grams of bytes: `scores` (f, k), `prior` (k,), `grams` (g,), ascending,
    `features` (g,), the feature that an n-gram stands for or -1. The features that customers' texts have most come
    first, so that few pages of the scores are ever read.
    """

    languages: tuple[str, ...]
    scores: Floats
    prior: Floats
    grams: NDArray[np.uint64]
    features: NDArray[np.int32]

    def features_of(self, data: bytes) -> NDArray[np.int32]:
        """The feature at each byte that ends one: that of the longest n-gram which ends there."""
        numbers = _grams_ending(data)
        at: NDArray[np.int64] = self.grams.searchsorted(numbers)
        known = self.grams.take(at, mode="clip") == numbers
        longest: NDArray[np.int64] = known.argmax(axis=0) * len(data) + np.arange(len(data))
        found: NDArray[np.int32] = self.features.take(at.take(longest)[known.take(longest)])
        return found[found >= 0]

    def save(self, folder: Path) -> None:
        """Write the tables; `load` reads them back."""
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / "language.json", {"languages": list(self.languages)})
        for name in ("scores", "prior", "grams", "features"):
            write_array(folder / f"{name}.npy", getattr(self, name))

    @classmethod
    def load(cls, folder: Path) -> LanguageTables:
        """Map the tables into memory. Raises ModelError."""
        return cls(
            tuple(read_json(folder / "language.json")["languages"]),
            read_array(folder / "scores.npy", "float32", 2),
            read_array(folder / "prior.npy", "float32", 1),
            read_array(folder / "grams.npy", "uint64", 1),
            read_array(folder / "features.npy", "int32", 1),
        )


def lengthened(grams: NDArray[np.uint64], byte: NDArray[np.int64], length: int) -> NDArray[np.uint64]:
    """N-grams one byte longer than some, and `length` bytes long."""
    bytes_alone = grams & np.uint64((1 << _LENGTH_AT) - 1)
    longer: NDArray[np.uint64] = (bytes_alone << np.uint64(8)) | byte.astype(np.uint64)
    return longer | np.uint64(length << _LENGTH_AT)


def _grams_ending(data: bytes) -> NDArray[np.uint64]:
    """The n-grams of six bytes down to one that end at each byte, shape (6, bytes), as if zeros stood before them."""
    eight: NDArray[np.uint64] = np.ndarray(len(data), ">u8", bytes(7) + data, strides=(1,))
    numbers: NDArray[np.uint64] = (eight & _ITS_BYTES) | _ITS_LENGTH
    return numbers
