"""What Slack's requests are answered: the right ones in time, the wrong ones without harm."""

import asyncio
import gzip
import json
import random  # noqa: TID251  # mutations are drawn from a seed
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from adapters.slack.adapter import SlackAdapter
from adapters.slack.settings import SlackSettings
from bot.core.activity import Person
from bot.core.effects import Body
from bot.errors import ConfigError, Refused, StoreUnavailable
from tests.adapters.slack.scene import MakeScene, Scene, WallClock
from tests.contract.doubles import EchoCommands, ListIntake, ScriptedForms, picture
from tests.fakes.slack import FakeSlack, Fault
from tests.fakes.slack.delivery import signature_of
from tests.support.patience import ENOUGH

JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


class Post:
    """Sends raw requests to the adapter, signed unless told otherwise."""

    def __init__(self, scene: Scene, session: aiohttp.ClientSession) -> None:
        self.scene, self.session = scene, session

    async def signed(self, raw: bytes, content_type: str = JSON, **headers: str) -> int:
        return await self.raw(
            raw, self.scene.slack.courier.signed(self.scene.app, raw, content_type=content_type) | headers
        )

    async def raw(self, raw: bytes, headers: dict[str, str]) -> int:
        async with self.session.post(self.scene.app.events_url, data=raw, headers=headers) as answer:
            await answer.read()
            return answer.status

    def event(self, text: str = "hello") -> bytes:
        channel = self.scene.ann.chat_with(self.scene.app)
        ts = self.scene.slack.workspace.next_ts()
        event = {"type": "message", "user": self.scene.ann.id, "text": text, "ts": ts, "event_ts": ts}
        body = event | {"channel": channel.id, "channel_type": "im"}
        return json.dumps(self.scene.slack.courier.envelope(self.scene.app, body)).encode()


@pytest.fixture
def post(scene: Scene, session: aiohttp.ClientSession) -> Post:
    return Post(scene, session)


# signatures -----------------------------------------------------------------------------------


