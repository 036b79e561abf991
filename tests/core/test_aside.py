"""A customer who comes when nobody is there may go on with the bot; their case waits all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.conversation import Reason, Status
from bot.core.effects import Post
from bot.core.machine import handle, wants_assistant, wants_turn
from bot.core.wording.words import LANGUAGES, say
from nlu.types import Safety
from tests.core.desk_life import OFFICE, Desk, moment, policy
from tests.core.people import agent, choose, customer, meaning, press, turn

CLOSED = policy(hours=OFFICE)
SATURDAY = moment("2026-11-21T12:00")


def closed() -> Desk:
    desk = Desk(CLOSED)
    desk.take(customer("a person, please", SATURDAY, parse=meaning(asked=1.0)))
    return desk


def aside() -> Desk:
    desk = closed()
    desk.take(choose("go_on", SATURDAY + 10))
    return desk


def test_the_bot_is_offered_when_nobody_is_there_and_only_then() -> None:
    for at, offered in ((SATURDAY, 1), (moment("2026-11-23T10:00"), 0)):
        event = customer("a person, please", at, parse=meaning(asked=1.0))
        decision = handle(Desk(CLOSED).conversation, event, CLOSED, number=1001)
        posts = [effect for effect in decision.effects if isinstance(effect, Post) and effect.body.card is None]
        assert sum(button.action == "go_on" for post in posts for button in post.body.buttons) == offered


def test_the_bot_goes_on_and_the_case_stays_in_the_queue() -> None:
    desk = aside()
    assert desk.conversation.status is Status.QUEUED
    assert desk.conversation.is_bots
    event = customer("where is my order?", SATURDAY + 20, parse=meaning(), turn=turn())
    assert wants_turn(desk.conversation, event, CLOSED)
    desk.take(event)
    assert desk.customer[-1] == "It is on its way."
    assert desk.desk[-2:] == ["where is my order?", "It is on its way."]
    assert desk.conversation.status is Status.QUEUED
    assert desk.conversation.case is not None
    assert desk.conversation.case.number == 1001
    assert desk.kinds().count("customer_said") == 2


def test_without_the_button_the_bot_stays_silent() -> None:
    desk = closed()
    event = customer("where is my order?", SATURDAY + 20, parse=meaning())
    assert not wants_assistant(desk.conversation, event, CLOSED)
    desk.take(event)
    assert len(desk.customer) == 1


def test_no_second_case_is_opened() -> None:
    desk = aside()
    desk.take(customer("a person!", SATURDAY + 20, parse=meaning(asked=1.0)))
    assert "#1001" in desk.customer[-1]
    assert desk.conversation.case is not None
    assert desk.conversation.case.number == 1001
    assert desk.kinds().count("handed_over") == 1


DANGER = meaning(safety=Safety("self_harm", ("hurt",)))


def test_an_emergency_is_answered_as_one_and_the_case_is_one_of_safety_from_then_on() -> None:
    desk = aside()
    desk.take(customer("I will hurt myself", SATURDAY + 20, parse=DANGER, turn=turn()))
    assert "112" in desk.customer[-1]
    assert desk.desk[-1].startswith("🚨 The customer's words point to self-harm.")
    assert desk.conversation.case is not None
    assert desk.conversation.case.why.reason is Reason.SAFETY
    desk.take(customer("I mean it, I will hurt myself", SATURDAY + 30, parse=DANGER, turn=turn()))
    assert "112" in desk.customer[-1], "whoever says it again reads it again"
    assert desk.kinds().count("endangered") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_is_in_danger_is_promised_nobody_who_is_not_there(language: str) -> None:
    desk = Desk(CLOSED)
    said = customer("I will hurt myself", SATURDAY, parse=replace(DANGER, language=language), turn=turn())
    desk.take(said)
    assert desk.customer[-1].startswith(say("emergency", language, CLOSED))
    assert say("meanwhile", language, CLOSED) not in desk.customer[-1]


def test_whoever_takes_the_case_silences_the_bot() -> None:
    desk = aside()
    desk.take(agent("I am here", SATURDAY + 30))
    assert not desk.conversation.is_bots
    desk.take(customer("thanks", SATURDAY + 40), press("release", SATURDAY + 50))
    assert not desk.conversation.is_bots


def test_a_button_of_the_bots_is_answered_by_the_bot() -> None:
    desk = aside()
    desk.take(choose("say", SATURDAY + 20, value="/track_order", parse=meaning(), turn=turn("Which order?")))
    assert desk.customer[-1] == "Which order?"
