"""Servers that a test may kill, freeze, fill, and cut off from each other."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from adapters.redis.embedded import Embedded, embedded
from tests.support.cluster import facts, server, until


@pytest.fixture
async def own_server() -> AsyncIterator[Embedded]:
    with tempfile.TemporaryDirectory(prefix="wl-", dir="/tmp") as folder:
        running = await embedded(Path(folder))
        yield running
        await running.stop()


@pytest.fixture
def primary() -> Iterator[int]:
    with server("--appendonly", "no", "--repl-diskless-sync-delay", "0") as port:
        yield port


@pytest.fixture
def replica(primary: int) -> Iterator[int]:
    """One that has everything of the primary."""
    with server("--replicaof", f"127.0.0.1 {primary}") as port:
        until(lambda: facts(port, "replication")["master_link_status"] == "up")
        yield port