async def test_only_slacks_own_requests_are_read(scene: Scene, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = post.event()
    now = str(int(scene.slack.now()))
    monkeypatch.setattr(scene.slack, "now", lambda: float(now))  # what is two seconds too early would be good in two
    good = signature_of(scene.app.signing_secret, now, raw)
    assert (
        await post.raw(raw, {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": good, "Content-Type": JSON}) == 200
    )
    wrong: list[dict[str, str]] = [
        {},
        {"X-Slack-Request-Timestamp": now},
        {"X-Slack-Signature": good},
        {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": ""},
        {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": good[:-1]},
        {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": good.removeprefix("v0=")},
        {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": good.upper()},
        {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": "v0=" + "ü" * 64},
        {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": signature_of("other secret", now, raw)},
        {
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": signature_of(scene.app.signing_secret, now, raw + b" "),
        },
        {"X-Slack-Request-Timestamp": "٣" * 10, "X-Slack-Signature": good},
        {"X-Slack-Request-Timestamp": "NaN", "X-Slack-Signature": good},
        {"X-Slack-Request-Timestamp": "9" * 400, "X-Slack-Signature": good},
        {"X-Slack-Request-Timestamp": f"-{now}", "X-Slack-Signature": good},
    ]
    for seconds in (-301, -86_400, 302, 86_400):
        stamp = str(int(now) + seconds)
        wrong.append(
            {
                "X-Slack-Request-Timestamp": stamp,
                "X-Slack-Signature": signature_of(scene.app.signing_secret, stamp, raw),
            }
        )
    assert [await post.raw(raw, headers | {"Content-Type": JSON}) for headers in wrong] == [401] * len(wrong)
    assert len(scene.intake.taken) == 1


async def test_two_secrets_are_good_while_one_is_replaced(
    make_scene: MakeScene, session: aiohttp.ClientSession
) -> None:
    scene = await make_scene(signing_secrets=("the new one", "the old one"))
    post = Post(scene, session)
    for secret, status in (("the new one", 200), ("the old one", 200), ("a third one", 401)):
        scene.app.signing_secret = secret
        assert await post.signed(post.event()) == status


async def test_the_same_request_again_changes_nothing(scene: Scene, post: Post) -> None:
    raw = post.event()
    assert {await post.signed(raw) for _ in range(20)} == {200}
    assert len(scene.intake.taken) == 1


async def test_an_unsigned_body_is_neither_parsed_nor_logged(
    scene: Scene, post: Post, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = b'{"secret-word": ' + b"[" * 200_000
    assert await post.raw(raw, {"Content-Type": JSON}) == 401
    said = capsys.readouterr()
    assert "secret-word" not in said.out + said.err
    assert "sha256" in said.out


# answers --------------------------------------------------------------------------------------


async def test_the_address_is_verified(scene: Scene, session: aiohttp.ClientSession) -> None:
    raw = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB", "token": "x"}).encode()
    async with session.post(
        scene.app.events_url, data=raw, headers=scene.slack.courier.signed(scene.app, raw)
    ) as answer:
        assert (answer.status, await answer.json()) == (200, {"challenge": "3eZbrw1aB"})


async def test_what_is_unknown_is_acknowledged(scene: Scene, post: Post) -> None:
    events = ["pin_added", "member_joined_channel", "team_join", "file_shared", "invented_tomorrow"]
    bodies = [scene.slack.courier.envelope(scene.app, {"type": kind}) for kind in events]
    bodies += [
        {"type": "app_rate_limited", "api_app_id": scene.app.id, "minute_rate_limited": 1},
        {"type": "new_thing"},
    ]
    assert [await post.signed(json.dumps(body).encode()) for body in bodies] == [200] * len(bodies)
    interactions = ["view_submission", "view_closed", "shortcut", "message_action", "block_suggestion"]
    forms = [urlencode({"payload": json.dumps({"type": kind})}).encode() for kind in interactions]
    assert [await post.signed(form, FORM) for form in forms] == [200] * len(forms)
    await scene.heard(0)


async def test_an_event_is_acknowledged_only_after_it_was_stored(scene: Scene, post: Post) -> None:
    scene.intake.hold = asyncio.Event()
    request = asyncio.create_task(post.signed(post.event()))
    other = asyncio.create_task(post.signed(json.dumps({"type": "unknown"}).encode()))
    assert await other == 200
    assert not request.done()
    scene.intake.hold.set()
    assert await request == 200
    assert len(scene.intake.taken) == 1


async def test_slack_is_told_to_come_again_when_the_store_is_away_or_too_slow(make_scene: MakeScene) -> None:
    scene = await make_scene(store_seconds=ENOUGH)
    scene.intake.away = True
    scene.ann.says(scene.support, "hello")
    await scene.slack.until(lambda: [a for d in scene.slack.courier.deliveries for a in d.attempts])
    scene.intake.away, scene.intake.hold = False, asyncio.Event()
    await scene.slack.until(lambda: len(scene.slack.courier.deliveries[0].attempts) > 1)
    scene.intake.hold.set()
    await scene.heard(1)
    statuses = [a.status for a in scene.slack.courier.deliveries[0].attempts]
    assert statuses[-1] == 200
    assert set(statuses[:-1]) == {503}


async def test_events_are_taken_while_auth_test_cannot_be_reached(make_scene: MakeScene, slack: FakeSlack) -> None:
    scene = await make_scene(start=False)
    assert scene.app.events_url
    slack.faults.next_calls("auth.test", Fault.ERROR)
    await scene.adapter.start(scene.intake, scene.commands, scene.forms)
    scene.ann.says(scene.support, f"<@{scene.app.bot_user}> hello")
    (activity,) = await scene.heard()
    assert activity.addressed
    await scene.adapter.post(scene.place(scene.support), Body("hello"), key="k")
    await scene.heard(1)
    await slack.until(lambda: [c for c in slack.calls if c.method == "auth.test" and c.answer.get("ok")])


async def test_before_the_start_slack_is_told_to_come_again(
    make_scene: MakeScene, session: aiohttp.ClientSession
) -> None:
    scene = await make_scene(start=False)
    assert await Post(scene, session).signed(Post(scene, session).event()) == 503


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked"])
async def test_a_useless_token_is_a_mistake_in_the_configuration(slack: FakeSlack, code: str) -> None:
    app = slack.install()
    app.revoked = code == "token_revoked"
    token = app.bot_token if app.revoked else "xoxb-wrong"
    adapter = SlackAdapter(SlackSettings(token, ("s",), base_url=slack.api_url), WallClock(slack))
    with pytest.raises(ConfigError, match=code):
        await adapter.start(ListIntake(), EchoCommands(), ScriptedForms())
    await adapter.stop()


async def test_all_mistakes_in_the_settings_are_named_at_once(slack: FakeSlack) -> None:
    adapter = SlackAdapter(SlackSettings("xoxp-user", (), mode="socket", base_url="slack.com"), WallClock(slack))
    with pytest.raises(ConfigError) as caught:
        await adapter.start(ListIntake(), EchoCommands(), ScriptedForms())
    assert [line.partition(":")[0] for line in caught.value.problems] == [
        "slack.bot_token",
        "slack.app_token",
        "slack.base_url",
    ]


# commands -------------------------------------------------------------------------------------


async def test_a_slow_command_is_answered_through_its_own_address(make_scene: MakeScene) -> None:
    scene = await make_scene(answer_seconds=0.05)
    scene.commands.gate = asyncio.Event()
    delivery = await scene.bob.commands(scene.desk, "/support", "stats 30d", app=scene.app)
    assert delivery.accepted
    assert delivery.answer == ""
    scene.commands.gate.set()
    await scene.slack.until(lambda: scene.bob.reads(scene.desk))
    assert scene.bob.reads(scene.desk) == ["You asked: stats 30d"]
    assert scene.slack.workspace.seen_by(scene.ann.id, scene.desk.id) == []


async def test_a_command_that_takes_a_while_is_said_to_and_its_answer_follows(scene: Scene) -> None:
    scene.commands.slow, scene.commands.gate = True, asyncio.Event()
    scene.commands.attachments = (picture(),)
    await scene.bob.commands(scene.desk, "/support", "stats 30d", app=scene.app)
    assert scene.bob.reads(scene.desk) == ["That takes a while."]
    scene.commands.gate.set()
    chat = scene.slack.workspace.direct(scene.app.bot_user, scene.bob.id)
    await scene.slack.until(lambda: [m for m in scene.bob.sees(chat) if m.files])
    await scene.slack.until(lambda: len(scene.bob.reads(scene.desk)) == 2)
    assert scene.bob.reads(scene.desk)[1] == "You asked: stats 30d"
    assert scene.slack.workspace.seen_by(scene.ann.id, scene.desk.id) == []


async def test_a_command_while_the_store_is_away_is_refused(scene: Scene) -> None:
    scene.commands.failure = StoreUnavailable("away")
    delivery = await scene.bob.commands(scene.desk, "/support", "stats", app=scene.app)
    assert [a.status for a in delivery.attempts] == [503]


async def test_somebody_whom_slack_cannot_name_has_a_guests_rights(scene: Scene, slack: FakeSlack) -> None:
    slack.faults.next_calls("users.info", Fault.ERROR)
    await scene.bob.commands(scene.desk, "/support", "export 30d", app=scene.app)
    assert scene.commands.asked[0][0] == Person("slack", "T0ACME", scene.bob.id, is_unknown=True)


async def test_a_shared_answer_is_seen_by_all(scene: Scene) -> None:
    await scene.bob.commands(scene.support, "/support", "stats share", app=scene.app)
    await scene.slack.until(lambda: scene.ann.reads(scene.support))
    assert scene.ann.reads(scene.support) == ["You asked: stats share"]


async def test_a_picture_is_shown_when_slack_can_fetch_it(scene: Scene) -> None:
    scene.commands.attachments = (picture(url="https://bot.example/answers/x/chart.png"),)
    await scene.bob.commands(scene.desk, "/support", "stats", app=scene.app)
    await scene.slack.until(lambda: scene.bob.sees(scene.desk))
    (image,) = [b for b in scene.bob.sees(scene.desk)[-1].blocks if b["type"] == "image"]
    assert (image["image_url"], image["alt_text"]) == ("https://bot.example/answers/x/chart.png", "Cases a day")


async def test_what_comes_with_an_answer_goes_to_the_askers_own_chat_as_a_file(scene: Scene) -> None:
    scene.commands.attachments = (picture(),)
    await scene.bob.commands(scene.desk, "/support", "stats", app=scene.app)
    chat = scene.slack.workspace.direct(scene.app.bot_user, scene.bob.id)
    await scene.slack.until(lambda: [m for m in scene.bob.sees(chat) if m.files])
    assert scene.bob.reads(scene.desk) == ["You asked: stats"]
    assert not [m for m in scene.bob.sees(scene.desk) if m.files]


async def test_a_shared_answers_file_is_for_all(scene: Scene) -> None:
    scene.commands.attachments = (picture(),)
    await scene.bob.commands(scene.support, "/support", "stats share", app=scene.app)
    await scene.slack.until(lambda: [m for m in scene.ann.sees(scene.support) if m.files])


async def test_a_file_that_cannot_be_put_there_is_said(scene: Scene, slack: FakeSlack) -> None:
    scene.commands.attachments = (picture(),)
    slack.faults.next_calls("files.getUploadURLExternal", Fault.ERROR)
    await scene.bob.commands(scene.desk, "/support", "stats", app=scene.app)
    await scene.slack.until(lambda: "The chart is not shown here." in scene.bob.reads(scene.desk))


async def test_the_words_of_a_command_keep_whom_they_name(scene: Scene) -> None:
    words = f"assign 1042 <@{scene.bob.id}|bob> &lt;now&gt;"
    await scene.bob.commands(scene.desk, "/support", words, app=scene.app)
    assert scene.commands.asked[0][2] == f"assign 1042 <@{scene.bob.id}> <now>"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://hooks.slack.com/x",
        "https://hooks.slack.com.evil.example/x",
        "https://hooks.slack.com@evil.example/x",
        "https://evil.example/hooks.slack.com",
        "https://hooks.slack.com:8443/x",
        "http://169.254.169.254/latest",
        "http://[::ffff:169.254.169.254]/",
        "file:///etc/passwd",
        "//hooks.slack.com/x",
    ],
)
async def test_answers_go_to_slack_only(scene: Scene, url: str) -> None:
    with pytest.raises(Refused, match="not an address of Slack's"):
        await scene.adapter.answer_later(url, {"text": "x"})


# malformed ------------------------------------------------------------------------------------

DEEP = b"[" * 100_000 + b"]" * 100_000
EVENT: dict[str, Any] = {"type": "event_callback", "api_app_id": "A1", "team_id": "T1", "event_id": "Ev1"}
MESSAGE: dict[str, Any] = {"type": "message", "user": "U1", "text": "x", "ts": "1700000000.000100", "channel": "C1"}
ODD: list[Any] = [None, 0, -1, 1e308, True, "", "x", [], [[]], {}, {"a": {}}, "\ud800", "a\x00b", 10**40]


def malformed() -> list[tuple[bytes, str]]:
    """Requests that nobody should send; all signed."""
    raws: list[tuple[bytes, str]] = [
        (b"", JSON),
        (b"", FORM),
        (b"{", JSON),
        (b"null", JSON),
        (b"true", JSON),
        (b"[]", JSON),
        (b'"text"', JSON),
        (b"NaN", JSON),
        (b'{"type": NaN}', JSON),
        (b'{"a": Infinity}', JSON),
        (b"\xff\xfe\x00", JSON),
        (b"\xc3\x28", FORM),
        (DEEP, JSON),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, JSON),
        (b'{"type": "event_callback", "event": ' + DEEP[:2000] + b"}", JSON),
        (b'{"n": ' + b"9" * 10_000 + b"}", JSON),
        (b"x" * 600_000, JSON),
        (b"payload=", FORM),
        (b"payload=%7B", FORM),
        (b"payload=null", FORM),
        (b"payload=[1]", FORM),
        (b"payload=" + DEEP, FORM),
        (b"&".join(b"a%d=1" % n for n in range(1000)), FORM),
        (b"command=%2Fsupport", FORM),
        (b"command=%2Fsupport&text=%00%ED%A0%80&user_id=U1&team_id=T1", FORM),
        (b'{"type": "event_callback"}', FORM),
        (b"a=1", "text/plain"),
        (b"{}", "multipart/form-data; boundary=x"),
        (b"{}", ""),
        (b"{}", "application/json; charset=utf-16"),
        (b"{}", "\xff"),
        (gzip.compress(b"0" * 1_000_000), JSON),
    ]
    for odd in ODD:
        raws.append((json.dumps({"type": odd}).encode(), JSON))
        raws.append((json.dumps(EVENT | {"event": odd}).encode(), JSON))
        raws.append((json.dumps(EVENT | {"authorizations": odd, "event": MESSAGE}).encode(), JSON))
        raws.append((json.dumps(EVENT | {"team_id": odd, "event": MESSAGE}).encode(), JSON))
        raws.append((json.dumps(EVENT | {"event": MESSAGE | {"ts": odd}}).encode(), JSON))
        raws.append((json.dumps(EVENT | {"event": MESSAGE | {"files": [odd], "blocks": odd}}).encode(), JSON))
        changed = MESSAGE | {"subtype": "message_changed", "message": odd, "previous_message": odd}
        raws.append((json.dumps(EVENT | {"event": changed}).encode(), JSON))
        press = {"type": "block_actions", "actions": [odd], "container": odd, "user": odd, "team": odd, "view": odd}
        raws.append((urlencode({"payload": json.dumps(press)}).encode(), FORM))
    return raws


async def test_nothing_malformed_is_answered_5xx(scene: Scene, post: Post) -> None:
    corpus = malformed()
    assert len(corpus) >= 60
    slowest = 0.0
    for raw, content_type in corpus:
        started = time.process_time()
        status = await post.signed(raw, content_type)
        slowest = max(slowest, time.process_time() - started)
        assert status in (200, 400, 413), (status, raw[:100], content_type)
    assert slowest < 2.0


async def test_a_packed_or_endless_body_is_not_read(scene: Scene, post: Post) -> None:
    bomb = gzip.compress(b" " * 20_000_000)
    assert await post.signed(bomb, JSON, **{"Content-Encoding": "gzip"}) == 415

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 65_536

    try:
        async with post.session.post(scene.app.events_url, data=endless()) as answer:
            assert answer.status == 413
    except aiohttp.ClientConnectionError:
        assert scene.intake.taken == []
    assert await post.signed(post.event()) == 200


async def test_mutations_of_real_events_are_never_answered_5xx(scene: Scene, post: Post) -> None:
    draw = random.Random(11)
    good = post.event("hello <https://example.com|there> &amp; *bye*")
    for _ in range(300):
        raw = bytearray(good)
        for _ in range(draw.randint(1, 6)):
            at = draw.randrange(len(raw))
            match draw.randrange(3):
                case 0:
                    raw[at] = draw.randrange(256)
                case 1:
                    del raw[at : at + draw.randint(1, 40)]
                case _:
                    raw[at:at] = bytes(draw.choices(b'{}[]":,\\0123u\xf0\x00', k=draw.randint(1, 8)))
        assert await post.signed(bytes(raw)) in (200, 400)


async def test_text_that_cannot_be_stored_is_made_storable(scene: Scene, post: Post) -> None:
    raw = post.event("half a \\ud83d pair and a \\u0000 end").replace(b"\\\\u", b"\\u")
    assert await post.signed(raw) == 200
    (activity,) = scene.intake.taken
    assert str(activity.content).encode("utf-8")
    assert "\0" not in str(activity.content)


async def test_other_methods_and_paths_are_not_ours(scene: Scene, session: aiohttp.ClientSession) -> None:
    async with session.get(scene.app.events_url) as answer:
        assert answer.status == 405
    async with session.post(scene.app.events_url + "/more", data=b"{}") as answer:
        assert answer.status == 404
