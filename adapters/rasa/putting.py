"""Puts a file where other processes look for it: whoever reads finds all of it, and two who write do not meet."""

from __future__ import annotations

import tempfile
from pathlib import Path


def put(path: Path, text: str) -> None:
    """Write it aside, in a folder of this call's own, and put it in place by one rename. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=path.parent) as aside:
        part = Path(aside) / path.name
        part.write_text(text, "utf-8")
        part.replace(path)
