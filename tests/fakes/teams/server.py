"""A Teams of the tests' own: a real HTTP server on loopback with a tenant, a connector, issuers and faults.

It keeps what people see (the ground truth) and a log of every call. It knows nothing of the product.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.fakes.serving import served, unserved
from tests.fakes.teams.delivery import Courier
from tests.fakes.teams.faults import Fault, FaultPlan
from tests.fakes.teams.files import FileHost
from tests.fakes.teams.issuer import Issuer
from tests.fakes.teams.methods import execute
from tests.fakes.teams.state import THREAD, Account, Bot, Conversation, Message, OpenForm, Refusal, Tenant, moment
from tests.support.patience import PATIENCE, comes_about

T = TypeVar("T")
_HTML, _JSON = "text/html", "application/json"
_REFUSALS = {
    Fault.THROTTLED: (429, '{"error": {"code": "Throttled", "message": "Too many requests"}}', _JSON),
    Fault.CONFLICT: (412, '{"error": {"code": "PreconditionFailed"}}', _JSON),
    Fault.FORBIDDEN: (403, '{"error": {"code": "ConversationBlockedByUser"}}', _JSON),
    Fault.ERROR: (500, "<html>Internal Server Error</html>", _HTML),
    Fault.ERROR_DONE: (500, "<html>Internal Server Error</html>", _HTML),
    Fault.BAD_GATEWAY: (502, "<html>Bad Gateway</html>", _HTML),
    Fault.UNAVAILABLE: (503, "upstream connect error", "text/plain"),
    Fault.GATEWAY_TIMEOUT_DONE: (504, "<h1>504</h1>", _HTML),
}


@dataclass(slots=True)
class Call:
    """One call of the bot: `at` seconds since 1970, its name, path and body, what went wrong, what was answered."""

    at: float
    method: str
    path: str
    body: dict[str, Any]
    fault: Fault
    status: int = 0
    answer: dict[str, Any] = field(default_factory=dict)
    authorization: str = ""


class FakeTeams:
    """`async with FakeTeams() as teams:` serves until the block ends.

    With `tls` it answers as Microsoft's own hosts do, to whom DNS leads there; otherwise everything is under `url`.
    """

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.tenant = Tenant()
        self.bot = Bot("22222222-2222-4222-8222-222222222222", "bot-secret")
        self.faults = FaultPlan()
        self.files = FileHost(self)
        self.calls: list[Call] = []
        self.open_forms: dict[str, OpenForm] = {}
        """By account: the form that somebody has before them."""
        self.pings: list[tuple[Message, str]] = []
        self.bucket: tuple[float, float] | None = None
        """Tokens a second and burst per thread; None for no limit."""
        self.allows_reactions = True
        self._host, self._port, self._tls = host, port, tls
        self._buckets: dict[str, tuple[float, float]] = {}
        self._stopping = asyncio.Event()
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._file_runner: web.AppRunner | None = None
        self.issuer = Issuer("")
        self.issuer.bots[self.bot.app_id] = self.bot
        self.courier = Courier(self.bot, self.issuer)
        self.courier.changed = self.touch

    # life ------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_routes(self.issuer.routes())
        app.router.add_get("/{region}/v3/attachments/{id}/views/original", self.files.picture)
        app.router.add_route("*", "/{region}/v3/{tail:.*}", self._serve)
        if self._tls:
            self.files.mount(app)
        self.extend(app)
        self._runner = await served(app, self._host, self._port, self._tls)
        self._port = self._runner.addresses[0][1]
        await self._open_files()
        self.issuer.url = self.url
        if self._tls:
            self.issuer.keys_url = "https://login.botframework.com/v1/.well-known/keys"
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
        """OneDrive is a host of its own: another port here, the same server behind its name with TLS."""
        if self._tls:
            self.files.url = "https://contoso-my.sharepoint.com"
            return
        app = web.Application(client_max_size=1 << 40)
        self.files.mount(app)
        self._file_runner = await served(app, self._host)
        self.files.url = f"http://{self._host}:{self._file_runner.addresses[0][1]}"

    @property
    def file_host(self) -> str:
        """The host (and port) that people's files are on."""
        return self.files.url.partition("://")[2]

    def extend(self, app: web.Application) -> None:
        """Where a control interface is mounted; nothing here."""

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://{self._host}:{self._port}"

    @property
    def service_url(self) -> str:
        """The service address of this tenant's activities."""
        return "https://smba.trafficmanager.net/emea/" if self._tls else f"{self.url}/emea/"

    def now(self) -> float:
        return time.time()  # noqa: TID251  # the outside world has a real clock

    # what happens ----------------------------------------------------------------------------

    def channel(
        self, name: str, *members: Account, team: str = "19:team@thread.tacv2", consent: bool = True
    ) -> Conversation:
        """A channel with the app and these people; with `consent` the app hears everything."""
        ids = {self.bot.id, *(m.id for m in members)}
        return self.tenant.add_conversation("channel", ids, name=name, team=team, consent=consent)

    def group(self, *members: Account, consent: bool = False) -> Conversation:
        ids = {self.bot.id, *(m.id for m in members)}
        return self.tenant.add_conversation("groupChat", ids, consent=consent)

    def activity(self, kind: str, by: Account, conversation: Conversation, thread: str, **more: Any) -> dict[str, Any]:
        """An activity as the service writes it."""
        whole = f"{conversation.id}{THREAD}{thread}" if thread and conversation.kind == "channel" else conversation.id
        data: dict[str, Any] = {"tenant": {"id": self.tenant.id}}
        if conversation.kind == "channel":
            data |= {
                "team": {"id": conversation.team},
                "channel": {"id": conversation.id},
                "teamsChannelId": conversation.id,
                "teamsTeamId": conversation.team,
            }
        shown: dict[str, Any] = {
            "type": kind,
            "timestamp": moment(self.now()),
            "localTimestamp": moment(self.now()),
            "localTimezone": "Europe/Berlin",
            "locale": "en-GB",
            "serviceUrl": self.service_url,
            "channelId": "msteams",
            "from": {"id": by.id, "name": by.name, "aadObjectId": by.object_id},
            "conversation": {
                "conversationType": conversation.kind,
                "tenantId": self.tenant.id,
                "id": whole,
                **({} if conversation.kind == "personal" else {"isGroup": True}),
            },
            "recipient": {"id": self.bot.id, "name": self.bot.name},
            "channelData": data | more.pop("channelData", {}),
        }
        client = {
            "type": "clientInfo",
            "locale": "en-GB",
            "country": "GB",
            "platform": "Web",
            "timezone": "Europe/Berlin",
        }
        shown["entities"] = [*more.pop("entities", []), client]
        return shown | more

    def is_heard(self, conversation: Conversation, content: dict[str, Any]) -> bool:
        """Whether the app gets to know of a message."""
        if not conversation.installed or self.bot.id not in conversation.members:
            return False
        mentioned = [e["mentioned"]["id"] for e in content.get("entities", []) if e.get("type") == "mention"]
        return conversation.kind == "personal" or conversation.consent or self.bot.id in mentioned

    def hears(self, activity: dict[str, Any]) -> None:
        """Bring an activity to the bot."""
        self.courier.dispatch(activity)
        self.touch()

    # waiting ---------------------------------------------------------------------------------

    def touch(self) -> None:
        """Wake whoever waits for a change."""
        self._changed.set()

    async def until(self, condition: Callable[[], T], *, seconds: float = PATIENCE) -> T:
        """Return what `condition` gives as soon as it is true; it is asked after every change, and now and then."""
        return await comes_about(condition, self._changed, seconds)

    # the connector ---------------------------------------------------------------------------

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        try:
            body = json.loads(raw) if raw else {}
        except ValueError:
            body = {}
        parts = request.match_info["tail"].split("/")
        name = _name(request.method, parts)
        fault = self.faults.fault_for(name)
        call = Call(self.now(), name, request.match_info["tail"], body, fault)
        call.authorization = request.headers.get("Authorization", "")
        self.calls.append(call)
        if (said := self.faults.said(name)) is not None:
            if said.done:
                self._execute(call, parts, len(raw))
            self.touch()
            return web.Response(body=said.body, status=said.status, headers=said.headers)
        if fault.is_done:
            self._execute(call, parts, len(raw))
        self.touch()
        return await self._answer(request, call)

    def _execute(self, call: Call, parts: list[str], size: int) -> None:
        try:
            call.status, call.answer = self._authorised(call, parts, size)
        except Refusal as refusal:
            call.status = refusal.status
            call.answer = {"error": {"code": refusal.code, "message": f"Refused: {json.dumps(call.body)}"}}

    def _authorised(self, call: Call, parts: list[str], size: int) -> tuple[int, dict[str, Any]]:
        if self.issuer.bot_of(call.authorization) is not self.bot:
            raise Refusal(401, "Unauthorized")
        return execute(self, call.method, parts, call.body, size)

    async def _answer(self, request: web.Request, call: Call) -> web.StreamResponse:
        if call.fault in _REFUSALS:
            status, body, kind = _REFUSALS[call.fault]
            headers = {"Retry-After": str(self.faults.retry_after)} if status == 429 else {}
            return web.Response(status=status, text=body, content_type=kind, headers=headers)
        match call.fault:
            case Fault.RESET | Fault.RESET_DONE:
                _cut(request)
            case Fault.HANG | Fault.HANG_DONE:
                await self._hang()
                _cut(request)
            case Fault.PARTIAL:
                return await _send_half(request, call.answer)
            case Fault.SLOW:
                await asyncio.sleep(self.faults.slow_seconds)
            case _:
                pass
        headers = {"Retry-After": str(self.faults.retry_after)} if call.status == 429 else {}
        return web.json_response(call.answer, status=call.status, headers=headers)

    async def _hang(self) -> None:
        try:
            async with asyncio.timeout(self.faults.hang_seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    def take_token(self, place: str) -> None:
        """One message of the thread's bucket, or 429."""
        if self.bucket is None:
            return
        rate, burst = self.bucket
        level, at = self._buckets.get(place, (burst, self.now()))
        level = min(burst, level + (self.now() - at) * rate)
        self._buckets[place] = (level - 1 if level >= 1 else level, self.now())
        if level < 1:
            raise Refusal(429, "Throttled")


def _name(method: str, parts: list[str]) -> str:
    """What a call is, in a word."""
    if parts == ["conversations"]:
        return "create"
    kind = parts[2] if len(parts) > 2 else ""
    if len(parts) == 6 and parts[4] == "reactions":
        return "react" if method == "PUT" else "unreact"
    if kind == "activities":
        return {"POST": "post", "PUT": "edit", "DELETE": "delete"}.get(method, "unknown")
    if kind == "pagedmembers":
        return "members"
    return "member" if kind == "members" else "unknown"


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
    raise ConnectionResetError("cut by the fault plan")


async def _send_half(request: web.Request, answer: dict[str, Any]) -> web.StreamResponse:
    whole = json.dumps(answer).encode()
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(whole))})
    await response.prepare(request)
    await response.write(whole[: len(whole) // 2])
    _cut(request)
    return response
