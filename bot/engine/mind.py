"""What a worker decides with, and how it understands an event first: words are parsed, and the assistant takes a turn.

Stores nothing and commits nothing: all of it may be done again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

import structlog

from bot.core import machine
from bot.core.conversation import Conversation
from bot.core.customers import choosing, denials, follow_ups, several
from bot.core.customers.answering import REMINDER
from bot.core.decision import Decision
from bot.core.events import CustomerPressed, CustomerSaid, Event, TimerFired, Turn
from bot.core.policy import Policy
from bot.core.wording.tongue import tongue_of
from bot.core.wording.words import language_of
from bot.errors import UnderstandingUnavailable
from bot.ports import Assistant, CustomerMessage, Understanding
from nlu.types import ParseResult

_log = structlog.get_logger("engine")

_TURN_SECONDS: Final = 45.0
"""The longest turn of the assistant, its actions included. They have shorter limits of their own."""


class Core(Protocol):
    """The pure core, as `bot.core.machine` offers it."""

    def handle(self, conversation: Conversation, event: Event, policy: Policy, *, number: int) -> Decision: ...

    def wants_turn(self, conversation: Conversation, event: Event, policy: Policy) -> bool: ...

    def wants_assistant(self, conversation: Conversation, event: Event, policy: Policy) -> bool: ...

    def open_conversation(self, event: CustomerSaid | CustomerPressed, id: str) -> Conversation: ...


@dataclass(frozen=True, slots=True)
class Mind:
    """What a worker decides with."""

    policy: Policy
    understanding: Understanding
    assistant: Assistant
    core: Core = machine

    async def understood(self, conversation: Conversation, event: Event, policy: Policy) -> Event:
        """The event with parse and turn where the core wants them."""
        if not self.core.wants_turn(conversation, event, policy):
            return event
        match event:
            case TimerFired():
                return await self._reminded(conversation, event)
            case CustomerSaid() | CustomerPressed():
                return await self._heard(conversation, event, policy)
            case _:
                return event

    async def _reminded(self, conversation: Conversation, event: TimerFired) -> Event:
        message = _message(conversation, event.at, "", self._tongue(conversation, "", None))
        tracker, name = await self._tracker(conversation), event.name.removeprefix(REMINDER)
        turn = await self._turn(conversation, lambda: self.assistant.reminded(tracker, name, message))
        return replace(event, turn=turn)

    async def _heard(self, conversation: Conversation, event: CustomerSaid | CustomerPressed, policy: Policy) -> Event:
        core = self.core
        text, spoken = (event.text, event.text) if isinstance(event, CustomerSaid) else (event.value, "")
        parse = self.assistant.understood(text) if isinstance(event, CustomerPressed) else None
        if parse is None:
            try:
                parse = await self.understanding.parse(text)
            except UnderstandingUnavailable as error:
                _log.warning("understanding_unavailable", why=str(error))
                return event
        choice = choosing.chosen(conversation.offer, text) if isinstance(event, CustomerSaid) else None
        if choice is not None:
            text, parse = choice, await self._typed(choice, parse)
        heard, requests = parse, tuple[ParseResult, ...]()
        if isinstance(event, CustomerSaid) and choice is None:
            heard = await self._undenied(parse, policy)
        event = replace(event, parse=heard)
        if not core.wants_assistant(conversation, event, policy):
            return event
        if isinstance(event, CustomerSaid) and choice is None:
            requests = await self._requests(heard)
            if not requests and (read := await self._in_context(conversation, heard, event.at, policy)):
                requests = (read,)
                event = replace(event, leans_on=follow_ups.question_of(conversation))
            event = replace(event, requests=requests)
            if requests and not core.wants_assistant(conversation, event, policy):
                return event
        message = _message(conversation, event.at, text, self._tongue(conversation, spoken, heard))
        tracker = await self._tracker(conversation)
        turn = await self._turn(conversation, lambda: self.assistant.turn(tracker, message, heard, requests))
        return replace(event, turn=turn)

    async def _typed(self, choice: str, spoken: ParseResult) -> ParseResult:
        """What a button that was typed means: the meaning is what it says, mood and danger are those of the words."""
        try:
            meant = self.assistant.understood(choice) or await self.understanding.parse(choice)
        except UnderstandingUnavailable as error:
            _log.warning("understanding_unavailable", why=str(error))
            return spoken
        return replace(
            spoken, intent=meant.intent, ranking=meant.ranking, entities=meant.entities, responses=meant.responses
        )

    async def _undenied(self, whole: ParseResult, policy: Policy) -> ParseResult:
        """The message with the dangers unheard that it denies; as it is where understanding fails."""
        rest = denials.rest_to_hear(whole, policy)
        if rest is None:
            return whole
        try:
            return denials.heard_without(whole, await self.understanding.parse(rest), policy)
        except UnderstandingUnavailable as error:
            _log.warning("understanding_unavailable", why=str(error))
            return whole

    async def _requests(self, whole: ParseResult) -> tuple[ParseResult, ...]:
        """What a message asks for where that is several things; nothing where understanding fails."""
        texts = {piece for pieces in several.divisions(whole) for piece in pieces}
        try:
            understood = {text: await self.understanding.parse(text) for text in sorted(texts)}
        except UnderstandingUnavailable as error:
            _log.warning("understanding_unavailable", why=str(error))
            return ()
        return several.heard_apart(whole, understood.__getitem__)

    async def _in_context(
        self, conversation: Conversation, alone: ParseResult, at: float, policy: Policy
    ) -> ParseResult | None:
        """What a message means that leans on the turn before; None where it stands alone, or understanding fails."""
        text = follow_ups.joined(conversation, alone, at, policy)
        if not text:
            return None
        try:
            joint = await self.understanding.parse(text)
        except UnderstandingUnavailable as error:
            _log.warning("understanding_unavailable", why=str(error))
            return None
        return follow_ups.in_context(conversation, alone, joint, policy)

    def _tongue(self, conversation: Conversation, spoken: str, parse: ParseResult | None) -> str:
        written = tongue_of(conversation, spoken, parse, self.policy) if parse else conversation.language
        return language_of(written, conversation.customer.locale, self.policy)

    async def _tracker(self, conversation: Conversation) -> str:
        if not conversation.returned:
            return conversation.tracker
        return await self.assistant.resumed(conversation.tracker, conversation.returned)

    @staticmethod
    async def _turn(conversation: Conversation, call: Callable[[], Awaitable[Turn]]) -> Turn:
        """A turn of the assistant. Whatever goes wrong in it is a failure that the core knows how to tell."""
        try:
            async with asyncio.timeout(_TURN_SECONDS):
                return await call()
        except Exception as error:  # noqa: BLE001 - an assistant's code is the operator's own
            _log.exception("turn_failed", conversation=conversation.id)
            return Turn(tracker=conversation.tracker, failure=type(error).__name__)


def _message(conversation: Conversation, at: float, text: str, language: str) -> CustomerMessage:
    customer = conversation.customer
    known = {"platform": customer.platform, "language": language}
    return CustomerMessage(
        sender=conversation.id,
        text=text,
        at=at,
        channel=conversation.place.platform,
        customer=customer,
        metadata={name: value for name, value in known.items() if value},
    )
