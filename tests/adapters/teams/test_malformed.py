"""Whatever comes with a good token: no request is answered with an error of ours, and none hurts."""

from __future__ import annotations

import copy
import json
import time
from collections import Counter
from random import Random  # noqa: TID251  # mutations are drawn from a seed
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.teams.http import payload_of
from adapters.teams.inbound import activities_of
from adapters.teams.scene import Hearing
from bot.core.effects import Body, Button
from tests.adapters.teams.scene import Scene

HEARING = Hearing("28:22222222-2222-4222-8222-222222222222", 1_800_000_000.0, frozenset({"19:c@thread.tacv2"}))
_MENTION = {"type": "mention", "mentioned": {"id": "28:x", "name": "x"}, "text": "<at>x</at>"}

CHANGES: dict[str, dict[str, Any]] = {
    "type is a number": {"type": 5},
    "type is empty": {"type": ""},
    "type is a list": {"type": ["message"]},
    "type is unknown": {"type": "no such thing"},
    "type is an invoke without a name": {"type": "invoke"},
    "invoke with an unknown name": {"type": "invoke", "name": "composeExtension/query", "value": {}},
    "invoke with a text as value": {"type": "invoke", "name": "adaptiveCard/action", "value": "x"},
    "invoke with a list as action": {"type": "invoke", "name": "adaptiveCard/action", "value": {"action": []}},
    "invoke with strange data": {
        "type": "invoke",
        "name": "adaptiveCard/action",
        "value": {"action": {"data": {"warmline": {"action": 5, "value": []}}}},
    },
    "invoke whose name is an object": {"type": "invoke", "name": {"a": 1}},
    "conversation is missing": {"conversation": None},
    "conversation is a text": {"conversation": "a:1"},
    "conversation id is a number": {"conversation": {"id": 7}},
    "conversation id is enormous": {"conversation": {"id": "a:" + "1" * 100_000}},
    "conversation without a tenant": {"conversation": {"id": "a:1"}, "channelData": {}},
    "conversation of an unknown kind": {"conversation": {"id": "a:1", "conversationType": "séance"}},
    "conversation with semicolons": {"conversation": {"id": "19:c@thread.tacv2;messageid=;messageid=1;x"}},
    "from is missing": {"from": None},
    "from is a list": {"from": [1]},
    "from id is a number": {"from": {"id": 29}},
    "from is us": {"from": {"id": "28:22222222-2222-4222-8222-222222222222"}},
    "from is another bot": {"from": {"id": "28:other"}},
    "from has strange names": {"from": {"id": "29:1", "name": {"a": 1}, "aadObjectId": 5}},
    "recipient is a text": {"recipient": "us"},
    "serviceUrl is a number": {"serviceUrl": 1},
    "channelId is an object": {"channelId": {}},
    "channelData is a text": {"channelData": "team"},
    "channelData is a list": {"channelData": [[[]]]},
    "channelData with odd parts": {"channelData": {"tenant": "t", "team": 5, "channel": [], "eventType": {}}},
    "text is missing": {"text": None, "attachments": None},
    "text is a number": {"text": 12, "attachments": []},
    "text is an object": {"text": {"a": "b"}, "attachments": []},
    "text with lone surrogates": {"text": "\ud800 and \udfff", "attachments": []},
    "text with NUL": {"text": "a\0b", "attachments": []},
    "text is long": {"text": "word " * 20_000, "attachments": []},
    "text of brackets": {"text": "[" * 50_000, "attachments": []},
    "text of stars": {"text": "*_" * 30_000, "attachments": []},
    "text of opening tags": {"text": "<at>" * 20_000, "attachments": []},
    "HTML that is broken": {"attachments": [{"contentType": "text/html", "content": "<div><p><b>a<i></b></table>"}]},
    "HTML that is deep": {"attachments": [{"contentType": "text/html", "content": "<div>" * 20_000}]},
    "HTML with scripts": {"attachments": [{"contentType": "text/html", "content": "<script>x</script><p onclick=1>"}]},
    "HTML is a number": {"attachments": [{"contentType": "text/html", "content": 5}]},
    "attachments are a text": {"attachments": "file"},
    "attachments hold numbers": {"attachments": [1, 2, None]},
    "attachments without a type": {"attachments": [{"content": {}}]},
    "attachment with strange addresses": {"attachments": [{"contentType": "image/png", "contentUrl": {"a": 1}}]},
    "download info with strange content": {
        "attachments": [{"contentType": "application/vnd.microsoft.teams.file.download.info", "content": [1]}]
    },
    "entities are an object": {"entities": {"type": "mention"}},
    "entities hold numbers": {"entities": [1, "x", None]},
    "mention of nothing": {"entities": [{"type": "mention"}]},
    "mention with a number as text": {"entities": [{"type": "mention", "text": 5, "mentioned": 6}]},
    "many mentions": {"entities": [_MENTION] * 5_000},
    "timestamp is a text": {"timestamp": "yesterday"},
    "timestamp is a number": {"timestamp": 1_700_000_000},
    "timestamp is far away": {"timestamp": "9999-12-31T23:59:59.9999999Z"},
    "timestamp is before 1970": {"timestamp": "0001-01-01T00:00:00Z"},
    "timestamp without an offset": {"timestamp": "2026-11-22T10:00:00"},
    "localTimestamp is nonsense": {"localTimestamp": "12:77", "localTimezone": 5, "locale": []},
    "id is a number": {"id": 5},
    "id is missing": {"id": None},
    "replyToId is an object": {"replyToId": {}},
    "value is a list": {"value": [1]},
    "value is ours and broken": {"value": {"warmline": "x"}, "replyToId": "1"},
    "a reaction without a target": {"type": "messageReaction", "reactionsAdded": [{"type": "like"}]},
    "reactions are a text": {"type": "messageReaction", "replyToId": "1", "reactionsAdded": "like"},
    "reactions hold numbers": {"type": "messageReaction", "replyToId": "1", "reactionsAdded": [5, {"type": 6}]},
    "reaction with an odd name": {
        "type": "messageReaction",
        "replyToId": "1",
        "reactionsAdded": [{"type": "ffffffffff_x"}, {"type": "110000_x"}],
    },
    "an edit of nothing": {"type": "messageUpdate", "id": None, "text": None},
    "an edit of an unknown kind": {"type": "messageUpdate", "channelData": {"eventType": "paintMessage"}},
    "a deletion of nothing": {"type": "messageDelete", "id": None},
    "an installation of nothing": {"type": "installationUpdate", "action": 5},
    "members are a text": {"type": "conversationUpdate", "membersAdded": "us"},
    "members are numbers": {"type": "conversationUpdate", "membersAdded": [1, None, {"id": 5}]},
}

