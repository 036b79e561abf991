"""The engine on a real store, with a town of people before it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.redis.store import RedisStore
from bot.engine.engine import Engine
from tests.support.engines import engine_on
from tests.support.town import Town


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
async def engine(store: RedisStore, town: Town) -> AsyncIterator[Engine]:
    engine = engine_on(store, {"town": town})
    await engine.start()
    yield engine
    await engine.stop()
