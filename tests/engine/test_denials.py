"""What a message leaves of the dangers that it denies is understood by itself, before anybody decides."""

from __future__ import annotations

from dataclasses import replace

from bot.core.events import CustomerSaid
from bot.engine.mind import Mind
from bot.errors import UnderstandingUnavailable
from nlu.types import ParseResult, Safety
from tests.core.people import POLICY, conversation, customer
from tests.support.mind import EchoAssistant, EchoUnderstanding

DENIED = "no chest pain, just a cough"


class Wary(EchoUnderstanding):
    """Hears danger wherever there is a word of it."""

    async def parse(self, text: str) -> ParseResult:
        parse = await super().parse(text)
        return replace(parse, safety=Safety("emergency", (text,))) if "pain" in text or "breathe" in text else parse


class OnceOnly(Wary):
    """Understands whole messages, and fails at what is left of them."""

    async def parse(self, text: str) -> ParseResult:
        if text != DENIED:
            raise UnderstandingUnavailable("gone")
        return await super().parse(text)


async def heard(text: str, by: Wary) -> CustomerSaid:
    event = await Mind(POLICY, by, EchoAssistant()).understood(conversation(), customer(text), POLICY)
    assert isinstance(event, CustomerSaid)
    return event


async def test_the_assistant_answers_a_message_that_denies_its_only_danger() -> None:
    event = await heard(DENIED, Wary())
    assert event.parse is not None
    assert event.parse.safety is None
    assert event.turn is not None


async def test_another_danger_in_it_is_left_to_people() -> None:
    event = await heard("no chest pain but i can't breathe", Wary())
    assert event.parse is not None
    assert event.parse.safety is not None
    assert event.turn is None


async def test_whatever_cannot_be_understood_now_stays_a_danger() -> None:
    event = await heard(DENIED, OnceOnly())
    assert event.parse is not None
    assert event.parse.safety is not None
