"""The Bolt app: one middleware that takes everything, over HTTP or Socket Mode. Nothing of Bolt's own answers.

Bolt's checks are off because ours come first (`verification`, on the raw bytes) or are exact (`inbound` knows our own
doings by account); its authorisation never runs, so that an unreachable `auth.test` cannot turn events into 500.
"""

from __future__ import annotations

import json
import logging
import re
from typing import Any, cast

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.dispatch import Dispatch
from adapters.slack.http import Reply
from adapters.slack.settings import SlackSettings
from bot.core.platforms.json_values import as_object


def bolt_app(settings: SlackSettings, dispatch: Dispatch) -> AsyncApp:
    """A Bolt app that logs no payloads and hands every request to `dispatch`."""
    logger = logging.getLogger("warmline.slack_bolt")
    logger.setLevel(logging.ERROR)
    if not logger.filters:
        logger.addFilter(_briefly)
    client = AsyncWebClient(
        token=settings.bot_token, base_url=settings.base_url, retry_handlers=[], logger=logger, timeout=10
    )
    return AsyncApp(
        logger=logger,
        name="warmline",
        client=client,
        signing_secret=settings.signing_secrets[0] if settings.signing_secrets else "socket-mode-has-none",
        before_authorize=dispatch,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        ignoring_self_assistant_message_events_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
    )


def _briefly(record: logging.LogRecord) -> bool:
    """Upstream logs a traceback whenever a connection is lost, and addresses that are as good as passwords."""
    record.msg = re.sub(r"(wss?|https?)://\S+", r"\1://…", str(record.msg))
    record.exc_info = record.exc_text = None
    return True


async def through_bolt(app: AsyncApp, payload: dict[str, object]) -> Reply:
    """Hand one verified payload to Bolt. What Bolt cannot take apart is not of Slack's shape: 400."""
    try:
        request = AsyncBoltRequest(mode="socket_mode", body=cast("dict[str, Any]", payload))
    except (AttributeError, TypeError, ValueError, LookupError):
        return Reply(400)
    response = await app.async_dispatch(request)
    body = response.body
    return Reply(response.status, as_object(json.loads(body)) if body else {})


class Socket:
    """Socket Mode: Bolt's own client, which reconnects by itself."""

    def __init__(self, app: AsyncApp, settings: SlackSettings) -> None:
        self._handler = AsyncSocketModeHandler(
            app, settings.app_token, ping_interval=cast("Any", settings.ping_seconds)
        )

    async def connect(self) -> None:
        """Return once connected, however long that takes."""
        await cast("Any", self._handler).connect_async()

    async def close(self) -> None:
        """End the connection."""
        await cast("Any", self._handler).close_async()
