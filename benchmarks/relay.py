"""What a relayed message costs in processor time: `python -m benchmarks.relay`.

First in one process, as the product runs by default; then with a process for each role, so that the kernel says what
each of them used. The store's own time counts. Customers and an agent talk on the tests' local Slack in cases that are
open and claimed; understanding is left out. At the same time a bare aiohttp handler takes as many signed events: what
else the machine does, and how fast it is, falls on both, and the ratio is what counts. What the processes use when
nobody speaks is taken off, and named.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import signal
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import web

from adapters.redis.embedded import Embedded, embedded
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.delivery import signature_of
from tests.faults.node import NodeSettings
from tests.faults.sites import OnSlack
from tests.support.ports import free_port

_ROLES = ("ingress", "worker", "sender", "janitor")
_TOGETHER = {"product": _ROLES}
_APART = {role: (role,) for role in _ROLES}
_NUMBER = re.compile(r"I am number (\d+)\.")
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class _Running:
    """The processes by name, with the store's, and the Slack they serve."""

    pids: Mapping[str, int]
    site: OnSlack
    bare: str
    """Where the bare handler listens."""
    roots: list[str]

    def cpu(self) -> dict[str, float]:
        """Seconds of processor time that each has used."""
        return {name: _cpu(pid) for name, pid in self.pids.items()}


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


@asynccontextmanager
async def _process(*arguments: str, profile: Path | None = None) -> AsyncGenerator[tuple[Process, str]]:
    """A process that has said its first line, and that line."""
    watched = () if profile is None else ("-m", "cProfile", "-o", str(profile))
    process = await asyncio.create_subprocess_exec(sys.executable, *watched, "-m", *arguments, stdout=PIPE)
    assert process.stdout is not None
    try:
        yield process, (await process.stdout.readline()).decode().strip()
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        await process.wait()


@asynccontextmanager
async def _product(
    slack: FakeSlack, customers: int, processes: Mapping[str, tuple[str, ...]], profiles: Path | None
) -> AsyncGenerator[_Running]:
    """The product, with the roles of each process by its name."""
    site = OnSlack(slack, customers)
    with tempfile.TemporaryDirectory(prefix="wl-") as folder:
        port = free_port()
        site.open_to(port)
        home = site.site()
        server: Embedded = await embedded(Path(folder))
        try:
            async with contextlib.AsyncExitStack() as stack:
                pids = {"store": server.pid}
                for name, roles in processes.items():
                    settings = NodeSettings(
                        port=port,
                        folder=folder,
                        desk=(home.name, home.tenant, home.desk),
                        sites={site.name: home.settings},
                        roles=roles,
                    )
                    profile = profiles / f"{name}.prof" if profiles else None
                    node = _process("tests.faults.node", settings.to_json(), profile=profile)
                    process, _ = await stack.enter_async_context(node)
                    pids[name] = process.pid
                bare, url = await stack.enter_async_context(_process("benchmarks.relay", "--bare"))
                yield _Running(pids | {"bare": bare.pid}, site, url, [])
        finally:
            await server.stop()


async def _until(condition: Callable[[], bool], doing: str) -> None:
    try:
        async with asyncio.timeout(120):
            while not condition():  # noqa: ASYNC110 - looks at another program's state
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise TimeoutError(f"{doing} took longer than two minutes") from None


async def _open_cases(running: _Running, customers: int) -> None:
    """Every customer has a case, and Bob has taken it."""
    site = running.site
    for n in range(customers):
        site.customer_says(n, f"help me, I am number {n}.")
    await _until(lambda: _threads(site).keys() >= set(range(customers)), "opening the cases")
    running.roots = [_threads(site)[n] for n in range(customers)]
    for root in running.roots:
        site.agent_says(root, "I am on it")
    await _until(lambda: all("I am on it" in _last(site, n) for n in range(customers)), "claiming the cases")
    await _quiet(site)


def _threads(site: OnSlack) -> dict[int, str]:
    """The case's thread of each customer whose words stand in one."""
    said = ((message, _NUMBER.search(message.text)) for message in site.desk() if message.thread)
    return {int(found[1]): message.thread for message, found in said if found}


def _last(site: OnSlack, customer: int) -> str:
    return " ".join(message.text for message in site.chat(customer))


