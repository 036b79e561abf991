"""A Slack of the tests' own: a real HTTP server on loopback with workspaces, people, apps and faults.

It keeps what people see (the ground truth) and a log of every call. It knows nothing of the product.
"""

from __future__ import annotations

import asyncio
import json
import math
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.fakes.fault_plan import Said
from tests.fakes.serving import served, unserved
from tests.fakes.slack.delivery import Courier
from tests.fakes.slack.faults import Fault, FaultPlan
from tests.fakes.slack.files import FileHost
from tests.fakes.slack.happenings import Happenings
from tests.fakes.slack.methods import METHODS, Method
from tests.fakes.slack.state import BOT_SCOPES, App, Channel, Message, Refusal, User, Workspace
from tests.support.patience import PATIENCE, comes_about

SUBSCRIBED = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "message.channels",
        "message.groups",
        "message.im",
        "message.mpim",
        "reaction_added",
        "reaction_removed",
    }
)
T = TypeVar("T")


@dataclass(slots=True)
class Call:
    """One Web API call: `at` seconds since 1970, what was asked, what went wrong, what was answered."""

    at: float
    method: str
    args: dict[str, Any]
    fault: Fault
    answer: dict[str, Any]


@dataclass(slots=True)
class ResponseUrl:
    """What a `response_url` still allows."""

    app: App
    user: str
    channel: str
    thread: str
    message: str
    until: float
    uses: int = 5


