"""The scene that the tests of this folder play in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from adapters.slack.adapter import SlackAdapter
from adapters.slack.settings import SlackSettings
from tests.adapters.slack.scene import MakeScene, Scene, WallClock
from tests.contract.doubles import EchoCommands, ListIntake
from tests.fakes.slack import App, FakeSlack, Human
from tests.support.patience import PATIENCE

Heard = Callable[[str], Awaitable[None]]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        yield fake


@pytest.fixture
async def make_scene(slack: FakeSlack) -> AsyncIterator[MakeScene]:
    """Builds the scene with other settings than usual."""
    runners: list[web.AppRunner] = []
    adapters: list[SlackAdapter] = []

    async def make(
        *, start: bool = True, app: App | None = None, heard: Heard | None = None, **settings: object
    ) -> Scene:
        app = app or slack.install()
        known = {
            "bot_token": app.bot_token,
            "signing_secrets": (app.signing_secret,),
            "base_url": slack.api_url,
            # nothing is slow unless a test makes it so
            "call_seconds": PATIENCE,
            "store_seconds": PATIENCE,
            "answer_seconds": PATIENCE,
            "file_seconds": PATIENCE,
            "file_hosts": frozenset({slack.file_host}),
        }
        listening = {} if heard is None else {"heard": heard}
        clock = WallClock(slack)
        adapter = SlackAdapter(SlackSettings(**(known | settings)), clock, **listening)  # type: ignore[arg-type]
        adapters.append(adapter)
        server = web.Application()
        adapter.mount(server)
        runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.2)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        if settings.get("mode") != "socket":
            app.events_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        ann, bob = slack.workspace.add_user("Ann Customer"), slack.workspace.add_user("Bob Agent")
        scene = Scene(
            slack,
            app,
            adapter,
            ListIntake(),
            EchoCommands(),
            Human(slack, ann),
            Human(slack, bob),
            slack.channel("support", ann, bob, app),
            slack.channel("desk", bob, app, private=True),
            clock,
        )
        if start:
            await adapter.start(scene.intake, scene.commands, scene.forms)
        return scene

    yield make
    for adapter in adapters:
        await adapter.stop()
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
async def scene(make_scene: MakeScene) -> Scene:
    """The usual scene: HTTP mode."""
    return await make_scene()
