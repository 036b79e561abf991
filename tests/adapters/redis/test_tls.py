"""Servers behind TLS with an authority of their own, and users who may no more than they need."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio.cluster import RedisCluster

from adapters.redis.clients import client_of, clients_for
from adapters.redis.store import RedisStore
from bot.errors import ConfigError
from tests.contract.store_steps import CID, texts_of
from tests.fakes.slack.certificates import Authority, make_authority
from tests.support.cluster import ask, cluster, server, until
from tests.support.patience import PATIENCE
from tests.support.ports import free_port

GRANTED = re.search(
    r"`ACL SETUSER warmline on >PASSWORD (.*?)`", Path("docs/operating.md").read_text(encoding="utf-8"), re.DOTALL
)
"""What the documentation says that a user needs."""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("tls"), ("localhost",))


@asynccontextmanager
async def in_front_of(port: int, authority: Authority, at: int = 0) -> AsyncIterator[int]:
    """TLS on a port of its own before a server without: not every server is built with it."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while said := await reader.read(65536):
                writer.write(said)
                await writer.drain()
        except (OSError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, there = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pump(reader, there), pump(back, writer))

    at = at or free_port()
    proxy = await asyncio.start_server(serve, "127.0.0.1", at, ssl=authority.context)
    try:
        yield at
    finally:
        proxy.close()


def grant(port: int, *more: str) -> None:
    assert GRANTED is not None
    ask(port, "ACL", "SETUSER", "warmline", "on", ">secret", *GRANTED[1].split(), *more)


async def works(url: str) -> None:
    """Nothing is said against it, and it takes, gives and wakes."""
    store = RedisStore(url, ingress_within=PATIENCE)
    try:
        assert list(await store.examine()) == []
        assert await store.mailboxes.take(CID, "1", ids=["1"]) == (True, False)
        assert await texts_of(store) == ["1"]
        async with asyncio.timeout(PATIENCE):
            assert await anext(aiter(store.upkeep.wakes()))
    finally:
        await store.close()


async def refusal(url: str) -> str:
    store = RedisStore(url)
    with pytest.raises(ConfigError) as refused:
        await store.examine()
    await store.close()
    return str(refused.value)


async def test_one_server_is_trusted_by_an_authority_of_its_own(authority: Authority) -> None:
    with server("--appendonly", "yes") as port:
        grant(port)
        async with in_front_of(port, authority) as tls:
            await works(f"rediss://warmline:secret@localhost:{tls}?ssl_ca_certs={authority.bundle}")
            told = await refusal(f"rediss://warmline:secret@localhost:{tls}")
            assert "certificate is not trusted" in told
            assert "?ssl_ca_certs=" in told


async def test_so_is_a_cluster_also_where_it_is_listened_to(authority: Authority) -> None:
    tls = free_port()
    options = ("--cluster-enabled", "yes", "--appendonly", "yes", "--cluster-announce-port", str(tls))
    with server(*options, "--cluster-announce-ip", "127.0.0.1") as port:
        ask(port, "CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        until(lambda: "cluster_state:ok" in _told(port))
        grant(port)
        async with in_front_of(port, authority, tls):
            url = f"rediss+cluster://warmline:secret@127.0.0.1:{tls}"
            trusting = f"?ssl_ca_certs={authority.bundle}&ssl_check_hostname=false"
            assert "certificate is not trusted" in await refusal(url)
            assert "grant it +cluster|slots" in await refusal(url + trusting)
            grant(port, "+cluster|slots")
            await works(url + trusting)


def _told(port: int) -> str:
    answer = ask(port, "CLUSTER", "INFO")
    return "\n".join(f"{name}:{said}" for name, said in answer.items()) if isinstance(answer, dict) else str(answer)


async def test_a_cluster_needs_one_right_more() -> None:
    with cluster() as url:
        ports = [int(node.rpartition(":")[2]) for node in url.split(",")]
        for port in ports:
            grant(port, "+cluster|slots")
        await works(url.replace("//", "//warmline:secret@"))


@pytest.mark.parametrize("at", ["rediss://h", "rediss+sentinel://h/desk", "rediss+cluster://h"])
def test_every_way_of_tls_knows_the_authority(authority: Authority, at: str) -> None:
    url = f"{at}?ssl_ca_certs={authority.bundle}&ssl_check_hostname=no"
    client, others = clients_for(url)
    for each in (client, *others, client_of(url, "h", 1)):
        given = each.connection_kwargs if isinstance(each, RedisCluster) else each.connection_pool.connection_kwargs
        assert given["ssl_ca_certs"] == str(authority.bundle)
        assert given["ssl_check_hostname"] is False


@pytest.mark.parametrize("at", ["rediss://h", "rediss+sentinel://h/desk", "rediss+cluster://h", "redis+cluster://h"])
def test_what_is_misspelt_or_not_there_is_told_at_once(at: str) -> None:
    with pytest.raises(ConfigError, match=r"store.url: .*ssl_ca_cert\b"):
        clients_for(f"{at}?ssl_ca_cert=/nowhere.pem")
    if at.startswith("rediss"):
        with pytest.raises(ConfigError, match=r"ssl_ca_certs names /nowhere.pem, and there is no such file"):
            clients_for(f"{at}?ssl_ca_certs=/nowhere.pem")
