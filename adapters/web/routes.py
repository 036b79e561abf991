"""The page's HTTP: its files, `GET /api/room`, `GET /api/older`, `POST /api/acts` and the WebSocket `GET /ws`.

Translates between requests and the room; whatever is wrong with a request is a 4xx with a sentence.
The API is described in docs/playground.md.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, Protocol

from aiohttp import WSCloseCode, WSMsgType, web

from adapters.web.audience import Watcher
from adapters.web.feed import Feed
from adapters.web.file_routes import FilePages
from adapters.web.gate import guarded
from adapters.web.inbound import MAX_FILES, MAX_TEXT, Ask, Choose, Fill, Malformed, Press, doing_of
from adapters.web.live import LiveRoom
from adapters.web.outbound import chat_payload, form_payload, message_payload, person_payload
from adapters.web.room_file import RoomUnavailable
from adapters.web.room_rows import Chat, Rejected
from adapters.web.settings import APP_ID, WebSettings
from bot.core.forms import Form
from bot.errors import StoreUnavailable

_STATIC: Final = Path(__file__).parent / "static"
_TYPES: Final = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
_MAX_BODY: Final = 128 * 1024
"""Bytes of one act: the longest text, four bytes a character, escaped in JSON, and some room."""
_MAX_PAGES: Final = 64
_COMMAND_SECONDS: Final = 20.0
_log = logging.getLogger(__name__)


class Asked(Protocol):
    """What presses ask for first, how choices fill that in, and what is wrong with it. All raise Rejected."""

    async def form(self, author: str, press: Press) -> Form | None: ...

    async def filled(self, author: str, choose: Choose) -> Form | None: ...

    async def faults(self, author: str, fill: Fill) -> tuple[tuple[str, str], ...]: ...


class Page:
    """The playground's routes. They answer 503 before `open` and after `close`."""

    def __init__(
        self,
        settings: WebSettings,
        room: LiveRoom,
        feed: Feed,
        command: Callable[[str, Ask], Awaitable[None]],
        asked: Asked,
    ) -> None:
        self._settings = settings
        self._room = room
        self._feed = feed
        self._command = command
        self._asked = asked
        self._open = False
        self._kept = FilePages(room, settings.max_file)
        self._files = {p.name: p for p in sorted(_STATIC.iterdir()) if p.suffix in _TYPES}

    def mount(self, app: web.Application) -> None:
        """Add the routes to a server, which must not wait for open pages when it stops."""
        app.on_shutdown.append(self._server_stops)
        app.router.add_get("/", guarded(self._index))
        app.router.add_get("/static/{name}", guarded(self._file))
        app.router.add_get("/api/room", guarded(self._answering(self._people)))
        app.router.add_get("/api/older", guarded(self._answering(self._older)))
        app.router.add_post("/api/acts", guarded(self._answering(self._act)))
        app.router.add_post("/api/files", guarded(self._answering(self._kept.upload)))
        app.router.add_get("/api/files/{id}", guarded(self._answering(self._kept.download)))
        app.router.add_get("/ws", guarded(self._answering(self._socket)))

    def open(self) -> None:
        """Begin to answer."""
        self._open = True

    def close(self) -> None:
        """Stop answering; the room lets the open pages go."""
        self._open = False

    async def _server_stops(self, _app: web.Application) -> None:
        self._open = False
        self._room.audience.let_go()

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return self._send("index.html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return self._send(request.match_info["name"])

    def _send(self, name: str) -> web.StreamResponse:
        path = self._files.get(name)
        if path is None:
            return _error(404, "there is no such file")
        response = web.FileResponse(path)
        response.content_type = _TYPES[path.suffix]
        response.charset = "utf-8"
        return response

    def _answering(
        self, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """The handler, with the room's refusals put into HTTP."""

        async def answer(request: web.Request) -> web.StreamResponse:
            if not self._open:
                return _error(503, "the playground is not running")
            try:
                return await handler(request)
            except Malformed as error:
                return _error(400, str(error))
            except Rejected as error:
                return _error(error.status, str(error))
            except (RoomUnavailable, StoreUnavailable) as error:
                _log.warning("playground: %s %s: %s", request.method, request.path, error)
                return _error(503, f"not now: {error}")

        return answer

    async def _people(self, _request: web.Request) -> web.StreamResponse:
        settings = self._settings
        return web.json_response(
            {
                "customers": [person_payload(settings, m.id) for m in settings.customers],
                "agents": [person_payload(settings, m.id) for m in settings.agents],
                "app": person_payload(settings, APP_ID),
                "desks": [{"name": name, "channel": channel} for name, channel in settings.desks.items()],
                "limits": {"text": MAX_TEXT, "files": MAX_FILES, "bytes": settings.max_file},
                "claim_on_reply": settings.claim_on_reply,
            }
        )

    async def _older(self, request: web.Request) -> web.StreamResponse:
        asked = request.query
        place = asked.get("channel", ""), asked.get("thread", "")
        return web.json_response(await self._room.older(asked.get("as", ""), *place, asked.get("before", "")))

    async def _act(self, request: web.Request) -> web.StreamResponse:
        if request.content_type != "application/json":
            return _error(415, "an act is sent as application/json")
        raw = await _body(request)
        if raw is None:
            return _error(413, f"an act has at most {_MAX_BODY} bytes")
        doing = doing_of(raw)
        if isinstance(doing.act, Ask):
            self._room.must_be_in(doing.author, doing.act.channel, doing.act.thread)
            try:
                await asyncio.wait_for(self._command(doing.author, doing.act), _COMMAND_SECONDS)
            except TimeoutError:
                return _error(504, f"the command took longer than {_COMMAND_SECONDS:.0f} seconds")
            return web.json_response({"ok": True})
        if again := await self._room.repeated(doing):
            # before anything is looked at that the act itself may have changed
            return web.json_response({"ok": True, "message": message_payload(again)})
        if isinstance(doing.act, Press) and (form := await self._asked.form(doing.author, doing.act)):
            return web.json_response({"ok": True, "form": form_payload(form)})
        if isinstance(doing.act, Choose):
            form = await self._asked.filled(doing.author, doing.act)
            return web.json_response({"ok": True, "form": form_payload(form) if form else None})
        if isinstance(doing.act, Fill) and (faults := await self._asked.faults(doing.author, doing.act)):
            return web.json_response({"ok": False, "faults": dict(faults)})
        done = await self._room.do(doing)
        shown = {"chat": chat_payload(done)} if isinstance(done, Chat) else {"message": message_payload(done)}
        return web.json_response({"ok": True, **shown})

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        person = request.query.get("as", "")
        if not (self._settings.customer(person) or self._settings.agent(person)):
            return _error(403, f"there is nobody called {person!r} in this room; say who looks on: /ws?as=ada")
        if len(self._room.audience) >= _MAX_PAGES:
            return _error(503, f"{_MAX_PAGES} pages are open already; close one")
        socket = web.WebSocketResponse(heartbeat=25.0, max_msg_size=4096)
        if not socket.can_prepare(request).ok:
            return _error(426, "this address is a WebSocket")
        await socket.prepare(request)
        watcher = self._room.audience.join(person)
        try:
            await socket.send_str(json.dumps(await self._welcome(person)))
            await self._serve(socket, watcher)
        except RoomUnavailable:
            await socket.close(code=WSCloseCode.TRY_AGAIN_LATER, message=b"the room cannot be read now")
        except ConnectionError:
            _log.debug("playground: a page went away")
        finally:
            self._room.audience.leave(watcher)
        return socket

    async def _welcome(self, person: str) -> dict[str, Any]:
        agent = self._settings.agent(person) is not None
        return {
            "type": "view",
            "person": person,
            "channels": list(self._room.channels_of(person)),
            "chats": [chat_payload(c) for c in self._room.chats() if agent or c.customer == person],
            **await self._room.view(person),
            "happened": list(self._feed.lines) if agent else [],
        }

    async def _serve(self, socket: web.WebSocketResponse, watcher: Watcher) -> None:
        """Send what the person sees until either side has enough."""
        sending = asyncio.create_task(_send_all(socket, watcher))
        try:
            async for message in socket:
                if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    await socket.close(
                        code=WSCloseCode.POLICY_VIOLATION, message=b"this socket only tells; acts go to POST /api/acts"
                    )
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)


async def _send_all(socket: web.WebSocketResponse, watcher: Watcher) -> None:
    while (frame := await watcher.frames.get()) is not None:
        await socket.send_str(frame)
    await socket.close(code=WSCloseCode.GOING_AWAY, message=b"come back for a fresh view")


async def _body(request: web.Request) -> bytes | None:
    """The body, None when it is too long; never more of it in memory than that."""
    held = bytearray()
    async for chunk in request.content.iter_chunked(16 * 1024):
        held += chunk
        if len(held) > _MAX_BODY:
            return None
    return bytes(held)


def _error(status: int, why: str) -> web.Response:
    return web.json_response({"error": why}, status=status)
