"""Runs the multilingual encoder: a text in any of fifteen languages becomes 512 numbers, near to what means the same.

The model is Google's Universal Sentence Encoder, multilingual, version 3, the smaller of its two architectures (Yang et
al. 2019, "Multilingual Universal Sentence Encoder for Semantic Retrieval"): convolutions over two, three and five word
pieces, summed, and a few dense layers. It takes a fraction of a transformer's time, so that it can run beside the
English encoder wherever an assistant is spoken to in several languages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray
from sentencepiece import SentencePieceProcessor

from nlu.artifacts import read_array, write_json
from nlu.components.encoding import checked_key, open_as_trained, view_each
from nlu.draft import Draft, Floats, beside
from nlu.places import cache_folder

BUILD: Final = 3
"""Counts changes of the built files and of how texts are read; models remember which one they were trained with."""

WIDTH: Final = 512

LANGUAGES: Final = frozenset(
    ("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh")  # zh in both scripts
)
"""What the model was trained on."""

MAX_TOKENS: Final = 64
"""Word pieces that are read; the rest of a long text is left out, which bounds the time of a parse."""

TOKENIZER: Final = "tokenizer.model"
"""The file of the SentencePiece model (Kudo 2018)."""

WINDOWS: Final = ((2, 0), (3, 1), (5, 2))
"""Of the convolutions: word pieces, and how many of them stand before the one that is looked at."""

ARRAYS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("entry", "output", "dense_0", "dense_1", "dense_2", "dense_3", "across_1", "across_3"), 2),
    **dict.fromkeys(("entry_bias", "entry_gain", "entry_shift", "gain", "shift", "output_bias", "scale", "low"), 1),
    **{f"{name}_{width}": 2 for name in ("first", "second") for width, _ in WINDOWS},
    **{f"{name}_bias_{width}": 1 for name in ("first", "second") for width, _ in WINDOWS},
}
"""The model's weights and how many dimensions each has."""

_START, _UNKNOWN, _END = 1, 0, 2
_EPSILON: Final = np.float32(1e-12)
_CHANNELS: Final = 256
_REACH: Final = 4
"""No window is wider than five."""

_LOOKED_AT: Final = 400
"""Characters by which a text is taken for one in capitals."""

_TOGETHER: Final = 32
_THREADS: Final = 2


def multilingual_folder() -> Path:
    """Return where the built encoder is kept; it may not exist yet."""
    return cache_folder() / f"multilingual-{BUILD}"


