"""How much an acknowledgement costs, and how long a reply takes: `python -m benchmarks.ingress`.

First the same signed Slack events go to a bare aiohttp handler and to the product's, in turns, so that what
else the machine does falls on both alike. Then people say 50 things a second to the whole product, on its
embedded store with every write on disk, over the tests' local Slack (a process of its own); a reply counts
when it stands there. Understanding is left out: it has a benchmark of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import math
import tempfile
import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import aiohttp
from aiohttp import web

from adapters.redis.embedded import embedded
from adapters.redis.store import RedisStore
from adapters.slack.adapter import SlackAdapter
from adapters.slack.settings import SlackSettings
from bot.core.activity import Place
from bot.core.policy import Desk, Policy
from bot.core.routing import Doors
from bot.engine.engine import ALL_ROLES, Engine, Role
from bot.engine.mind import Mind
from tests.contract.doubles import ScriptedForms
from tests.fakes.slack.delivery import signature_of
from tests.fakes.slack.process import slack_process
from tests.faults.node import FAST, NoCommands, Now
from tests.support.mind import EchoAssistant, EchoUnderstanding


@dataclass
class _Times:
    """Seconds on the clock of each request, and of processor time of all."""

    waits: list[float] = field(default_factory=list[float])
    cpu: float = 0.0

    def quantile(self, share: float) -> float:
        """In milliseconds."""
        return sorted(self.waits)[min(len(self.waits) - 1, math.floor(share * len(self.waits)))] * 1000

    @property
    def cpu_each(self) -> float:
        """Processor time of the server for one request, in microseconds."""
        return self.cpu / len(self.waits) * 1e6


@asynccontextmanager
async def _product(
    told: dict[str, str], api_url: str, desk: str, roles: frozenset[Role]
) -> AsyncGenerator[tuple[web.Application, Engine], None]:
    with tempfile.TemporaryDirectory(prefix="wl-") as folder:
        server = await embedded(Path(folder))
        store = RedisStore(server.url, ingress_within=5.0)
        place = Place("slack", told["team"], desk)
        slack = SlackAdapter(SlackSettings(told["bot_token"], (told["signing_secret"],), base_url=api_url), Now())
        engine = Engine(
            store=store,
            adapters={"slack": slack},
            mind=Mind(Policy(desks=(Desk("support", place),)), EchoUnderstanding(), EchoAssistant()),
            doors=Doors(desks=frozenset({place.key}), support=frozenset()),
            clock=Now(),
            fresh=lambda: uuid.uuid4().hex,  # noqa: TID251 - a composition root provides identifiers
            roles=roles,
            paces={"slack": FAST},
        )
        app = web.Application()
        slack.mount(app)
        await engine.start()
        await slack.start(engine.intake, NoCommands(), ScriptedForms())
        try:
            yield app, engine
        finally:
            await engine.stop()
            await slack.stop()
            await store.close()
            await server.stop()


@asynccontextmanager
async def _served(app: web.Application) -> AsyncGenerator[str, None]:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def _bare(request: web.Request) -> web.Response:
    await request.read()
    return web.Response()


def _event(told: dict[str, str], number: int) -> bytes:
    ts = f"{time.time():.6f}"  # noqa: TID251 - what Slack would say
    event = {
        "type": "message",
        "channel": f"D{number % 200:07}",
        "channel_type": "im",
        "user": "U0000001",
        "text": f"message {number}",
        "ts": ts,
        "event_ts": ts,
        "client_msg_id": str(number),
    }
    return json.dumps(
        {
            "token": "x",
            "team_id": told["team"],
            "api_app_id": told["app"],
            "type": "event_callback",
            "event_id": f"Ev{number:08}",
            "event_time": int(float(ts)),
            "event": event,
        }
    ).encode()


async def _knock(url: str, told: dict[str, str], numbers: range, times: _Times, at_once: int) -> None:
    """Send events, so many at once; processor time is of this process, its client's included on both sides."""
    waiting = iter(numbers)
    async with aiohttp.ClientSession() as session:

        async def send() -> None:
            for number in waiting:
                body = _event(told, number)
                stamp = str(int(time.time()))  # noqa: TID251 - as Slack signs
                headers = {
                    "Content-Type": "application/json",
                    "X-Slack-Request-Timestamp": stamp,
                    "X-Slack-Signature": signature_of(told["signing_secret"], stamp, body),
                }
                started = time.perf_counter()
                async with session.post(url, data=body, headers=headers) as answer:
                    assert answer.status == 200, answer.status
                times.waits.append(time.perf_counter() - started)

        begun = time.process_time()
        await asyncio.gather(*(send() for _ in range(at_once)))
        times.cpu += time.process_time() - begun


