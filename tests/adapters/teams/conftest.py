"""The scene that the tests of this folder play in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from adapters.teams.adapter import TeamsAdapter
from adapters.teams.settings import TeamsSettings
from tests.adapters.teams.scene import MakeScene, Scene, WallClock
from tests.contract.doubles import EchoCommands, ListIntake
from tests.fakes.teams import FakeTeams, Human


@pytest.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    async with FakeTeams() as fake:
        yield fake


@pytest.fixture
async def make_scene(teams: FakeTeams) -> AsyncIterator[MakeScene]:
    """Builds the scene with other settings than usual."""
    runners: list[web.AppRunner] = []
    adapters: list[TeamsAdapter] = []

    async def make(*, start: bool = True, **settings: object) -> Scene:
        ann = Human(teams, teams.tenant.add_person("Ann Customer"))
        bob = Human(teams, teams.tenant.add_person("Bob Agent"))
        support = teams.channel("support", ann.account, bob.account)
        desk = teams.channel("desk", bob.account)
        known = {
            "app_id": teams.bot.app_id,
            "tenant": teams.tenant.id,
            "secret": teams.bot.secret,
            "metadata_url": f"{teams.url}/openid/metadata",
            "login": f"{teams.url}/login/",
            "service_url": teams.service_url,
            "desks": frozenset({desk.id}),
            "support_channels": frozenset({support.id}),
            "call_seconds": 1.0,
            "token_seconds": 1.0,
            "start_seconds": 1.0,
            "refresh_seconds": 0.2,
        }
        clock = WallClock(teams)
        adapter = TeamsAdapter(TeamsSettings(**(known | settings)), clock)  # type: ignore[arg-type]
        adapters.append(adapter)
        server = web.Application()
        adapter.mount(server)
        runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.2)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        teams.bot.endpoint = f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
        scene = Scene(teams, adapter, clock, ListIntake(), EchoCommands(), ann, bob, support, desk)
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
    """The usual scene."""
    return await make_scene()
