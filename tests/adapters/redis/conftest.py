"""A server that a test may kill, freeze and fill."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.redis.embedded import Embedded, embedded


@pytest.fixture
async def own_server() -> AsyncIterator[Embedded]:
    with tempfile.TemporaryDirectory(prefix="wl-", dir="/tmp") as folder:
        running = await embedded(Path(folder))
        yield running
        await running.stop()
