"""Keeps models as immutable folders under versions, with a manifest of hashes and one atomic `current`.

A version is `v0001-<first 12 digits of its content's hash>`. A version that exists is never written again;
`current` is a small text file replaced in one step, so that a reader sees the old model or the new one. Whoever writes
holds a lock of the system meanwhile, which ends with its process: any number may train, roll back and clear away.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from nlu.artifacts import ModelError, read_json, write_json

FORMAT: Final = 13
MANIFEST: Final = "manifest.json"
CURRENT: Final = "current"
WRITING: Final = ".writing"
TRAINING: Final = ".training"
"""Files of locks. The one of training is held for as long as a model is made that is to be current."""

_GONE: Final = ".gone-"
_VERSION: Final = re.compile(r"v(\d{4,})-([0-9a-f]{12})")


class OvertakenError(ModelError):
    """Another model has become current meanwhile; nothing was changed."""


@contextmanager
def locked(store: Path, name: str, waits: Callable[[], None] | None = None) -> Generator[None]:
    """Hold one of a store's locks. `waits` is called, once, when somebody else holds it."""
    with (store / name).open("a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waits is not None:
                waits()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def seal(folder: Path, about: Mapping[str, object]) -> None:
    """Write the manifest of a finished model folder: what it is, and the SHA-256 of every file."""
    files = {
        path.relative_to(folder).as_posix(): _hash(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
    write_json(folder / MANIFEST, {"format": FORMAT, **about, "files": files})


def verify(folder: Path) -> Mapping[str, Any]:
    """Check a model folder against its manifest and return the manifest.

    Raises ModelError for a folder that is no model, has a file more, less or changed, or is of another format.
    """
    if not (folder / MANIFEST).is_file():
        raise ModelError(f"{folder} is not a model: it has no {MANIFEST}; train one with `python -m nlu train`")
    manifest: dict[str, Any] = read_json(folder / MANIFEST)
    if type(manifest) is not dict or manifest.get("format") != FORMAT or "files" not in manifest:
        raise ModelError(f"{folder} is a model of another format; train it again with this version")
    named: dict[str, str] = manifest["files"]
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} - {MANIFEST}
    for name in sorted(present | set(named)):
        if name not in named:
            raise ModelError(f"{folder} holds {name}, which its manifest does not name; it is not the model it was")
        if name not in present:
            raise ModelError(f"{folder} lacks {name}; the model is damaged, train it again")
        if _hash(folder / name) != named[name]:
            raise ModelError(f"{folder / name} does not match its hash; the model is damaged, train it again")
    return manifest


def publish(staging: Path, store: Path, *, among: Collection[str | None] | None = None) -> str:
    """Move a sealed folder into the store under a new version and make it current; return the version.

    A model with the same content is not stored twice: its version becomes current again. With `among` nothing is done
    unless the current version is one of these (None: there is none): raises OvertakenError.
    """
    with locked(store, WRITING):
        _expect(store, among)
        version = version_for(staging, store)
        _keep(staging, store, version)
        _set_current(store, version)
    return version


def version_for(sealed: Path, store: Path) -> str:
    """Return the version of a sealed folder in the store: a new one, or the one under which its content is there."""
    digest = _hash(sealed / MANIFEST)[:12]
    versions = list_versions(store)
    known = next((v for v in versions if v.endswith(digest)), None)
    return known or f"v{max((int(v[1 : v.index('-')]) for v in versions), default=0) + 1:04d}-{digest}"


def keep(sealed: Path, store: Path, version: str) -> None:
    """Move a sealed folder into the store, in one step; one that is there already stays, unless it is damaged."""
    with locked(store, WRITING):
        _keep(sealed, store, version)


def leave(sealed: Path, place: Path, version: str) -> None:
    """The same for a place that is nobody's but the caller's, and no store."""
    _keep(sealed, place, version)


def _keep(sealed: Path, store: Path, version: str) -> None:
    there = store / version
    if (there / MANIFEST).is_file():
        try:
            verify(there)
        except ModelError:
            there.replace(store / f"{_GONE}{version}-{os.getpid()}")
        else:
            shutil.rmtree(sealed)
            return
    sealed.replace(there)
    _sweep(store)


def _sweep(store: Path) -> None:
    for left in store.glob(f"{_GONE}*"):
        shutil.rmtree(left, ignore_errors=True)


def list_versions(store: Path) -> list[str]:
    """Return the versions in a store, oldest first."""
    if not store.is_dir():
        return []
    found = [p.name for p in store.iterdir() if _VERSION.fullmatch(p.name) and (p / MANIFEST).is_file()]
    return sorted(found, key=lambda name: (int(name[1 : name.index("-")]), name))


def prune(store: Path, kept: int) -> list[str]:
    """Remove all but the newest models and the current one; return those that are gone."""
    with locked(store, WRITING):
        current = current_version(store)
        old = [version for version in list_versions(store)[:-kept] if version != current]
        for version in old:
            (store / version).replace(store / f"{_GONE}{version}")  # in one step, so that nobody meets half a model
        _sweep(store)
    return old


def set_current(store: Path, version: str, *, among: Collection[str | None] | None = None) -> None:
    """Make a stored version the one that is loaded; with `among` only in place of one of these, as in `publish`.

    Raises ModelError when there is no such version, and OvertakenError.
    """
    _held(store, version)
    with locked(store, WRITING):
        _expect(store, among)
        _set_current(store, version)


def _expect(store: Path, among: Collection[str | None] | None) -> None:
    current = current_version(store)
    if among is not None and current not in among:
        raise OvertakenError(f"{current or 'no model'} is current in {store} by now; nothing was changed there")


def _held(store: Path, version: str) -> None:
    if version not in list_versions(store):
        raise ModelError(f"{store} holds no version {version!r}; it holds {', '.join(list_versions(store)) or 'none'}")


def _set_current(store: Path, version: str) -> None:
    _held(store, version)
    temporary = store / f".{CURRENT}.{os.getpid()}"
    with temporary.open("w", encoding="utf-8") as file:
        file.write(version + "\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(store / CURRENT)


def current_version(store: Path) -> str | None:
    """Return the version that `current` names, or None when nothing is stored."""
    try:
        return (store / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None


def resolve(path: Path) -> Path:
    """Return the model folder: `path` itself, or the current version of the store at `path`. Raises ModelError."""
    if path.is_file():
        raise ModelError(f"{path} is a file; a model is a folder, made by `python -m nlu train --out FOLDER`")
    if (path / MANIFEST).is_file():
        return path
    version = current_version(path)
    if version is None:
        raise ModelError(f"{path} holds no model; train one with `python -m nlu train --out {path}`")
    if not _VERSION.fullmatch(version):
        raise ModelError(f"{path / CURRENT} does not name a version: {version!r}")
    return path / version


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        digest = sha256()
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
