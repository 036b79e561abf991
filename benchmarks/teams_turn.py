"""CPU of one Teams turn in our adapter, beside the SDK's stock CloudAdapter: `make bench-teams`.

A turn is one signed message in (verified, translated, given to an intake) and one message out to a connector, over
real HTTP on loopback. The service side runs in another process, so that its work is not counted; what is printed is
this process' CPU time per turn. The stock adapter needs a package that is no dependency of ours: `stock.sh` fetches it
beside the environment, and `python -m benchmarks.teams_turn` alone says so where it is missing. `--turns N` sets how
many are measured.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import importlib.util
import json
import multiprocessing
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import aiohttp
import structlog
from aiohttp import web

from adapters.teams.adapter import TeamsAdapter
from adapters.teams.settings import TeamsSettings
from bot.core.activity import Activity, Person, Place, Ref
from bot.core.effects import Body
from bot.ports import Answer
from tests.contract.doubles import ScriptedForms

ROUNDS = 5
_STOCK = Path(__file__).parents[1] / ".boot" / "stock"


class _Clock:
    def now(self) -> float:
        return time.time()  # noqa: TID251  # a benchmark is at the edge


class _Answering:
    """Answers each message at once, as the engine would do a moment later."""

    def __init__(self) -> None:
        self.adapter: TeamsAdapter | None = None

    async def take(self, activity: Activity) -> bool:
        assert self.adapter is not None
        await self.adapter.post(activity.place, Body("You said **something**."), key=activity.id)
        return True

    async def run(self, asker: Person, place: Place, words: str) -> Answer:
        del asker, place
        return Answer(Body(words))

    async def serves(self, asker: Person, place: Place) -> bool:
        del asker, place
        return True

    async def home(self, asker: Person) -> tuple[Body, ...]:
        return (Body(asker.label),)

    async def run_at_home(self, asker: Person, words: str) -> Answer:
        return await self.run(asker, Place(asker.platform, asker.tenant, "home"), words)

    async def shortcut(self, asker: Person, ref: Ref, name: str) -> Answer:
        return await self.run(asker, ref.place, name)


def _service(pipe: Connection) -> None:
    """The other process: a local Teams that sends turns when it is told to."""

    async def serve() -> None:
        fakes: Any = importlib.import_module("tests.fakes.teams")
        async with fakes.FakeTeams() as teams:
            loop = asyncio.get_running_loop()
            ann = fakes.Human(teams, teams.tenant.add_person("Ann"))
            pipe.send((teams.url, teams.bot.app_id, teams.bot.secret, teams.tenant.id))
            while True:
                order: Any = await loop.run_in_executor(None, pipe.recv)
                if order is None:
                    return
                teams.bot.endpoint, turns = order
                bodies: list[bytes] = []
                activity: dict[str, Any] = {"serviceUrl": teams.service_url}
                for _ in range(turns):
                    chat = ann.chat()
                    content = ann.written("Where is my order 4711?")
                    message = teams.tenant.add_message(chat, ann.account.id, content, "")
                    activity = ann.message_activity("message", chat, message)
                    bodies.append(json.dumps(activity).encode())
                headers = teams.courier.signed(activity)
                statuses = [(await teams.courier.send(body, headers))[0] for body in bodies]
                teams.calls.clear()
                pipe.send(sorted(set(statuses)))

    asyncio.run(serve())


async def _measured(pipe: Connection, endpoint: str, turns: int) -> list[float]:
    """CPU milliseconds a turn, one figure a round; the first round warms up and is left out."""
    loop = asyncio.get_running_loop()
    figures: list[float] = []
    for number in range(ROUNDS + 1):
        pipe.send((endpoint, turns))
        started = time.process_time()
        statuses = await loop.run_in_executor(None, pipe.recv)
        spent = (time.process_time() - started) * 1000 / turns
        if not set(statuses) <= {200, 201, 202}:
            sys.exit(f"turns were answered {statuses}")
        if number:
            figures.append(spent)
    return figures


async def _serving(app: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"


async def _ours(pipe: Connection, known: tuple[str, str, str, str], turns: int) -> list[float]:
    url, app_id, secret, tenant = known
    settings = TeamsSettings(
        app_id=app_id,
        tenant=tenant,
        secret=secret,
        metadata_url=f"{url}/openid/metadata",
        login=f"{url}/login/",
        service_url=f"{url}/emea/",
    )
    adapter, answering = TeamsAdapter(settings, _Clock()), _Answering()
    answering.adapter = adapter
    app = web.Application()
    adapter.mount(app)
    await adapter.start(answering, answering, ScriptedForms())
    runner, endpoint = await _serving(app)
    try:
        return await _measured(pipe, endpoint, turns)
    finally:
        await adapter.stop()
        await runner.cleanup()


async def _stock(pipe: Connection, known: tuple[str, str, str, str], turns: int) -> list[float]:
    """The SDK's CloudAdapter with everything at its default, pointed at the local service."""
    url, app_id, secret, _ = known
    integration: Any = importlib.import_module("botbuilder.integration.aiohttp")
    authentication: Any = importlib.import_module("botframework.connector.auth")
    constants: Any = authentication.AuthenticationConstants
    constants.TO_BOT_FROM_CHANNEL_OPENID_METADATA_URL = f"{url}/openid/metadata"
    constants.TO_BOT_FROM_CHANNEL_OPEN_ID_METADATA_URL = f"{url}/openid/metadata"

    class Configuration:
        APP_ID = app_id
        APP_PASSWORD = secret
        APP_TYPE = "MultiTenant"
        APP_TENANTID = ""

    _without_msal(authentication, url, app_id, secret)
    adapter: Any = integration.CloudAdapter(integration.ConfigurationBotFrameworkAuthentication(Configuration()))

    class Bot:
        async def on_turn(self, context: Any) -> None:
            await context.send_activity("You said **something**.")

    bot = Bot()

    async def serve(request: web.Request) -> web.Response:
        answer: web.Response | None = await adapter.process(request, bot)
        return answer or web.Response(status=200)

    app = web.Application()
    app.router.add_post("/api/messages", serve)
    runner, endpoint = await _serving(app)
    try:
        return await _measured(pipe, endpoint, turns)
    finally:
        await runner.cleanup()


