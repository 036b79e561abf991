"""Who the app itself is on Slack: asked at the start, and again in the background until Slack answers.

Its own account is what keeps its own doings from being heard. A token that Slack refuses is a mistake of the
configuration; a Slack that cannot be reached is not.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

import structlog

from adapters.slack.calls.web_api import RefusedBySlack, WebApi
from adapters.slack.envelope import Us
from adapters.slack.settings import SlackSettings
from bot.core.platforms.json_values import as_object, as_text
from bot.errors import ConfigError, DeliveryError, NotDone, ShutOut, Throttled, Uncertain

NEEDED: Final = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "mpim:history",
        "mpim:read",
        "reactions:read",
        "reactions:write",
        "users:read",
        "users:read.email",
    }
)
"""The scopes of the manifest: without one of them, something of what it is for is refused or never heard of."""

_log = structlog.get_logger("slack")


class Identity:
    """What `auth.test` says. `us` is what is known by now."""

    def __init__(self, api: WebApi) -> None:
        self._api = api
        self._team = ""
        self.us = Us()

    async def learn(self) -> bool:
        """Ask once; False when Slack did not answer. Raises ConfigError when the token is unusable."""
        try:
            await self._learn()
        except (RefusedBySlack, ShutOut) as error:
            raise _misconfigured(error) from error
        except (Throttled, NotDone, Uncertain) as error:
            _log.warning("auth.test not answered yet", why=error.why)
            return False
        return True

    async def keep_asking(self) -> None:
        """Ask until it is known."""
        pause = 1.0
        while True:
            await asyncio.sleep(pause)
            try:
                await self._learn()
            except DeliveryError as error:
                pause = min(pause * 2, 30.0)
                _log.warning("auth.test not answered yet", why=str(error))
            else:
                return

    async def whole(self) -> Us:
        """Who we are, the app's own id with it: what is written in a history does not name it. Raises DeliveryError."""
        if not self.us.user_id:
            await self._learn()
        if not self.us.app_id:
            answer = await self._api.read("bots.info", {"bot": self.us.bot_id})
            self.us = replace(self.us, app_id=as_text(as_object(answer.get("bot")).get("app_id")))
        return self.us

    async def team(self) -> str:
        """The workspace that the token belongs to. Raises DeliveryError."""
        if not self._team:
            await self._learn()
        return self._team

    async def workspace(self) -> str:
        """The same, for the start. Raises ConfigError when Slack does not say."""
        try:
            return await self.team()
        except (RefusedBySlack, ShutOut) as error:
            raise _misconfigured(error) from error
        except DeliveryError as error:
            advice = "set platforms.slack.workspace to start without asking"
            raise ConfigError([f"slack: the token's workspace is not known, and {error}; {advice}"]) from error

    async def _learn(self) -> None:
        answer = await self._api.read("auth.test", {})
        self._team = as_text(answer.get("team_id"))
        self.us = Us(self.us.app_id, as_text(answer.get("bot_id")), as_text(answer.get("user_id")))
        if self._api.granted and (missing := NEEDED - self._api.granted):
            to_do = "compare with deploy/slack/manifest.yaml and install the app again"
            _log.warning("scopes_missing", scopes=", ".join(sorted(missing)), to_do=to_do)


def _misconfigured(error: RefusedBySlack | ShutOut) -> ConfigError:
    what = "slack.bot_token" if isinstance(error, ShutOut) else "slack: auth.test was refused"
    return ConfigError([f"{what}: {error.why}"])


async def try_app_token(settings: SlackSettings) -> None:
    """Ask for a Socket Mode connection once, because Bolt would go on asking for ever with a useless token.

    Raises ConfigError.
    """
    api = WebApi(settings.base_url, settings.app_token or "", seconds=settings.call_seconds)
    try:
        await api.read("apps.connections.open", {})
    except (RefusedBySlack, ShutOut) as error:
        raise ConfigError([f"slack.app_token: {error.why}"]) from error
    except DeliveryError as error:
        _log.warning("Socket Mode cannot be reached yet", why=error.why)
    finally:
        await api.close()
