"""Every kind of event that the manifest subscribes to, in the shapes in which Slack sends them.

A payload is a file `<subscription>--<case>.json`; what it means stands in EXPECTED.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from adapters.slack.calls.people import person_of
from adapters.slack.envelope import Hearing, Us
from adapters.slack.home import opened_by
from adapters.slack.inbound import activity_of, pressed_of
from bot.core.activity import Activity, Deleted, Edited, File, Place, Pressed, Reacted, Ref, Said
from tests.fakes.slack.server import SUBSCRIBED

FOLDER = Path(__file__).parent / "payloads"
MANIFEST = Path(__file__).parents[3] / "deploy" / "slack" / "manifest.yaml"
PAYLOADS = sorted(path.stem for path in FOLDER.glob("*.json"))
INTERACTIVE = {"block_actions"}

ROOT = "1700000000.000100"
TS = "1700000100.000100"


def ref(ts: str = TS, thread: str = "", channel: str = "C0SUPPORT1") -> Ref:
    return Ref(Place("slack", "T0ACME", channel, thread), ts)


CARD_THREAD = "1700000000.000200"
PHOTO = File(
    "F0PHOTO001", "broken.jpg", "image/jpeg", 183414, "https://files.slack.com/files-pri/T0ACME-F0PHOTO001/broken.jpg"
)

EXPECTED = {
    "message.channels--plain": Said(ref(), "Where is my order & my **refund**?"),
    "message.channels--mention": Said(ref(), "can you help?"),
    "message.channels--thread_reply": Said(ref("1700000110.000100", ROOT), "It still has not come"),
    "message.channels--thread_broadcast": Said(ref("1700000111.000100", ROOT), "Any news?"),
    "message.channels--file_share": Said(ref(), "This is what arrived", (PHOTO,)),
    "message.channels--forwarded": Said(
        ref("1700000140.000100"),
        "Look what I was told\n\n> Carla_C:\n> It is **lost**, sorry\n> Ask again",
        (PHOTO,),
        borrowed=True,
    ),
    "message.channels--me_message": Said(ref(), "waits patiently"),
    "message.channels--changed": Edited(ref(), "Order 4712"),
    "message.channels--changed_in_thread": Edited(ref(TS, ROOT), "Order 4712"),
    "message.channels--changed_by_a_link_preview": None,
    "message.channels--changed_because_a_reply_came": None,
    "message.channels--deleted": Deleted(ref(TS, ROOT)),
    "message.channels--deleted_with_replies": Deleted(ref()),
    "message.channels--our_own": None,
    "message.channels--our_own_changed": None,
    "message.channels--our_own_under_another_name": None,
    "message.channels--another_bot": None,
    "message.channels--somebody_joined": None,
    "message.channels--somebody_of_another_company": Said(ref(), "Hello from Globex"),
    "message.groups--thread_reply": Said(ref("1700000120.000100", CARD_THREAD, "G0DESK0001"), "note: he is a VIP"),
    "message.im--plain": Said(ref(channel="D0ANN00001"), "Hi, I need help"),
    "message.im--thread_reply": Said(ref("1700000130.000100", TS, "D0ANN00001"), "And one more thing"),
    "message.im--changed": Edited(ref(channel="D0ANN00001"), "Hi, I need help!"),
    "message.im--deleted": Deleted(ref(channel="D0ANN00001")),
    "message.mpim--plain": Said(ref(channel="G0MPIM0001"), "All three of us"),
    "app_mention--plain": Said(ref(), "can you help?"),
    "app_mention--in_a_thread": Said(ref("1700000140.000100", ROOT), "please look"),
    "reaction_added--on_a_message": Reacted(ref(), "✅", added=True),
    "reaction_added--with_a_skin_tone": Reacted(ref(), "👍🏽", added=True),
    "reaction_added--custom": Reacted(ref(channel="D0ANN00001"), ":party_parrot:", added=True),
    "reaction_added--our_own": None,
    "reaction_removed--on_a_message": Reacted(ref(), "✅", added=False),
    "app_home_opened--home": None,
    "app_home_opened--messages": None,
    "block_actions--on_the_card": Pressed(ref(CARD_THREAD, "", "G0DESK0001"), "claim", "1042"),
    "block_actions--in_a_whisper": Pressed(
        ref("~1700000150.000300", CARD_THREAD, "G0DESK0001"), "send_once", "slack|m1"
    ),
    "block_actions--in_a_direct_message": Pressed(ref("1700000150.000400", "", "D0ANN00001"), "guess", "/track_order"),
    "block_actions--a_link_button": None,
}


def load(name: str) -> dict[str, Any]:
    loaded = json.loads((FOLDER / f"{name}.json").read_text())
    assert isinstance(loaded, dict)
    return loaded


NOBODY = Us()


def same(account: str) -> str:
    return account


def no_thread(*_message: str) -> str:
    return ""


def read(payload: dict[str, Any], *, us: Us = NOBODY, now: float = 1700000200.0, bots: bool = False) -> Activity | None:
    hearing = Hearing(us, same, no_thread, now, hear_bots=bots)
    return pressed_of(payload, hearing) if payload["type"] in INTERACTIVE else activity_of(payload, hearing)


def heard(payload: dict[str, Any], *, now: float = 1700000200.0, bots: bool = False) -> Activity:
    """What the payload reports, which is something."""
    activity = read(payload, now=now, bots=bots)
    assert activity is not None
    return activity


def names(activity: Activity) -> set[str]:
    return {activity.id, *activity.twins}


def subscriptions() -> set[str]:
    manifest = YAML(typ="safe", pure=True).load(MANIFEST)
    return set(manifest["settings"]["event_subscriptions"]["bot_events"])


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_payload_means_what_is_declared(name: str) -> None:
    assert name in EXPECTED, (
        f"{name}.json is not declared. Say in EXPECTED what it means: the content, or None when it is none of our "
        "business. If its kind is new, add it to deploy/slack/manifest.yaml, with its scope, and teach inbound.py."
    )
    activity = read(load(name))
    assert (activity.content if activity else None) == EXPECTED[name]


def test_every_declared_payload_is_there() -> None:
    assert set(EXPECTED) == set(PAYLOADS)


def test_every_subscription_of_the_manifest_has_payloads() -> None:
    covered = {name.partition("--")[0] for name in PAYLOADS}
    missing = subscriptions() - covered
    assert not missing, f"add payloads/<subscription>--<case>.json in Slack's documented shape for {sorted(missing)}"
    undeclared = covered - subscriptions() - INTERACTIVE
    assert not undeclared, f"payloads for what the manifest does not subscribe to: {sorted(undeclared)}"


def test_the_local_slack_delivers_exactly_what_the_manifest_subscribes_to() -> None:
    assert subscriptions() == SUBSCRIBED


def test_the_manifest_has_the_scope_that_each_subscription_needs() -> None:
    needed = {
        "app_mention": "app_mentions:read",
        "message.channels": "channels:history",
        "message.groups": "groups:history",
        "message.im": "im:history",
        "message.mpim": "mpim:history",
        "reaction_added": "reactions:read",
        "reaction_removed": "reactions:read",
    }
    manifest = YAML(typ="safe", pure=True).load(MANIFEST)
    needing = subscriptions() - {"app_home_opened"}  # for which Slack asks no scope
    assert {needed[name] for name in needing} <= set(manifest["oauth_config"]["scopes"]["bot"])


@pytest.mark.parametrize("name", PAYLOADS)
def test_we_know_ourselves_with_and_without_auth_test(name: str) -> None:
    assert read(load(name), us=Us("A0WARMLINE", "B0BOT00001", "U0BOT00001")) == read(load(name))


@pytest.mark.parametrize("name", [name for name in PAYLOADS if EXPECTED.get(name)])
def test_a_redelivery_has_the_same_names(name: str) -> None:
    assert names(heard(load(name))) == names(heard(load(name)))


def test_the_two_reports_of_one_mention_share_a_name() -> None:
    message, mention = heard(load("message.channels--mention")), heard(load("app_mention--plain"))
    assert message.id != mention.id
    assert names(message) & names(mention)
    assert message.addressed
    assert mention.addressed


def test_one_gesture_reported_as_two_messages_shares_a_name() -> None:
    one, other = load("message.im--plain"), load("message.im--plain")
    other["event_id"], other["event"]["ts"] = "Ev0OTHER", "1700000100.000999"
    assert names(heard(one)) & names(heard(other))


def test_another_app_that_is_told_the_same_event_is_not_the_same() -> None:
    one, other = load("message.channels--plain"), load("message.channels--plain")
    other["api_app_id"] = "A0OTHER"
    assert not names(heard(one)) & names(heard(other))


def test_a_slack_connect_report_through_the_other_workspace_shares_a_name() -> None:
    one, other = load("message.channels--plain"), load("message.channels--plain")
    other |= {"team_id": "T0GLOBEX", "event_id": "Ev0OTHER", "is_ext_shared_channel": True}
    assert names(heard(one)) & names(heard(other))
    assert heard(one).place == heard(other).place


def test_somebody_of_another_company_is_an_outsider() -> None:
    assert heard(load("message.channels--somebody_of_another_company")).author.is_outsider
    assert not heard(load("message.channels--plain")).author.is_outsider


def test_what_was_delivered_long_after_it_happened_is_marked_late() -> None:
    assert heard(load("message.im--plain"), now=1700009999.0).metadata == (("late", "1"),)
    assert heard(load("message.im--plain")).metadata == ()


@pytest.mark.parametrize("change", [{"user": "USLACKBOT"}, {"hidden": True}, {"ts": "soon"}, {"channel": ""}])
def test_what_nobody_said_is_not_heard(change: dict[str, object]) -> None:
    payload = load("message.channels--plain")
    assert read(payload) is not None
    payload["event"] |= change
    assert read(payload) is None


def test_another_bot_is_heard_when_that_is_wanted() -> None:
    assert heard(load("message.channels--another_bot"), bots=True).author.is_bot
    assert read(load("message.channels--our_own_under_another_name"), bots=True) is None


def test_a_colleague_of_another_workspace_of_the_same_organisation_is_no_outsider() -> None:
    said, pressed = load("message.groups--thread_reply"), load("block_actions--on_the_card")
    said["authorizations"][0]["enterprise_id"] = "E0ACME"
    said["event"] |= {"user_team": "T0ACME2", "source_team": "T0ACME2"}
    pressed |= {"enterprise": {"id": "E0ACME", "name": "Acme"}}
    pressed["user"]["team_id"] = "T0ACME2"
    assert not heard(said).author.is_outsider
    assert not heard(pressed).author.is_outsider
    said["is_ext_shared_channel"] = True
    assert heard(said).author.is_outsider


def test_a_press_by_somebody_of_another_company_is_an_outsiders() -> None:
    pressed = load("block_actions--on_the_card")
    pressed["user"]["team_id"] = "T0GLOBEX"
    assert heard(pressed).author.is_outsider


def test_where_an_account_belongs_counts_not_where_it_was_made() -> None:
    user = {"id": "U1", "team_id": "T0ACME2", "enterprise_user": {"teams": ["T0ACME", "T0ACME2"]}}
    assert not person_of(user, "slack", "T0ACME", "U1").is_outsider
    assert person_of(user, "slack", "T0GLOBEX", "U1").is_outsider


def test_only_the_home_tab_opens_the_home_page() -> None:
    assert opened_by(load("app_home_opened--home")) == ("T0ACME", "U0ANN00001")
    assert opened_by(load("app_home_opened--messages")) is None