def _without_msal(authentication: Any, url: str, app_id: str, secret: str) -> None:
    """MSAL insists on https: fetch the token over plain HTTP instead, once, which flatters the stock adapter."""
    requests: Any = importlib.import_module("requests")
    form = {
        "grant_type": "client_credentials",
        "client_id": app_id,
        "client_secret": secret,
        "scope": "https://api.botframework.com/.default",
    }
    token: str = requests.post(f"{url}/login/x/oauth2/v2.0/token", data=form, timeout=5).json()["access_token"]

    def get_access_token(self: object, force_refresh: bool = False) -> str:  # noqa: FBT001, FBT002  # the SDK's signature
        del self, force_refresh
        return token

    authentication.MicrosoftAppCredentials.get_access_token = get_access_token


async def _run(turns: int) -> None:
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_service, args=(there,), daemon=True)
    process.start()
    known: tuple[str, str, str, str] = await asyncio.get_running_loop().run_in_executor(None, here.recv)
    try:
        await _show("Warmline", lambda: _ours(here, known, turns))
        sys.path.append(str(_STOCK))
        if importlib.util.find_spec("botbuilder.integration") is None:
            print("CloudAdapter: run `make bench-teams`, which fetches what the comparison needs")
        else:
            await _show("CloudAdapter", lambda: _stock(here, known, turns))
    finally:
        here.send(None)
        process.join(5)


async def _show(name: str, measure: Callable[[], Awaitable[list[float]]]) -> None:
    figures = await measure()
    print(f"{name}: {statistics.median(figures):.2f} ms of CPU a turn ({min(figures):.2f} to {max(figures):.2f})")


def main() -> None:
    """Measure and print."""
    structlog.configure(processors=[structlog.dev.ConsoleRenderer()])
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=300)
    given = parser.parse_args()
    print(f"{given.turns} turns a round, {ROUNDS} rounds, {aiohttp.__name__} {aiohttp.__version__}")
    asyncio.run(_run(given.turns))


if __name__ == "__main__":
    main()
