"""A store that is away, frozen, full, restarted, or that forgets its scripts: nothing is acknowledged in vain."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator

import pytest
from redis.asyncio.cluster import RedisCluster

from adapters.redis.clients import clients_for
from adapters.redis.connect import Durability
from adapters.redis.embedded import Embedded
from adapters.redis.mailboxes import INGRESS_SECONDS
from adapters.redis.store import RedisStore
from bot.errors import ConfigError, StoreUnavailable
from bot.ports import Findings
from tests.contract.store_steps import CID, texts_of
from tests.support.cluster import ask, cluster, facts, server, until
from tests.support.patience import PATIENCE
from tests.support.ports import free_port


@pytest.fixture
async def store(own_server: Embedded) -> AsyncIterator[RedisStore]:
    store = RedisStore(own_server.url)
    await store.ledger.open_count()
    yield store
    await store.close()


async def refused(store: RedisStore, id: str) -> None:
    with pytest.raises(StoreUnavailable):
        await store.mailboxes.take(CID, id, ids=[id])


def test_platforms_are_told_to_come_again_within_half_a_second() -> None:
    assert INGRESS_SECONDS < 0.5


async def test_a_frozen_store_is_given_up_and_nothing_gets_mixed_up(store: RedisStore, own_server: Embedded) -> None:
    hasty, patient = (RedisStore(own_server.url, ingress_within=seconds) for seconds in (0.05, PATIENCE))
    for each in (hasty, patient):
        await each.ledger.open_count()
    os.kill(own_server.pid, signal.SIGSTOP)
    try:
        waiting = asyncio.create_task(patient.mailboxes.take(CID, "frozen, too", ids=["frozen, too"]))
        await refused(hasty, "frozen")
        assert not waiting.done(), "it is this limit that counts: every other is longer"
    finally:
        os.kill(own_server.pid, signal.SIGCONT)
        await asyncio.gather(waiting, return_exceptions=True)
    # The answers of commands that were given up must not be taken for those of later ones.
    hasty.mailboxes._within = PATIENCE
    for n in range(5):
        assert await hasty.ledger.journal(CID) == []
        assert await hasty.mailboxes.take(CID, f"{n}", ids=[f"{n}"], at=float(n)) == (True, False)
    for each in (hasty, patient):
        await each.close()
    assert [t for t in await texts_of(store) if not t.startswith("frozen")] == ["0", "1", "2", "3", "4"]


async def test_a_store_that_is_away_is_given_up_at_once() -> None:
    store = RedisStore(f"redis://127.0.0.1:{free_port()}", ingress_within=2 * PATIENCE)
    async with asyncio.timeout(PATIENCE):
        await refused(store, "1")
    await store.close()


async def test_a_full_store_refuses_and_recovers(primary: int) -> None:
    store = RedisStore(f"redis://127.0.0.1:{primary}", ingress_within=PATIENCE)
    assert (await store.mailboxes.take(CID, "1", ids=["1"]))[0]
    ask(primary, "CONFIG", "SET", "maxmemory", "1")
    await refused(store, "2")
    ask(primary, "CONFIG", "SET", "maxmemory", "0")
    assert (await store.mailboxes.take(CID, "2", ids=["2"]))[0]
    assert await texts_of(store) == ["1", "2"]
    await store.close()


async def test_scripts_that_were_flushed_are_given_again(primary: int) -> None:
    store = RedisStore(f"redis://127.0.0.1:{primary}", ingress_within=PATIENCE)
    for n in range(3):
        ask(primary, "SCRIPT", "FLUSH")
        assert (await store.mailboxes.take(CID, f"{n}", ids=[f"{n}"]))[0]
        ask(primary, "SCRIPT", "FLUSH")
        assert set(await store.upkeep.tick(0.0)) == {Findings()}
    await store.close()


async def kill(server: Embedded) -> None:
    """One that was started again answers a moment before `pid` names it."""
    async with asyncio.timeout(PATIENCE):
        while True:
            with contextlib.suppress(ProcessLookupError):
                os.kill(server.pid, signal.SIGKILL)
                return
            await asyncio.sleep(0.01)


async def test_a_restart_in_the_middle_loses_nothing(store: RedisStore, own_server: Embedded) -> None:
    taken: list[str] = []
    for n in range(60):
        if n in (20, 40):
            await kill(own_server)
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    await store.mailboxes.take(CID, f"{n}", ids=[f"{n}"], at=float(n))
                    break
                except StoreUnavailable:
                    await asyncio.sleep(0.02)
        taken.append(f"{n}")
    assert await texts_of(store) == taken


async def test_with_replicas_a_write_is_acknowledged_when_they_have_it(primary: int) -> None:
    durable, hasty = (
        RedisStore(
            f"redis://127.0.0.1:{primary}", durability=Durability(replicas=1, within=seconds), ingress_within=PATIENCE
        )
        for seconds in (1.5, 0.1)
    )
    with pytest.raises(StoreUnavailable, match="0 of 1 replicas"):
        await hasty.mailboxes.take(CID, "1", ids=["1"])
    with server("--replicaof", f"127.0.0.1 {primary}") as replica:
        until(lambda: facts(replica, "replication")["master_link_status"] == "up")
        # The platform comes again; that it was stored before does not make it acknowledged.
        assert await durable.mailboxes.take(CID, "1", ids=["1"]) == (False, False)
        assert (await durable.mailboxes.take(CID, "2", ids=["2"]))[0]
        process = int(facts(replica, "server")["process_id"])
        os.kill(process, signal.SIGSTOP)
        try:
            with pytest.raises(StoreUnavailable, match="0 of 1 replicas"):
                await hasty.mailboxes.take(CID, "2", ids=["2"])
        finally:
            os.kill(process, signal.SIGCONT)
    for each in (durable, hasty):
        await each.close()


async def test_a_sentinel_leads_to_the_master() -> None:
    with server("--appendonly", "no") as master:
        configuration = f"sentinel monitor desk 127.0.0.1 {master} 1\nsentinel down-after-milliseconds desk 1000\n"
        with server(sentinel=configuration) as sentinel:
            store = RedisStore(f"redis+sentinel://127.0.0.1:{sentinel}/desk", ingress_within=PATIENCE)
            assert (await store.mailboxes.take(CID, "1", ids=["1"]))[0]
            assert await texts_of(store) == ["1"]
            await store.close()


async def test_a_cluster_that_is_away_is_given_up_and_waited_for() -> None:
    store = RedisStore(f"redis+cluster://127.0.0.1:{free_port()}", ingress_within=PATIENCE)
    listening = asyncio.create_task(anext(aiter(store.upkeep.wakes())))
    for _ in range(2):
        await refused(store, "1")
        with pytest.raises(StoreUnavailable):
            await store.ledger.open_count()
    with cluster() as url:
        known = RedisStore(url, ingress_within=PATIENCE)
        await known.ledger.open_count()
    for _ in range(3):
        await refused(known, "1")
        with pytest.raises(StoreUnavailable):
            await known.upkeep.tick(0.0)
    assert not listening.done()
    listening.cancel()
    for each in (store, known):
        await each.close()


async def test_a_user_who_may_not_do_everything_is_no_mistake_of_ours(primary: int) -> None:
    ask(primary, "ACL", "SETUSER", "app", "on", ">secret", "~*", "&*", "+@all", "-rpush", "-zadd")
    store = RedisStore(f"redis://app:secret@127.0.0.1:{primary}", ingress_within=PATIENCE)
    with pytest.raises(StoreUnavailable, match="zadd"):
        await store.mailboxes.take(CID, "1", ids=["1"])
    await store.close()


def test_replicas_on_a_cluster_are_refused_at_start() -> None:
    with pytest.raises(ConfigError, match="not supported on a Cluster"):
        RedisStore("redis+cluster://127.0.0.1:1", durability=Durability(replicas=1))


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://localhost", "http scheme is not known"),
        ("localhost:6379", "scheme is not known"),
        ("redis+sentinel://localhost:26379", "names its master"),
        ("redis+cluster://", "names at least one node"),
        ("redis://localhost:notaport", "store.url"),
        ("redis+sentinel://localhost:notaport/desk", "store.url: .*notaport"),
        ("redis+sentinel://localhost:26379/desk/first", "store.url: .*first"),
        ("redis+cluster://localhost:notaport", "store.url: .*notaport"),
    ],
)
def test_a_wrong_url_is_explained(url: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        RedisStore(url)


@pytest.mark.parametrize("kind", ["redis+sentinel://{}@127.0.0.1:26379/desk", "redis+cluster://{}@127.0.0.1:7000"])
def test_signs_in_a_password_are_written_alike_in_every_url(kind: str) -> None:
    client, _ = clients_for(kind.format("desk%40shop:a%2Fb%25"))
    given = client.connection_kwargs if isinstance(client, RedisCluster) else client.connection_pool.connection_kwargs
    assert (given["username"], given["password"]) == ("desk@shop", "a/b%")
