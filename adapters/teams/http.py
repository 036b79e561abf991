"""One path for everything that the Bot Framework sends: verify the token, parse, hand over, answer.

Answers 401 to whatever is not the service's, 400, 413 or 415 to what cannot be read, 403 to an address that we would
not call, 503 when it could not be judged or stored (then Teams comes again), and 200 otherwise. Nothing is parsed
before the token is verified, and no body is ever logged.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Final, NoReturn, cast

import structlog
from aiohttp import web

from adapters.teams.framework import Reply
from adapters.teams.json_values import Json, as_object, as_text
from adapters.teams.keys import KeysUnavailable
from adapters.teams.verification import BadToken, Caller

MAX_BODY: Final = 512 * 1024
_MAX_DEPTH: Final = 60
_MAX_ID: Final = 1000

_log = structlog.get_logger("teams")

Receive = Callable[[Json], Awaitable[Reply]]
Verify = Callable[[str], Awaitable[Caller | None]]


def route(path: str, verify: Verify, is_allowed: Callable[[str], bool], receive: Receive) -> web.RouteDef:
    """The route to mount. `verify` gets the Authorization header; `receive` each payload that may be believed."""

    async def serve(request: web.Request) -> web.Response:
        try:
            caller = await verify(request.headers.get("Authorization", ""))
            if caller is None and request.content_type != "application/json":
                # Without tokens, this keeps web pages out: a browser asks first before it sends JSON elsewhere.
                return _final(415)
            raw = await _read(request)
            if isinstance(raw, web.Response):
                return raw
            payload = payload_of(raw)
            service_url = as_text(payload.get("serviceUrl"))
            if caller is not None:
                caller.answers_for(as_text(payload.get("channelId")), service_url)
        except BadToken as error:
            _log.warning("refused", why=str(error))
            return _final(401)
        except KeysUnavailable:
            return _final(503)
        except ValueError as error:
            _log.warning("unreadable", why=str(error))
            return _final(400)
        if not is_allowed(service_url):
            _log.warning("refused", why="a service address that is not one of Microsoft's")
            return _final(403)
        reply = await receive(payload)
        return web.json_response(reply.body, status=reply.status) if reply.body else web.Response(status=reply.status)

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
        async for piece in request.content.iter_any():
            size += len(piece)
            if size > MAX_BODY:
                return _final(413)
            pieces.append(piece)
    except web.RequestPayloadError:
        return _final(400)
    return b"".join(pieces)


def _final(status: int) -> web.Response:
    """An answer after which the connection ends: the rest of the body is not read."""
    response = web.Response(status=status)
    response.force_close()
    return response


def payload_of(raw: bytes) -> Json:
    """The activity in a body. Raises ValueError, without quoting it, for anything that is none."""
    try:
        loaded: object = json.loads(raw.decode("utf-8"), parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deep") from None
    except ValueError:
        raise ValueError("not JSON") from None
    if not isinstance(loaded, dict):
        raise ValueError("JSON, but not an object")  # noqa: TRY004  # a reader gets one kind of error
    payload = cast("dict[str, object]", loaded)
    if _is_too_deep(payload):
        raise ValueError("nested too deep")
    ids = (
        payload.get("type"),
        payload.get("serviceUrl"),
        as_object(payload.get("conversation")).get("id"),
        as_object(payload.get("from")).get("id"),
    )
    if not all(isinstance(one, str) and 0 < len(one) <= _MAX_ID for one in ids):
        raise ValueError("not an activity: type, serviceUrl, conversation.id and from.id are needed")
    return payload


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _is_too_deep(value: object) -> bool:
    """Whether anything is nested deeper than Teams ever does."""
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
