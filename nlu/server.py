"""Serves a model over HTTP in Rasa's shape: `POST /model/parse` with `{"text": …}`, `GET /status`, `GET /version`.

What a button says (`/intent{"entity": "value"}`) means what it names, as in Rasa's server; all other texts are parsed
by processes beside the event loop. It knows no conversations: that is the bot's business.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, cast

from aiohttp import web
from aiohttp.typedefs import Handler

from nlu.artifacts import ModelError
from nlu.payload import parse_payload
from nlu.process import NluProcess, UnderstandingUnavailable

MAX_BODY: Final = 1 << 20
"""Bytes of a request that are read."""

_NLU: Final = web.AppKey("nlu", NluProcess)


def application(nlu: NluProcess) -> web.Application:
    """Return the web application; it starts and stops the understanding process."""
    app = web.Application(client_max_size=MAX_BODY, middlewares=[_refusals_in_json])
    app[_NLU] = nlu
    app.router.add_get("/", _hello)
    app.router.add_get("/status", _status)
    app.router.add_get("/version", _version)
    app.router.add_post("/model/parse", _parse)
    app.on_startup.append(_start)
    app.on_cleanup.append(_stop)
    return app


@web.middleware
async def _refusals_in_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPRequestEntityTooLarge:
        return _refusal(413, "RequestTooLarge", f"The request body may have {MAX_BODY} bytes; send less text.")
    except web.HTTPMethodNotAllowed as error:
        allowed = ", ".join(sorted(error.allowed_methods))
        return _refusal(405, "MethodNotAllowed", f"{request.path} takes {allowed}, not {request.method}.")
    except web.HTTPNotFound:
        known = "POST /model/parse, GET /status and GET /version"
        return _refusal(404, "NotFound", f"There is no {request.path} here; there are {known}.")


async def _start(app: web.Application) -> None:
    await app[_NLU].start()


async def _stop(app: web.Application) -> None:
    await app[_NLU].stop()


async def _hello(_request: web.Request) -> web.Response:
    return web.Response(text="Hello from the understanding server\n")


async def _status(request: web.Request) -> web.Response:
    return web.json_response({"model_file": request.app[_NLU].version, "num_active_training_jobs": 0})


async def _version(_request: web.Request) -> web.Response:
    return web.json_response({"version": "3.6.0", "minimum_compatible_version": "3.0.0"})


async def _parse(request: web.Request) -> web.Response:
    try:
        # bytes, not text: a charset that the client made up must not matter; JSON says its own encoding
        read: object = json.loads(await request.read())
    except (ValueError, RecursionError):
        return _refusal(400, "BadRequest", "The request body is not JSON that can be read.")
    body = cast("dict[str, object]", read) if isinstance(read, dict) else {}
    text = body.get("text")
    if not isinstance(text, str):
        return _refusal(400, "BadRequest", 'The request body must be a JSON object with the text under "text".')
    nlu = request.app[_NLU]
    try:
        result = parse_payload(text) or await nlu.parse(text)
    except UnderstandingUnavailable as error:
        return _refusal(503, "ParsingError", str(error))
    message_id = body.get("message_id")
    extra = {"message_id": message_id} if isinstance(message_id, str) else {}
    return web.json_response({**result.to_json(), **extra})


def _refusal(code: int, reason: str, message: str) -> web.Response:
    shape: dict[str, object] = {"version": "3.6.0", "status": "failure", "code": code, "details": {}}
    return web.json_response({**shape, "message": message, "reason": reason}, status=code)


def run(model_dir: Path, *, host: str, port: int, workers: int, notify: Callable[[str], None]) -> None:
    """Serve until interrupted. The line with the address is said once requests are answered."""
    with suppress(web.GracefulExit):  # a signal's; it leaves the loop, and reaches no coroutine
        asyncio.run(_run(model_dir, host, port, workers, notify))


async def _run(model_dir: Path, host: str, port: int, workers: int, notify: Callable[[str], None]) -> None:
    runner = web.AppRunner(application(NluProcess(model_dir, workers=workers)), handle_signals=True)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise ModelError(
                f"cannot listen on {host}:{port} ({error.strerror}); name another --port or --host"
            ) from error
        address: Any = runner.addresses[0]
        notify(f"listening on http://{address[0]}:{address[1]}")
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
