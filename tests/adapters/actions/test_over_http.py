"""Actions on a server: a real one on loopback that answers as told. Every bad answer is a failure with a reason."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from adapters.actions.opening import read_endpoint
from adapters.actions.over_http import Endpoint, HttpActions
from bot.dialogue.acting import ActionCall, ActionFailed, ActionRejected
from bot.dialogue.events import ActiveLoop, ConversationPaused, FollowupAction, SlotSet
from bot.errors import AssistantError
from tests.support.patience import PATIENCE


@dataclass
class Server:
    """Answers every call with `status` and `body` after `delay` seconds; remembers what it was asked."""

    url: str = ""
    status: int = 200
    body: str = "{}"
    delay: float = 0.0
    asked: list[dict[str, object]] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(await request.json())
        self.queries.append(request.query_string)
        await asyncio.sleep(self.delay)
        return web.Response(status=self.status, text=self.body, headers={"Location": "/elsewhere"})


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    told = Server()
    app = web.Application()
    app.router.add_post("/webhook", told.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    told.url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhook"
    yield told
    await runner.cleanup()


CALL = ActionCall("action_x", {"next_action": "action_x", "tracker": {}, "domain": {}})


async def run(server: Server, *, seconds: float = PATIENCE) -> object:
    actions = HttpActions(Endpoint(server.url, params={"token": "t"}), seconds=seconds)
    try:
        return await actions.run(CALL)
    finally:
        await actions.close()


async def test_events_and_messages_of_a_server_are_those_of_the_process(server: Server) -> None:
    events = [
        {"event": "slot", "timestamp": None, "name": "city", "value": {"name": "Rome"}},
        {"event": "followup", "name": "utter_x"},
        {"event": "active_loop", "name": None},
        {"event": "pause"},
        {"event": "export"},
    ]
    server.body = json.dumps({"events": events, "responses": [{"text": "hello", "buttons": []}]})
    result = await run(server)
    assert result.events == (
        SlotSet("city", {"name": "Rome"}),
        FollowupAction("utter_x"),
        ActiveLoop(None),
        ConversationPaused(),
    )
    assert result.responses[0]["text"] == "hello"
    assert server.asked[0]["next_action"] == "action_x"
    assert server.queries == ["token=t"]


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, "not json", "not JSON"),
        (200, "[]", "must be an object"),
        (200, '{"events": {"a": 1}}', "must be lists"),
        (200, '{"events": [1]}', "an event must be an object"),
        (200, '{"events": [{"event": "evil"}]}', "'evil' is not an event"),
        (200, '{"events": [{"event": "slot"}]}', "must have a name"),
        (200, '{"events": [{"event": "reminder", "name": "r", "intent": "i", "date_time": "soon"}]}', "date_time"),
        (200, '{"responses": ["hello"]}', "a message must be an object"),
        (200, '{"events": ' + "[" * 5000 + "]" * 5000 + "}", "not JSON|is not JSON|must be"),
        (200, '{"responses": [{"text": "' + "x" * 1_100_000 + '"}]}', "larger than"),
        (302, "{}", "answered 302"),
        (404, "{}", "no action of this name"),
        (500, "oops", "answered 500"),
    ],
)
async def test_a_bad_answer_is_a_failure_that_says_why(server: Server, status: int, body: str, said: str) -> None:
    server.status, server.body = status, body
    with pytest.raises(ActionFailed, match=said):
        await run(server)


async def test_a_server_that_hangs_is_given_up(server: Server) -> None:
    server.delay = 1.0
    with pytest.raises(ActionFailed, match=r"longer than 0\.05 s"):
        await run(server, seconds=0.05)


async def test_a_server_that_is_not_there_is_a_failure() -> None:
    actions = HttpActions(Endpoint("http://127.0.0.1:9/webhook"), seconds=PATIENCE)
    with pytest.raises(ActionFailed, match="cannot be reached"):
        await actions.run(CALL)
    await actions.close()


async def test_an_action_may_refuse_to_run(server: Server) -> None:
    server.status, server.body = 400, '{"error": "refused", "action_name": "action_x"}'
    with pytest.raises(ActionRejected):
        await run(server)


def test_an_endpoint_takes_secrets_from_the_environment(tmp_path: Path) -> None:
    path = tmp_path / "endpoints.yml"
    path.write_text(
        "action_endpoint:\n  url: ${HOST}/webhook\n  token: ${SECRET}\n  headers:\n    X-Key: k\n"
        "  basic_auth:\n    username: u\n    password: ${SECRET}\n"
    )
    found = read_endpoint(path, {"HOST": "https://actions.example", "SECRET": "s3"})
    assert found == Endpoint("https://actions.example/webhook", {"X-Key": "k"}, {"token": "s3"}, ("u", "s3"), "")


def test_an_endpoint_without_a_usable_address_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "endpoints.yml"
    path.write_text("action_endpoint:\n  url: ftp://x\n")
    with pytest.raises(AssistantError, match=r"endpoints\.yml:2"):
        read_endpoint(path, {})
