"""One path for everything that Slack sends over HTTP: verify the raw bytes, parse, hand over, answer.

Answers 401 to what is not Slack's, 400, 408, 413 or 415 to what cannot be read, 503 when it could not be stored (then
Slack comes again), and 200 otherwise. Nothing is parsed before its signature is verified, and no body is ever logged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl

import structlog
from aiohttp import web

from adapters.request_body import read_capped
from adapters.slack.verification import CLOCKS_DIFFER, why_not_from_slack
from bot.core.platforms.json_values import object_in

_MAX_FIELDS: Final = 100

_log = structlog.get_logger("slack")


@dataclass(frozen=True, slots=True)
class Reply:
    """What Slack is answered: a status, and a JSON object for those requests that show one."""

    status: int = 200
    body: Mapping[str, object] = field(default_factory=dict[str, object])


Receive = Callable[[dict[str, object]], Awaitable[Reply]]


def route(
    path: str,
    secrets: tuple[str, ...],
    now: Callable[[], float],
    receive: Receive,
    suspect_clock: Callable[[], None],
) -> web.RouteDef:
    """The route to mount. `receive` gets each verified payload: an event, an interaction or a command.

    `suspect_clock` is told of every request that is Slack's by its signature and far away by its time.
    """

    async def serve(request: web.Request) -> web.Response:
        raw = await read_capped(request)
        if isinstance(raw, web.Response):
            return raw
        problem = why_not_from_slack(raw, request.headers, secrets, now())
        if problem is not None:
            if problem == CLOCKS_DIFFER:
                suspect_clock()
            _log.warning("refused", why=problem, bytes=len(raw), sha256=hashlib.sha256(raw).hexdigest()[:16])
            return _empty(401)
        try:
            payload = payload_of(raw, request.content_type)
        except ValueError as error:
            _log.warning("unreadable", why=str(error), bytes=len(raw))
            return _empty(400)
        if payload.get("type") == "url_verification":
            return web.json_response({"challenge": str(payload.get("challenge", ""))})
        if payload.get("ssl_check") == "1":
            return _empty(200)
        reply = await receive(payload)
        return web.json_response(reply.body, status=reply.status) if reply.body else _empty(reply.status)

    return web.post(path, serve)


def _empty(status: int) -> web.Response:
    return web.Response(status=status)


def payload_of(raw: bytes, content_type: str) -> dict[str, object]:
    """The payload of a verified request. Raises ValueError, without quoting it, for anything that is not an object."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    if content_type == "application/json" or text.startswith("{"):
        return object_in(text)
    try:
        fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS))
    except ValueError:
        raise ValueError("too many form fields") from None
    if "payload" in fields:
        return object_in(fields["payload"])
    if not fields:
        raise ValueError("an empty form")
    return dict(fields)
