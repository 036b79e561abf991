"""The florist's assistant, talked to with payloads: rules, responses, a form with validation, hand-over, sessions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.core.activity import Person
from nlu.payload import parse_payload
from nlu.types import Intent

Talk = Any  # conftest.Talk; test modules are not packages


@pytest.fixture
def talk(talk_to: Callable[[str], Talk]) -> Talk:
    return talk_to("florist")


async def test_a_rule_answers_and_a_custom_action_sets_a_slot_that_conditions_read(talk: Talk) -> None:
    assert await talk.say("/greet") == ["Welcome to the flower shop!"]
    talk.tier = "member"
    assert await talk.say("/greet") == ["Welcome back!"]
    assert talk.last.decided_by == "Greeting"
    assert talk.last.actions == ("action_member", "utter_greet")


async def test_a_response_for_the_channel_wins_over_one_for_all(talk: Talk) -> None:
    assert await talk.say("/goodbye") == ["Bye!"]
    assert await talk.say("/goodbye", channel="slack") == ["See you!"]


async def test_buttons_carry_payloads_and_addresses(talk: Talk) -> None:
    await talk.say("/ask_price")
    order, prices = talk.last.replies[0].buttons
    assert (order.label, order.action, order.value) == ("Order", "say", "/order_flowers")
    assert prices.url == "https://flowers.example/prices"


async def test_a_form_asks_for_each_slot_validates_and_ends(talk: Talk) -> None:
    assert await talk.say("/order_flowers") == ["Which flower?"]
    assert await talk.say('/inform{"flower": "Orchids"}') == ["We do not grow Orchids.", "Which flower?"]
    assert talk.last.refused_slots == 1
    assert await talk.say('/inform{"flower": "Tulips"}') == ["How many of tulips?"]
    assert talk.last.filled
    assert talk.last.refused_slots == 0
    assert await talk.say('/inform{"count": 12}') == ["What shall the card say?"]
    assert await talk.say("/greet", "All the best") == ["12 tulips ordered, card: All the best."]
    assert talk.last.slots == (("count", "12"), ("flower", "tulips"), ("member", "False"), ("note", "All the best"))


async def test_who_tells_a_form_something_else_has_not_refused_its_question(talk: Talk) -> None:
    await talk.say("/order_flowers")
    await talk.say('/inform{"flower": "Orchids"}')
    assert await talk.say('/inform{"count": 2}') == ["Which flower?"]
    assert talk.last.refused_slots == 0
    await talk.say('/inform{"flower": "Orchids"}')
    assert await talk.say('/inform{"count": 2}') == ["Which flower?"]
    assert talk.last.refused_slots == 2, "the same once more tells nothing new"


async def test_what_the_first_message_says_is_not_asked_again(talk: Talk) -> None:
    assert await talk.say('/order_flowers{"flower": "roses", "count": 3}') == ["What shall the card say?"]
    assert await talk.say("/deny") == ["3 roses ordered, card: -."]


async def test_a_question_inside_a_form_is_answered_and_the_form_goes_on(talk: Talk) -> None:
    await talk.say("/order_flowers")
    assert await talk.say("/ask_price") == ["A bunch is 12 euros.", "Which flower?"]
    assert await talk.say('/inform{"flower": "roses"}') == ["How many of roses?"]


async def test_what_is_not_understood_is_said_and_forgotten(talk: Talk) -> None:
    assert await talk.say("blub") == ["I did not get that."]
    assert await talk.say("/goodbye") == ["Bye!"]


async def test_the_assistant_can_ask_for_a_person(talk: Talk) -> None:
    assert await talk.say("/human") == []
    assert talk.last.hand_over == ""


async def test_the_reason_of_a_hand_over_is_not_among_the_details_as_well(talk: Talk) -> None:
    await talk.say('/human{"count": 80, "occasion": "Flowers for a wedding."}')
    assert talk.last.hand_over == "Flowers for a wedding."
    assert [name for name, _ in talk.last.slots] == ["count", "member"]


async def test_after_an_hour_a_new_session_begins_and_slots_are_carried_over(talk: Talk) -> None:
    await talk.say('/order_flowers{"flower": "roses"}')
    talk.at += 3 * 3600
    assert await talk.say("/goodbye") == ["Bye!"]
    assert ("flower", "roses") in talk.last.slots


async def test_a_resumed_conversation_leaves_its_form_and_knows_the_case(talk: Talk) -> None:
    await talk.say("/order_flowers")
    talk.tracker = await talk.assistant.resumed(talk.tracker, "case 1042, refunded")
    assert await talk.say("/goodbye") == ["Bye!"]
    assert '"last_case":"case 1042, refunded"' in talk.tracker.replace('", "', '","') or "case 1042" in talk.tracker


async def test_a_message_is_taken_as_it_is_meant_in_context_and_by_a_form_alone(talk: Talk) -> None:
    alone, meant = parse_payload("/goodbye"), parse_payload("/ask_price")
    assert alone is not None
    assert meant is not None
    said = await talk.assistant.turn(talk.tracker, talk.message("and for roses?", 2_000_000_000.0), alone, (meant,))
    assert [reply.text for reply in said.replies] == ["A bunch is 12 euros."]
    assert (said.answered, said.intent, said.waits) == (("ask_price",), "ask_price", False)
    await talk.say("/order_flowers")
    assert talk.last.waits
    said = await talk.assistant.turn(talk.tracker, talk.message("and for roses?", 2_000_000_000.0), alone, (meant,))
    assert said.answered == ()
    assert said.intent == "goodbye"


@pytest.mark.parametrize("text", ["", "hello", "/", "/greet you", "/ greet"])
def test_what_is_no_payload_is_text(talk: Talk, text: str) -> None:
    assert talk.assistant.understood(text) is None


def test_a_payload_names_intent_entities_and_confidence(talk: Talk) -> None:
    parse = talk.assistant.understood('/inform@0.7{"flower": ["roses", "tulips"]}')
    assert parse is not None
    assert parse.intent == Intent("inform", 0.7)
    assert [(e.entity, e.value) for e in parse.entities] == [("flower", "roses"), ("flower", "tulips")]


@pytest.mark.parametrize("outsider", [True, False])
async def test_an_address_that_a_person_of_another_company_typed_is_told_to_no_action(
    talk: Talk, *, outsider: bool
) -> None:
    ann = Person("slack", "t", "u1", "Ann", email="ann@example.com", is_outsider=outsider)
    message = replace(talk.message("/greet", 1_700_000_000.0, "slack"), customer=ann)
    meant = parse_payload("/greet")
    assert meant is not None
    turn = await talk.assistant.turn("", message, meant)
    assert ("ann@example.com" in turn.tracker) is not outsider
    assert "Ann" in turn.tracker
