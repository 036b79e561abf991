"""One process from its start to the signal that ends it, and what the person at the terminal reads of that.

Linux and macOS only: signals, locks of files and the event loop are theirs.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Sequence
from typing import Final

import uvloop

from bot.app import App
from bot.config import Configuration

_STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


def serve(configuration: Configuration, roles: Sequence[str]) -> int:
    """Run the roles until a signal says to stop; the exit code. Raises what `App.start` and `App.failed` raise."""
    # the samples' actions run in our process, and keep what they write beside everything else
    os.environ.setdefault("WARMLINE_DATA", str(configuration.assistant_data))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_serve(configuration, roles))


async def _serve(configuration: Configuration, roles: Sequence[str]) -> int:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in _STOP_SIGNALS:
        loop.add_signal_handler(name, stopping.set)
    app = App(configuration, roles)
    began = time.monotonic()
    starting = asyncio.create_task(app.start())
    waiting = asyncio.create_task(stopping.wait())
    await asyncio.wait({starting, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        starting.cancel()
        await asyncio.wait({starting})
        return 130
    await starting
    web = configuration.settings.platforms.web
    took = f"{time.monotonic() - began:.1f} s"
    ready = f"Ready after {took}." if await app.has_store() else f"Started after {took}; not ready without its store."
    if web.enabled and "ingress" in roles:
        ready += f" The playground: http://{web.host}:{web.port}"
    print(ready, file=sys.stderr)  # noqa: T201  the one line that a person waits for
    failing = asyncio.create_task(app.failed())
    await asyncio.wait({waiting, failing}, return_when=asyncio.FIRST_COMPLETED)
    print("Stopping: no new work, finishing what is under way ...", file=sys.stderr)  # noqa: T201  as above
    await app.stop()
    if failing.done():
        failing.result()
    failing.cancel()
    return 0
