"""Keeps what is trained from this program's own examples, so that it is trained once per checkout and read ever after.

Several processes may ask at once: a folder is put in place by one rename, and the loser uses the winner's.
A disk that cannot be written costs the training at each start and nothing else.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from nlu.artifacts import ModelError

T = TypeVar("T")


def key_of(sources: Iterable[Path]) -> str:
    """A name that changes when a source file or scikit-learn changes."""
    digest = hashlib.sha256(importlib.metadata.version("scikit-learn").encode())
    for path in sources:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def kept(folder: Path | None, read: Callable[[Path], T], train: Callable[[], T], write: Callable[[T, Path], None]) -> T:
    """What `folder` holds, or else what `train` makes, left in `folder` for the next time."""
    if folder is not None and folder.is_dir():
        try:
            return read(folder)
        except ModelError:
            pass  # a damaged cache is no reason to fail: train below
    made = train()
    if folder is not None:
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.parent) as draft:
                write(made, Path(draft) / "model")
                (Path(draft) / "model").replace(folder)
        except OSError:
            return made
    return made
