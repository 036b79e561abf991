"""The scene that the tests of this folder play in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from adapters.shelf.shelf import FolderShelf
from adapters.teams.adapter import TeamsAdapter
from adapters.teams.settings import TeamsSettings
from tests.adapters.teams.scene import MakeScene, Scene, WallClock
from tests.contract.doubles import EchoCommands, ListIntake
from tests.fakes.teams import FakeTeams, Human
from tests.support.patience import PATIENCE
from tests.support.ports import bound


@pytest.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    async with FakeTeams() as fake:
        yield fake


@pytest.fixture
async def make_scene(teams: FakeTeams, tmp_path: Path) -> AsyncIterator[MakeScene]:
    """Builds the scene with other settings than usual."""
    runners: list[web.AppRunner] = []
    adapters: list[TeamsAdapter] = []

    async def make(*, start: bool = True, links: bool = True, **settings: object) -> Scene:
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
            # nothing is slow unless a test makes it so
            "call_seconds": PATIENCE,
            "token_seconds": PATIENCE,
            "start_seconds": PATIENCE,
            "store_seconds": PATIENCE,
            "lookup_seconds": PATIENCE,
            "file_seconds": PATIENCE,
            "refresh_seconds": 0.2,
            "file_hosts": frozenset({teams.file_host}),
        }
        clock = WallClock(teams)
        listening = bound()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        shelf = FolderShelf(tmp_path / "files", clock, public_url=address if links else "")
        adapter = TeamsAdapter(TeamsSettings(**(known | settings)), clock, shelf)  # type: ignore[arg-type]
        adapters.append(adapter)
        server = web.Application()
        adapter.mount(server)
        shelf.mount(server)
        runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.2)
        runners.append(runner)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        teams.bot.endpoint = f"{address}/api/messages"
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