@dataclass(frozen=True, slots=True, eq=False)
class Multilingual:
    """A loaded encoder. Threads may share it. `key` names weights and tokenizer.

    `table` (pieces, 512) holds the word pieces' numbers in 6 bits, mapped into memory: row i stands for
    `scale[i % s] · table[i] + low[i % s]`, s the length of `scale`.
    """

    shape: ClassVar[tuple[int, int]] = (1, WIDTH)
    table: NDArray[np.uint8]
    weights: Mapping[str, Floats]
    tokenizer: SentencePieceProcessor
    key: str

    @classmethod
    def open(cls, folder: Path) -> Multilingual:
        """Load a built encoder after checking its hashes. Raises ModelError."""
        key = checked_key(folder)
        weights = {
            name: read_array(folder / f"{name}.npy", "float32", dimensions, in_memory=True)
            for name, dimensions in ARRAYS.items()
        }
        tokenizer = SentencePieceProcessor(model_file=str(folder / TOKENIZER))
        return cls(read_array(folder / "table.npy", "uint8", 2), weights, tokenizer, key)

    def token_ids(self, text: str) -> list[int]:
        """Return the word pieces' numbers, start and end marks included."""
        found: list[int] = self.tokenizer.encode(in_small_letters(text))[: MAX_TOKENS - 2]
        return [_START, *(found or [_UNKNOWN]), _END]

    def view(self, text: str) -> Floats:
        """Return the one view of a text, shape (1, 512), of unit length."""
        ids = self.token_ids(text)
        result = self._condensed(self._summed([ids])[0], np.float32(len(ids)))
        return np.asarray(result / np.maximum(np.linalg.norm(result), np.float32(1e-9)), np.float32)[None]

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return embeddings of `texts`, shape (n, 512), each of unit length, in a third of the time of `view_all`.

        They are those of `view` but for the last digits, since many texts pass at once.
        """
        parts = [texts[start : start + _TOGETHER] for start in range(0, len(texts), _TOGETHER)]
        with ThreadPoolExecutor(_THREADS) as pool:
            return np.concatenate([np.zeros((0, WIDTH), np.float32), *pool.map(self._embedded, parts)])

    def _embedded(self, texts: Sequence[str]) -> Floats:
        ids = [self.token_ids(text) for text in texts]
        result = self._condensed(self._summed(ids), np.array([[len(each)] for each in ids], np.float32))
        length = np.linalg.norm(result, axis=1, keepdims=True)
        return np.asarray(result / np.maximum(length, np.float32(1e-9)), np.float32)

    def _summed(self, texts: Sequence[list[int]]) -> Floats:
        """Return what convolutions see in each text's word pieces, summed over the text: shape (n, 1280)."""
        w = self.weights
        ids = np.array([piece for text in texts for piece in text])
        # texts stand in one row, so far apart that no convolution reaches from one into the next
        ends = np.cumsum([len(text) for text in texts])
        place = np.arange(len(ids)) + _REACH * np.repeat(np.arange(1, len(texts) + 1), [len(text) for text in texts])
        part = ids % len(w["scale"])
        pieces: Floats = np.asarray(self.table[ids] * w["scale"][part, None] + w["low"][part, None], np.float32)
        entered = _levelled(pieces @ w["entry"] + w["entry_bias"], w["entry_gain"], w["entry_shift"])
        found = [pieces]
        for i, (width, before) in enumerate(WINDOWS):
            seen = entered[:, i * _CHANNELS : (i + 1) * _CHANNELS]
            for layer in ("first", "second"):
                around = _windows(seen, place, width, before) @ w[f"{layer}_{width}"] + w[f"{layer}_bias_{width}"]
                seen = seen + np.maximum(around, 0)
            found.append(seen)
        rows = _levelled(np.concatenate(found, axis=1), w["gain"], w["shift"])
        return np.stack([rows[end - len(text) : end].sum(axis=0) for text, end in zip(texts, ends, strict=True)])

    def _condensed(self, summed: Floats, count: Floats | np.float32) -> Floats:
        """Return the dense layers' numbers (…, 512) of such sums over `count` word pieces."""
        w = self.weights
        mean = (summed @ w["output"] + count * w["output_bias"]) / np.sqrt(count)
        first = np.maximum(mean @ w["dense_0"], 0)
        second = np.maximum(mean @ w["across_1"] + first @ w["dense_1"], 0)
        third = np.maximum(second @ w["dense_2"], 0)
        result: Floats = np.tanh(second @ w["across_3"] + third @ w["dense_3"])
        return result

    def view_all(self, texts: Sequence[str], progress: Callable[[int], None] = lambda _done: None) -> Floats:
        """Return embeddings of `texts`, shape (n, 1, 512); `progress` hears how many are done.

        One at a time, as in serving: sums over many texts at once round in another way.
        """
        return view_each(self.view, texts, self.shape, progress)


def in_small_letters(text: str) -> str:
    """Return what was typed in capitals for the most part in small letters; any other text as it is.

    The encoder was taught hardly any such text, and hears little but that it is loud.
    """
    beginning = text[:_LOOKED_AT]
    capitals = sum(map(str.isupper, beginning))
    return text.lower() if capitals > sum(map(str.islower, beginning)) else text


def _levelled(rows: Floats, gain: Floats, shift: Floats) -> Floats:
    """Give each row the mean 0 and the variance 1, then `gain` and `shift` (Ba et al. 2016)."""
    moved = rows - rows.mean(axis=-1, keepdims=True)
    variance = (moved * moved).mean(axis=-1, keepdims=True)
    return np.asarray(moved / np.sqrt(variance + _EPSILON) * gain + shift, np.float32)


def _windows(rows: Floats, place: NDArray[np.int64], width: int, before: int) -> Floats:
    """Join each row (t, c) with its neighbours, shape (t, width · c); row i stands at `place[i]`, between zeros."""
    spread = np.zeros((int(place[-1]) + _REACH + 1, rows.shape[1]), np.float32)
    spread[place] = rows
    return np.concatenate([spread.take(place + (i - before), axis=0) for i in range(width)], axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class MultilingualEncoder:
    """Fills `draft.multilingual`, and adds it to the draft's views."""

    encoder: Multilingual

    def process(self, draft: Draft) -> None:
        if draft.text.strip():
            self.put(draft, self.encoder.view(draft.text))

    @staticmethod
    def put(draft: Draft, views: Floats) -> None:
        """Put the view (1, 512) of a text into its draft."""
        draft.views, draft.multilingual = beside(draft.views, views), views[0]

    def save(self, folder: Path) -> None:
        write_json(folder / "encoder.json", {"key": self.encoder.key})

    @classmethod
    def load(cls, folder: Path) -> MultilingualEncoder:
        """Open the encoder on this machine. Raises ModelError when it is missing or another than in training."""
        needed, other = "the multilingual encoder; build it", "another multilingual encoder"
        return cls(open_as_trained(folder, multilingual_folder(), Multilingual.open, needed, other))
