"""The shared connection: many calls at once, each with its own answer, and none that waits for ever."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import ResponseError

from adapters.redis.embedded import Embedded
from adapters.redis.wire import Address, Wire, address_of
from tests.support.cluster import ask, server
from tests.support.patience import ENOUGH, PATIENCE
from tests.support.ports import free_port


@pytest.fixture
async def wire(own_server: Embedded) -> AsyncIterator[Wire]:
    made = wire_to(own_server.url)
    yield made
    await made.close()


def wire_to(url: str, *, reply_seconds: float = PATIENCE) -> Wire:
    address = address_of(url)
    assert address is not None
    return Wire(address, connect_seconds=PATIENCE, reply_seconds=reply_seconds)


async def test_everybody_gets_their_own_answer(wire: Wire) -> None:
    answers = await asyncio.gather(*(wire.call(("ECHO", f"{n}é")) for n in range(500)))
    assert answers == [f"{n}é" for n in range(500)]


async def test_nothing_of_the_connection_is_left_once_it_is_closed(own_server: Embedded) -> None:
    wire = wire_to(own_server.url)
    await wire.call(("PING",))
    assert wire._line is not None
    transport = wire._line._transport
    assert transport is not None
    socket = transport.get_extra_info("socket")
    assert socket.fileno() >= 0
    await wire.close()
    assert socket.fileno() < 0, "a loop that ends now leaves no open transport"


async def test_who_gave_up_does_not_get_others_mixed_up(wire: Wire) -> None:
    await wire.call(("SET", "k", "v"))
    waiting = [asyncio.create_task(wire.call(("ECHO", f"{n}"))) for n in range(20)]
    await asyncio.sleep(0)
    for task in waiting[::2]:
        task.cancel()
    assert await asyncio.gather(*waiting[1::2]) == [f"{n}" for n in range(1, 20, 2)]
    assert await wire.call(("GET", "k")) == "v"


async def test_a_servers_no_concerns_only_who_asked(wire: Wire) -> None:
    good, bad = await asyncio.gather(wire.call(("ECHO", "x")), wire.call(("LPUSH",)), return_exceptions=True)
    assert good == "x"
    assert isinstance(bad, ResponseError)
    found = await wire.call_each([("SET", "k", "1"), ("LPUSH", "k", "1"), ("GET", "k")])
    assert (found[0], found[2]) == ("OK", "1")
    assert isinstance(found[1], ResponseError)


async def test_an_answer_that_takes_too_long_fails_everybody_and_the_next_call_connects_again(
    own_server: Embedded,
) -> None:
    wire = wire_to(own_server.url, reply_seconds=ENOUGH)
    await wire.call(("PING",))
    os.kill(own_server.pid, signal.SIGSTOP)
    try:
        failed = await asyncio.gather(*(wire.call(("PING",)) for _ in range(5)), return_exceptions=True)
    finally:
        os.kill(own_server.pid, signal.SIGCONT)
    assert all(isinstance(error, TimeoutError) for error in failed)
    assert await wire.call(("PING",)) == "PONG"
    await wire.close()


async def test_time_in_which_we_ourselves_stood_still_is_not_the_servers(own_server: Embedded) -> None:
    wire = wire_to(own_server.url, reply_seconds=ENOUGH)
    await wire.call(("PING",))
    asking = asyncio.create_task(wire.call(("PING",)))
    # before the command has left: a machine that does much else may hold a process up anywhere
    asyncio.get_running_loop().call_soon(time.sleep, 1.2 * ENOUGH)
    assert await asking == "PONG"
    await wire.close()


async def test_a_server_that_is_away_is_said_to_be() -> None:
    wire = Wire(Address(port=free_port()), connect_seconds=1.0, reply_seconds=1.0)
    failed = await asyncio.gather(*(wire.call(("PING",)) for _ in range(5)), return_exceptions=True)
    assert all(isinstance(error, OSError) for error in failed)
    await wire.close()


async def test_it_says_who_it_is_and_which_database_it_wants() -> None:
    with server() as port:
        ask(port, "CONFIG", "SET", "requirepass", "open sesame")
        wire = wire_to(f"redis://:open%20sesame@127.0.0.1:{port}/3")
        await wire.call(("SET", "here", "1"))
        assert "db=3" in await wire.call(("CLIENT", "INFO"))
        await wire.close()
        with pytest.raises(ResponseError, match="NOAUTH"):
            await wire_to(f"redis://127.0.0.1:{port}").call(("GET", "here"))
        with pytest.raises(ResponseError, match="WRONGPASS"):
            await wire_to(f"redis://:wrong@127.0.0.1:{port}").call(("GET", "here"))


async def heard_on(wire: Wire, channel: str, port: int) -> list[str]:
    """What is heard while a hundred things are said, until somebody cuts the connection."""
    heard: list[str] = []
    with suppress(NotConnected):
        async for message in wire.listen(channel):
            heard.append(message)
            if not message:
                await wire.call_each([("PUBLISH", channel, f"{n}") for n in range(100)])
            elif len(heard) == 101:
                ask(port, "CLIENT", "KILL", "TYPE", "pubsub")
    return heard


async def test_what_is_said_on_a_channel_is_heard_in_order_until_the_connection_breaks() -> None:
    with server() as port:
        wire = wire_to(f"redis://127.0.0.1:{port}")
        assert await heard_on(wire, "news", port) == ["", *(f"{n}" for n in range(100))]
        await wire.close()


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("redis://", Address()),
        ("redis://box:7000/2", Address("box", 7000, database=2)),
        ("redis://ada:pw@box", Address("box", username="ada", password="pw")),
        ("unix:///run/store.sock?db=4", Address(path="/run/store.sock", database=4)),
        ("rediss://box", None),
        ("redis://box?socket_timeout=3", None),
    ],
)
def test_addresses(url: str, address: Address | None) -> None:
    assert address_of(url) == address
