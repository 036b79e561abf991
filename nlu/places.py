"""Where this library keeps what it can make again: the built encoder, cached embeddings, the emotion model."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

VARIABLE: Final = "WARMLINE_NLU_CACHE"
"""Names the folder, for machines whose checkout cannot be written."""


def cache_folder() -> Path:
    """Return the folder that the environment names, else `.data/nlu` in the checkout. It may not exist yet."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else Path(__file__).resolve().parent.parent / ".data" / "nlu"


def code_files() -> list[Path]:
    """Return what a model depends on beside its data: this library's own files, sorted."""
    root = Path(__file__).resolve().parent
    return [*sorted(root.rglob("*.py")), *sorted((root / "data").glob("*.yml"))]
