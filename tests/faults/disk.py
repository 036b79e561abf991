"""A disk that can be full: the store's server may write no file longer than it is told, and gets an error like ENOSPC.

A wrapper stands in its place on PATH, which every process of the laboratory starts it through; a server that is
started while the disk is full has the same limit. Linux only (`prlimit`).
"""

from __future__ import annotations

import contextlib
import os
import resource
from collections.abc import Iterator
from pathlib import Path

from adapters.redis.embedded import server_binary

_WRAPPER = """#!/bin/sh
# with the signal ignored a write beyond the limit is an error; otherwise it would kill
trap "" XFSZ
[ -f "{limit}" ] && ulimit -S -f "$(cat "{limit}")"
exec "{binary}" "$@"
"""
_BLOCK = 512
"""Bytes of what `ulimit -f` counts in a POSIX shell."""


class SmallDisk:
    """The files of a store, and how long they may get."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._limit = folder / "limit"

    def fill(self, server: int, room: int = 2048) -> None:
        """No file of the server's gets longer than the longest is now, and `room` bytes."""
        longest = max((path.stat().st_size for path in self._folder.rglob("*.aof")), default=0)
        blocks = (longest + room) // _BLOCK
        self._limit.write_text(f"{blocks}", encoding="ascii")
        self._set(server, blocks * _BLOCK)

    def free(self, server: int) -> None:
        """There is room again."""
        self._limit.unlink(missing_ok=True)
        self._set(server, -1)

    @staticmethod
    def _set(server: int, limit: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            _, most = resource.prlimit(server, resource.RLIMIT_FSIZE)
            resource.prlimit(server, resource.RLIMIT_FSIZE, (most if limit < 0 else limit, most))


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """Let every server that is started from now on, by us and by our children, stand on a disk that can be full."""
    wrapper = folder / "bin" / "valkey-server"
    wrapper.parent.mkdir()
    wrapper.write_text(_WRAPPER.format(limit=folder / "limit", binary=server_binary()), encoding="utf-8")
    wrapper.chmod(0o755)
    before = os.environ["PATH"]
    os.environ["PATH"] = f"{wrapper.parent}{os.pathsep}{before}"
    try:
        yield SmallDisk(folder)
    finally:
        os.environ["PATH"] = before
