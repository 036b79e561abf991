"""A server that would lose what it is given is refused at the start, in words; one that is away is waited for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.redis.connect import facts_of
from adapters.redis.fitness import _problems
from adapters.redis.keys import Keys
from adapters.redis.store import RedisStore
from bot.errors import ConfigError, StoreUnavailable
from tests.support.cluster import ask, cluster, server
from tests.support.ports import free_port


async def examined(url: str) -> list[str]:
    store = RedisStore(url)
    try:
        return list(await store.examine())
    finally:
        await store.close()


@pytest.fixture(scope="module")
def kept() -> Iterator[int]:
    """A server as it should be, but for its password: *right*."""
    with server("--appendonly", "yes") as port:
        ask(port, "ACL", "SETUSER", "app", "on", ">right", "~*", "&*", "+@all")
        ask(port, "ACL", "SETUSER", "shy", "on", ">right", "~*", "&*", "+@all", "-info")
        yield port


@pytest.fixture(scope="module")
def several() -> Iterator[str]:
    with cluster() as url:
        yield url


async def test_nothing_is_said_of_a_server_that_keeps_everything(kept: int, several: str) -> None:
    assert await examined(f"redis://app:right@127.0.0.1:{kept}/3") == []
    assert await examined(several) == []


@pytest.mark.parametrize("user", ["app:wrong", "nobody:right"])
async def test_a_wrong_password_is_told_and_not_waited_with(kept: int, user: str) -> None:
    with pytest.raises(
        ConfigError, match=r"store.url: the server does not let us in \(WRONGPASS.*user and the password"
    ):
        await examined(f"redis://{user}@127.0.0.1:{kept}")


async def test_a_password_that_lacks_is_told(primary: int) -> None:
    ask(primary, "ACL", "SETUSER", "default", "on", "resetpass", ">right")
    with pytest.raises(ConfigError, match="does not let us in"):
        await examined(f"redis://127.0.0.1:{primary}")


@pytest.mark.parametrize("policy", ["allkeys-lru", "volatile-ttl"])
async def test_a_server_that_throws_away_is_refused_once_it_can_be_full(primary: int, policy: str) -> None:
    ask(primary, "CONFIG", "SET", "maxmemory-policy", policy)
    evicts, forgets = await examined(f"redis://127.0.0.1:{primary}")
    assert "set maxmemory-policy noeviction" in evicts
    assert "set appendonly yes" in forgets
    ask(primary, "CONFIG", "SET", "maxmemory", "100mb")
    with pytest.raises(ConfigError, match=f"maxmemory-policy {policy}.*; set maxmemory-policy noeviction"):
        await examined(f"redis://127.0.0.1:{primary}")


async def test_a_url_of_the_wrong_kind_is_refused(kept: int, several: str) -> None:
    first = several.partition("//")[2].partition(",")[0]
    with pytest.raises(ConfigError, match=r"part of a Cluster; write redis\+cluster://"):
        await examined(f"redis://{first}")
    with pytest.raises(ConfigError, match="no Cluster; write redis://"):
        await examined(f"redis+cluster://app:right@127.0.0.1:{kept}")


async def test_a_database_that_is_not_there_is_told(kept: int) -> None:
    with pytest.raises(ConfigError, match="refuses what it is asked: ERR DB index is out of range"):
        await examined(f"redis://127.0.0.1:{kept}/99")


def test_an_old_server_is_refused() -> None:
    facts = facts_of("# Server\r\nredis_version:6.2.14\r\nmaxmemory_policy:noeviction\r\n")
    (problem,) = _problems(facts, is_cluster=False)
    assert problem.startswith("store.url: the server is Redis 6.2.14; 7.0 is the oldest")


async def test_another_number_of_shards_is_refused_once_there_is_something_in_them(kept: int) -> None:
    url = f"redis://app:right@127.0.0.1:{kept}/4"
    assert await examined(url) == []
    assert await examined(url) == []
    store = RedisStore(url, keys=Keys(shards=32))
    with pytest.raises(ConfigError, match=r"store.shards: .* into 64 shards, and nothing .* in 32; write 64"):
        await store.examine()
    await store.close()


@pytest.mark.parametrize("url", ["redis://{}", "redis+sentinel://{}/desk", "redis+cluster://{}"])
async def test_one_that_is_away_can_be_examined_later(url: str) -> None:
    with pytest.raises(StoreUnavailable):
        await examined(url.format(f"127.0.0.1:{free_port()}"))


async def test_one_that_may_not_be_asked_is_taken_as_it_is(kept: int) -> None:
    assert await examined(f"redis://shy:right@127.0.0.1:{kept}") == []
