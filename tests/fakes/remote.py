"""A local platform as a process of its own: what a harness in another process tells it, as JSON over HTTP.

`POST /control/<operation>` with a JSON object; the answer is JSON. Operations are the methods of its `Control`.
`python -m tests.fakes.slack --port 0` (or `teams`) prints `{"url": …}` when it serves, and ends with SIGTERM.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar

import aiohttp
from aiohttp import web

from tests.support.patience import PATIENCE

P = TypeVar("P")


def mount_operations(app: web.Application, control: object) -> None:
    """Let every public method of `control` be called; its keyword arguments are the object's fields."""

    async def serve(request: web.Request) -> web.Response:
        name = request.match_info["operation"]
        operation = None if name.startswith("_") else getattr(control, name, None)
        if operation is None:
            return web.json_response({"error": f"no operation {name}"}, status=404)
        raw = await request.text()
        return web.json_response(await operation(**json.loads(raw or "{}")))

    app.router.add_post("/control/{operation}", serve)


class Remote:
    """The other end: `await remote.do("say", user=…, channel=…, text=…)`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = aiohttp.ClientSession()

    async def do(self, operation: str, **arguments: Any) -> Any:
        async with self._session.post(f"{self.url}/control/{operation}", json=arguments) as answer:
            if answer.status != 200:
                raise RuntimeError(f"{operation}: HTTP {answer.status}: {await answer.text()}")
            return await answer.json()

    async def close(self) -> None:
        await self._session.close()


@asynccontextmanager
async def fake_process(module: str) -> AsyncIterator[Remote]:
    """A running platform, to be told things; it ends with the block."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            line = await process.stdout.readline()
        remote = Remote(json.loads(line)["url"])
        try:
            yield remote
        finally:
            await remote.close()
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def main(
    says: str | None, make: Callable[[str, int], AbstractAsyncContextManager[P]], shown: Callable[[P], dict[str, str]]
) -> None:
    """Serve until SIGTERM. `make` takes a host and a port, `shown` says what is printed of what it made."""
    parser = argparse.ArgumentParser(description=says)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()

    async def serve() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with make(given.host, given.port) as platform:
            print(json.dumps(shown(platform)), flush=True)
            await stop.wait()

    asyncio.run(serve())
