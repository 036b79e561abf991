"""The composition root: the only module that names concrete classes, reads the clock, and starts things.

`App.start` brings the parts up in the order in which they need each other; `App.stop` takes them down in
reverse: stop reading, drain, release.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final
from uuid import uuid4  # noqa: TID251  the one place where identifiers are drawn

import structlog

from adapters.actions.opening import open_actions
from adapters.rasa.assistant import RasaAssistant
from adapters.rasa.understanding import problems_of_understanding
from adapters.redis.connect import Durability
from adapters.redis.embedded import embedded
from adapters.redis.keys import Keys
from adapters.redis.store import RedisStore
from adapters.shelf.shelf import FolderShelf
from adapters.slack.adapter import SlackAdapter
from adapters.slack.settings import SlackSettings
from adapters.teams.adapter import TeamsAdapter
from adapters.teams.settings import TeamsSettings, Words
from adapters.web.adapter import WebAdapter
from adapters.web.settings import WebSettings
from adapters.web.settings import place as web_place
from bot.config import PLATFORMS, Configuration, Settings, SlackSection
from bot.core.activity import Place
from bot.core.policy import Desk, Policy, Thresholds
from bot.core.routing import Doors
from bot.core.tiers import tiers_of
from bot.core.words import say
from bot.engine.engine import Engine, Role
from bot.errors import AssistantError, ConfigError
from bot.models import BesideTheLoop, ensure_trained
from bot.operating import daily_of, operations_of
from bot.ports import ChatAdapter, Clock
from bot.server import Server
from bot.services.forms import CaseForms
from bot.services.pressed_commands import PressedCommands
from bot.watching import Phase, watched_of
from bot.working_time import auto_close_of, hours_of, levels_of, staffing_of

_log = structlog.get_logger("app")
ROLES: Final = tuple(role.value for role in Role)
_STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()  # noqa: TID251  the one place where the clock is read


class App:
    """One process of Warmline with the roles it was given.

    Taken down in the order: stop reading, drain and release, close what reaches out.
    """

    def __init__(self, configuration: Configuration, roles: Sequence[str] = ROLES) -> None:
        self._configuration = configuration
        self._settings = configuration.settings
        self._roles = frozenset(Role(role) for role in roles)
        self._clock = SystemClock()
        self._running = AsyncExitStack()
        self._phase = Phase()
        self._engine: Engine | None = None
        self.addresses: Sequence[str] = ()

    async def start(self) -> None:
        """Bring everything up. On a failure what was started is stopped again, and the error is raised."""
        try:
            await self._start()
        except BaseException:
            await self._running.aclose()
            raise

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
        data = self._configuration.path(settings.data_folder)
        await asyncio.to_thread(data.mkdir, parents=True, exist_ok=True)
        assistant = await asyncio.to_thread(self._load_assistant)
        for notice in assistant.notices:
            _log.info("assistant", notice=notice)
        store = await self._open_store(data)
        understanding = await self._open_understanding(data, assistant)
        slack = self._slack()
        workspace = await self._workspace(slack)
        policy = policy_of(self._configuration, assistant, workspace)
        adapters: dict[str, ChatAdapter] = {}
        engine = Engine(
            store=store,
            adapters=adapters,
            policy=policy,
            doors=doors_of(self._configuration, policy, workspace),
            understanding=understanding,
            assistant=assistant,
            encoder=understanding,
            clock=self._clock,
            fresh=lambda: uuid4().hex,
            roles=self._roles,
            max_file=settings.files.max_megabytes * 1_000_000,
            keep_seconds=settings.store.keep_days * 86400.0 or None,
        )
        self._engine = engine
        server = Server(
            watched_of(
                engine,
                store,
                understanding,
                platforms_of(settings),
                self._clock,
                self._phase,
                understands=lambda: Role.WORKER in self._roles,
            )
        )
        if settings.platforms.web.enabled:
            web = WebAdapter(self._web_settings(data), self._clock, engine.records.follow, engine.records.journal)
            server.mount(web, settings.platforms.web.host, settings.platforms.web.port, platform=web.platform)
            adapters[web.platform] = web
        if slack is not None:
            if settings.platforms.slack.mode == "http":
                server.mount(slack, settings.server.host, settings.server.port, platform=slack.platform)
            adapters[slack.platform] = slack
        if settings.platforms.teams.enabled:
            section = settings.server
            shelf = FolderShelf(
                data / "files", self._clock, public_url=section.public_url, seconds=settings.files.keep_days * 86400.0
            )
            server.mount(shelf, section.host, section.port)
            teams = TeamsAdapter(teams_settings(self._configuration, data, policy), self._clock, shelf)
            server.mount(teams, section.host, section.port, platform=teams.platform)
            adapters[teams.platform] = teams
        operations = operations_of(settings, policy, engine, store, understanding, adapters, self._clock)
        intake = PressedCommands(engine.intake, operations, adapters)
        forms = CaseForms(engine.records, policy, engine.live.fresh)
        for adapter in adapters.values():
            stack.push_async_callback(adapter.stop)
        # while what is under way is finished, `/readyz` says so, and what still comes in is stored for whoever is next
        stack.push_async_callback(server.stop)
        await engine.start()
        stack.push_async_callback(engine.stop)
        stack.push_async_callback(intake.finish)
        if Role.JANITOR in self._roles:
            daily = asyncio.create_task(daily_of(settings, policy, engine, store, adapters, self._clock).run())
            stack.callback(daily.cancel)
        if Role.INGRESS in self._roles:
            for adapter in adapters.values():
                await adapter.start(intake, operations, forms)
            server.watch(settings.server.host, settings.server.port)
            await server.start()
            self._phase.platforms_started = True
            self.addresses = server.addresses

    def _load_assistant(self) -> RasaAssistant:
        return load_assistant(self._configuration, self._clock)

    async def _open_store(self, data: Path) -> RedisStore:
        section = self._settings.store
        url = section.url
        if not url:
            server = await embedded(data / "store")
            self._running.push_async_callback(server.stop)
            url = server.url
        store = RedisStore(url, keys=Keys(shards=section.shards), durability=Durability(section.replicas))
        self._running.push_async_callback(store.close)
        return store

    async def _open_understanding(self, data: Path, assistant: RasaAssistant) -> BesideTheLoop:
        folder = self._configuration.path(self._settings.assistant)
        model = await ensure_trained(assistant.pipeline, assistant.training_files, data / "models" / folder.name)
        section = self._settings.understanding
        understanding = BesideTheLoop(model, workers=section.workers, seconds=section.seconds)
        if Role.WORKER in self._roles:
            await understanding.start()
            self._running.push_async_callback(understanding.stop)
        return understanding

    def _web_settings(self, data: Path) -> WebSettings:
        section = self._settings.platforms.web
        desks = {desk.name: desk.channel for desk in self._settings.desks if desk.platform == "web"}
        return WebSettings(
            data / "playground",
            host=section.host,
            port=section.port,
            desks=desks,
            max_file=self._settings.files.max_megabytes * 1_000_000,
        )

    def _slack(self) -> SlackAdapter | None:
        section = self._settings.platforms.slack
        if not section.enabled:
            return None
        return SlackAdapter(slack_settings(self._configuration), self._clock, self._suspect_clock)

    def _suspect_clock(self) -> None:
        if self._engine is not None:
            self._engine.tally.count("clock_skew_suspected", platform="slack")

    async def _workspace(self, slack: SlackAdapter | None) -> str:
        named = self._settings.platforms.slack.workspace
        return await slack.workspace() if slack is not None and not named else named


def policy_of(configuration: Configuration, assistant: RasaAssistant, workspace: str) -> Policy:
    """What the core decides by: the configuration's part and the assistant's."""
    settings, own = configuration.settings, assistant.escalation
    section = settings.hand_over
    year = time.gmtime(SystemClock().now()).tm_year
    return Policy(
        desks=tuple(
            Desk(
                desk.name,
                _channel(desk.platform, desk.channel, configuration, workspace),
                desk.title,
                hours_of(desk.hours or settings.hours, settings.timezone, year),
                desk.hands_to,
                levels_of(desk.sla or settings.sla),
            )
            for desk in settings.desks
        ),
        always_human=own.always_human,
        desk_by_intent=own.desks,
        handoff_intents=frozenset(own.handoff_intents),
        unhelpful_intents=frozenset(own.unhelpful_intents),
        intent_labels=own.intent_labels,
        keywords=section.keywords,
        vip_tiers=frozenset(section.vip_tiers),
        tiers=tiers_of(section.tiers),
        thresholds=Thresholds(
            upset=own.thresholds.get("upset", section.upset),
            upset_trend=own.thresholds.get("upset_trend", section.upset_trend),
            asked=own.thresholds.get("asked", section.asked),
            doubts=section.doubts,
            repeats=section.repeats,
            refusals=section.refusals,
        ),
        claim_on_reply=section.claim_on_reply,
        hold_seconds=section.hold_seconds,
        reopen_seconds=section.reopen_hours * 3600.0,
        reminder_seconds=section.reminder_seconds,
        persona=section.persona,
        team=section.team,
        emergency=own.emergency,
        texts=own.texts,
        ask_rating=settings.satisfaction.ask,
        low_rating=settings.satisfaction.low,
        default_language=settings.language,
        timezone=settings.timezone,
        staffing=staffing_of(settings.staffing, settings.agents, settings.timezone, year),
        auto_close=auto_close_of(settings.auto_close),
        leads=frozenset(settings.roles.leads),
        masked=settings.masking.masked,
    )


def doors_of(configuration: Configuration, policy: Policy, workspace: str) -> Doors:
    """Where the app listens: the desks, and the channels in which any top-level message opens a conversation."""
    platforms = configuration.settings.platforms
    support = [("slack", channel) for channel in platforms.slack.support_channels if platforms.slack.enabled]
    support += [("teams", channel) for channel in platforms.teams.support_channels if platforms.teams.enabled]
    return Doors(
        desks=frozenset(desk.place.key for desk in policy.desks),
        support=frozenset(_channel(name, channel, configuration, workspace).key for name, channel in support),
    )


def load_assistant(configuration: Configuration, clock: Clock) -> RasaAssistant:
    """Read the configured project and learn its dialogue; what was learned is kept in the data folder."""
    folder = configuration.path(configuration.settings.assistant)
    cache = configuration.path(configuration.settings.data_folder) / "dialogue"
    return RasaAssistant.load(folder, clock=clock, actions=open_actions(folder), cache=cache)


def check(configuration: Configuration) -> list[str]:
    """Load what can be loaded without starting anything. Raises ConfigError or AssistantError with every mistake."""
    folder = configuration.path(configuration.settings.assistant)
    assistant = load_assistant(configuration, SystemClock())
    policy_of(configuration, assistant, "T0")
    problems = problems_of_understanding(assistant.project)
    if problems:
        raise AssistantError(problems)
    platforms = platforms_of(configuration.settings)
    return [
        *assistant.notices,
        f"assistant: {folder.name}, {len(assistant.intents)} intents",
        f"platforms: {', '.join(platforms) or 'none'}",
        f"desks: {', '.join(f'{desk.name} on {desk.platform}' for desk in configuration.settings.desks)}",
    ]


def platforms_of(settings: Settings) -> list[str]:
    """The platforms that are served."""
    return [name for name in PLATFORMS if getattr(settings.platforms, name).enabled]


def serve(configuration: Configuration, roles: Sequence[str]) -> int:
    """Run until a signal says to stop; the exit code."""
    factory = None
    if sys.platform != "win32":
        import uvloop  # noqa: PLC0415  not there on Windows

        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(_serve(configuration, roles))


async def _serve(configuration: Configuration, roles: Sequence[str]) -> int:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in _STOP_SIGNALS:
        loop.add_signal_handler(name, stopping.set)
    app = App(configuration, roles)
    began = time.monotonic()
    starting = asyncio.create_task(app.start())
    waiting = asyncio.create_task(stopping.wait())
    await asyncio.wait({starting, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        starting.cancel()
        await asyncio.wait({starting})
        return 130
    await starting
    web = configuration.settings.platforms.web
    ready = f"Ready after {time.monotonic() - began:.1f} s."
    if web.enabled and "ingress" in roles:
        ready += f" The playground: http://{web.host}:{web.port}"
    print(ready, file=sys.stderr)  # noqa: T201  the one line that a person waits for
    await waiting
    print("Stopping: no new work, finishing what is under way ...", file=sys.stderr)  # noqa: T201  as above
    await app.stop()
    return 0


def slack_settings(configuration: Configuration) -> SlackSettings:
    """What the Slack adapter is told."""
    section, secret = configuration.settings.platforms.slack, configuration.secret
    if section.mode == "socket":
        return SlackSettings(
            bot_token=secret(section.bot_token),
            app_token=secret(section.app_token),
            mode="socket",
            **_slack_habits(section, configuration),
        )
    secrets = (secret(section.signing_secret), secret(section.old_signing_secret))
    return SlackSettings(
        bot_token=secret(section.bot_token),
        signing_secrets=tuple(s for s in secrets if s),
        path=section.path,
        **_slack_habits(section, configuration),
    )


def _slack_habits(section: SlackSection, configuration: Configuration) -> dict[str, Any]:
    """What is the same over HTTP and over Socket Mode."""
    return {
        "base_url": section.base_url,
        "mark_secret": configuration.secret(section.mark_secret),
        "file_hosts": frozenset(section.file_hosts),
        "username_channels": frozenset(section.username_channels),
        "hear_bots": section.hear_bots,
        "call_seconds": section.call_seconds,
        "store_seconds": section.store_seconds,
        "answer_seconds": section.answer_seconds,
        "ping_seconds": section.ping_seconds,
    }


def teams_settings(configuration: Configuration, data: Path, policy: Policy) -> TeamsSettings:
    """What the Teams adapter is told."""
    section = configuration.settings.platforms.teams
    desks = (desk.channel for desk in configuration.settings.desks if desk.platform == "teams")
    return TeamsSettings(
        app_id=section.app_id,
        tenant=section.tenant,
        app_type=section.app_type,
        secret="" if section.certificate else configuration.secret(section.secret),
        certificate=configuration.secret(section.certificate),
        cloud=section.cloud,
        insecure_local=section.insecure_local,
        host=configuration.settings.server.host,
        path=section.path,
        desks=frozenset(desks),
        support_channels=frozenset(section.support_channels),
        teams=frozenset(section.teams),
        tenants=frozenset(section.tenants),
        reactions=section.reactions,
        memory=data / "teams.json",
        mark_secret=configuration.secret(section.mark_secret),
        words=Words(welcome=say("welcome", policy.default_language, policy)),
        metadata_url=section.metadata_url,
        issuer=section.issuer,
        login=section.login,
        scope=section.scope,
        service_url=section.service_url,
        service_hosts=frozenset(section.service_hosts),
        file_hosts=frozenset(section.file_hosts),
        call_seconds=section.call_seconds,
        token_seconds=section.token_seconds,
        start_seconds=section.start_seconds,
        store_seconds=section.store_seconds,
        refresh_seconds=section.refresh_seconds,
        lookup_seconds=section.lookup_seconds,
        keys_cool_down=section.keys_cool_down,
    )


def _channel(platform: str, channel: str, configuration: Configuration, workspace: str) -> Place:
    """A channel as its platform's adapter names it."""
    if platform == "web":
        return web_place(channel)
    tenant = workspace if platform == "slack" else configuration.settings.platforms.teams.tenant
    return Place(platform, tenant, channel)
