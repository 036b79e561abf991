"""What the bot was not sure of is kept for review, unless people see it, or its author takes it back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.activity import Ref
from bot.core.conversation import Conversation
from bot.core.customers import doubts
from bot.core.customers.doubts import CameToPeople, Finding, Meant, TakenBack
from bot.core.effects import Button
from bot.core.events import BotReply, CustomerDeleted, CustomerEdited, Event
from bot.core.learning.lessons import Doubt
from bot.core.machine import handle
from nlu.types import NLU_FALLBACK, ParseResult
from tests.core.people import ADA, POLICY, THREAD, choose, conversation, customer, meaning, turn

UNSURE = meaning(NLU_FALLBACK)


class Talk:
    """One conversation, with what its last event meant for review."""

    def __init__(self) -> None:
        self.now: Conversation = conversation()

    def play(self, event: Event) -> Finding | None:
        before, self.now = self.now, handle(self.now, event, POLICY, number=1001).conversation
        return doubts.found(before, event, self.now, POLICY)


def says(text: str, at: float = 1.0, parse: ParseResult = UNSURE) -> Event:
    return customer(text, at, parse=parse, turn=turn(""))


def test_what_the_bot_was_not_sure_of_is_kept_with_its_guesses() -> None:
    found = Talk().play(says("is Ada's parcel 4711-0815 anywhere"))
    assert found == Doubt(
        Ref(THREAD, "c1.0").key,
        "is …'s parcel … anywhere",
        "en",
        1.0,
        conversation().id,
        ADA.key,
        (("track_order", 0.3), ("refund_status", 0.2)),
    )
    assert isinstance(found, Doubt)
    assert found.suggested == "track_order"


def test_what_it_was_sure_of_is_not() -> None:
    talk = Talk()
    assert talk.play(customer("where is my parcel", parse=meaning(), turn=turn())) is None


def test_nothing_is_kept_where_the_company_does_not_want_it() -> None:
    conversation_after = handle(conversation(), says("is it anywhere"), POLICY, number=1).conversation
    unwanted = replace(POLICY, doubt_seconds=0.0)
    assert doubts.found(conversation(), says("is it anywhere"), conversation_after, unwanted) is None


@pytest.mark.parametrize("text", ["??", "12", "x" * 900])
def test_what_teaches_nothing_is_not(text: str) -> None:
    assert Talk().play(says(text)) is None


def test_the_guess_that_the_customer_pressed_says_what_it_meant() -> None:
    talk = Talk()
    talk.play(says("is it anywhere"))
    pressed = choose("say", 2.0, value="/refund_status", parse=meaning("refund_status"), turn=turn())
    assert talk.play(pressed) == Meant(Ref(THREAD, "c1.0").key, "refund_status")


def test_a_button_of_the_assistants_own_says_nothing_of_it() -> None:
    talk = Talk()
    talk.play(says("is it anywhere"))
    pressed = choose("say", 2.0, value="/restart", parse=meaning("restart"), turn=turn())
    assert talk.play(pressed) is None


@pytest.mark.parametrize("value", ['/inform{"age": "3"}', "/affirm"])
def test_a_choice_of_a_question_that_is_asked_again_says_nothing_of_it(value: str) -> None:
    talk = Talk()
    asked = BotReply("How old?", (Button("3", "say", value),))
    talk.play(customer("is it anywhere", parse=UNSURE, turn=replace(turn("How old?"), replies=(asked,))))
    assert talk.play(choose("say", 2.0, value=value, parse=meaning("inform"), turn=turn())) is None


def test_what_comes_to_people_is_theirs() -> None:
    talk = Talk()
    talk.play(says("is it anywhere"))
    assert talk.play(says("is it or not", 2.0)) == CameToPeople()


def test_what_its_author_changes_or_takes_back_is_gone() -> None:
    talk = Talk()
    talk.play(says("is it anywhere"))
    ref = Ref(THREAD, "c1.0")
    assert talk.play(CustomerEdited(2.0, ref, ADA, "never mind")) == TakenBack(ref.key)
    assert talk.play(CustomerDeleted(3.0, ref, ADA)) == TakenBack(ref.key)


def test_what_the_customer_explained_comes_first_then_what_the_bot_wavered_on() -> None:
    sure = Doubt("1", "a", "en", 1.0, "c", "k", (("one", 0.9), ("two", 0.1)))
    wavering = Doubt("2", "b", "en", 1.0, "c", "k", (("one", 0.4), ("two", 0.39)))
    explained = replace(sure, id="3", meant="two")
    ordered = sorted((sure, wavering, explained), key=lambda doubt: -doubt.informative)
    assert ordered == [explained, wavering, sure]
    assert Doubt("4", "c", "en", 1.0, "c", "k").suggested == ""
    assert len({doubt.code for doubt in ordered}) == 3
