"""A project made of what no other has: its answers to payloads were compared with Rasa 3.6.21's, turn by turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.dialogue.tracker_json import load_tracker
from nlu.types import Entity

# the slot that a validator adds to a form has no method of its own to be filled by; rasa-sdk says so
pytestmark = pytest.mark.filterwarnings("ignore:No method 'extract_insured' found")

TalkTo = Callable[[str], Any]

OSLO = Entity("place", "Oslo", 0, 4, role="to")
GRAZ = Entity("place", "Graz", 0, 4, role="to", group="2")
ROME = Entity("place", "Rome", 0, 4, role="from")


def slots_of(talk: Any) -> dict[str, Any]:
    now = load_tracker(talk.tracker, talk.assistant.dialogue.domain, "u1").now
    return {k: v for k, v in now.slots.items() if v is not None}


@pytest.mark.parametrize(
    "turns",
    [
        [("/hello", "Welcome to the parcel counter."), ("/hello", "Pardon?"), ("/price", "Four.")],
        [
            ("/send", "Where to?"),
            ('/tell{"size": "large"}', "Where to?"),
            ("/price", "Nine. Where to?"),
            ("/affirm", "Pardon?"),
        ],
        [
            ("/hello", "Welcome to the parcel counter."),
            ("/track", "Which code?"),
            ('/tell{"code": "X12"}', "It is on its way."),
            ("/affirm", "Anything else?"),
            ("/bye", "Bye."),
        ],
        [("/track", "Which code?"), ('/tell{"code": "X12"}', "It is on its way."), ("/deny", "Bye.")],
        [('/track{"code": "Y34"}', "It is on its way."), ("/change", "Anything else?"), ("/bye", "Bye.")],
        [('/track{"code": "12"}', "A code begins with a letter. Pardon?"), ("/bye", "Bye.")],
        [('/track{"place": "Rome"}', "Which code?")],
        [("/weigh", "Too heavy. Carry on."), ("/price", "Four.")],
        [('/send{"size": "large"}', "Where to?"), ("/weigh", "Too heavy. Carry on. Where to?")],
    ],
)
async def test_it_answers_as_rasa_3_6_does(talk_to: TalkTo, turns: list[tuple[str, str]]) -> None:
    talk = talk_to("parcels")
    for payload, answer in turns:
        assert " ".join(await talk.say(payload)) == answer, payload


async def test_a_form_asks_for_more_as_its_validator_wants(talk_to: TalkTo) -> None:
    talk = talk_to("parcels")
    assert await talk.say("/send", entities=(OSLO,)) == ["Small or large?"]
    assert await talk.say('/tell{"size": "large"}') == ["Insured?"]
    assert await talk.say("/affirm") == ["Sent to Oslo, large, insured: True."]
    again = talk_to("parcels")
    await again.say("/send", entities=(OSLO,))
    assert await again.say('/tell{"size": "small"}') == ["Sent to Oslo, small, insured: ."]


async def test_roles_and_groups_tell_entities_apart(talk_to: TalkTo) -> None:
    talk = talk_to("parcels")
    await talk.say("/send", entities=(ROME, GRAZ))
    assert slots_of(talk)["origin"] == "Rome"
    assert slots_of(talk)["second_target"] == "Graz"
    assert "target" not in slots_of(talk), "a mapping without a group takes no entity that has one, as in Rasa"


async def test_custom_mappings_are_run_and_all_slots_validated(talk_to: TalkTo) -> None:
    talk = talk_to("parcels")
    assert await talk.say("/weigh", "it weighs 12 kilos") == ["12 kilos.", "Carry on."]
    assert slots_of(talk)["letters"] == len("it weighs 12 kilos"), "filled by the validator alone, without a mapping"
    assert await talk_to("parcels").say("/weigh", "it weighs 99 kilos") == ["Too heavy.", "Carry on."]


async def test_a_session_that_expired_takes_its_slots_with_it(talk_to: TalkTo) -> None:
    talk = talk_to("parcels")
    await talk.say('/track{"code": "X12"}')
    talk.at += 20 * 60.0
    await talk.say("/price")
    assert slots_of(talk)["code"] == "X12"
    talk.at += 31 * 60.0
    assert await talk.say("/hello") == ["Welcome to the parcel counter."], "a session's beginning is one, too"
    assert "code" not in slots_of(talk)


async def test_a_text_in_a_story_is_answered_with_a_text_of_the_domain(talk_to: TalkTo) -> None:
    talk = talk_to("parcels")
    await talk.say("/bye")
    assert await talk.say("are you reliable") == ["We never lose a parcel."]


@pytest.mark.parametrize(("channel", "price"), [("slack", "Four, as everywhere on Slack."), ("teams", "Four.")])
async def test_responses_know_the_platform_and_payloads_are_shown_by_their_words(
    talk_to: TalkTo, channel: str, price: str
) -> None:
    talk = talk_to("parcels")
    assert await talk.say("/price", channel=channel) == [price]
    assert await talk.say("/map", channel=channel) == ["See the map.\nhttps://parcels.example/map.pdf"]
    assert await talk.say("/board", channel=channel) == ["Departures"]


def test_a_turn_that_is_never_predicted_is_told(talk_to: TalkTo) -> None:
    notices = [n for n in talk_to("parcels").assistant.notices if "action_unlikely_intent" in n]
    assert [n.partition(" is ")[0] for n in notices] == ["data/stories.yml:47: action_unlikely_intent"]
