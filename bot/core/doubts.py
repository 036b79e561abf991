"""Messages that the bot was not sure of and that no person has seen: what is kept of them for review. Pure.

One that comes before people after all is theirs, and one that its author changes or takes back is gone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from bot.core import answering, escalation
from bot.core.conversation import Conversation, Speaker
from bot.core.events import CustomerDeleted, CustomerEdited, CustomerPressed, CustomerSaid, Event
from bot.core.lessons import MAX_TEXT
from bot.core.policy import Policy
from bot.core.teaching import fit_words
from bot.core.words import language_of
from nlu.types import ParseResult

MOST_KEPT: Final = 500
_GUESSES: Final = 3
_LEAST_LETTERS: Final = 4


@dataclass(frozen=True, slots=True)
class Doubt:
    """One message. `text` is fit for a lesson, `at` in seconds since 1970.

    `guesses` are pairs of intent and probability, best first; `meant` is the one that the customer pressed, if any.
    """

    id: str
    text: str
    language: str
    at: float
    guesses: tuple[tuple[str, float], ...] = ()
    meant: str = ""

    @property
    def code(self) -> str:
        """A short name that people can type."""
        return hashlib.sha256(self.id.encode()).hexdigest()[:8]

    @property
    def suggested(self) -> str:
        """What it most likely means: what the customer pressed, else the best guess; "" without any."""
        return self.meant or (self.guesses[0][0] if self.guesses else "")

    @property
    def informative(self) -> float:
        """How much is learned from it, from 0: what the customer has explained first, then what the bot wavered on."""
        first, second = (*(p for _, p in self.guesses), 0.0, 0.0)[:2]
        return (1.0 if self.meant else 0.0) + 1.0 - (first - second)


@dataclass(frozen=True, slots=True)
class Meant:
    """The customer pressed a guess: what the message of that id means."""

    id: str
    intent: str


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The message of that id was changed or deleted by its author."""

    id: str


@dataclass(frozen=True, slots=True)
class CameToPeople:
    """A case opened: people read all of that conversation."""


Finding = Doubt | Meant | TakenBack | CameToPeople


def found(before: Conversation | None, event: Event, after: Conversation, policy: Policy) -> Finding | None:
    """What one event means for the doubtful messages; None for nothing. `event` as it was understood."""
    if policy.doubt_seconds <= 0:
        return None
    if after.case is not None and (before is None or before.case is None or before.case.number != after.case.number):
        return CameToPeople()
    match event:
        case CustomerSaid(parse=ParseResult() as parse) if after.doubts > (before.doubts if before else 0):
            return _doubt(event, parse, after, policy)
        case CustomerPressed(action=answering.SAY, value=value) if before is not None:
            return _meant(before, value)
        case CustomerEdited(ref=ref) | CustomerDeleted(ref=ref):
            return TakenBack(ref.key)
        case _:
            return None


def _doubt(event: CustomerSaid, parse: ParseResult, after: Conversation, policy: Policy) -> Doubt | None:
    text = fit_words(event.text, after.customer.name)
    if after.case is not None or sum(c.isalpha() for c in text) < _LEAST_LETTERS or len(text) > MAX_TEXT:
        return None
    keys = {response.intent: response.key for response in parse.responses}
    guesses = tuple(
        (keys.get(intent.name, intent.name), round(intent.confidence, 4))
        for intent in escalation.guessable(parse, policy)[:_GUESSES]
    )
    speaking = language_of(after.language, after.customer.locale, policy)
    return Doubt(event.ref.key, text, speaking, event.at, guesses)


def _meant(before: Conversation, value: str) -> Meant | None:
    offered = before.offer is not None and value in dict(before.offer.guesses)
    if not offered or not before.doubts:
        return None
    last = next((x for x in reversed(before.transcript) if x.speaker is Speaker.CUSTOMER and x.ref is not None), None)
    return Meant(last.ref.key, value.removeprefix("/")) if last is not None and last.ref is not None else None