async def _quiet(site: OnSlack) -> None:
    """Return when Slack has not been called for two seconds: receipts and cards follow what was said."""
    await site.settled()
    await _until(lambda: time.time() - site.slack.calls[-1].at > 2.0, "the last receipts")  # noqa: TID251 - as its clock


async def _measured(running: _Running, say: Callable[[int], object], messages: int, rate: float) -> dict[str, float]:
    """Milliseconds of processor time a message, by process, without what they use anyway.

    Key `calls`: of Slack's methods; `idle`: milliseconds a second of all together when nobody speaks.
    """
    site, calls = running.site, len(running.site.slack.calls)
    before, began = running.cpu(), time.perf_counter()
    await asyncio.sleep(3.0)
    idle = {name: (used - before[name]) / (time.perf_counter() - began) for name, used in running.cpu().items()}
    body = json.dumps(site.slack.courier.deliveries[-1].body).encode()
    before, began = running.cpu(), time.perf_counter()
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as knocking:
        for n in range(messages):
            await asyncio.sleep(max(0.0, began + n / rate - time.perf_counter()))
            say(n)
            knocking.create_task(_knock(session, running.bare, site.app.signing_secret, body))
    await _quiet(site)
    seconds = time.perf_counter() - began
    used = {name: total - before[name] - idle[name] * seconds for name, total in running.cpu().items()}
    each = {name: value / messages * 1000 for name, value in used.items()}
    idle.pop("bare")
    return each | {"calls": (len(site.slack.calls) - calls) / messages, "idle": sum(idle.values()) * 1000}


async def _knock(session: aiohttp.ClientSession, url: str, secret: str, body: bytes) -> None:
    """A signed event for the bare handler."""
    stamp = str(int(time.time()))  # noqa: TID251 - as Slack signs
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature_of(secret, stamp, body),
    }
    async with session.post(url, data=body, headers=headers) as answer:
        assert answer.status == 200, answer.status


async def _serve_bare() -> None:
    """Answer 200 to everything, and say where."""

    async def bare(request: web.Request) -> web.Response:
        await request.read()
        return web.Response()

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    app = web.Application()
    app.router.add_post("/", bare)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}/", flush=True)
    await stop.wait()
    await runner.cleanup()


async def _run(customers: int, messages: int, rate: float, profiles: Path | None) -> None:
    for title, processes in (("one process", _TOGETHER), ("a process for each role", _APART)):
        print(f"{title}: {messages} messages each way at {rate:.0f}/s, and as many events to a bare aiohttp handler")
        await _run_on(processes, customers, messages, rate, profiles)


async def _run_on(
    processes: Mapping[str, tuple[str, ...]], customers: int, messages: int, rate: float, profiles: Path | None
) -> None:
    async with FakeSlack() as slack, _product(slack, customers, processes, profiles) as running:
        await _open_cases(running, customers)
        site = running.site
        says: dict[str, Callable[[int], str]] = {
            "customer → desk": lambda n: site.customer_says(n % customers, f"message {n}"),
            "agent → customer": lambda n: site.agent_says(running.roots[n % customers], f"answer {n}"),
        }
        for name, say in says.items():
            each = await _measured(running, say, messages, rate)
            calls, idle, bare = each.pop("calls"), each.pop("idle"), each.pop("bare")
            total = sum(each.values())
            print(
                f"  {name:<17} {total:5.2f} ms = {total / bare:4.1f}x bare ({bare:.2f}): "
                + ", ".join(f"{part} {value:.2f}" for part, value in each.items())
                + (f"; ingress {each['ingress'] / bare:.1f}x" if "ingress" in each else "")
                + f"; {calls:.1f} calls to Slack a message; idle {idle:.0f} ms a second"
            )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=50)
    parser.add_argument("--messages", type=int, default=1500)
    parser.add_argument("--rate", type=float, default=75.0)
    parser.add_argument(
        "--profile", type=Path, help="a folder for a cProfile of each process; the figures say nothing then"
    )
    parser.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    with contextlib.suppress(ImportError):
        import uvloop  # noqa: PLC0415 - not on every platform

        uvloop.install()
    if given.bare:
        asyncio.run(_serve_bare())
    else:
        asyncio.run(_run(given.customers, given.messages, given.rate, given.profile))


if __name__ == "__main__":
    main()
