"""What calls to Slack do when things go wrong, and how what was sent is found again."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from structlog.testing import capture_logs

from adapters.slack.adapter import SlackAdapter
from adapters.slack.calls.identity import NEEDED
from adapters.slack.calls.web_api import RefusedBySlack
from adapters.slack.marks import is_marked, mark_of
from adapters.slack.settings import SlackSettings
from bot.core.activity import Person, Place, Ref
from bot.core.effects import Body, Button, Voice
from bot.errors import DeliveryError, NotDone, Refused, ShutOut, Throttled, Uncertain
from tests.adapters.slack.scene import MakeScene, Scene, WallClock
from tests.fakes.fault_plan import Said
from tests.fakes.slack import FakeSlack, Fault
from tests.fakes.slack.blocks import UNREACHABLE
from tests.fakes.slack.certificates import make_authority
from tests.fakes.slack.state import BOT_SCOPES
from tests.support.patience import ENOUGH

BODY = Body("hello")


@pytest.mark.parametrize(
    ("fault", "kind", "posted"),
    [
        (Fault.THROTTLED, Throttled, 0),
        (Fault.ERROR, Uncertain, 0),
        (Fault.ERROR_DONE, Uncertain, 1),
        (Fault.BAD_GATEWAY, Uncertain, 0),
        (Fault.UNAVAILABLE, Uncertain, 0),
        (Fault.RESET, Uncertain, 0),
        (Fault.RESET_DONE, Uncertain, 1),
        (Fault.HANG, Uncertain, 0),
        (Fault.HANG_DONE, Uncertain, 1),
        (Fault.PARTIAL, Uncertain, 1),
    ],
)
async def test_a_post_is_tried_once_and_its_failure_says_what_is_certain(
    make_scene: MakeScene, fault: Fault, kind: type[DeliveryError], posted: int
) -> None:
    scene = await make_scene()
    hasty = await make_scene(app=scene.app, call_seconds=ENOUGH)
    scene.slack.faults.next_calls("chat.postMessage", fault)
    place, since = scene.place(scene.support), scene.slack.now()
    with pytest.raises(kind):
        await hasty.adapter.post(place, BODY, key="k")
    assert [c.method for c in scene.slack.calls].count("chat.postMessage") == 1
    assert len(scene.ann.sees(scene.support)) == posted
    assert len(await scene.adapter.find(place, "k", since=since)) == posted


async def test_a_slow_answer_in_time_is_good(scene: Scene) -> None:
    scene.slack.faults.next_calls("chat.postMessage", Fault.SLOW)
    await scene.adapter.post(scene.place(scene.support), BODY, key="k")
    assert scene.ann.reads(scene.support) == ["hello"]


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.RESET, Fault.PARTIAL, Fault.HANG])
async def test_a_look_up_that_failed_is_not_done(make_scene: MakeScene, fault: Fault) -> None:
    scene = await make_scene(call_seconds=ENOUGH)
    scene.slack.faults.next_calls("conversations.history", fault)
    with pytest.raises(NotDone):
        await scene.adapter.find(scene.place(scene.support), "k", since=0)


@pytest.mark.parametrize(
    "body",
    ["", "<html>Sign in to the network</html>", '{"ok": tru', "{}", '{"ok": true}', "[]", "x" * 9_000_000],
    ids=["nothing", "a page", "a half", "neither ok nor error", "no message", "a list", "too much"],
)
async def test_an_answer_that_says_nothing_leaves_open_what_was_done_and_a_look_tells(scene: Scene, body: str) -> None:
    place, since = scene.place(scene.support), scene.slack.now()
    scene.slack.faults.lasting["chat.postMessage"] = Said(body, done=True)
    with pytest.raises(Uncertain):
        await scene.adapter.post(place, BODY, key="k")
    assert len(await scene.adapter.find(place, "k", since=since)) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [(302, ShutOut), (403, ShutOut), (407, ShutOut), (408, Uncertain), (400, Refused), (413, Refused)],
)
async def test_a_proxy_that_lets_nothing_pass_makes_words_wait_and_no_more(
    scene: Scene, status: int, kind: type[DeliveryError]
) -> None:
    scene.slack.faults.lasting["chat.postMessage"] = Said("<html>Denied</html>", status, {"Location": "/login"})
    with pytest.raises(kind, match=f"HTTP {status}"):
        await scene.adapter.post(scene.place(scene.support), BODY, key="k")
    assert [call.method for call in scene.slack.calls].count("chat.postMessage") == 1


@pytest.mark.parametrize(
    ("named", "seconds"),
    [
        ("1", 1.0),
        ("60", 60.0),
        ("3600", 3600.0),
        (None, 30.0),
        ("soon", 30.0),
        ("-5", 30.0),
        ("nan", 30.0),
        ("1e9", 30.0),
    ],
)
async def test_slack_names_when_to_come_back_or_half_a_minute_is_taken(
    scene: Scene, named: str | None, seconds: float
) -> None:
    headers = {} if named is None else {"Retry-After": named}
    scene.slack.faults.lasting["chat.postMessage"] = Said("", 429, headers)
    with pytest.raises(Throttled) as caught:
        await scene.adapter.post(scene.place(scene.support), BODY, key="k")
    assert caught.value.retry_after == seconds


Doing = Callable[[Scene, Ref], Awaitable[object]]


@pytest.mark.parametrize(
    "doing",
    [
        lambda scene, ref: scene.adapter.post(ref.place, BODY, key="k"),
        lambda scene, ref: scene.adapter.edit(ref, BODY),
        lambda scene, ref: scene.adapter.delete(ref),
        lambda scene, ref: scene.adapter.react(ref, "✅", added=True),
        lambda scene, ref: scene.adapter.find(ref.place, "k", since=0),
        lambda scene, ref: scene.adapter.whisper(ref.place, Person("slack", "T0ACME", scene.bob.id), BODY),
        lambda scene, ref: scene.adapter.person(ref.place.tenant, scene.bob.id),
    ],
    ids=["post", "edit", "delete", "react", "find", "whisper", "person"],
)
async def test_a_revoked_token_shuts_the_app_out_and_says_what_to_do(scene: Scene, doing: Doing) -> None:
    posted = await scene.adapter.post(scene.place(scene.support), BODY, key="k0")
    scene.app.revoked = True
    with pytest.raises(ShutOut, match=r"token_revoked.*install the app again"):
        await doing(scene, posted.ref)


async def test_a_missing_scope_an_archive_and_a_removed_app_are_refused(scene: Scene) -> None:
    place = scene.place(scene.support)
    scene.app.scopes -= {"chat:write"}
    with pytest.raises(RefusedBySlack) as caught:
        await scene.adapter.post(place, BODY, key="k")
    assert caught.value.code == "missing_scope"
    scene.app.scopes |= {"chat:write"}
    scene.support.archived = True
    with pytest.raises(Refused, match="is_archived"):
        await scene.adapter.post(place, BODY, key="k")
    scene.support.archived = False
    scene.support.members.discard(scene.app.bot_user)
    with pytest.raises(Refused, match="not_in_channel"):
        await scene.adapter.post(place, BODY, key="k")


async def test_editing_or_marking_what_is_gone_is_refused(scene: Scene) -> None:
    posted = await scene.adapter.post(scene.place(scene.support), BODY, key="k")
    await scene.adapter.delete(posted.ref)
    with pytest.raises(Refused, match="message_not_found"):
        await scene.adapter.edit(posted.ref, BODY)
    with pytest.raises(Refused, match="message_not_found"):
        await scene.adapter.react(posted.ref, "✅", added=True)


async def test_an_emoji_without_a_name_is_refused_without_a_call(scene: Scene) -> None:
    calls = len(scene.slack.calls)
    with pytest.raises(Refused):
        await scene.adapter.react(Ref(scene.place(scene.support), "1700000000.000100"), "🫥🫥", added=True)
    assert len(scene.slack.calls) == calls


async def test_a_slack_whose_certificate_nobody_vouches_for_is_told_nothing(tmp_path: Path) -> None:
    authority = make_authority(tmp_path)
    async with FakeSlack(tls=authority.context) as impostor:
        adapter = SlackAdapter(SlackSettings("xoxb-1", ("s",), base_url=impostor.api_url), WallClock(impostor))
        with pytest.raises(NotDone, match="no connection to Slack"):
            await adapter.post(Place("slack", "T1", "C1"), BODY, key="k")
        await adapter.stop()
        assert impostor.calls == []


# threads that are gone ------------------------------------------------------------------------


async def test_what_landed_outside_its_thread_and_could_not_be_taken_back_is_found_and_deleted(scene: Scene) -> None:
    root = scene.ann.says(scene.support, "parent")
    place = scene.place(scene.support, root.ts)
    scene.ann.deletes(root)
    scene.slack.faults.next_calls("chat.delete", Fault.ERROR)
    since = scene.slack.now()
    with pytest.raises(Uncertain):
        await scene.adapter.post(place, BODY, key="k-stray")
    assert scene.ann.reads(scene.support, "") == ["hello"]
    with pytest.raises(Refused, match="the thread was deleted"):
        await scene.adapter.find(place, "k-stray", since=since)
    assert scene.ann.reads(scene.support, "") == []


async def test_a_lost_answer_and_a_lost_thread_leave_nothing_at_the_root(make_scene: MakeScene) -> None:
    scene = await make_scene()
    hasty = await make_scene(app=scene.app, call_seconds=ENOUGH)
    root = scene.ann.says(scene.support, "parent")
    place, since = scene.place(scene.support, root.ts), scene.slack.now()
    scene.ann.deletes(root)
    scene.slack.faults.next_calls("chat.postMessage", Fault.HANG_DONE)
    with pytest.raises(Uncertain):
        await hasty.adapter.post(place, BODY, key="k-stray")
    with pytest.raises(Refused):
        await scene.adapter.find(place, "k-stray", since=since)
    assert scene.ann.reads(scene.support, "") == []


# finding --------------------------------------------------------------------------------------


async def test_a_message_is_found_on_any_page(scene: Scene) -> None:
    scene.slack.max_page = 3
    root = scene.ann.says(scene.support, "root")
    place = scene.place(scene.support, root.ts)
    since = scene.slack.now()
    posted = [await scene.adapter.post(place, Body(f"line {n}"), key=f"k{n}") for n in range(8)]
    for n in (0, 4, 7):
        assert list(await scene.adapter.find(place, f"k{n}", since=since)) == [posted[n]]


async def test_what_is_older_than_asked_for_is_not_read(scene: Scene) -> None:
    await scene.adapter.post(scene.place(scene.support), BODY, key="k")
    assert list(await scene.adapter.find(scene.place(scene.support), "k", since=scene.slack.now() + 3600)) == []


async def test_another_app_cannot_forge_a_mark(scene: Scene) -> None:
    secrets = scene.adapter.mark_secrets
    good = mark_of("k", "C1", secrets)
    assert is_marked(good, "k", "C1", secrets)
    assert not is_marked(good, "k2", "C1", secrets)
    assert not is_marked(good, "k", "C2", secrets)
    assert not is_marked(good, "k", "C1", ("another secret",))
    assert not is_marked({**good, "event_type": "other"}, "k", "C1", secrets)
    for forged in ({}, {"event_type": good["event_type"]}, {**good, "event_payload": {"id": "k", "mac": 7}}):
        assert not is_marked(forged, "k", "C1", secrets)


async def test_a_mark_holds_a_key_and_a_code_and_nothing_else(scene: Scene) -> None:
    await scene.adapter.post(scene.place(scene.support), Body("a secret word", Voice("Ann")), key="e1")
    (shown,) = scene.ann.sees(scene.support)
    assert shown.metadata
    assert set(shown.metadata["event_payload"]) == {"id", "mac"}
    assert "secret" not in str(shown.metadata)


# looks ----------------------------------------------------------------------------------------


async def test_nothing_is_unfurled_and_no_name_becomes_a_link(scene: Scene) -> None:
    await scene.adapter.post(scene.place(scene.support), Body("@here see https://example.com"), key="k")
    args = scene.slack.calls[-1].args
    assert [args[name] for name in ("link_names", "parse", "unfurl_links", "unfurl_media")] == [
        False,
        "none",
        False,
        False,
    ]
    assert scene.slack.pings == []


async def test_a_persons_name_is_in_the_text_unless_the_channel_shows_it_as_its_own(make_scene: MakeScene) -> None:
    scene = await make_scene()
    voice = Voice("Bob", "https://example.com/bob.png")
    await scene.adapter.post(scene.place(scene.support), Body("hi", voice), key="k1")
    (plain,) = scene.ann.sees(scene.support)
    assert (plain.username, plain.seen_text) == ("", "Bob\nhi")
    other = await make_scene(username_channels=frozenset({scene.support.id}), app=scene.app)
    await other.adapter.post(scene.place(scene.support), Body("hi", voice), key="k2")
    shown = scene.ann.sees(scene.support)[-1]
    assert (shown.username, shown.icon_url, shown.seen_text) == ("Bob", "https://example.com/bob.png", "hi")
    ref = Ref(scene.place(scene.support), shown.ts)
    await other.adapter.edit(ref, Body("hi there", voice))
    assert shown.seen_text == "hi there"


async def test_a_whisper_to_somebody_outside_the_channel_comes_privately(scene: Scene) -> None:
    eve = scene.slack.workspace.add_user("Eve")
    await scene.adapter.whisper(scene.place(scene.desk), Person("slack", "T0ACME", eve.id), Body("for you"))
    chat = scene.slack.workspace.direct(eve.id, scene.app.bot_user)
    assert [m.seen_text for m in scene.slack.workspace.seen_by(eve.id, chat.id)] == ["for you"]
    assert scene.bob.reads(scene.desk) == []


async def test_a_picture_that_slack_cannot_fetch_takes_no_words_with_it(scene: Scene) -> None:
    gone = f"{UNREACHABLE}map.png"
    body = Body("Here we are:", buttons=(Button("Call", "call", "1"),), image=gone, alt="a map")
    place = scene.place(scene.support)
    posted = await scene.adapter.post(place, body, key="k")
    (shown,) = scene.ann.sees(scene.support)
    assert "Here we are:" in shown.seen_text
    assert "Call" in shown.seen_text
    assert gone in str(shown.blocks)
    assert list(await scene.adapter.find(place, "k", since=0)) == [posted]
    await scene.adapter.edit(posted.ref, Body("There:", image=gone))
    assert scene.ann.reads(scene.support)[0].startswith("There:")
    await scene.adapter.whisper(place, Person("slack", "T0ACME", scene.ann.id), body)
    assert len(scene.ann.reads(scene.support)) == 2


# people ---------------------------------------------------------------------------------------


async def test_guests_and_outsiders_are_known_as_such(scene: Scene) -> None:
    space = scene.slack.workspace
    guest = space.add_user("Gus Guest", is_ultra_restricted=True)
    outsider = space.add_user("Olga Other", team="T0GLOBEX", email="ceo@acme.example")
    found = await scene.adapter.person("T0ACME", guest.id)
    assert (found.is_guest, found.is_outsider) == (True, False)
    found = await scene.adapter.person("T0ACME", outsider.id)
    assert (found.is_guest, found.is_outsider, found.email) == (False, True, "")
    ann = await scene.adapter.person("T0ACME", scene.ann.id)
    assert (ann.name, ann.locale, ann.timezone) == ("Ann", "en-US", "Europe/Berlin")
    assert ann.email == "ann.customer@example.com"


async def test_a_person_is_asked_for_once_and_then_named_in_what_others_say(scene: Scene) -> None:
    for _ in range(3):
        await scene.adapter.person("T0ACME", scene.bob.id)
    assert [c.method for c in scene.slack.calls].count("users.info") == 1
    scene.ann.says(scene.support, f"thanks <@{scene.bob.id}>!")
    (activity,) = await scene.heard()
    assert activity.content.text == "thanks @Bob!"  # type: ignore[union-attr]  # it is Said


async def test_scopes_that_the_app_lacks_are_named_at_the_start(make_scene: MakeScene, scene: Scene) -> None:
    assert yaml_scopes() == NEEDED, "the manifest asks for what is needed, and for no more"
    for lacks in (frozenset[str](), frozenset({"users:read", "reactions:write"})):
        app = scene.slack.install("Poor", scopes=BOT_SCOPES - lacks)
        with capture_logs() as logs:
            await make_scene(app=app)
        named = [log["scopes"] for log in logs if log["event"] == "scopes_missing"]
        assert set(named) == ({"reactions:write, users:read"} if lacks else set())


def yaml_scopes() -> frozenset[str]:
    manifest = Path(__file__).parents[3] / "deploy" / "slack" / "manifest.yaml"
    return frozenset(YAML(typ="safe").load(manifest)["oauth_config"]["scopes"]["bot"])
