"""One path for everything that the Bot Framework sends: verify the token, parse, hand over, answer.

Answers 401 to whatever is not the service's, 400, 408, 413 or 415 to what cannot be read, 403 to an address that we
would not call, 503 when it could not be judged or stored (then Teams comes again), and 200 otherwise. Nothing is parsed
before the token is verified, and no body is ever logged.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from aiohttp import web

from adapters.request_body import final, read_capped
from adapters.teams.framework import Reply
from adapters.teams.keys import KeysUnavailable
from adapters.teams.verification import BadToken, Caller
from bot.core.platforms.json_values import Json, as_object, as_text, object_in

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
                return final(415)
            raw = await read_capped(request)
            if isinstance(raw, web.Response):
                return raw
            payload = payload_of(raw)
            service_url = as_text(payload.get("serviceUrl"))
            if caller is not None:
                caller.answers_for(as_text(payload.get("channelId")), service_url)
        except BadToken as error:
            _log.warning("refused", why=str(error))
            return final(401)
        except KeysUnavailable:
            return final(503)
        except ValueError as error:
            _log.warning("unreadable", why=str(error))
            return final(400)
        if not is_allowed(service_url):
            _log.warning("refused", why="a service address that is not one of Microsoft's")
            return final(403)
        reply = await receive(payload)
        return web.json_response(reply.body, status=reply.status) if reply.body else web.Response(status=reply.status)

    return web.post(path, serve)


def payload_of(raw: bytes) -> Json:
    """The activity in a body. Raises ValueError, without quoting it, for anything that is none."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    payload = object_in(text)
    ids = (
        payload.get("type"),
        payload.get("serviceUrl"),
        as_object(payload.get("conversation")).get("id"),
        as_object(payload.get("from")).get("id"),
    )
    if not all(isinstance(one, str) and 0 < len(one) <= _MAX_ID for one in ids):
        raise ValueError("not an activity: type, serviceUrl, conversation.id and from.id are needed")
    return payload