ODD: list[Any] = [
    None, 0, -1, 1e308, True, "", "x", [], [[]], {}, {"a": {}}, "\ud800", "a\x00b", 10**40, "19:x;messageid=1",
    "a:1", "<at>", "2026-13-45T99:99:99Z", "unseen:", ["x"], [{}], "9" * 400, "https://smba.trafficmanager.net/x/",
]  # fmt: skip
BUTTONS = Body("a case", buttons=(Button("Claim", "claim", "1042"),))

RAW: dict[str, bytes] = {
    "nothing": b"",
    "a space": b" ",
    "not JSON": b"hello",
    "half of it": b'{"type": "message", "te',
    "a list": b"[]",
    "a text": b'"message"',
    "a number": b"5",
    "null": b"null",
    "NaN": b'{"type": NaN}',
    "infinity": b'{"type": -Infinity}',
    "not UTF-8": b'{"type": "\xff\xfe"}',
    "UTF-16": '{"type": "message"}'.encode("utf-16"),
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "deep and closed": b'{"channelData":' + b'{"a":' * 5_000 + b"1" + b"}" * 5_001,
    "a number of many digits": b'{"type": "message", "x": ' + b"9" * 10_000 + b"}",
    "an empty object": b"{}",
    "the same key twice": b'{"type": "message", "type": "invoke"}',
    "too large": b'{"x": "' + b"a" * 600_000 + b'"}',
    "a gzip bomb's beginning": b"\x1f\x8b\x08\x00" + b"\0" * 1000,
}


def whole(scene: Scene, **changes: Any) -> dict[str, Any]:
    """A good activity with some parts changed; None takes a part out."""
    chat = scene.ann.chat()
    message = scene.teams.tenant.add_message(chat, scene.ann.account.id, scene.ann.written("hello"), "")
    activity = scene.ann.message_activity("message", chat, message) | changes
    return {name: value for name, value in activity.items() if value is not None}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
