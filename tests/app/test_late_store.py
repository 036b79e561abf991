"""A store that is away at the start is examined once it is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App
from bot.errors import ConfigError
from tests.app.product import product, train_once
from tests.support.cluster import server
from tests.support.patience import PATIENCE, comes_to
from tests.support.ports import free_port

pytestmark = pytest.mark.timeout(600)

_WEB = "platforms: {web: {enabled: true, port: 0}}\ndesks: [{name: support, platform: web, channel: desk}]\n"


@pytest.fixture(scope="module", autouse=True)
def _trained() -> None:
    train_once()


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
async def app(tmp_path: Path, port: int) -> AsyncIterator[App]:
    app = product(tmp_path, _WEB, {}, store=f"url: 'redis://127.0.0.1:{port}'")
    await app.start()
    yield app
    await app.stop()


async def test_one_that_throws_away_ends_the_process_with_the_line_that_a_start_would_have(app: App, port: int) -> None:
    assert not await app.has_store()
    with (
        server("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru", port=port),
        pytest.raises(ConfigError, match="set maxmemory-policy noeviction"),
    ):
        await asyncio.wait_for(app.failed(), PATIENCE)


async def test_one_that_keeps_everything_is_worked_with(app: App, port: int) -> None:
    with server("--appendonly", "yes", port=port):
        await comes_to(app.has_store, bool)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(app.failed(), 3.0)
        await app.stop()