async def _acknowledgements(rounds: int, each: int) -> None:
    async with slack_process() as remote:
        told = await remote.do("install")
        desk = (await remote.do("channel", name="desk", members=[told["app"]], private=True))["id"]
        async with _product(told, f"{remote.url}/api/", desk, frozenset({Role.INGRESS})) as (app, _):
            app.router.add_post("/bare", _bare)
            async with _served(app) as url:
                bare, ours, at_once = _Times(), _Times(), 8
                await _knock(f"{url}/slack/events", told, range(200), _Times(), at_once)
                await _knock(f"{url}/bare", told, range(200), _Times(), at_once)
                for n in range(rounds):
                    numbers = range(1000 + n * each, 1000 + (n + 1) * each)
                    await _knock(f"{url}/bare", told, numbers, bare, at_once)
                    await _knock(f"{url}/slack/events", told, numbers, ours, at_once)
    print(f"Slack event → acknowledged (stored on disk), {rounds * each} events, {at_once} at once")
    for name, times in (("bare aiohttp handler", bare), ("Warmline", ours)):
        print(
            f"  {name:<22} p50 {times.quantile(0.5):7.2f} ms   p99 {times.quantile(0.99):7.2f} ms   "
            f"processor {times.cpu_each:6.0f} µs each, the client's included"
        )
    print(
        f"  ratio                  p50 {ours.quantile(0.5) / bare.quantile(0.5):7.1f}      "
        f"p99 {ours.quantile(0.99) / bare.quantile(0.99):7.1f}      processor {ours.cpu_each / bare.cpu_each:6.1f}"
    )


async def _replies(rate: float, seconds: float, customers: int) -> None:
    async with slack_process() as remote:
        told = await remote.do("install")
        desk = (await remote.do("channel", name="desk", members=[told["app"]], private=True))["id"]
        users = [(await remote.do("user", name=f"Customer{n}"))["id"] for n in range(customers)]
        chats = [(await remote.do("chat", user=user, app=told["app"]))["id"] for user in users]
        async with _product(told, f"{remote.url}/api/", desk, ALL_ROLES) as (app, _), _served(app) as url:
            await remote.do("deliver_to", app=told["app"], url=f"{url}/slack/events")
            said: dict[str, str] = {}
            started = time.perf_counter()
            cpu = time.process_time()
            for number in range(int(rate * seconds)):
                await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
                who = number % customers
                told_ts = await remote.do("say", user=users[who], channel=chats[who], text=f"message {number}")
                said[f"re: message {number}"] = told_ts["ts"]
            delays = await _delays(remote, said)
            cpu = time.process_time() - cpu
    times = _Times(delays)
    print(f"message → reply delivered, {rate:.0f} messages/s for {seconds:.0f} s from {customers} customers")
    print(
        f"  p50 {times.quantile(0.5):.1f} ms   p90 {times.quantile(0.9):.1f} ms   p99 {times.quantile(0.99):.1f} ms   "
        f"processor {cpu / len(said) * 1000:.2f} ms a message, in and out"
    )


async def _delays(remote: Any, said: dict[str, str]) -> list[float]:
    """From the platform's own times: a reply's minus its message's. Raises TimeoutError when one is missing."""
    async with asyncio.timeout(60):
        while True:
            truth = cast("list[dict[str, Any]]", await remote.do("truth"))
            found = {str(m["text"]): float(m["ts"]) for m in truth if m["bot_id"]}
            if said.keys() <= found.keys():
                return [found[text] - float(ts) for text, ts in said.items()]
            await asyncio.sleep(0.5)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--each", type=int, default=300)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    given = parser.parse_args()
    with contextlib.suppress(ImportError):
        import uvloop  # noqa: PLC0415 - not on every platform

        uvloop.install()
    if given.rounds:
        asyncio.run(_acknowledgements(given.rounds, given.each))
    asyncio.run(_replies(given.rate, given.seconds, customers=100))


if __name__ == "__main__":
    main()
