"""One process of the product, for the laboratory: engine, Slack adapter and web server on a shared port.

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
from pathlib import Path

import structlog
from aiohttp import web

from adapters.redis.embedded import embedded
from adapters.redis.outbox import Patience
from adapters.redis.store import RedisStore
from adapters.slack.adapter import SlackAdapter
from adapters.slack.settings import SlackSettings
from bot.core.activity import Person, Place
from bot.core.effects import Body
from bot.core.policy import Desk, Policy
from bot.core.routing import Doors
from bot.engine.engine import Engine
from bot.ports import Pace
from tests.contract.doubles import ScriptedForms
from tests.support.mind import EchoAssistant, EchoUnderstanding

FAST = Pace(per_channel=1e4, channel_burst=1e4, per_workspace=1e4, workspace_burst=1e4)


@dataclass(frozen=True, slots=True)
class NodeSettings:
    """What a process is told."""

    port: int
    folder: str
    team: str
    desk: str
    token: str
    secret: str
    api_url: str
    looks: tuple[float, ...]
    sweep: float

    def to_json(self) -> str:
        return json.dumps(asdict(self))


class Now:
    def now(self) -> float:
        return time.time()  # noqa: TID251 - a composition root provides the clock


class NoCommands:
    async def run(self, asker: Person, place: Place, words: str) -> Body:
        return Body(f"{asker.label} asked in {place.channel}: {words}")


async def serve(settings: NodeSettings) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    server = await embedded(Path(settings.folder))
    store = RedisStore(server.url, patience=Patience(settings.looks, root=2.0, sweep=settings.sweep))
    desk = Place("slack", settings.team, settings.desk)
    adapter = SlackAdapter(SlackSettings(settings.token, (settings.secret,), base_url=settings.api_url), Now())
    engine = Engine(
        store=store,
        adapters={"slack": adapter},
        policy=Policy(desks=(Desk("support", desk, "Support"),)),
        doors=Doors(desks=frozenset({desk.key}), support=frozenset()),
        understanding=EchoUnderstanding(),
        assistant=EchoAssistant(),
        clock=Now(),
        fresh=lambda: uuid.uuid4().hex,  # noqa: TID251 - a composition root provides identifiers
        paces={"slack": FAST},
    )
    app = web.Application()
    adapter.mount(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await engine.start()
    await adapter.start(engine.intake, NoCommands(), ScriptedForms())
    await web.TCPSite(runner, "127.0.0.1", settings.port, reuse_port=True).start()
    print("ready", flush=True)
    await stop.wait()
    await runner.cleanup()
    await engine.stop()
    await adapter.stop()
    await store.close()
    await server.stop()


def main() -> None:
    given = json.loads(sys.argv[1])
    settings = NodeSettings(**{**given, "looks": tuple(given["looks"])})
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
