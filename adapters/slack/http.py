"""One path for everything that Slack sends over HTTP: verify the raw bytes, parse, hand over, answer.

Answers 401 to what is not Slack's, 400, 408, 413 or 415 to what cannot be read, 503 when it could not be stored (then
Slack comes again), and 200 otherwise. Nothing is parsed before its signature is verified, and no body is ever logged.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn, cast
from urllib.parse import parse_qsl

import structlog
from aiohttp import web

from adapters.slack.verification import why_not_from_slack

MAX_BODY: Final = 512 * 1024
READ_SECONDS: Final = 5.0
"""Slack itself gives up after three; nobody else may hold a connection for longer."""
_MAX_FIELDS: Final = 100
_MAX_DEPTH: Final = 60

_log = structlog.get_logger("slack")


@dataclass(frozen=True, slots=True)
class Reply:
    """What Slack is answered: a status, and a JSON object for those requests that show one."""

    status: int = 200
    body: Mapping[str, object] = field(default_factory=dict[str, object])


Receive = Callable[[dict[str, object]], Awaitable[Reply]]


def route(path: str, secrets: tuple[str, ...], now: Callable[[], float], receive: Receive) -> web.RouteDef:
    """The route to mount. `receive` gets each verified payload: an event, an interaction or a command."""

    async def serve(request: web.Request) -> web.Response:
        raw = await _read(request)
        if isinstance(raw, web.Response):
            return raw
        problem = why_not_from_slack(raw, request.headers, secrets, now())
        if problem is not None:
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


async def _read(request: web.Request) -> bytes | web.Response:
    """The raw body, or the answer to one that is too large or packed."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        return _final(415)
    if (request.content_length or 0) > MAX_BODY:
        return _final(413)
    pieces: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for piece in request.content.iter_any():
                size += len(piece)
                if size > MAX_BODY:
                    return _final(413)
                pieces.append(piece)
    except TimeoutError:
        return _final(408)
    except web.RequestPayloadError:
        return _final(400)
    return b"".join(pieces)


def _empty(status: int) -> web.Response:
    return web.Response(status=status)


def _final(status: int) -> web.Response:
    """An answer after which the connection ends: the rest of the body is not read."""
    response = _empty(status)
    response.force_close()
    return response


def payload_of(raw: bytes, content_type: str) -> dict[str, object]:
    """The payload of a verified request. Raises ValueError, without quoting it, for anything that is not an object."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    if content_type == "application/json" or text.startswith("{"):
        return _object(text)
    try:
        fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS))
    except ValueError:
        raise ValueError("too many form fields") from None
    if "payload" in fields:
        return _object(fields["payload"])
    if not fields:
        raise ValueError("an empty form")
    return dict(fields)


def _object(text: str) -> dict[str, object]:
    try:
        loaded: object = json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deep") from None
    except ValueError:
        raise ValueError("not JSON") from None
    if not isinstance(loaded, dict):
        raise ValueError("JSON, but not an object")  # noqa: TRY004  # a reader gets one kind of error
    payload = cast("dict[str, object]", loaded)
    if _is_too_deep(payload):
        raise ValueError("nested too deep")
    return payload


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _is_too_deep(value: object) -> bool:
    """Whether anything is nested deeper than Slack ever does."""
    level: list[object] = [value]
    for _ in range(_MAX_DEPTH):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in cast("list[object]", list(outer.values()) if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True
