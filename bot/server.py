"""Hosts what adapters serve over HTTP, and `/healthz`. Knows nothing of what is said there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from aiohttp import web

from bot.errors import ConfigError

Address = tuple[str, int]


class Mountable(Protocol):
    """An adapter that is reached over HTTP."""

    def mount(self, app: web.Application) -> None:
        """Add the adapter's routes."""
        ...


class Server:
    """One listener per address, each with the adapters that are mounted on it."""

    def __init__(self, healthy: Callable[[], Awaitable[Mapping[str, bool]]]) -> None:
        self._healthy = healthy
        self._apps: dict[Address, web.Application] = {}
        self._runners: list[web.AppRunner] = []
        self.addresses: list[str] = []

    def mount(self, adapter: Mountable, host: str, port: int) -> None:
        """Serve an adapter at an address. Several may share one."""
        adapter.mount(self._app((host, port)))

    def watch(self, host: str, port: int) -> None:
        """Serve `/healthz` at an address."""
        self._app((host, port)).router.add_get("/healthz", self._health)

    async def start(self) -> None:
        """Listen. Raises ConfigError when an address is taken."""
        for (host, port), app in self._apps.items():
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=5.0)
            await runner.setup()
            self._runners.append(runner)
            site = web.TCPSite(runner, host, port)
            try:
                await site.start()
            except OSError as error:
                why = f"cannot listen on {host}:{port}: {error.strerror}"
                raise ConfigError([f"{why}; stop what uses it, or change the port in config.yaml"]) from error
            self.addresses += [f"http://{name[0]}:{name[1]}" for name in runner.addresses]

    async def stop(self) -> None:
        """Stop listening, and let requests that are under way end."""
        await asyncio.gather(*(runner.cleanup() for runner in self._runners))
        self._runners.clear()

    def _app(self, address: Address) -> web.Application:
        # adapters cap their own bodies; this is the cap above theirs
        return self._apps.setdefault(address, web.Application(client_max_size=1 << 20))

    async def _health(self, _request: web.Request) -> web.Response:
        state = dict(await self._healthy())
        return web.json_response({"healthy": all(state.values()), **state}, status=200 if all(state.values()) else 503)
