"""Serves an application on a port of its own, and ends it with every connection."""

from __future__ import annotations

import asyncio
import ssl

from aiohttp import web

from tests.support.jitter import jitter, late


async def served(app: web.Application, host: str, port: int = 0, tls: ssl.SSLContext | None = None) -> web.AppRunner:
    """The running application; `addresses[0][1]` is its port. To be ended with `unserved` by whoever asked."""
    if jitter.is_on:
        app.middlewares.append(late(jitter.platform()))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, host, port, ssl_context=tls).start()
    return runner


async def unserved(runner: web.AppRunner) -> None:
    """End it. Over TLS a connection that was closed waits for the other side, which may be a killed process."""
    assert runner.server is not None
    open_ones = [connection.transport for connection in runner.server.connections if connection.transport is not None]
    await runner.cleanup()
    for transport in open_ones:
        transport.abort()
    await asyncio.sleep(0)
