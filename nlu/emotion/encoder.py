"""Finds the encoders of this installation for the emotion model, and remembers embeddings between trainings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from nlu.artifacts import ModelError
from nlu.components.encoder import Encoder, encoder_folder, view_with_cache
from nlu.components.multilingual import Multilingual, multilingual_folder
from nlu.places import cache_folder

Floats = npt.NDArray[np.float32]

_FEW: Final = 8
"""As many texts are quicker encoded than looked up."""


@dataclass(frozen=True, slots=True)
class RememberingEncoder:
    """An encoder that keeps the embeddings of many texts at once, as in training, on disk."""

    encoder: Encoder
    database: Path

    def embed(self, texts: Sequence[str], /) -> Floats:
        """Embeddings, shape (n, 384), each of length one."""
        if len(texts) <= _FEW:
            return self.encoder.embed(texts)
        return view_with_cache(self.encoder, texts, self.database)[:, 0]


def installed_encoder() -> RememberingEncoder | None:
    """The encoder that `python -m nlu encoder` built, or None where there is none or it is damaged."""
    folder = encoder_folder()
    if not (folder / "manifest.json").is_file():
        return None
    try:
        return RememberingEncoder(Encoder.open(folder), cache_folder() / "embeddings.sqlite")
    except ModelError:
        return None


def installed_multilingual() -> Multilingual | None:
    """The multilingual encoder that `python -m nlu encoder` built, or None where there is none or it is damaged."""
    folder = multilingual_folder()
    if not (folder / "manifest.json").is_file():
        return None
    try:
        return Multilingual.open(folder)
    except ModelError:
        return None
