"""A real server for tests, started as the product starts its own, and stores on it that share nothing."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from adapters.redis.embedded import embedded
from adapters.redis.keys import Keys
from adapters.redis.outbox import Patience
from adapters.redis.store import RedisStore
from tests.support.jitter import jitter
from tests.support.patience import PATIENCE

_PREFIXES = itertools.count(1)

QUICK = Patience(looks=(0.05, 0.1, 0.2), root=0.5, sweep=0.2)
"""Looks that tests can wait for."""


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """One server for the whole session."""
    folder = tempfile.TemporaryDirectory(prefix="wl-", dir="/tmp")
    with asyncio.Runner() as runner:
        server = runner.run(embedded(Path(folder.name)))
        try:
            yield server.url
        finally:
            runner.run(server.stop())
            folder.cleanup()


MakeStore = Callable[..., RedisStore]


@pytest.fixture
async def make_store(redis_url: str) -> AsyncIterator[MakeStore]:
    """Makes stores on the same keys, as several processes would have them; other tests have other keys."""
    prefix = f"test{next(_PREFIXES)}"
    made: list[RedisStore] = []

    def make(url: str = redis_url, patience: Patience = QUICK, shards: int = 8, within: float = PATIENCE) -> RedisStore:
        keys, connect = Keys(prefix, shards), jitter.connection
        made.append(RedisStore(url, keys=keys, patience=patience, ingress_within=within, connect=connect))
        return made[-1]

    yield make
    for store in made:
        await store.close()


@pytest.fixture
def store(make_store: MakeStore) -> RedisStore:
    return make_store()
