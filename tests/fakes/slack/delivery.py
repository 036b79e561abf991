"""How Slack brings what happened: signed HTTP requests with retries, or envelopes over Socket Mode.

Retries follow Slack's schedule (at once, 1 min, 5 min) times `retry_scale`. Every delivery and each of
its attempts is kept, so that a test can ask how fast and how often it was acknowledged.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random  # noqa: TID251  # faults are drawn from a seed
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from tests.fakes.slack.state import App, Channel, Workspace
from tests.support.patience import PATIENCE

RETRY_SECONDS = (0.0, 60.0, 300.0)
ACK_SECONDS = 3.0


@dataclass(slots=True)
class Attempt:
    """One try: the HTTP status (0 for no answer), and how long the answer took."""

    status: int
    seconds: float


@dataclass(slots=True)
class Delivery:
    """One thing brought to one app. `answer` is what the app said in the accepted response."""

    app: App
    kind: str
    body: dict[str, Any]
    attempts: list[Attempt] = field(default_factory=list)
    answer: str = ""
    accepted: bool = False


def signature_of(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's v0 signature."""
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return f"v0={digest}"


def _nothing() -> None:
    """Nobody is interested in changes."""


class Courier:
    """Delivers. `duplicate_rate` and `seed` repeat some event deliveries although they were accepted."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.deliveries: list[Delivery] = []
        self.retry_scale = 0.001
        self.comes_again = asyncio.Event()
        """While it is not set, nothing that failed is repeated."""
        self.comes_again.set()
        self.ack_seconds = PATIENCE
        """After which a try is given up; Slack waits for `ACK_SECONDS`. How long one took, its attempt says."""
        self.duplicate_rate = 0.0
        self.jitter_seconds = 0.0
        """Each event sets out up to this much later than it happened, so that events overtake each other."""
        self.seed = 0
        self.clock_skew = 0.0
        self.on_change: Callable[[], None] = _nothing
        self.sockets: dict[str, list[web.WebSocketResponse]] = defaultdict(list)
        self._numbers = itertools.count(1)
        self._waiting: dict[str, tuple[web.WebSocketResponse, asyncio.Future[Any]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._random: Random | None = None

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=100))

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for sockets in list(self.sockets.values()):
            for socket in list(sockets):
                await socket.close()
        if self._session is not None:
            await self._session.close()

    async def settled(self) -> None:
        """Return when no delivery is under way."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await asyncio.sleep(0)  # since 3.13 waiting for what is done already does not let the tasks be taken out

    # events ----------------------------------------------------------------------------------

    def emit(self, channel: Channel, event: dict[str, Any], subscription: str) -> None:
        """Bring an event to every app that is in the channel and subscribed to it."""
        for app in self.workspace.apps:
            if app.bot_user in channel.members and subscription in app.events and not app.revoked:
                self.dispatch(app, self.envelope(app, event, shared=bool(channel.shared_with)))

    def envelope(self, app: App, event: dict[str, Any], *, shared: bool = False) -> dict[str, Any]:
        number = next(self._numbers)
        return {
            "token": "verification-token-not-used",
            "team_id": app.team,
            "context_team_id": app.team,
            "context_enterprise_id": None,
            "api_app_id": app.id,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{number:08d}",
            "event_time": int(time.time()),  # noqa: TID251  # the outside world has a real clock
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": app.team,
                    "user_id": app.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": shared,
            "event_context": f"4-{number}",
        }

    def dispatch(self, app: App, body: dict[str, Any]) -> None:
        """Deliver an event in the background, in spite of refusals as often as Slack would."""
        self._spawn(self._deliver_event(app, body, self._draw() * self.jitter_seconds))
        if self.duplicate_rate and self._draw() < self.duplicate_rate:
            self._spawn(self._deliver_event(app, body, self._draw() * self.jitter_seconds))

    def _draw(self) -> float:
        if self._random is None:
            self._random = Random(self.seed)
        return self._random.random()

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver_event(self, app: App, body: dict[str, Any], head_start: float = 0.0) -> None:
        delivery = Delivery(app, "events_api", body)
        self.deliveries.append(delivery)
        if head_start:
            await asyncio.sleep(head_start)
        reason = ""
        for number, pause in enumerate((None, *RETRY_SECONDS)):
            if pause is not None:
                await asyncio.sleep(pause * self.retry_scale)
                await self.comes_again.wait()
            if await self._attempt(delivery, retry=number, reason=reason):
                return
            last = delivery.attempts[-1].status
            reason = "http_error" if last else "http_timeout"

    async def ask(self, app: App, kind: str, body: dict[str, Any]) -> Delivery:
        """Bring an interaction or a slash command; Slack does not repeat these."""
        delivery = Delivery(app, kind, body)
        self.deliveries.append(delivery)
        await self._attempt(delivery, retry=0, reason="")
        return delivery

    # the two ways ----------------------------------------------------------------------------

    async def _attempt(self, delivery: Delivery, *, retry: int, reason: str) -> bool:
        started = time.perf_counter()
        sockets = [s for s in self.sockets[delivery.app.id] if not s.closed]
        if sockets:
            status, answer = await self._over_socket(sockets, delivery, retry, reason)
        elif delivery.app.events_url:
            status, answer = await self._over_http(delivery, retry, reason)
        else:
            status, answer = 0, ""
        delivery.attempts.append(Attempt(status, time.perf_counter() - started))
        if 200 <= status < 300:
            delivery.accepted, delivery.answer = True, answer
        self.on_change()
        return delivery.accepted

    async def _over_http(self, delivery: Delivery, retry: int, reason: str) -> tuple[int, str]:
        if delivery.kind == "events_api":
            body, kind = json.dumps(delivery.body).encode(), "application/json"
        elif delivery.kind == "interactive":
            body, kind = urlencode({"payload": json.dumps(delivery.body)}).encode(), ""
        else:
            body, kind = urlencode(delivery.body).encode(), ""
        headers = self.signed(delivery.app, body, content_type=kind or "application/x-www-form-urlencoded")
        if retry:
            headers |= {"x-slack-retry-num": str(retry), "x-slack-retry-reason": reason}
        assert self._session is not None
        try:
            async with asyncio.timeout(self.ack_seconds):
                async with self._session.post(delivery.app.events_url, data=body, headers=headers) as answer:
                    return answer.status, await answer.text()
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0, ""

    def signed(self, app: App, body: bytes, *, content_type: str = "application/json") -> dict[str, str]:
        """The headers of a request as Slack signs it."""
        timestamp = str(int(time.time() + self.clock_skew))  # noqa: TID251  # the outside world has a real clock
        return {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature_of(app.signing_secret, timestamp, body),
        }

    async def _over_socket(
        self, sockets: list[web.WebSocketResponse], delivery: Delivery, retry: int, reason: str
    ) -> tuple[int, str]:
        number = next(self._numbers)
        envelope = f"envelope-{number}"
        message: dict[str, Any] = {
            "envelope_id": envelope,
            "type": delivery.kind,
            "payload": delivery.body,
            "accepts_response_payload": delivery.kind != "events_api",
        }
        if delivery.kind == "events_api":
            message |= {"retry_attempt": retry, "retry_reason": reason}
        acknowledged = asyncio.get_running_loop().create_future()
        socket = sockets[number % len(sockets)]
        self._waiting[envelope] = socket, acknowledged
        try:
            async with asyncio.timeout(self.ack_seconds):
                await socket.send_json(message)
                payload = await acknowledged
        except (TimeoutError, ConnectionError):
            return 0, ""
        finally:
            del self._waiting[envelope]
        return 200, json.dumps(payload) if payload else ""

    async def serve_socket(self, request: web.Request, app: App) -> web.WebSocketResponse:
        """One Socket Mode connection, until either side ends it."""
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self.sockets[app.id]) + 1,
                "connection_info": {"app_id": app.id},
                "debug_info": {"host": "applink-1", "approximate_connection_time": 18060},
            }
        )
        self.sockets[app.id].append(socket)
        self.on_change()
        try:
            async for frame in socket:
                if frame.type != aiohttp.WSMsgType.TEXT:
                    continue
                said = json.loads(frame.data)
                _, acknowledged = self._waiting.get(said.get("envelope_id", ""), (None, None))
                if acknowledged is not None and not acknowledged.done():
                    acknowledged.set_result(said.get("payload"))
        finally:
            self.sockets[app.id].remove(socket)
            for waiting, acknowledged in self._waiting.values():
                if waiting is socket and not acknowledged.done():
                    acknowledged.set_exception(ConnectionResetError("the connection was closed before the answer"))
        return socket

    async def refresh_sockets(self, app: App) -> None:
        """Ask every connection to be replaced, as Slack does a few times a day, and close it."""
        for socket in list(self.sockets[app.id]):
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})
            self.sockets[app.id].remove(socket)
            self._spawn(self._close_later(socket))
            self.sockets[app.id].append(socket)

    async def _close_later(self, socket: web.WebSocketResponse) -> None:
        await asyncio.sleep(0.05)
        await socket.close()
