"""A small mind for tests of the engine: everything is understood alike, and every answer names the question."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.events import BotReply, Turn
from bot.ports import CustomerMessage
from nlu.types import NLU_FALLBACK, Intent, ParseResult


class EchoUnderstanding:
    """Understands every text as a question, and `help …` as a wish for a person."""

    async def parse(self, text: str) -> ParseResult:
        return ParseResult(text, Intent("ask", 0.99), asked_for_person=0.99 if text.startswith("help") else 0.0)


class Wavering(EchoUnderstanding):
    """Is not sure of what begins with `hmm`."""

    async def parse(self, text: str) -> ParseResult:
        if not text.startswith("hmm"):
            return await super().parse(text)
        ranking = (Intent("track_order", 0.3), Intent("refund_status", 0.2))
        return ParseResult(text, Intent(NLU_FALLBACK, 0.3), ranking=ranking)


class OfTwoMinds(EchoUnderstanding):
    """Wavers between two meanings of a text with `and`, as long as its halves are not apart."""

    async def parse(self, text: str) -> ParseResult:
        if " and " in text:
            ranking = (Intent("ask", 0.6), Intent("beg", 0.3))
            return ParseResult(text, Intent(NLU_FALLBACK, 0.6), ranking=ranking)
        intent = Intent("beg" if text.startswith("please") else "ask", 0.95)
        return ParseResult(text, intent, ranking=(intent,))


class EchoAssistant:
    """Answers `x` with `re: x`, of several requests each."""

    def __init__(self) -> None:
        self.turns = 0

    def understood(self, payload: str) -> ParseResult | None:  # noqa: ARG002
        return None

    async def turn(
        self,
        tracker: str,
        message: CustomerMessage,
        parse: ParseResult,  # noqa: ARG002
        requests: Sequence[ParseResult] = (),
    ) -> Turn:
        self.turns += 1
        return Turn(
            replies=tuple(BotReply(f"re: {text}") for text in [r.text for r in requests] or [message.text]),
            answered=tuple(request.intent.name for request in requests),
            tracker=f"{int(tracker or 0) + 1}",
            decided_by="echo",
            intent="ask",
            confidence=0.99,
        )

    async def reminded(self, tracker: str, name: str, message: CustomerMessage) -> Turn:  # noqa: ARG002
        return Turn(replies=(BotReply(f"reminder: {name}"),), tracker=tracker)

    async def resumed(self, tracker: str, summary: str) -> str:  # noqa: ARG002
        return tracker
