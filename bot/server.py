"""Hosts what adapters serve over HTTP, and what machines are watched by: `/healthz`, `/readyz` and `/metrics`.

Knows nothing of what is said there; measures how long each adapter takes to answer its platform.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.errors import ConfigError

Address = tuple[str, int]
State = Mapping[str, bool]

_PLATFORM: Final = web.AppKey("platforms", dict[str, str])


class Mountable(Protocol):
    """An adapter that is reached over HTTP."""

    def mount(self, app: web.Application) -> None:
        """Add the adapter's routes."""
        ...


@dataclass(frozen=True, slots=True)
class Watched:
    """What is told to whoever watches: whether we live, whether we may be sent work, and the numbers.

    `metrics` gives a content type and a text; `took` is told how many seconds an answer to
    a platform took.
    """

    healthy: Callable[[], Awaitable[State]]
    ready: Callable[[], Awaitable[State]]
    metrics: Callable[[], Awaitable[tuple[str, str]]]
    took: Callable[[str, float], None]


class Server:
    """One listener per address, each with the adapters that are mounted on it."""

    def __init__(self, watched: Watched) -> None:
        self._watched = watched
        self._apps: dict[Address, web.Application] = {}
        self._runners: list[web.AppRunner] = []
        self.addresses: list[str] = []

    def mount(self, adapter: Mountable, host: str, port: int, *, platform: str = "") -> None:
        """Serve an adapter at an address. Several may share one. With a `platform` its answers are timed."""
        app = self._app((host, port))
        before = {resource.canonical for resource in app.router.resources()}
        adapter.mount(app)
        if platform:
            new = {resource.canonical for resource in app.router.resources()} - before
            app[_PLATFORM].update(dict.fromkeys(new, platform))

    def watch(self, host: str, port: int) -> None:
        """Serve what machines are watched by at an address."""
        router = self._app((host, port)).router
        router.add_get("/healthz", self._health)
        router.add_get("/readyz", self._ready)
        router.add_get("/metrics", self._metrics)

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
        if address not in self._apps:
            # adapters cap their own bodies; this is the cap above theirs
            app = web.Application(client_max_size=1 << 20, middlewares=[self._timed])
            app[_PLATFORM] = {}
            self._apps[address] = app
        return self._apps[address]

    @web.middleware
    async def _timed(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        resource = request.match_info.route.resource
        platform = request.app[_PLATFORM].get(resource.canonical, "") if resource else ""
        if not platform or request.method != "POST":
            return await handler(request)
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            return await handler(request)
        finally:
            self._watched.took(platform, loop.time() - began)

    async def _health(self, _request: web.Request) -> web.Response:
        return _told("healthy", await self._watched.healthy())

    async def _ready(self, _request: web.Request) -> web.Response:
        return _told("ready", await self._watched.ready())

    async def _metrics(self, _request: web.Request) -> web.Response:
        content_type, text = await self._watched.metrics()
        return web.Response(body=text.encode(), headers={"Content-Type": content_type})


def _told(name: str, state: State) -> web.Response:
    good = all(state.values())
    return web.json_response({name: good, **state}, status=200 if good else 503)
