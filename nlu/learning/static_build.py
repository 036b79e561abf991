"""Builds the table of static embeddings from the sentence encoder: each of its word pieces is read alone, once.

The vectors are turned to the main axes of the vocabulary and weighted by how rare a piece is: the vocabulary stands in
the order of frequency, behind single signs, so that by Zipf's law the logarithm of a piece's place says it (Tulkens and
van Dongen 2024).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import numpy as np
from threadpoolctl import threadpool_limits

from nlu.artifacts import write_array, write_lines
from nlu.components.encoder import Encoder
from nlu.components.static import BUILD, FILES, WIDTH, static_folder
from nlu.draft import Floats
from nlu.learning.building import build_into, write_manifest
from nlu.learning.encoder_build import ensure_encoder
from nlu.progress import silent

_LEAST: Final = 1e-9
_THREADS: Final = 2


def ensure_static(source: Path | None = None, *, notify: Callable[[str], None] = silent) -> Path | None:
    """Return the folder of the table, building it where that has not been done; None without the encoder's files.

    Takes some ten seconds once. Raises ModelError when these are not the official revision.
    """
    target = static_folder()
    if (target / "manifest.json").is_file():
        return target
    encoder = ensure_encoder(source, notify=notify)
    if encoder is None:
        return None
    notify("building the static embeddings from the sentence encoder, once")
    build_into(target, lambda staging: build(encoder, staging))
    return target


def build(encoder: Path, target: Path) -> None:
    """Write the table, the weights, the word pieces and `manifest.json` into `target`. Raises ModelError."""
    model = Encoder.open(encoder)
    vocabulary: dict[str, int] = model.tokenizer.get_vocab()
    words = np.zeros(len(vocabulary), bool)
    words[[number for piece, number in vocabulary.items() if not piece.startswith("[") or piece == "["]] = True
    vectors = _alone(model)
    with threadpool_limits(1):  # more threads sum in another order, and the table would be another
        vectors -= vectors[words].mean(axis=0)
        _, axes = np.linalg.eigh(vectors[words].T @ vectors[words])
        vectors = vectors @ axes[:, ::-1][:, :WIDTH]
    scales = np.maximum(np.abs(vectors).max(axis=1) / 127, _LEAST)
    most_frequent = min(number for piece, number in vocabulary.items() if piece.isalpha() and len(piece) > 1)
    rarity = np.log1p(np.maximum(np.arange(len(words)) - most_frequent + 1, 1)) * words
    write_array(target / "pieces.npy", np.rint(vectors / scales[:, None]).astype(np.int8))
    write_array(target / "weights.npy", (scales * rarity).astype(np.float32))
    write_lines(target / "pieces.txt", sorted(vocabulary, key=vocabulary.__getitem__))
    write_manifest(target, BUILD, FILES)


def _alone(model: Encoder) -> Floats:
    """Return the last layer's mean of each word piece between the marks of start and end, shape (p, 384)."""
    start, end = model.token_ids("")

    def mean(piece: int) -> Any:
        return model.session.run(None, {"ids": np.array([[start, piece, end]], np.int64)})[0][0, 0]

    with ThreadPoolExecutor(_THREADS) as pool:
        return np.stack(list(pool.map(mean, range(model.tokenizer.get_vocab_size()))))
