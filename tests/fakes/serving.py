"""Serves an application on a port of its own."""

from __future__ import annotations

import ssl

from aiohttp import web

from tests.support.jitter import jitter, late


async def served(app: web.Application, host: str, port: int = 0, tls: ssl.SSLContext | None = None) -> web.AppRunner:
    """The running application; `addresses[0][1]` is its port. To be cleaned up by whoever asked."""
    if jitter.is_on:
        app.middlewares.append(late(jitter.platform()))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, host, port, ssl_context=tls).start()
    return runner
