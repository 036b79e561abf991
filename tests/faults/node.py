"""One process of the product, for the laboratory: engine, adapters and web server on a shared port.

`python -m tests.faults.node SETTINGS`, where SETTINGS is the JSON of `NodeSettings`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
import time
import uuid
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web

from adapters.redis.connect import Connection, Durability
from adapters.redis.embedded import embedded
from adapters.redis.outbox import Patience
from adapters.redis.store import RedisStore
from adapters.slack.adapter import SlackAdapter
from adapters.slack.settings import SlackSettings
from adapters.teams.adapter import TeamsAdapter
from adapters.teams.settings import TeamsSettings
from bot.core.activity import Person, Place, Ref
from bot.core.effects import Body
from bot.core.policy import Desk, Policy
from bot.core.routing import Doors
from bot.engine.engine import ALL_ROLES, Engine, Role
from bot.engine.mind import Mind
from bot.ports import Answer, Pace
from tests.contract.doubles import ScriptedForms
from tests.faults.steps import Noting, NotingRepeating
from tests.faults.trouble import Mortal
from tests.support.jitter import WAITS
from tests.support.mind import EchoAssistant, EchoUnderstanding

CALM = "calm"
"""A file in the folder of the laboratory: since it is there nobody dies of themselves."""

FAST = Pace(per_channel=1e4, channel_burst=1e4, per_workspace=1e4, workspace_burst=1e4)


@dataclass(frozen=True, slots=True)
class NodeSettings:
    """What a process is told."""

    port: int
    folder: str
    desk: tuple[str, str, str]
    """Platform, tenant and channel."""
    sites: dict[str, dict[str, Any]]
    """What each platform's adapter needs."""
    looks: tuple[float, ...] = (2.0, 5.0, 15.0)
    sweep: float = 20.0
    repeat: float = 0.0
    """The share of the store's commands that run twice."""
    waits: str = "none"
    """How its commands drift, by the name in `WAITS`."""
    deaths: float = 0.0
    """How often it dies right before or after it tells the store of a step, as a share of them."""
    seed: int = 0
    store: str = ""
    """The store's URL; an embedded one in the folder when there is none."""
    replicas: int = 0
    """How many have to have what is acknowledged."""
    roles: tuple[str, ...] = tuple(ALL_ROLES)
    """What it does. Only one that is `ingress` listens."""

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> NodeSettings:
        given: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in json.loads(text).items()}
        return cls(**given)


class Now:
    """The time of day."""

    def now(self) -> float:
        return time.time()  # noqa: TID251 - a composition root provides the clock


class NoCommands:
    """Commands of a product in which nobody gives any."""

    async def run(self, asker: Person, place: Place, words: str) -> Answer:
        return Answer(Body(f"{asker.label} asked in {place.channel}: {words}"))

    async def serves(self, asker: Person, place: Place) -> bool:  # noqa: ARG002  # nobody is told from others here
        return True

    async def home(self, asker: Person) -> tuple[Body, ...]:
        return (Body(asker.label),)

    async def run_at_home(self, asker: Person, words: str) -> Answer:
        return await self.run(asker, Place(asker.platform, asker.tenant, "home"), words)

    async def shortcut(self, asker: Person, ref: Ref, name: str) -> Answer:
        return await self.run(asker, ref.place, name)


def _adapter(name: str, site: dict[str, Any], settings: NodeSettings) -> SlackAdapter | TeamsAdapter:
    if name == "slack":
        return SlackAdapter(SlackSettings(site["token"], (site["secret"],), base_url=site["api_url"]), Now())
    _, tenant, channel = settings.desk
    desks = frozenset({channel} if settings.desk[0] == name else ())
    memory = Path(settings.folder) / "teams.json"
    return TeamsAdapter(TeamsSettings(tenant=site.pop("tenant", tenant), desks=desks, memory=memory, **site), Now())


def _connection(settings: NodeSettings, url: str) -> Connection:
    connection: Noting = Noting(url)
    if settings.repeat or settings.deaths or settings.waits != "none":
        mortal = Mortal(settings.deaths, f"{settings.seed}", Path(settings.folder) / CALM)
        connection = NotingRepeating(url, settings.repeat, settings.seed, WAITS[settings.waits], mortal)
    connection.write_to(Path(settings.folder))
    return connection


async def serve(settings: NodeSettings) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    server = await embedded(Path(settings.folder)) if not settings.store else None
    store = RedisStore(
        server.url if server is not None else settings.store,
        durability=Durability(settings.replicas),
        patience=Patience(settings.looks, root=2.0, sweep=settings.sweep),
        connect=partial(_connection, settings),
    )
    desk = Place(*settings.desk)
    adapters = {name: _adapter(name, site, settings) for name, site in settings.sites.items()}
    policy = Policy(desks=(Desk("support", desk, "Support"),), retry_seconds=settings.sweep)
    engine = Engine(
        store=store,
        adapters=dict(adapters),
        mind=Mind(policy, EchoUnderstanding(), EchoAssistant()),
        doors=Doors(desks=frozenset({desk.key}), support=frozenset()),
        clock=Now(),
        fresh=lambda: uuid.uuid4().hex,  # noqa: TID251 - a composition root provides identifiers
        paces=dict.fromkeys(adapters, FAST),
        roles=frozenset(map(Role, settings.roles)),
    )
    app = web.Application()
    for adapter in adapters.values():
        adapter.mount(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await engine.start()
    for adapter in adapters.values():
        await adapter.start(engine.intake, NoCommands(), ScriptedForms())
    if Role.INGRESS in settings.roles:
        await web.TCPSite(runner, "127.0.0.1", settings.port, reuse_port=True).start()
    print("ready", flush=True)
    counting = asyncio.create_task(_count_tasks(Path(settings.folder)))
    await stop.wait()
    counting.cancel()
    await runner.cleanup()
    await engine.stop()
    for adapter in adapters.values():
        await adapter.stop()
    await store.close()
    if server is not None:
        await server.stop()


async def _count_tasks(folder: Path) -> None:
    """Say how many tasks the loop has, for whoever watches from outside."""
    told = folder / f"tasks-{os.getpid()}"
    while True:
        written = told.with_suffix(".new")
        written.write_text(f"{len(asyncio.all_tasks())}", encoding="ascii")
        written.replace(told)
        await asyncio.sleep(5.0)


def main() -> None:
    settings = NodeSettings.from_json(sys.argv[1])
    log = (Path(settings.folder) / f"node-{os.getpid()}.log").open("a")
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(log),
    )
    with contextlib.suppress(ImportError):
        import uvloop  # noqa: PLC0415 - not on every platform

        uvloop.install()
    asyncio.run(serve(settings))


if __name__ == "__main__":
    main()
