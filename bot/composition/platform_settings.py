"""What each adapter is told of the configuration: its credentials, addresses and time limits. Starts nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from adapters.redis.clients import clients_for
from adapters.slack.settings import SlackSettings, problems_with
from adapters.teams.settings import TeamsSettings, Words
from adapters.web.settings import SAMPLE_CUSTOMERS, WebSettings
from adapters.web.settings import place as web_place
from bot.config import Configuration
from bot.config.sections import SlackSection
from bot.core.activity import Place
from bot.core.policy import Policy
from bot.core.wording.words import say
from bot.errors import ConfigError


def refusals(configuration: Configuration, policy: Policy) -> list[str]:
    """What the store and the platforms that are switched on would refuse at the start, without connecting to any."""
    platforms, data = configuration.settings.platforms, configuration.path(configuration.settings.data_folder)
    found: list[str] = []
    if platforms.slack.enabled:
        found += problems_with(slack_settings(configuration))
    if platforms.teams.enabled:
        found += teams_settings(configuration, data, policy).problems()
    try:
        if platforms.web.enabled:
            web_settings(configuration, data, {})
    except ConfigError as error:
        found += error.problems
    try:
        if configuration.settings.store.url:
            clients_for(configuration.settings.store.url)
    except ConfigError as error:
        found += error.problems
    return found


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
        "canary_channel": section.canary_channel,
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


def channel_of(platform: str, channel: str, configuration: Configuration, workspace: str) -> Place:
    """A channel as its platform's adapter names it."""
    if platform == "web":
        return web_place(channel)
    tenant = workspace if platform == "slack" else configuration.settings.platforms.teams.tenant
    return Place(platform, tenant, channel)


def web_settings(
    configuration: Configuration, data: Path, tries: Mapping[str, tuple[tuple[str, str], ...]]
) -> WebSettings:
    """What the playground is told. `tries`: the assistant's own first messages by customer; they replace all others."""
    settings = configuration.settings
    section = settings.platforms.web
    return WebSettings(
        data / "playground",
        host=section.host,
        port=section.port,
        customers=tuple(replace(one, tries=tries.get(one.id, ())) for one in SAMPLE_CUSTOMERS)
        if tries
        else SAMPLE_CUSTOMERS,
        desks={desk.name: desk.channel for desk in settings.desks if desk.platform == "web"},
        max_file=settings.files.max_megabytes * 1_000_000,
        claim_on_reply=settings.hand_over.claim_on_reply,
    )