class FakeSlack:
    """`async with FakeSlack() as slack:` serves until the block ends.

    `hosts` gives the names under which it is reached when DNS is swapped (see `certificates`);
    otherwise everything is under `url`.
    """

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.workspace = Workspace()
        self.courier = Courier(self.workspace)
        self.faults = FaultPlan()
        self.files = FileHost(self)
        self.calls: list[Call] = []
        self.pings: list[tuple[Message, str]] = []
        self.read_lag = 0.0
        self.max_page = 200
        self.bucket: tuple[float, float] | None = None
        """Tokens a second and burst per channel for `chat.postMessage`; None for no limit."""
        self.closed_until: dict[str, float] = {}
        """Channels that take no message before a time, whatever their bucket says: 429 with what is left to wait."""
        self.drop_everything = False
        self._host, self._port, self._tls = host, port, tls
        self._buckets: dict[str, tuple[float, float]] = {}
        self._response_urls: dict[str, ResponseUrl] = {}
        self.triggers: dict[str, str] = {}
        """What may open a modal, once: the trigger of a press, and who pressed."""
        self.homes: dict[str, dict[str, Any]] = {}
        """What each person's App Home shows."""
        self.modals: dict[str, list[dict[str, Any]]] = {}
        """What is open on each person's screen, the newest last."""
        self._stopping = asyncio.Event()
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._file_runner: web.AppRunner | None = None
        self.courier.on_change = self.touch
        happenings = Happenings(self.workspace, self.courier, self.touch)
        self.say, self.change, self.remove = happenings.say, happenings.change, happenings.remove
        self.react, self.unfurl, self.lose_file = happenings.react, happenings.unfurl, happenings.lose_file

    # life ------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._serve_api)
        app.router.add_get("/link/", self._serve_socket)
        app.router.add_post("/commands/{token}", self._serve_response_url)
        app.router.add_post("/actions/{token}", self._serve_response_url)
        if self._tls:
            self.files.mount(app)
        self.extend(app)
        self._runner = await served(app, self._host, self._port, self._tls)
        self._port = self._runner.addresses[0][1]
        await self._open_files()
        await self.courier.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        await self.courier.close()
        assert self._runner is not None
        await unserved(self._runner)
        if self._file_runner is not None:
            await unserved(self._file_runner)
        self.files.close()

    async def _open_files(self) -> None:
        """Files are on a host of their own: another port here, the same server behind its name with TLS."""
        if self._tls:
            self.files.url = "https://files.slack.com"
            return
        app = web.Application(client_max_size=1 << 40)
        self.files.mount(app)
        self._file_runner = await served(app, self._host)
        self.files.url = f"http://{self._host}:{self._file_runner.addresses[0][1]}"

    @property
    def file_host(self) -> str:
        """The host (and port) that files are on."""
        return self.files.url.partition("://")[2]

    def extend(self, app: web.Application) -> None:
        """Where a control interface is mounted; nothing here."""

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://{self._host}:{self._port}"

    @property
    def api_url(self) -> str:
        """The `base_url` of the Web API."""
        return f"{self.url}/api/"

    def now(self) -> float:
        return time.time()  # noqa: TID251  # the outside world has a real clock

    # setting the scene -----------------------------------------------------------------------

    def install(
        self, name: str = "Warmline", *, scopes: frozenset[str] = BOT_SCOPES, events: frozenset[str] = SUBSCRIBED
    ) -> App:
        """Install an app; its tokens and secret are in the value."""
        return self.workspace.add_app(name, scopes=scopes, events=events)

    def channel(
        self, name: str, *members: User | App, private: bool = False, shared_with: frozenset[str] = frozenset()
    ) -> Channel:
        """Make a channel with these people and apps in it."""
        ids = {m.bot_user if isinstance(m, App) else m.id for m in members}
        return self.workspace.add_channel(name, "private" if private else "public", ids, shared_with)

    # what happened ----------------------------------------------------------------------------

    def note_pings(self, message: Message, whom: list[str]) -> None:
        """Keep whom a message of an app would have notified."""
        self.pings += [(message, who) for who in whom]

    def shown(self, message: Message, *, metadata: bool = False) -> dict[str, Any]:
        """The message as an answer shows it; a parent with replies carries its own thread."""
        payload = message.payload(metadata=metadata)
        replies = self.workspace.replies(message.channel, message.ts)
        if replies:
            payload |= {"thread_ts": message.ts, "reply_count": len(replies), "latest_reply": replies[-1].ts}
        return payload

    # waiting ---------------------------------------------------------------------------------

    def touch(self) -> None:
        """Wake whoever waits for a change."""
        self._changed.set()

    async def until(self, condition: Callable[[], T], *, seconds: float = PATIENCE) -> T:
        """Return what `condition` gives as soon as it is true; it is asked after every change, and now and then."""
        return await comes_about(condition, self._changed, seconds)

    # HTTP ------------------------------------------------------------------------------------

    async def _serve_api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        args = await _arguments(request)
        fault = self.faults.fault_for(method)
        call = Call(self.now(), method, args, fault, {})
        self.calls.append(call)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(args.get("token", ""))
        status: int = 200
        headers: dict[str, str] = {}
        if (said := self.faults.said(method)) is not None:
            return self._say(call, token, said)
        if fault.is_done and not self.drop_everything:
            status, headers = self._execute(call, token)
        elif fault is Fault.LATE:
            asyncio.get_running_loop().call_later(self.faults.late_seconds, self._execute, call, token)
        self.touch()
        return await self._answer(request, call, status, headers)

    def _say(self, call: Call, token: str, said: Said) -> web.Response:
        if said.done:
            self._execute(call, token)
        self.touch()
        return web.Response(body=said.body, status=said.status, headers=said.headers)

    def _execute(self, call: Call, token: str) -> tuple[int, dict[str, str]]:
        headers: dict[str, str] = {}
        try:
            app = self.workspace.app_of_token(token)
            headers["X-OAuth-Scopes"] = ",".join(sorted(app.scopes))
            call.answer = {"ok": True} | self._handler(call.method, app, token)(self, app, call.args)
        except Refusal as refusal:
            call.answer = {"ok": False, "error": refusal.code} | refusal.more
            if refusal.code == "ratelimited":
                return 429, {"Retry-After": str(refusal.more.get("wait", self.faults.retry_after))}
        finally:
            self.touch()
        return 200, headers

    def _handler(self, method: str, app: App, token: str) -> Method:
        if method not in METHODS:
            raise Refusal("unknown_method", req_method=method)
        if (method == "apps.connections.open") != (token == app.app_token):
            raise Refusal("not_allowed_token_type")
        return METHODS[method]

    async def _answer(
        self, request: web.Request, call: Call, status: int, headers: dict[str, str]
    ) -> web.StreamResponse:
        fault = Fault.RESET if self.drop_everything else call.fault
        match fault:
            case Fault.THROTTLED:
                call.answer = {"ok": False, "error": "ratelimited"}
                status, headers = 429, {"Retry-After": str(self.faults.retry_after)}
            case Fault.ERROR | Fault.ERROR_DONE:
                return web.Response(status=500, text="<html>Internal Server Error</html>", content_type="text/html")
            case Fault.BAD_GATEWAY:
                return web.Response(status=502, text="Bad Gateway")
            case Fault.LATE:
                return web.Response(status=504, text="Gateway Time-out")
            case Fault.UNAVAILABLE:
                return web.Response(status=503, text="upstream connect error")
            case Fault.RESET | Fault.RESET_DONE:
                return _cut(request)
            case Fault.HANG | Fault.HANG_DONE:
                await self._hang()
                return _cut(request)
            case Fault.PARTIAL:
                return await _send_half(request, call.answer)
            case Fault.SLOW:
                await asyncio.sleep(self.faults.slow_seconds)
            case Fault.OK:
                pass
        return web.json_response(call.answer, status=status, headers=headers)

    async def _hang(self) -> None:
        try:
            async with asyncio.timeout(self.faults.hang_seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def _serve_socket(self, request: web.Request) -> web.StreamResponse:
        app = next((a for a in self.workspace.apps if a.id == request.query.get("app_id")), None)
        if app is None:
            raise web.HTTPForbidden
        self.touch()
        return await self.courier.serve_socket(request, app)

    def socket_url(self, app: App) -> str:
        host = "wss://wss-primary.slack.com" if self._tls else self.url.replace("http", "ws")
        return f"{host}/link/?ticket={self.workspace.next_id('t')}&app_id={app.id}"

    # response_url ----------------------------------------------------------------------------

    def response_url(self, kind: str, grant: ResponseUrl) -> str:
        """A fresh address under which an app may answer; `kind` is `commands` or `actions`."""
        token = self.workspace.next_id("r")
        self._response_urls[token] = grant
        host = "https://hooks.slack.com" if self._tls else self.url
        return f"{host}/{kind}/{token}"

    async def _serve_response_url(self, request: web.Request) -> web.StreamResponse:
        grant = self._response_urls.get(request.match_info["token"])
        if grant is None or grant.uses < 1 or self.now() > grant.until:
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        grant.uses -= 1
        said = json.loads(await request.text())
        self.calls.append(Call(self.now(), "response_url", said, Fault.OK, {"ok": True}))
        self.answer_through(grant, said)
        return web.Response(text="ok")

    def answer_through(self, grant: ResponseUrl, said: dict[str, Any]) -> None:
        """What an immediate answer or a `response_url` does."""
        original = self.workspace.channels[grant.channel].by_ts.get(grant.message)
        if said.get("delete_original") and original is not None:
            original.deleted = True
        elif said.get("replace_original") and original is not None:
            original.text, original.blocks = said.get("text", ""), said.get("blocks") or []
        elif said.get("text") or said.get("blocks"):
            private = said.get("response_type", "ephemeral") == "ephemeral"
            self.say(
                Message(
                    self.workspace.next_ts(),
                    grant.channel,
                    grant.app.bot_user,
                    str(said.get("text", "")),
                    blocks=said.get("blocks") or [],
                    thread_ts=grant.thread,
                    bot_id=grant.app.bot_id,
                    app_id=grant.app.id,
                    ephemeral_to=grant.user if private else "",
                )
            )
        self.touch()

    # pacing ----------------------------------------------------------------------------------

    def take_token(self, channel: str) -> None:
        """One message of the channel's bucket, or `ratelimited`."""
        if (left := self.closed_until.get(channel, 0.0) - self.now()) > 0:
            raise Refusal("ratelimited", wait=math.ceil(left))
        if self.bucket is None:
            return
        rate, burst = self.bucket
        level, at = self._buckets.get(channel, (burst, self.now()))
        level = min(burst, level + (self.now() - at) * rate)
        if level < 1:
            self._buckets[channel] = (level, self.now())
            raise Refusal("ratelimited")
        self._buckets[channel] = (level - 1, self.now())


async def _arguments(request: web.Request) -> dict[str, Any]:
    args: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            return args
        return args | body if isinstance(body, dict) else args
    return args | dict(await request.post())


def _cut(request: web.Request) -> web.Response:
    """Reset the connection; what is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _send_half(request: web.Request, answer: dict[str, Any]) -> web.StreamResponse:
    whole = json.dumps(answer).encode()
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(whole))})
    await response.prepare(request)
    await response.write(whole[: len(whole) // 2])
    _cut(request)
    return response
