"""A message that asks for two things is understood piece by piece, and both are answered."""

from __future__ import annotations

from adapters.redis.store import RedisStore
from bot.core.events import CustomerSaid
from bot.engine.mind import Mind
from bot.errors import UnderstandingUnavailable
from nlu.types import ParseResult
from tests.core.people import POLICY, conversation, customer
from tests.support.engines import engine_on
from tests.support.mind import EchoAssistant, OfTwoMinds
from tests.support.town import Town, chat_with, person

ANN = person("ann")
CHAT = chat_with(ANN)
BOTH = "where is it and please hurry up"


async def test_both_requests_are_answered(store: RedisStore, town: Town) -> None:
    engine = engine_on(store, {"town": town}, understanding=OfTwoMinds())
    await engine.start()
    await engine.intake.take(town.says(ANN, CHAT, BOTH))
    await town.until(lambda: "re: please hurry up" in town.visible(CHAT))
    await engine.stop()
    assert [text for text in town.visible(CHAT) if text.startswith("re:")] == ["re: where is it", "re: please hurry up"]


async def test_a_message_that_cannot_be_taken_apart_now_is_taken_as_a_whole() -> None:
    class Failing(OfTwoMinds):
        async def parse(self, text: str) -> ParseResult:
            if text != BOTH:
                raise UnderstandingUnavailable("gone")
            return await super().parse(text)

    mind = Mind(POLICY, Failing(), EchoAssistant())
    event = await mind.understood(conversation(), customer(BOTH), POLICY)
    assert isinstance(event, CustomerSaid)
    assert event.requests == ()
    assert event.turn is not None
    assert [reply.text for reply in event.turn.replies] == [f"re: {BOTH}"]
