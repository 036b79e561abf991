"""What encoders have in common: files that are checked before they are used, and many texts encoded side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import file_digest
from pathlib import Path
from typing import ClassVar, Final, Protocol, TypeVar, runtime_checkable

import numpy as np

from nlu.artifacts import ModelError, read_json
from nlu.draft import Draft, Floats

_THREADS: Final = 2


class Keyed(Protocol):
    """Anything built that `key` names."""

    @property
    def key(self) -> str: ...


Opened = TypeVar("Opened", bound=Keyed)


class Viewing(Protocol):
    """An encoder: `key` names it, `shape` is that of a text's views."""

    @property
    def key(self) -> str: ...

    shape: ClassVar[tuple[int, int]]

    def view(self, text: str, /) -> Floats: ...

    def view_all(self, texts: Sequence[str], progress: Callable[[int], None] = ...) -> Floats: ...


@runtime_checkable
class Encodes(Protocol):
    """A component whose encoder looks at many texts at once better than at one after the other."""

    @property
    def encoder(self) -> Viewing: ...

    def put(self, draft: Draft, views: Floats, /) -> None:
        """Put the encoder's views of a text into its draft."""
        ...


def checked_key(folder: Path) -> str:
    """Return the key of a built encoder whose files have the hashes of its manifest. Raises ModelError."""
    manifest = read_json(folder / "manifest.json")
    for name, expected in manifest["files"].items():
        with (folder / name).open("rb") as file:
            found = file_digest(file, "sha256").hexdigest()
        if found != expected:
            raise ModelError(f"{folder / name} does not match its hash; delete {folder}, it is built again")
    return str(manifest["key"])


def open_as_trained(folder: Path, place: Path, open_: Callable[[Path], Opened], needed: str, other: str) -> Opened:
    """Open what is built at `place` if it is what a component in `folder` learnt with.

    `needed` and `other` name it where it is missing, with what to do, and where it is not the same. Raises ModelError.
    """
    key = str(read_json(folder / "encoder.json")["key"])
    if not (place / "manifest.json").is_file():
        raise ModelError(f"this model needs {needed} with `python -m nlu encoder` ({place})")
    opened = open_(place)
    if opened.key != key:
        raise ModelError(f"this model was trained with {other}; train it again")
    return opened


def view_each(
    view: Callable[[str], Floats], texts: Sequence[str], shape: tuple[int, int], progress: Callable[[int], None]
) -> Floats:
    """Return the views (n, *shape) of texts, encoded one at a time; `progress` hears how many are done."""
    views = np.zeros((len(texts), *shape), np.float32)
    with ThreadPoolExecutor(_THREADS) as pool:
        for i, seen in enumerate(pool.map(view, texts)):
            views[i] = seen
            if i % 64 == 63:
                progress(i + 1)
    return views
