"""A message that leans on the turn before is understood once more, with it, and that is what is answered."""

from __future__ import annotations

from dataclasses import replace

from bot.core.conversation import Conversation, Question
from bot.core.events import CustomerSaid
from bot.engine.mind import Mind
from bot.errors import UnderstandingUnavailable
from nlu.types import Intent, ParseResult
from tests.core.people import POLICY, conversation, customer
from tests.support.mind import EchoAssistant

LEANING = replace(POLICY, follow_ups=True)
BEFORE = "where can I park"
PRICE = "how much is it"


class Parks:
    """Understands what begins with the question before as that, and anything else as a question for prices."""

    def __init__(self, *, fails_on: str = "") -> None:
        self.texts: list[str] = []
        self.fails_on = fails_on

    async def parse(self, text: str) -> ParseResult:
        self.texts.append(text)
        if text == self.fails_on:
            raise UnderstandingUnavailable("gone")
        intent = Intent("parking" if text.startswith(BEFORE) else "fees", 0.98)
        return ParseResult(text, intent, ranking=(intent,))


def after_a_question() -> Conversation:
    return replace(conversation(), question=Question(BEFORE, "parking", 0.0))


async def heard(ears: Parks, text: str, *, leaning: bool = True) -> CustomerSaid:
    mind = Mind(LEANING, ears, EchoAssistant())
    event = await mind.understood(after_a_question(), customer(text), replace(LEANING, follow_ups=leaning))
    assert isinstance(event, CustomerSaid)
    return event


async def test_one_parse_more_and_the_meaning_is_that_of_the_context() -> None:
    ears = Parks()
    event = await heard(ears, PRICE)
    assert ears.texts == [PRICE, f"{BEFORE} {PRICE}"]
    assert event.leans_on == BEFORE
    assert [each.intent.name for each in event.requests] == ["parking"]
    assert event.parse is not None
    assert event.parse.intent.name == "fees"
    assert event.turn is not None
    assert event.turn.answered == ("parking",)


async def test_a_message_that_stands_alone_is_parsed_once() -> None:
    ears = Parks()
    event = await heard(ears, "what does a visit to the dentist cost")
    assert len(ears.texts) == 1
    assert (event.requests, event.leans_on) == ((), "")


async def test_nothing_more_is_parsed_where_it_is_off() -> None:
    ears = Parks()
    await heard(ears, PRICE, leaning=False)
    assert ears.texts == [PRICE]


async def test_what_cannot_be_understood_with_its_context_now_is_taken_alone() -> None:
    event = await heard(Parks(fails_on=f"{BEFORE} {PRICE}"), PRICE)
    assert (event.requests, event.leans_on) == ((), "")
    assert event.turn is not None
