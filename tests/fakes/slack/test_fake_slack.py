"""The local Slack behaves as the real one where the product depends on it."""

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import aiohttp
import pytest

from tests.fakes.slack import App, Channel, FakeSlack, Fault, Human
from tests.fakes.slack.process import slack_process


class Client:
    def __init__(self, slack: FakeSlack, app: App, session: aiohttp.ClientSession) -> None:
        self.slack, self.app, self.session = slack, app, session

    async def call(self, method: str, **args: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.app.bot_token}"}
        async with self.session.post(self.slack.api_url + method, json=args, headers=headers) as answer:
            return await answer.json() | {"status": answer.status}

    async def error(self, method: str, **args: Any) -> str:
        return str((await self.call(method, **args)).get("error"))


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with FakeSlack() as slack, aiohttp.ClientSession() as session:
        yield Client(slack, slack.install(), session)


@pytest.fixture
def ann(client: Client) -> Human:
    return Human(client.slack, client.slack.workspace.add_user("Ann"))


@pytest.fixture
def room(client: Client, ann: Human) -> Channel:
    return client.slack.channel("room", ann.user, client.app)


async def test_errors_are_slacks_own(client: Client, room: Channel, ann: Human) -> None:
    other = client.slack.channel("other", ann.user)
    secret = client.slack.channel("secret", ann.user, private=True)
    assert await client.error("chat.postMessage", channel="C404", text="x") == "channel_not_found"
    assert await client.error("chat.postMessage", channel=secret.id, text="x") == "channel_not_found"
    assert await client.error("chat.postMessage", channel=other.id, text="x") == "not_in_channel"
    assert await client.error("chat.postMessage", channel=room.id) == "no_text"
    assert await client.error("chat.postMessage", channel=room.id, text="x" * 40_001) == "msg_too_long"
    assert await client.error("chat.update", channel=room.id, ts="1.000000", text="x") == "message_not_found"
    said = ann.says(room, "mine")
    assert await client.error("chat.update", channel=room.id, ts=said.ts, text="x") == "cant_update_message"
    assert await client.error("chat.delete", channel=room.id, ts=said.ts) == "cant_delete_message"
    assert await client.error("reactions.remove", channel=room.id, timestamp=said.ts, name="eyes") == "no_reaction"
    assert await client.error("no.such") == "unknown_method"
    room.archived = True
    assert await client.error("chat.postMessage", channel=room.id, text="x") == "is_archived"
    client.app.revoked = True
    assert await client.error("auth.test") == "token_revoked"


async def test_a_missing_scope_is_named(client: Client, room: Channel) -> None:
    client.app.scopes -= {"reactions:write"}
    answer = await client.call("reactions.add", channel=room.id, timestamp="1.0", name="eyes")
    assert (answer["error"], answer["needed"]) == ("missing_scope", "reactions:write")


async def test_a_long_text_is_split_and_limits_of_blocks_are_enforced(
    client: Client, room: Channel, ann: Human
) -> None:
    await client.call("chat.postMessage", channel=room.id, text="x" * 9_000)
    assert [len(text) for text in ann.reads(room)] == [4000, 4000, 1000]
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
    assert await client.error("chat.postMessage", channel=room.id, blocks=[section]) == "invalid_blocks"
    fine = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}
    assert await client.error("chat.postMessage", channel=room.id, blocks=[fine] * 51) == "invalid_blocks"
    assert await client.error("chat.postMessage", channel=room.id, blocks=[fine] * 5) == "msg_blocks_too_long"


async def test_a_reply_to_a_deleted_parent_lands_at_the_root(client: Client, room: Channel, ann: Human) -> None:
    parent = ann.says(room, "parent")
    ann.deletes(parent)
    answer = await client.call("chat.postMessage", channel=room.id, text="reply", thread_ts=parent.ts)
    assert answer["ok"]
    assert "thread_ts" not in answer["message"]
    assert ann.reads(room, "") == ["reply"]


