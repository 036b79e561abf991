"""Puts what is built once for a machine where every process finds it: whole, from the right files, or not at all."""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from nlu.artifacts import ModelError, write_json


def package_folder(package: str, inside: str, file: str) -> Path | None:
    """Return the folder `inside` an installed package that holds a file, None where there is none. Imports nothing."""
    spec = importlib.util.find_spec(package)
    for place in (spec.submodule_search_locations or ()) if spec is not None else ():
        if (Path(place) / inside / file).is_file():
            return Path(place) / inside
    return None


def check_source(folder: Path, hashes: Mapping[str, str], wheel: str) -> None:
    """Raise ModelError unless the files in a folder have these SHA-256 hashes; `wheel` is the package to install."""
    for name, expected in hashes.items():
        actual = sha256((folder / name).read_bytes()).hexdigest()
        if actual != expected:
            raise ModelError(
                f"{folder / name} has the SHA-256 {actual}, not that of the official revision ({expected}); "
                f"install the package {wheel} again or name a folder with the official files"
            )


def write_manifest(target: Path, build: int, names: Iterable[str]) -> None:
    """Write the manifest of the files that were built: their hashes, and the key of all and of the way of building."""
    files = {name: sha256((target / name).read_bytes()).hexdigest() for name in sorted(names)}
    key = sha256(repr((build, sorted(files.items()))).encode()).hexdigest()
    write_json(target / "manifest.json", {"build": build, "files": files, "key": key})


def build_into(target: Path, build: Callable[[Path], None]) -> None:
    """Have `build` fill an empty folder, which becomes `target` in one step; whoever comes second changes nothing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".encoder-", dir=target.parent))
    try:
        build(staging)
        try:
            staging.replace(target)
        except OSError:
            if not (target / "manifest.json").is_file():  # else another process was faster, with the same result
                raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)
