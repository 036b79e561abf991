"""Calls to the connector: what each failure says, where they go, and after a restart, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.teams.calls.addresses import Addresses
from adapters.teams.calls.web import trust
from bot.core.effects import Body
from bot.errors import DeliveryError, NotDone, Refused, Throttled, Uncertain
from tests.adapters.teams.scene import MakeScene, Scene
from tests.fakes.slack.certificates import make_authority
from tests.fakes.teams import Fault


@pytest.mark.parametrize(
    ("fault", "expected", "was_done"),
    [
        (Fault.THROTTLED, Throttled, False),
        (Fault.CONFLICT, NotDone, False),
        (Fault.FORBIDDEN, Refused, False),
        (Fault.ERROR, Uncertain, False),
        (Fault.ERROR_DONE, Uncertain, True),
        (Fault.BAD_GATEWAY, Uncertain, False),
        (Fault.UNAVAILABLE, Uncertain, False),
        (Fault.GATEWAY_TIMEOUT_DONE, Uncertain, True),
        (Fault.RESET, Uncertain, False),
        (Fault.RESET_DONE, Uncertain, True),
        (Fault.PARTIAL, Uncertain, True),
    ],
)
async def test_a_failed_post_says_what_is_certain_and_is_not_repeated(
    scene: Scene, fault: Fault, expected: type[DeliveryError], *, was_done: bool
) -> None:
    for place, call in ((scene.place(scene.ann.chat()), "post"), (scene.place(scene.support), "create")):
        before, calls = len(scene.ann.sees(scene.teams.tenant.conversations[place.channel])), len(scene.teams.calls)
        scene.teams.faults.next_calls(call, fault)
        with pytest.raises(expected) as caught:
            await scene.adapter.post(place, Body("a secret word"), key="k")
        assert type(caught.value) is expected or issubclass(type(caught.value), Refused)
        assert "secret" not in str(caught.value)
        assert len(scene.teams.calls) == calls + 1
        seen = scene.ann.sees(scene.teams.tenant.conversations[place.channel])
        assert len(seen) == before + was_done


async def test_a_refusal_names_its_reason_and_what_to_do(scene: Scene) -> None:
    scene.support.installed = False
    with pytest.raises(Refused, match=r"BotNotInConversationRoster \(the app is not installed there"):
        await scene.adapter.post(scene.place(scene.support), Body("x"), key="k")
    scene.ann.account.has_app = False
    with pytest.raises(Refused, match=r"ConversationBlockedByUser \(the person has blocked the app"):
        await scene.adapter.post(scene.place(scene.ann.chat()), Body("x"), key="k")


async def test_a_limit_of_the_platforms_own_is_throttled(scene: Scene) -> None:
    scene.teams.bucket = (0.001, 2)
    scene.teams.faults.retry_after = 9
    place = scene.place(scene.ann.chat())
    for n in range(2):
        await scene.adapter.post(place, Body(f"{n}"), key=f"k{n}")
    with pytest.raises(Throttled) as caught:
        await scene.adapter.post(place, Body("2"), key="k2")
    assert caught.value.retry_after == 9


async def test_somebody_elses_message_is_neither_edited_nor_deleted(scene: Scene) -> None:
    said = scene.ann.says(scene.support, "mine")
    (activity,) = await scene.heard()
    assert activity.content.ref.id == said.id
    for call in (
        scene.adapter.edit(activity.content.ref, Body("x")),
        scene.adapter.delete(activity.content.ref),
    ):
        with pytest.raises(Refused, match="NotEnoughPermissions"):
            await call
    with pytest.raises(Refused):
        await scene.adapter.find(activity.place, "k", since=0.0)


async def test_a_mention_pings_the_account_that_the_roster_names(scene: Scene) -> None:
    root = await scene.adapter.post(scene.place(scene.desk), Body("case"), key="k1")
    await scene.adapter.post(root.thread, Body("look", mention=scene.person(scene.bob)), key="k2")
    assert [who for _, who in scene.teams.pings] == [scene.bob.account.id]
    assert scene.bob.reads(scene.desk, root.ref.id)[-1] == "Bob Agent\nlook"
    scene.teams.faults.next_calls("member", Fault.ERROR)
    await scene.adapter.post(root.thread, Body("look", mention=scene.person(scene.ann)), key="k3")
    assert scene.bob.reads(scene.desk, root.ref.id)[-1] == "look"


async def test_places_that_were_never_heard_from_are_reached_at_the_clouds_own_address(scene: Scene) -> None:
    await scene.adapter.post(scene.place(scene.desk), Body("case"), key="k")
    assert scene.bob.reads(scene.desk) == ["case"]


async def test_after_a_restart_places_are_reached_where_they_were_heard_from(
    make_scene: MakeScene, tmp_path: Path
) -> None:
    memory = tmp_path / "teams.json"
    first = await make_scene(memory=memory)
    root = first.ann.says(first.support, "hello")
    chat = first.ann.chat()
    first.ann.says(chat, "hello")
    await first.heard(2)
    await first.adapter.stop()
    again = await make_scene(memory=memory, service_url="http://127.0.0.1:9/")
    await again.adapter.post(first.place(first.support, root.id), Body("in the thread"), key="k1")
    await again.adapter.post(first.place(chat), Body("in private"), key="k2")
    opened = await again.adapter.post(first.place(first.desk), Body("a new thread"), key="k3")
    await again.adapter.edit(opened.ref, Body("a new thread, edited"))
    assert first.ann.reads(first.support, root.id) == ["hello", "in the thread"]
    assert first.ann.reads(chat) == ["hello", "in private"]
    assert first.bob.reads(first.desk) == ["a new thread, edited"]


HOSTS = frozenset({"smba.trafficmanager.net"})


def test_an_address_that_is_not_on_the_list_is_not_remembered(tmp_path: Path) -> None:
    found = Addresses("https://smba.trafficmanager.net/teams", HOSTS, local=False, memory=tmp_path / "m.json")
    found.learn("t", "a:1", "https://evil.trafficmanager.net/emea/")
    assert found.of("t", "a:1") == "https://smba.trafficmanager.net/teams/"
    (tmp_path / "m.json").write_text('{"tenants": {"t": "https://evil.trafficmanager.net/"}, "channels": []}')
    assert found.of("t", "a:1") == "https://smba.trafficmanager.net/teams/"


def test_another_process_on_the_machine_sees_what_was_learned(tmp_path: Path) -> None:
    one, other = (Addresses("https://d.example/", HOSTS, local=False, memory=tmp_path / "m.json") for _ in range(2))
    assert other.of("t", "a:1") == "https://d.example/"
    one.learn("t", "a:1", "https://smba.trafficmanager.net/emea/")
    one.learn("t", "a:2", "https://smba.trafficmanager.net/in")
    assert other.of("t", "a:1") == "https://smba.trafficmanager.net/emea/"
    assert other.of("t", "a:2") == "https://smba.trafficmanager.net/in/"
    (tmp_path / "m.json").write_text("half of")
    one.learn("t", "a:2", "https://smba.trafficmanager.net/emea/")
    assert one.of("t", "a:2") == "https://smba.trafficmanager.net/emea/"


@pytest.mark.parametrize(
    "url",
    [
        "http://smba.trafficmanager.net/",
        "https://evil.trafficmanager.net/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://evil.example/smba.trafficmanager.net/",
        "https://smba.trafficmanager.net@evil.example/",
        "https://user:pass@smba.trafficmanager.net/",
        "https://smba.trafficmanager.net:444/",
        "https://smba.trafficmanager.net:x/",
        "https://smba.trafficmanager.net\\@evil.example/",
        "https://smba.trafficmanager.net/ evil",
        "https://smba.trafficmanager.net/?a=b",
        "https://smba.trafficmanager.net/#a",
        "https://ѕmba.trafficmanager.net/",
        "https://[::1]/",
        "https://[bad/",
        "https:///smba.trafficmanager.net/",
        "//smba.trafficmanager.net/",
        "file:///etc/passwd",
        "http://169.254.169.254/",
        "https://2852039166/",
        "http://127.0.0.1/",
        "https://smba.trafficmanager.net/" + "x" * 400,
        "",
    ],
)
def test_our_token_goes_nowhere_else(url: str) -> None:
    assert not Addresses("https://d.example/", HOSTS, local=False, memory=None).is_allowed(url)


def test_the_systems_certificates_are_read_once_for_all_who_reach_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading them holds the loop up; who is told of other ones reads those."""
    before = trust()
    assert trust() is before
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(make_authority(tmp_path).bundle))
    assert "Tests' own authority" in str(trust().get_ca_certs())
    monkeypatch.undo()
    assert trust() is before


def test_upper_case_and_the_usual_port_are_the_same_host() -> None:
    found = Addresses("https://d.example/", HOSTS, local=False, memory=None)
    assert found.is_allowed("https://SMBA.trafficmanager.net:443/emea/")