async def test_a_deleted_parent_with_replies_becomes_a_tombstone(client: Client, room: Channel, ann: Human) -> None:
    parent = ann.says(room, "parent")
    ann.says(room, "reply", thread=parent.ts)
    ann.deletes(parent)
    assert ann.reads(room, parent.ts) == ["This message was deleted.", "reply"]


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.RESET, Fault.THROTTLED, Fault.UNAVAILABLE])
async def test_a_call_that_went_wrong_before_did_nothing(
    client: Client, room: Channel, ann: Human, fault: Fault
) -> None:
    client.slack.faults.next_calls("chat.postMessage", fault)
    with suppress(aiohttp.ClientError):
        await client.call("chat.postMessage", channel=room.id, text="x")
    assert ann.reads(room) == []


@pytest.mark.parametrize("fault", [Fault.ERROR_DONE, Fault.RESET_DONE, Fault.PARTIAL, Fault.SLOW])
async def test_a_call_that_went_wrong_afterwards_was_done_once(
    client: Client, room: Channel, ann: Human, fault: Fault
) -> None:
    client.slack.faults.slow_seconds = 0.01
    client.slack.faults.next_calls("chat.postMessage", fault)
    with suppress(aiohttp.ClientError):
        await client.call("chat.postMessage", channel=room.id, text="x")
    assert ann.reads(room) == ["x"]


async def test_faults_are_the_same_for_the_same_seed() -> None:
    async def drawn(seed: int) -> list[Fault]:
        async with FakeSlack() as slack:
            slack.faults.seed, slack.faults.rates = seed, {Fault.ERROR: 0.2, Fault.THROTTLED: 0.2}
            return [slack.faults.fault_for("chat.postMessage") for _ in range(50)]

    assert await drawn(3) == await drawn(3)
    assert await drawn(3) != await drawn(4)


async def test_too_many_messages_in_one_channel_are_refused_with_a_time(client: Client, room: Channel) -> None:
    client.slack.bucket = (0.001, 2)
    statuses = [(await client.call("chat.postMessage", channel=room.id, text="x"))["status"] for _ in range(4)]
    assert statuses == [200, 200, 429, 429]


async def test_the_fake_can_be_a_process_of_its_own() -> None:
    async with slack_process() as remote:
        app = await remote.do("install")
        user = await remote.do("user", name="Ann")
        room = await remote.do("channel", name="room", members=[user["id"], app["app"]])
        await remote.do("faults", rates={"500": 1.0}, seed=1)
        await remote.do("say", user=user["id"], channel=room["id"], text="hello")
        await remote.do("settled")
        seen = await remote.do("see", user=user["id"], channel=room["id"])
        assert [line["text"] for line in seen] == ["hello"]
        assert (await remote.do("stats"))["deliveries"] == 1


async def test_a_call_may_take_effect_after_its_error(client: Client, room: Channel, ann: Human) -> None:
    client.slack.faults.next_calls("chat.postMessage", Fault.LATE, Fault.LATE)
    for late_seconds in (3600.0, 0.02):
        assert ann.reads(room) == []
        client.slack.faults.late_seconds = late_seconds
        async with client.session.post(
            client.slack.api_url + "chat.postMessage",
            json={"channel": room.id, "text": "late"},
            headers={"Authorization": f"Bearer {client.app.bot_token}"},
        ) as answer:
            assert answer.status == 504
    await client.slack.until(lambda: ann.reads(room) == ["late"])


async def test_a_message_can_be_there_before_it_can_be_read_back(client: Client, room: Channel) -> None:
    client.slack.read_lag = 60.0
    await client.call("chat.postMessage", channel=room.id, text="x")
    assert (await client.call("conversations.history", channel=room.id))["messages"] == []
    client.slack.read_lag = 0.0
    assert len((await client.call("conversations.history", channel=room.id))["messages"]) == 1
