"""How soon Slack is answered when events come at a fixed rate, whatever we do: `python -m tests.faults.flood`.

An open loop: each event is due at its time, and its wait counts from then, also when the one before it is not answered.
Events go to a process that only takes them in, while another decides and sends; the local Slack is a third. Every
acknowledgement is written to the disk first.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.engine.engine import Role
from tests.fakes.slack.delivery import signature_of
from tests.fakes.slack.process import slack_process
from tests.faults.node import NodeSettings
from tests.support.ports import free_port

_LIMIT = 3.0
"""Seconds that Slack waits."""
_CUSTOMERS = 200


@dataclass(slots=True)
class Answers:
    """What came of a flood."""

    waits: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def line(self, name: str) -> str:
        """For people."""
        waits = sorted(self.waits)
        shown = ", ".join(
            f"p{share * 100:g} {waits[min(len(waits) - 1, int(share * len(waits)))] * 1000:.0f} ms"
            for share in (0.5, 0.99, 0.999, 1.0)
        )
        late = sum(wait > _LIMIT for wait in waits)
        return f"{name}: {len(waits)} events, {shown}; later than 3 s: {late}; answers {dict(self.statuses)}"

    @property
    def is_good(self) -> bool:
        return max(self.waits) <= _LIMIT and self.statuses[200] >= 0.999 * len(self.waits)


class Flood:
    """Whoever sends."""

    def __init__(self, told: dict[str, Any], users: list[str], chats: list[str], url: str) -> None:
        self._told, self._users, self._chats, self._url = told, users, chats, url
        self._number = 0

    async def run(self, rate: float, seconds: float) -> Answers:
        """Events at that rate for so long; returns once all are answered."""
        answers = Answers()
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=30)) as session:
            began = time.perf_counter()
            under_way: set[asyncio.Task[None]] = set()
            for n in range(int(rate * seconds)):
                due = began + n / rate
                if (ahead := due - time.perf_counter()) > 0:
                    await asyncio.sleep(ahead)
                task = asyncio.create_task(self._send(session, due, answers))
                under_way.add(task)
                task.add_done_callback(under_way.discard)
            await asyncio.gather(*under_way)
        return answers

    async def _send(self, session: aiohttp.ClientSession, due: float, answers: Answers) -> None:
        body = self._event()
        stamp = str(int(time.time()))  # noqa: TID251 - as Slack signs
        headers = {
            "Content-Type": "application/json",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature_of(self._told["signing_secret"], stamp, body),
        }
        try:
            async with session.post(self._url, data=body, headers=headers) as answer:
                await answer.read()
                answers.statuses[answer.status] += 1
        except (aiohttp.ClientError, TimeoutError):
            answers.statuses[0] += 1
        answers.waits.append(time.perf_counter() - due)

    def _event(self) -> bytes:
        self._number += 1
        n = self._number
        ts = f"{1_700_000_000 + n // 1000}.{n % 1000:03}000"
        event = {
            "type": "message",
            "channel_type": "im",
            "user": self._users[n % _CUSTOMERS],
            "channel": self._chats[n % _CUSTOMERS],
            "text": f"message {n}",
            "ts": ts,
            "client_msg_id": str(n),
        }
        told = self._told
        whole = {"team_id": told["team"], "api_app_id": told["app"], "type": "event_callback"}
        return json.dumps({**whole, "event_id": f"Ev{n:08}", "event_time": int(float(ts)), "event": event}).encode()


@asynccontextmanager
async def flooded() -> AsyncIterator[Flood]:
    """Two processes of the product, a Slack, and who floods them."""
    async with slack_process() as remote:
        told = await remote.do("install")
        desk = (await remote.do("channel", name="desk", members=[told["app"]], private=True))["id"]
        users = [(await remote.do("user", name=f"Customer{n}"))["id"] for n in range(_CUSTOMERS)]
        chats = [(await remote.do("chat", user=user, app=told["app"]))["id"] for user in users]
        port = free_port()
        site = {"token": told["bot_token"], "secret": told["signing_secret"], "api_url": f"{remote.url}/api/"}
        with tempfile.TemporaryDirectory(prefix="wl-") as folder:
            nodes: list[asyncio.subprocess.Process] = []
            try:
                for roles in (("ingress",), (Role.WORKER, Role.SENDER, Role.JANITOR)):
                    settings = NodeSettings(
                        port, folder, ("slack", told["team"], desk), {"slack": site}, roles=tuple(roles)
                    )
                    node = await asyncio.create_subprocess_exec(
                        sys.executable, "-m", "tests.faults.node", settings.to_json(), stdout=asyncio.subprocess.PIPE
                    )
                    nodes.append(node)
                    assert node.stdout is not None
                    await node.stdout.readline()
                yield Flood(told, users, chats, f"http://127.0.0.1:{port}/slack/events")
            finally:
                for node in reversed(nodes):
                    with contextlib.suppress(ProcessLookupError):
                        node.send_signal(signal.SIGTERM)
                    await node.wait()


async def _run(rate: float, seconds: float, peak: float, peak_seconds: float) -> bool:
    async with flooded() as flood:
        await flood.run(50.0, 2.0)  # connections, caches
        steady = await flood.run(rate, seconds)
        print(steady.line(f"{rate:g}/s for {seconds:g} s"))
        high = await flood.run(peak, peak_seconds)
        print(high.line(f"{peak:g}/s for {peak_seconds:g} s"))
    return steady.is_good and high.is_good


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=200.0)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--peak", type=float, default=1000.0)
    parser.add_argument("--peak-seconds", type=float, default=10.0)
    given = parser.parse_args()
    with contextlib.suppress(ImportError):
        import uvloop  # noqa: PLC0415 - not on every platform

        uvloop.install()
    sys.exit(0 if asyncio.run(_run(given.rate, given.seconds, given.peak, given.peak_seconds)) else 1)


if __name__ == "__main__":
    main()
