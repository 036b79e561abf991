"""Runs the sentence encoder: a text becomes 384 numbers, near to those of texts that mean the same.

It views a text twice: the last layer's mean says what is meant (the embedding), a lower layer's mean keeps more of
how it was said. Both leave the graph in one run.

Texts are encoded one at a time on purpose: int8 activations are scaled over everything that is encoded together, so
that in a batch a text's numbers would depend on its neighbours, in serving they would not be those of
training, and the same data would not give the same model. Several threads encode side by side instead.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from nlu.artifacts import write_json
from nlu.components.encoding import Viewing, checked_key, open_as_trained, view_each
from nlu.draft import Draft, Floats
from nlu.places import cache_folder

BUILD: Final = 2
"""Counts changes of the graph; models remember which one they were trained with."""

WIDTH: Final = 384
VIEWS: Final = 2
"""The last layer's mean and a lower one's."""

MAX_TOKENS: Final = 96
"""Word pieces that are read; the rest of a long text is left out, which bounds the time of a parse."""

_ort: Final[Any] = onnxruntime  # untyped upstream


def encoder_folder() -> Path:
    """Return where the built encoder is kept; it may not exist yet."""
    return cache_folder() / f"encoder-{BUILD}"


@dataclass(frozen=True, slots=True, eq=False)
class Encoder:
    """A loaded encoder. Threads may share it. `key` names graph and tokenizer."""

    shape: ClassVar[tuple[int, int]] = (VIEWS, WIDTH)
    session: Any
    tokenizer: Any
    key: str

    @classmethod
    def open(cls, folder: Path) -> Encoder:
        """Load a built encoder after checking its hashes. Raises ModelError."""
        key = checked_key(folder)
        options: Any = _ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = _ort.InferenceSession(str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"])
        tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)
        return cls(session, tokenizer, key)

    def token_ids(self, text: str) -> list[int]:
        """Return the word pieces' numbers, start and end marks included."""
        return list(self.tokenizer.encode(text).ids)

    def view(self, text: str) -> Floats:
        """Return both views of one text, shape (2, 384), rows of unit length, the embedding first."""
        means = self.session.run(None, {"ids": np.array([self.token_ids(text)], np.int64)})[0][0]
        unit: Floats = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), np.float32(1e-9))
        return unit

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return embeddings of `texts`, shape (n, 384), each of unit length."""
        return self.view_all(texts)[:, 0]

    def view_all(self, texts: Sequence[str], progress: Callable[[int], None] = lambda _done: None) -> Floats:
        """Return both views of `texts`, shape (n, 2, 384); `progress` hears how many are done."""
        return view_each(self.view, texts, self.shape, progress)


def view_with_cache(
    encoder: Viewing, texts: Sequence[str], database: Path, progress: Callable[[int], None] = lambda _done: None
) -> Floats:
    """Return an encoder's views of texts, shape (n, v, d), with a cache on disk that is keyed by encoder and text.

    A cache that cannot be used costs time and nothing else.
    """
    keys = [sha256(f"{encoder.key}\0{text}".encode()).digest()[:16] for text in texts]
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(database, timeout=20.0)) as cache:
            cache.execute("CREATE TABLE IF NOT EXISTS embeddings (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID")
            known = _known(cache, keys, encoder.shape)
            missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
            if missing:
                fresh = encoder.view_all(list(missing.values()), progress)
                known.update(zip(missing, fresh, strict=True))
                with cache:
                    cache.executemany(
                        "INSERT OR IGNORE INTO embeddings VALUES (?, ?)",
                        [(key, known[key].astype("<f4").tobytes()) for key in missing],
                    )
    except (sqlite3.Error, OSError):
        return encoder.view_all(texts, progress)
    return np.stack([known[key] for key in keys]) if keys else np.zeros((0, *encoder.shape), np.float32)


def _known(cache: sqlite3.Connection, keys: Sequence[bytes], shape: tuple[int, int]) -> dict[bytes, Floats]:
    known: dict[bytes, Floats] = {}
    unique = list(dict.fromkeys(keys))
    for start in range(0, len(unique), 500):
        some = unique[start : start + 500]
        marks = ",".join("?" * len(some))
        rows: list[tuple[bytes, bytes]] = cache.execute(
            f"SELECT key, value FROM embeddings WHERE key IN ({marks})",  # noqa: S608 - question marks only
            some,
        ).fetchall()
        size = 4 * shape[0] * shape[1]
        known.update({k: np.frombuffer(v, "<f4").astype(np.float32).reshape(shape) for k, v in rows if len(v) == size})
    return known


@dataclass(frozen=True, slots=True, eq=False)
class SentenceEncoder:
    """Fills `draft.embedding` and `draft.views`."""

    encoder: Encoder

    def process(self, draft: Draft) -> None:
        if draft.text.strip():
            self.put(draft, self.encoder.view(draft.text))

    @staticmethod
    def put(draft: Draft, views: Floats) -> None:
        """Put both views (2, 384) of a text into its draft."""
        draft.views, draft.embedding = views, views[0]

    def save(self, folder: Path) -> None:
        write_json(folder / "encoder.json", {"key": self.encoder.key})

    @classmethod
    def load(cls, folder: Path) -> SentenceEncoder:
        """Open the encoder on this machine. Raises ModelError when it is missing or another than in training."""
        needed, other = "the sentence encoder; build it", "another sentence encoder"
        return cls(open_as_trained(folder, encoder_folder(), Encoder.open, needed, other))
