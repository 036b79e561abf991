"""While the store is killed, frozen or full every platform is told at once to come again, and nothing is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from adapters.redis.embedded import server_binary
from bot import config
from bot.app import App
from tests.app.product import product, train_once
from tests.app.streets import OnSlack, OnTeams, reads, street
from tests.support.cluster import ask
from tests.support.cluster import until as once
from tests.support.patience import comes_to, until
from tests.support.ports import free_port

pytestmark = pytest.mark.timeout(600)

Side = OnSlack | OnTeams


@pytest.fixture(scope="module", autouse=True)
def _trained() -> None:
    train_once()


@dataclass
class Server:
    """A store that can be killed, frozen and started again, and forgets nothing."""

    folder: Path
    port: int = field(default_factory=free_port)

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), "--save", ""]
        options += ["--appendonly", "yes", "--appendfsync", "always"]
        self.process = subprocess.Popen([str(server_binary()), *options], stdout=subprocess.DEVNULL)
        once(lambda: ask(self.port, "PING"))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)

    def fill(self) -> None:
        ask(self.port, "CONFIG", "SET", "maxmemory", "1")

    def drain(self) -> None:
        ask(self.port, "CONFIG", "SET", "maxmemory", "0")


@dataclass
class Scene:
    side: Side
    server: Server
    address: str

    async def is_ready(self) -> bool:
        """What a load balancer is told."""
        async with aiohttp.ClientSession() as http, http.get(f"{self.address}/readyz") as response:
            return response.status == 200

    async def away(self, how: str) -> Callable[[], None]:
        """Make the store go away; what brings it back."""
        if how == "frozen":
            self.server.freeze()
            return self.server.thaw
        if how == "full":
            await asyncio.to_thread(self.server.fill)
            return self.server.drain
        self.server.kill()
        return self.server.start


@pytest.fixture(params=["slack", "teams"])
async def scene(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        side = await street(request.param, stack)
        assert isinstance(side, Side)
        server = Server(tmp_path)
        server.start()
        stack.callback(server.kill)
        written = f"platforms:\n{side.settings()}  web: {{enabled: false}}\n"
        written += f"desks: [{{name: support, {side.desk()}}}]\n"
        app = product(tmp_path, written, side.environment(), store=f"url: 'redis://127.0.0.1:{server.port}'")
        await app.start()
        stack.push_async_callback(app.stop)
        side.open_to(app.addresses[0])
        yield Scene(side, server, app.addresses[0])


@pytest.mark.parametrize("how", ["killed", "frozen", "full"])
async def test_a_store_that_is_away_is_a_503_before_the_platform_gives_up_and_all_goes_on_by_itself(
    scene: Scene, how: str
) -> None:
    side, courier = scene.side, courier_of(scene.side)
    side.customer_says("i want to talk to a human being please")
    thread = await until(lambda: side.thread("#1001"))
    await courier.settled()
    known = len(courier.deliveries)
    courier.comes_again.clear()

    def tries() -> list[Any]:
        theirs = (delivery for delivery in courier.deliveries[known:] if not is_our_doing(delivery))
        return [attempt for delivery in theirs for attempt in delivery.attempts]

    back = await scene.away(how)
    side.customer_says("are you still there?")
    side.agent_says(thread, "Of course.")
    # a form is opened from what is read, and a store that is full lets itself be read
    for label in ("Claim",) if how == "full" else ("Snooze", "Claim"):
        await side.agent_presses("#1001", label)
    await until(lambda: len(tries()) >= (3 if how == "full" else 4))
    assert {attempt.status for attempt in tries()} == {503}
    assert not await scene.is_ready()

    back()
    await comes_to(scene.is_ready, bool)
    courier.comes_again.set()
    await reads(side.customer_reads, "Of course.")
    await reads(lambda: side.agent_reads(thread), "are you still there?")
    await courier.settled()
    assert sum("Of course." in text for text in side.customer_reads()) == 1
    assert sum("are you still there?" in text for text in side.agent_reads(thread)) == 1


async def test_who_goes_on_in_a_thread_of_before_the_store_was_emptied_is_told_once_that_it_reaches_nobody(
    scene: Scene,
) -> None:
    side, lost = scene.side, "reaches no customer"
    lunch = (side.agent_says("", "Who has lunch?")).ts if isinstance(side, OnSlack) else ""
    side.customer_says("i want to talk to a human being please")
    thread = await until(lambda: side.thread("#1001"))
    side.agent_says(thread, "claim")
    side.agent_says(thread, "One moment.")
    await reads(side.customer_reads, "One moment.")
    ask(scene.server.port, "FLUSHALL")
    if lunch:
        side.agent_says(lunch, "Me.")
    side.agent_says(thread, "Are you there?")
    await reads(lambda: side.agent_reads(thread), lost)
    side.agent_says(thread, "Hello?", second=True)
    side.customer_says("i want to talk to a human being please")
    await until(lambda: sum("#1001" in text for text in side.agent_reads_anywhere()) > 1)
    assert sum(lost in text for text in side.agent_reads(thread)) == 1
    assert not any(lost in text for text in side.agent_reads(lunch)) if lunch else True
    assert not any("there?" in text for text in side.customer_reads())


def courier_of(side: Side) -> Any:
    """Who brings a platform's deliveries, and keeps what they were answered."""
    return side.slack.courier if isinstance(side, OnSlack) else side.teams.courier


def is_our_doing(delivery: Any) -> bool:
    """Slack tells an app of its own messages, too; they need no store, and one may come late."""
    return getattr(delivery, "kind", "") == "events_api" and "bot_id" in str(delivery.body)


@pytest.mark.parametrize(("store", "has"), [("url: 'redis://127.0.0.1:1'", False), ("", True)])
async def test_a_start_tells_whether_it_has_its_store_whatever_its_role(
    tmp_path: Path, store: str, *, has: bool
) -> None:
    split = (
        "platforms: {web: {enabled: false}, teams: {enabled: true, insecure_local: true, tenant: t}}\n"
        "desks: [{name: support, platform: teams, channel: c}]\n"
    )
    product(tmp_path, split, {}, store=store)
    janitor = App(config.load(tmp_path / "config.yaml", {}), ["janitor"])
    await janitor.start()
    try:
        assert await janitor.has_store() is has
    finally:
        await janitor.stop()
