"""Starts the fake as a process of its own, and ends it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.fakes.teams.control import RemoteTeams


@asynccontextmanager
async def teams_process() -> AsyncIterator[RemoteTeams]:
    """A running fake, to be told things; it ends with the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.teams", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            line = await process.stdout.readline()
        remote = RemoteTeams(json.loads(line)["url"])
        try:
            yield remote
        finally:
            await remote.close()
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
