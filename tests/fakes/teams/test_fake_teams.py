"""The local Teams behaves as the real one where the product depends on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import aiohttp
import pytest

from tests.fakes.teams import Conversation, FakeTeams, Fault, FaultPlan, Human
from tests.fakes.teams.process import teams_process


class Client:
    """A bot that calls the connector by hand."""

    def __init__(self, teams: FakeTeams, session: aiohttp.ClientSession, token: str) -> None:
        self.teams, self.session, self.token = teams, session, token

    async def call(self, method: str, path: str, body: object = None, *, token: str | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
        url = f"{self.teams.service_url}v3/conversations{path}"
        async with self.session.request(method, url, json=body, headers=headers) as answer:
            return await answer.json() | {"status": answer.status}

    async def post(self, conversation: str, text: str = "x") -> dict[str, Any]:
        return await self.call("POST", f"/{conversation}/activities", {"type": "message", "text": text})

    async def error(self, method: str, path: str, body: object = None) -> tuple[int, str]:
        answer = await self.call(method, path, body)
        return answer["status"], answer["error"]["code"]


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with FakeTeams() as teams, aiohttp.ClientSession() as session:
        form = {
            "grant_type": "client_credentials",
            "client_id": teams.bot.app_id,
            "client_secret": teams.bot.secret,
            "scope": "https://api.botframework.com/.default",
        }
        async with session.post(f"{teams.url}/login/t/oauth2/v2.0/token", data=form) as answer:
            yield Client(teams, session, (await answer.json())["access_token"])


@pytest.fixture
def ann(client: Client) -> Human:
    return Human(client.teams, client.teams.tenant.add_person("Ann"))


@pytest.fixture
def room(client: Client, ann: Human) -> Conversation:
    return client.teams.channel("room", ann.account)


async def test_a_call_without_our_token_is_401(client: Client, room: Conversation) -> None:
    for token in ("", "garbage", client.teams.issuer.sign(client.teams.bot, "x")):
        assert (await client.call("POST", f"/{room.id}/activities", {}, token=token))["status"] == 401


async def test_errors_are_the_connectors_own(client: Client, room: Conversation, ann: Human) -> None:
    message = {"type": "message", "text": "x"}
    assert await client.error("POST", "/nowhere/activities", message) == (404, "ConversationNotFound")
    assert await client.error("POST", f"/{room.id}/activities", {"type": "message"}) == (400, "BadSyntax")
    assert await client.error("POST", f"/{room.id};messageid=17/activities", message) == (404, "ConversationNotFound")
    huge = {"type": "message", "text": "x" * 100_001}
    assert await client.error("POST", f"/{room.id}/activities", huge) == (413, "MessageSizeTooBig")
    said = ann.says(room, "mine")
    path = f"/{room.id}/activities/{said.id}"
    assert await client.error("PUT", path, message) == (403, "NotEnoughPermissions")
    assert await client.error("GET", f"/{room.id}/members/nobody") == (404, "MemberNotFoundInConversation")
    room.installed = False
    assert await client.error("POST", f"/{room.id}/activities", message) == (403, "BotNotInConversationRoster")


async def test_a_card_that_breaks_the_rules_is_not_taken(client: Client, room: Conversation) -> None:
    card = {"type": "AdaptiveCard", "version": "1.5", "fallbackText": "x", "body": [{"type": "TextBlok", "text": "x"}]}
    kind = "application/vnd.microsoft.card.adaptive"
    body = {"type": "message", "attachments": [{"contentType": kind, "content": card}]}
    assert await client.error("POST", f"/{room.id}/activities", body) == (400, "BadSyntax")
    card["body"] = [{"type": "TextBlock", "text": "x"}]
    assert (await client.call("POST", f"/{room.id}/activities", body))["status"] == 201


async def test_a_thread_is_a_message_and_its_replies(client: Client, room: Conversation, ann: Human) -> None:
    root = await client.post(room.id, "root")
    await client.post(f"{room.id};messageid={root['id']}", "reply")
    assert ann.reads(room, "") == ["root"]
    assert ann.reads(room, root["id"]) == ["root", "reply"]


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.RESET, Fault.THROTTLED, Fault.CONFLICT, Fault.UNAVAILABLE])
async def test_a_call_that_went_wrong_before_did_nothing(
    client: Client, room: Conversation, ann: Human, fault: Fault
) -> None:
    client.teams.faults.next_calls("post", fault)
    with suppress(aiohttp.ClientError):
        await client.post(room.id)
    assert ann.reads(room) == []


@pytest.mark.parametrize(
    "fault", [Fault.ERROR_DONE, Fault.RESET_DONE, Fault.GATEWAY_TIMEOUT_DONE, Fault.PARTIAL, Fault.SLOW]
)
async def test_a_call_that_went_wrong_afterwards_was_done_once(
    client: Client, room: Conversation, ann: Human, fault: Fault
) -> None:
    client.teams.faults.slow_seconds = 0.01
    client.teams.faults.next_calls("post", fault)
    with suppress(aiohttp.ClientError):
        await client.post(room.id)
    assert ann.reads(room) == ["x"]


def test_faults_are_the_same_for_the_same_seed() -> None:
    def drawn(seed: int) -> list[Fault]:
        plan = FaultPlan(seed, {Fault.ERROR: 0.2, Fault.THROTTLED: 0.2})
        return [plan.fault_for("post") for _ in range(50)]

    assert drawn(3) == drawn(3)
    assert drawn(3) != drawn(4)


async def test_too_many_messages_in_one_thread_are_refused_with_a_time(client: Client, room: Conversation) -> None:
    client.teams.bucket = (0.001, 2)
    assert [(await client.post(room.id))["status"] for _ in range(3)] == [201, 201, 429]


async def test_the_fake_can_be_a_process_of_its_own() -> None:
    async with teams_process() as remote:
        known = await remote.do("install")
        assert known["service_url"].startswith(remote.url)
        user = await remote.do("user", name="Ann")
        room = await remote.do("channel", name="room", members=[user["id"]])
        said = await remote.do("say", user=user["id"], channel=room["id"], text="hello")
        await remote.do("edit", user=user["id"], channel=room["id"], id=said["id"], text="hello again")
        await remote.do("settled")
        seen = await remote.do("see", user=user["id"], channel=room["id"])
        assert [line["text"] for line in seen] == ["hello again"]
        assert (await remote.do("stats"))["deliveries"] == 2
