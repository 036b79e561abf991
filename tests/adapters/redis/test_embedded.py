"""The embedded server: started, shared, adopted, restarted, and stopped by the last one who leaves."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from adapters.redis.embedded import Embedded, _alive, embedded, server_binary
from adapters.redis.store import RedisStore
from bot.errors import ConfigError, StoreUnavailable
from tests.contract.store_steps import CID
from tests.support.patience import PATIENCE, until

T = TypeVar("T")


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="wl-", dir="/tmp") as name:
        yield Path(name)


@asynccontextmanager
async def store_on(server: Embedded) -> AsyncIterator[RedisStore]:
    store = RedisStore(server.url, ingress_within=PATIENCE)
    try:
        yield store
    finally:
        await store.close()


async def again(call: Callable[[], Awaitable[T]]) -> T:
    """As platforms do: come again until the store takes it."""
    async with asyncio.timeout(PATIENCE):
        while True:
            with contextlib.suppress(StoreUnavailable):
                return await call()
            await asyncio.sleep(0.02)


@asynccontextmanager
async def running(folder: Path, binary: Path | None = None) -> AsyncIterator[Embedded]:
    server = await embedded(folder, binary=binary)
    try:
        yield server
    finally:
        await server.stop()


async def test_what_was_stored_is_there_after_a_stop(folder: Path) -> None:
    async with running(folder) as server, store_on(server) as store:
        assert await store.mailboxes.take(CID, "hello", ids=["1"]) == (True, False)
    assert not _alive(server.pid)
    async with running(folder) as server, store_on(server) as store:
        assert await store.mailboxes.take(CID, "hello", ids=["1"]) == (False, False)


async def test_a_server_that_still_reads_its_file_is_waited_for(folder: Path) -> None:
    async with running(folder) as server, store_on(server) as store:
        await store.mailboxes.take(CID, "hello", ids=["1"])
        await store._connection.call_each([("SET", f"{number}", "x") for number in range(5_000)])
    slow = folder / "slow-server"
    slow.write_text(f'#!/bin/sh\nexec "{server_binary()}" "$@" --key-load-delay 200\n')
    slow.chmod(0o700)
    async with running(folder, slow) as server, store_on(server) as store:
        assert await store.mailboxes.take(CID, "hello", ids=["1"]) == (False, False)


async def test_a_server_that_stands_still_gets_no_second_one_on_its_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both would write it. Whoever holds the socket is waited for, and gone only when the socket is."""
    monkeypatch.setattr("adapters.redis.embedded._ANSWER_SECONDS", 0.05)
    async with running(folder) as server:
        os.kill(server.pid, signal.SIGSTOP)
        joining = asyncio.create_task(embedded(folder))
        await asyncio.sleep(0.5)  # some looks
        os.kill(server.pid, signal.SIGCONT)
        other = await joining
        assert other.pid == server.pid
        await other.stop()
        os.kill(server.pid, signal.SIGSTOP)
        try:
            monkeypatch.setattr("adapters.redis.embedded._START_SECONDS", 0.2)
            with pytest.raises(StoreUnavailable, match="is there, and does not answer"):
                await embedded(folder)
        finally:
            os.kill(server.pid, signal.SIGCONT)


async def test_a_file_that_cannot_be_read_is_named_with_what_the_server_says_of_it(folder: Path) -> None:
    server = await embedded(folder)
    await server.stop()
    (written,) = (folder / "appendonlydir").glob("*.incr.aof")
    written.write_bytes(b"no commands\r\n")
    with pytest.raises(StoreUnavailable, match=r"it ended with 1, and wrote: Bad file format reading the append only"):
        await embedded(folder)


async def test_a_server_that_cannot_even_begin_tells_how_much_room_there_is(folder: Path) -> None:
    mute = folder / "mute"
    mute.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    mute.chmod(0o755)
    with pytest.raises(StoreUnavailable, match=r"it ended with 1, and wrote: nothing \(\d+ MB are free on that disk\)"):
        await embedded(folder / "store", binary=mute)


async def test_the_last_one_who_leaves_stops_it(folder: Path) -> None:
    one, two = await asyncio.gather(embedded(folder), embedded(folder))
    assert one.pid == two.pid
    await one.stop()
    assert _alive(two.pid)
    async with store_on(two) as store:
        await store.mailboxes.take(CID, "hello", ids=["1"])
    await two.stop()
    assert not _alive(two.pid)


async def test_a_server_that_was_killed_is_started_again_with_everything_acknowledged(folder: Path) -> None:
    server = await embedded(folder)
    async with store_on(server) as store:
        await store.mailboxes.take(CID, "hello", ids=["1"])
        killed = server.pid
        os.kill(killed, signal.SIGKILL)
        await until(lambda: server.pid != killed)  # what was sent before it is dead may still be answered
        assert await again(lambda: store.mailboxes.take(CID, "hello", ids=["1"])) == (False, False)
    await server.stop()


async def test_the_server_of_a_killed_process_is_adopted(folder: Path) -> None:
    program = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom adapters.redis.embedded import embedded\n"
        "async def main():\n    server = await embedded(Path(sys.argv[1]))\n    print(server.pid, flush=True)\n"
        "    await asyncio.Event().wait()\nasyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, str(folder), stdout=subprocess.PIPE)
    assert process.stdout is not None
    pid = int(await process.stdout.readline())
    process.kill()
    await process.wait()
    server = await embedded(folder)
    assert server.pid == pid
    await server.stop()
    assert not _alive(pid)


async def test_a_folder_with_a_long_name_gets_its_socket_elsewhere(folder: Path) -> None:
    long = folder / ("x" * 120)
    async with AsyncExitStack() as stack:
        server = await embedded(long)
        stack.push_async_callback(server.stop)
        assert len(server.url) < 104 + len("unix://")
        async with store_on(server) as store:
            assert (await store.mailboxes.take(CID, "hello", ids=["1"]))[0]


def test_without_any_server_the_operator_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert server_binary().name == "valkey-server"
    monkeypatch.setattr("adapters.redis.embedded.find_spec", lambda _: None)
    with pytest.raises(ConfigError, match="or set store"):
        server_binary()
