"""The composition root: the only module that names concrete classes, reads the clock, and starts things.

`App.start` brings the parts up in the order in which they need each other; `App.stop` takes them down in
reverse: stop reading, drain, release.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final
from uuid import uuid4  # noqa: TID251  the one place where identifiers are drawn

import structlog

from adapters.rasa.assistant import RasaAssistant
from adapters.rasa.versions import VersionedAssistant
from adapters.redis.clients import REPLY_SECONDS
from adapters.redis.connect import Connection, Durability
from adapters.redis.embedded import embedded
from adapters.redis.keys import Keys
from adapters.redis.store import RedisStore
from adapters.shelf.shelf import FolderShelf
from adapters.slack.adapter import SlackAdapter
from adapters.teams.adapter import TeamsAdapter
from adapters.web.adapter import WebAdapter
from bot.composition.checking import load_assistant, platforms_of
from bot.composition.operating import Front, Parts, canary_of, daily_of, front_of, health_of, training_of
from bot.composition.platform_settings import slack_settings, teams_settings, web_settings
from bot.composition.policies import doors_of, policy_of
from bot.composition.watching import Phase, Process, watched_of
from bot.config import Configuration
from bot.core.policy import Policy
from bot.engine.engine import Engine, Role
from bot.engine.mind import Mind
from bot.engine.node import Limits
from bot.errors import ConfigError, StoreUnavailable
from bot.ports import ChatAdapter
from bot.server import Server
from bot.training.learning import Learning, train_at_start
from bot.training.models import BesideTheLoop
from nlu.process import NluProcess

_log = structlog.get_logger("app")
ROLES: Final = tuple(role.value for role in Role)
_LOOK_SECONDS: Final = 1.0
"""How often a store that was away at the start is looked for, to be examined."""
_WRITABLE: Final = "name a folder that Warmline may write to"


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()  # noqa: TID251  the one place where the clock is read

    def year(self) -> int:
        """The year by UTC."""
        return time.gmtime(self.now()).tm_year


class App:
    """One process of Warmline with the roles it was given.

    Taken down in the order: stop reading, drain and release, close what reaches out.
    """

    def __init__(
        self, configuration: Configuration, roles: Sequence[str] = ROLES, processes: type[NluProcess] = NluProcess
    ) -> None:
        self._configuration = configuration
        self._processes = processes
        self._settings = configuration.settings
        self._roles = frozenset(Role(role) for role in roles)
        self._data = configuration.path(self._settings.data_folder)
        self._models = self._data / "models" / configuration.path(self._settings.assistant).name
        self._clock = SystemClock()
        self._running = AsyncExitStack()
        self._phase = Phase()
        self._engine: Engine | None = None
        self._process: Process | None = None
        self._examining: asyncio.Task[None] | None = None
        self.addresses: Sequence[str] = ()

    async def start(self) -> None:
        """Bring everything up. On a failure what was started is stopped again, and the error is raised."""
        try:
            await self._start()
        except BaseException:
            await self._running.aclose()
            raise

    async def failed(self) -> None:
        """Wait for what a start would have been refused for, and raise it: ConfigError. Else wait for ever."""
        if self._examining is not None:
            await asyncio.shield(self._examining)
        await asyncio.Event().wait()

    async def has_store(self) -> bool:
        """Whether the store can be reached, and takes what is written. Without it a started process waits."""
        return self._process is not None and await self._process.writes()

    async def stop(self) -> None:
        """Stop reading, drain what is under way, release what is owned, and end.

        Whoever balances the load has `server.drain_seconds` to notice before anything else happens.
        """
        self._phase.draining = True
        if self._phase.platforms_started:
            await asyncio.sleep(self._settings.server.drain_seconds)
        await self._running.aclose()

    async def _start(self) -> None:
        settings, stack = self._settings, self._running
        if settings.platforms.web.enabled and self._roles != frozenset(Role):
            raise ConfigError(
                ["--role: the playground lives in one process; set platforms.web.enabled: false to split"]
            )
        await asyncio.to_thread(_usable, self._data)
        assistant = await asyncio.to_thread(load_assistant, self._configuration, self._clock)
        for notice in assistant.notices:
            _log.info("assistant", notice=notice)
        store = await self._open_store()
        versions = VersionedAssistant(assistant)
        understanding = await self._open_understanding(versions)
        slack = self._slack()
        workspace = await self._workspace(slack)
        policy = policy_of(self._configuration, assistant, workspace, year=self._clock.year())
        adapters: dict[str, ChatAdapter] = {}
        engine = Engine(
            store=store,
            adapters=adapters,
            mind=Mind(policy, understanding, versions),
            doors=doors_of(self._configuration, policy, workspace),
            encoder=understanding,
            clock=self._clock,
            fresh=_fresh,
            roles=self._roles,
            limits=Limits(
                max_file=settings.files.max_megabytes * 1_000_000,
                keep_seconds=settings.store.keep_days * 86400.0 or None,
            ),
        )
        self._engine = engine
        process = self._process = Process(
            engine, store, understanding, self._phase, self._data, needs_model=Role.WORKER in self._roles
        )
        server = Server(watched_of(process, platforms_of(settings), [desk.name for desk in policy.desks], self._clock))
        mounted = (
            self._mount_web(server, engine, assistant),
            self._mount_slack(server, slack),
            self._mount_teams(server, policy),
        )
        adapters.update({adapter.platform: adapter for adapter in mounted if adapter is not None})
        learner = Learning(assistant, self._models, understanding, self._data / "dialogue")
        parts = Parts(settings, policy, engine, store, adapters, self._clock)
        front = front_of(parts, understanding, learner)
        stack.push_async_callback(front.operations.finish)
        for adapter in adapters.values():
            stack.push_async_callback(adapter.stop)
        # while what is under way is finished, `/readyz` says so, and what still comes in is stored for whoever is next
        stack.push_async_callback(server.stop)
        await engine.start()
        stack.push_async_callback(engine.stop)
        stack.push_async_callback(front.finish)
        if Role.JANITOR in self._roles:
            for work in (daily_of(parts).run(), training_of(parts, learner).run(), canary_of(parts, _fresh).run()):
                stack.push_async_callback(_ended, asyncio.create_task(work))
        if Role.INGRESS in self._roles:
            await self._receive(front, server, adapters.values())
        if Role.JANITOR in self._roles:
            stack.push_async_callback(_ended, asyncio.create_task(health_of(parts).warn()))

    async def _receive(self, front: Front, server: Server, adapters: Iterable[ChatAdapter]) -> None:
        """Begin to take what platforms bring, and then to say that we do."""
        for adapter in adapters:
            await adapter.start(front.intake, front.operations, front.forms)
        server.watch(self._settings.server.host, self._settings.server.port)
        await server.start()
        self._phase.platforms_started = True
        self.addresses = server.addresses

    def _mount_web(self, server: Server, engine: Engine, assistant: RasaAssistant) -> WebAdapter | None:
        section = self._settings.platforms.web
        if not section.enabled:
            return None
        settings = web_settings(self._configuration, self._data, assistant.tries)
        web = WebAdapter(settings, self._clock, engine.records.follow, engine.records.journal)
        server.mount(web, section.host, section.port, platform=web.platform)
        return web

    def _mount_slack(self, server: Server, slack: SlackAdapter | None) -> SlackAdapter | None:
        if slack is not None and self._settings.platforms.slack.mode == "http":
            server.mount(slack, self._settings.server.host, self._settings.server.port, platform=slack.platform)
        return slack

    def _mount_teams(self, server: Server, policy: Policy) -> TeamsAdapter | None:
        section, files = self._settings.server, self._settings.files
        if not self._settings.platforms.teams.enabled:
            return None
        shelf = FolderShelf(
            self._data / "files", self._clock, public_url=section.public_url, seconds=files.keep_days * 86400.0
        )
        server.mount(shelf, section.host, section.port)
        teams = TeamsAdapter(teams_settings(self._configuration, self._data, policy), self._clock, shelf)
        server.mount(teams, section.host, section.port, platform=teams.platform)
        return teams

    async def _open_store(self) -> RedisStore:
        section = self._settings.store
        url = section.url
        if not url:
            server = await embedded(self._data / "store")
            self._running.push_async_callback(server.stop)
            url = server.url
        doubts: list[str] = []
        if "+sentinel" in url and not section.replicas:
            doubts.append("a replica that is promoted may lack what was said; set store.replicas: 1")
        store = RedisStore(
            url,
            keys=Keys(shards=section.shards),
            durability=Durability(section.replicas),
            ingress_within=section.answer_seconds,
            connect=lambda url: Connection(url, max(REPLY_SECONDS, section.answer_seconds)),
        )
        self._running.push_async_callback(store.close)
        for why in doubts:
            _log.warning("store_may_forget", why=why)
        try:
            await _examined(store)
        except StoreUnavailable as error:
            _log.warning("store_not_examined", why=str(error))
            self._examining = asyncio.create_task(_examined_once_it_is_there(store))
            self._running.push_async_callback(_ended, self._examining)
        return store

    async def _open_understanding(self, versions: VersionedAssistant) -> BesideTheLoop:
        model = await train_at_start(versions, self._models)
        section = self._settings.understanding
        understanding = BesideTheLoop(
            model,
            workers=section.workers,
            seconds=section.seconds,
            companion=versions,
            processes=self._processes,
        )
        if Role.WORKER in self._roles:
            await understanding.start()
            self._running.push_async_callback(understanding.stop)
        return understanding

    def _slack(self) -> SlackAdapter | None:
        section = self._settings.platforms.slack
        if not section.enabled:
            return None
        return SlackAdapter(slack_settings(self._configuration), self._clock, self._suspect_clock, self._heard_on_slack)

    def _suspect_clock(self) -> None:
        if self._engine is not None:
            self._engine.tally.count("clock_skew_suspected", platform="slack")

    async def _heard_on_slack(self, word: str) -> None:
        if self._engine is not None:
            await self._engine.songs.heard("slack", word)

    async def _workspace(self, slack: SlackAdapter | None) -> str:
        named = self._settings.platforms.slack.workspace
        if slack is None or named:
            return named
        try:
            return await slack.workspace()
        except BaseException:
            await slack.stop()  # it is not mounted yet, so nothing else closes its connections
            raise


def _usable(folder: Path) -> None:
    """Make the data folder, if need be. Raises ConfigError when nothing can be kept in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError([f"data_folder: {folder} cannot be made ({error.strerror}); {_WRITABLE}"]) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ConfigError([f"data_folder: nothing can be written into {folder}; {_WRITABLE}"])


def _fresh() -> str:
    """A name that nothing else has."""
    return uuid4().hex


async def _examined(store: RedisStore) -> None:
    for why in await store.examine():
        _log.warning("store_may_forget", why=why)


async def _examined_once_it_is_there(store: RedisStore) -> None:
    """Examine a store that was away at the start. Raises ConfigError."""
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        with contextlib.suppress(StoreUnavailable):
            return await _examined(store)


async def _ended(work: asyncio.Task[None]) -> None:
    """End work and wait until it has: a training ends its process first."""
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