async def test_a_strange_activity_is_answered_without_an_error_of_ours(
    scene: Scene, changes: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    activity = whole(scene, **changes)
    headers = scene.teams.courier.signed(whole(scene))
    started = time.process_time()
    status, _ = await scene.teams.courier.send(json.dumps(activity).encode(), headers)
    assert 200 <= status < 500
    assert time.process_time() - started < 2.0
    assert not [record for record in caplog.records if record.exc_info]
    scene.ann.says(scene.ann.chat(), "still there?")
    await scene.teams.courier.settled()
    assert scene.teams.courier.deliveries[-1].accepted


@pytest.mark.parametrize("raw", RAW.values(), ids=RAW)
async def test_a_strange_body_is_refused(scene: Scene, raw: bytes) -> None:
    status, _ = await scene.teams.courier.send(raw, scene.teams.courier.signed(whole(scene)))
    assert status in {400, 413}
    assert scene.intake.offered == []


async def test_a_strange_request_is_refused(scene: Scene) -> None:
    headers = scene.teams.courier.signed(whole(scene))
    body = json.dumps(whole(scene)).encode()
    url = scene.teams.bot.endpoint
    async with aiohttp.ClientSession() as session:
        for method in ("GET", "PUT", "DELETE"):
            async with session.request(method, url, headers=headers) as answer:
                assert answer.status == 405
        async with session.post(url, data=body, headers=headers | {"Content-Encoding": "gzip"}) as answer:
            assert answer.status == 415
        async with session.post(url + "/x", data=body, headers=headers) as answer:
            assert answer.status == 404


async def test_a_body_without_a_good_token_is_never_parsed(scene: Scene) -> None:
    status, _ = await scene.teams.courier.send(b"[" * 400_000, {"Authorization": "Bearer garbage"})
    assert status == 401


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every part of a payload."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([path] if path else []), *(p for key, part in inner for p in places(part, (*path, key)))]


async def test_almost_teams_activities_are_never_answered_with_an_error_of_ours(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    """Everything that people do, with parts of it missing or of another type, through the whole adapter."""
    draw = Random(7)
    scene.ann.account.has_app = True
    root = await scene.adapter.post(scene.place(scene.desk), BUTTONS, key="root")
    await scene.adapter.whisper(root.thread, scene.person(scene.bob), BUTTONS)
    chat = scene.bob.chat()
    said = scene.bob.says(scene.desk, "hello", thread=root.ref.id)
    scene.bob.edits(scene.desk, said, "hullo")
    scene.bob.reacts(scene.desk, said, "like")
    scene.ann.installs()
    scene.ann.deletes(scene.ann.chat(), scene.ann.says(scene.ann.chat(), "gone"))
    await scene.teams.courier.settled()
    good = [delivery.activity for delivery in scene.teams.courier.deliveries]
    good.append(scene.bob.press_activity(scene.desk, scene.desk.by_id[root.ref.id], "Claim"))
    good.append(scene.bob.press_activity(chat, scene.bob.sees(chat)[0], "Claim"))
    for name in ("task/fetch", "task/submit", "fileConsent/invoke", "composeExtension/submitAction"):
        good.append(good[-1] | {"name": name})
    headers = scene.teams.courier.signed(good[0])
    statuses: Counter[int] = Counter()
    for n in range(400):
        activity = copy.deepcopy(good[n % len(good)])
        for _ in range(draw.randint(1, 4)):
            *way, last = draw.choice(places(activity))
            holder: Any = activity
            for key in way:
                holder = holder[key]
            if isinstance(holder, dict) and draw.random() < 0.2:
                holder.pop(last, None)
            else:
                holder[last] = copy.deepcopy(draw.choice(ODD))
        status, _ = await scene.teams.courier.send(json.dumps(activity).encode(), headers)
        statuses[status] += 1
    assert set(statuses) <= {200, 400, 401, 403}, statuses
    assert statuses[200] > 100, "most of them are near enough to be read"
    assert not [record for record in caplog.records if record.exc_info]


_ATOMS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
_VALUES = st.recursive(
    _ATOMS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
_NAMES = [
    *("type", "name", "id", "text", "value", "from", "conversation", "recipient", "channelData", "entities"),
    *("attachments", "timestamp", "replyToId", "reactionsAdded", "reactionsRemoved", "textFormat", "locale"),
    *("localTimezone", "serviceUrl"),
]
_TYPES = ["message", "messageUpdate", "messageDelete", "messageReaction", "invoke", "conversationUpdate"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(_TYPES), st.dictionaries(st.sampled_from(_NAMES), _VALUES, max_size=6))
def test_reading_never_fails_whatever_the_parts_are(kind: str, changes: dict[str, Any]) -> None:
    payload = {
        "type": kind,
        "id": "1",
        "serviceUrl": "https://smba.trafficmanager.net/emea/",
        "from": {"id": "29:1"},
        "conversation": {"id": "a:1"},
        "replyToId": "2",
        "text": "hello",
    } | changes
    try:
        found = payload_of(json.dumps(payload).encode("utf-8", "surrogatepass"))
    except ValueError:
        return
    for activity in activities_of(found, HEARING):
        assert activity.id
        assert activity.at > 0
        activity.content.ref.key.encode()
