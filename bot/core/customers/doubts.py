"""Messages that the bot was not sure of and that no person has seen: what is kept of them for review. Pure.

One that comes before people after all is theirs, and one that its author changes or takes back is gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.core.conversation import Conversation, Speaker
from bot.core.customers import escalation, hearing
from bot.core.customers.customary import ON_THE_WAY, SMALL_TALK
from bot.core.events import CustomerDeleted, CustomerEdited, CustomerPressed, CustomerSaid, Event
from bot.core.learning.lessons import MAX_TEXT, Doubt
from bot.core.learning.teaching import fit_words
from bot.core.policy import Policy
from bot.core.wording.escapes import unescaped
from bot.core.wording.words import language_of
from nlu.types import ParseResult

MOST_KEPT: Final = 500
"""Messages that wait for review: more than anybody reviews in a month."""
_GUESSES: Final = 3
_LEAST_LETTERS: Final = 4


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
        case CustomerPressed(action=hearing.SAY, value=value) if before is not None:
            return _meant(before, value)
        case CustomerEdited(ref=ref) | CustomerDeleted(ref=ref):
            return TakenBack(ref.key)
        case _:
            return None


def _doubt(event: CustomerSaid, parse: ParseResult, after: Conversation, policy: Policy) -> Doubt | None:
    text = fit_words(unescaped(event.text), after.customer.name)
    if after.case is not None or sum(c.isalpha() for c in text) < _LEAST_LETTERS or len(text) > MAX_TEXT:
        return None
    guesses = tuple(
        (meaning.name, round(meaning.confidence, 4)) for meaning in escalation.guessable(parse, policy)[:_GUESSES]
    )
    speaking = language_of(after.language, after.customer.locale, policy)
    return Doubt(event.ref.key, text, speaking, event.at, after.id, after.customer.key, guesses)


def _meant(before: Conversation, value: str) -> Meant | None:
    offered = before.offer is not None and value in dict(before.offer.guesses)
    # a choice of a form that asked again is an answer to it, and no word about the message before
    is_guess = "{" not in value and value.removeprefix("/") not in SMALL_TALK | ON_THE_WAY
    if not (offered and is_guess and before.doubts):
        return None
    last = next((x for x in reversed(before.transcript) if x.speaker is Speaker.CUSTOMER and x.ref is not None), None)
    return Meant(last.ref.key, value.removeprefix("/")) if last is not None and last.ref is not None else None
