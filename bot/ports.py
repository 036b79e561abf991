"""What the product asks of the outside world, as Protocols. Concrete classes are named in `bot.app` only.

A platform is one `ChatAdapter`; the contract that each must keep is `tests/contract/`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.core.activity import Activity, Person, Place, Ref
from bot.core.conversation import Conversation
from bot.core.effects import Body
from bot.core.events import Turn
from nlu.types import ParseResult


class Clock(Protocol):
    """The time of day, in seconds since 1970."""

    def now(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform lets an app do. The engine never calls what is denied here.

    `max_text` counts characters of our CommonMark text in one message; longer ones come in parts.
    `look_up` says that `find` can tell whether a message with a key is there.
    """

    max_text: int = 4000
    edit: bool = True
    delete: bool = True
    react: bool = True
    whisper: bool = True
    buttons: bool = True
    cards: bool = True
    files: bool = False
    look_up: bool = True


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a new message is: itself, and the place that its own thread would be."""

    ref: Ref
    thread: Place


class Intake(Protocol):
    """Where adapters bring what happened."""

    async def take(self, activity: Activity) -> bool:
        """Store the activity durably and return; nothing is understood or decided before.

        True when it is new, False when it was seen before or is none of our business. Raises
        StoreUnavailable when it could not be stored: then the platform must be told to come again.
        """
        ...


class Commands(Protocol):
    """What `/support …` asks for."""

    async def run(self, asker: Person, place: Place, words: str) -> Body:
        """Answer a command; the answer is for the asker alone. Bad input is answered, never raised."""
        ...


class ChatAdapter(Protocol):
    """One platform. Identifiers in Place, Ref and Person are opaque to everybody else.

    Every call that reaches out raises Throttled, NotDone, Uncertain or Refused (`bot.errors`), never
    anything else; a time-out is Uncertain. An adapter never retries by itself: the outbox does.
    It never reports the app's own doings as activities (judged by account, never by text).
    """

    @property
    def platform(self) -> str:
        """The name used in Place.platform."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What this platform lets an app do."""
        ...

    async def start(self, intake: Intake, commands: Commands) -> None:
        """Begin to receive. Raises ConfigError when the credentials are unusable."""
        ...

    async def stop(self) -> None:
        """Stop receiving; finish answers that are under way; close connections."""
        ...

    async def post(self, to: Place, body: Body, *, key: str) -> Posted:
        """Put a new message into a place. `key` marks it so that `find` can tell whether it is there.

        A message that turns out to be elsewhere than asked for (a deleted thread) is taken back and
        Refused is raised.
        """
        ...

    async def edit(self, ref: Ref, body: Body) -> None:
        """Make a message of ours say `body`. Editing to what it says already is fine."""
        ...

    async def delete(self, ref: Ref) -> None:
        """Delete a message of ours. One that is gone already is fine."""
        ...

    async def react(self, ref: Ref, emoji: str, *, added: bool) -> None:
        """Put our reaction on any message, or take it away. One that is there (or gone) already is fine."""
        ...

    async def whisper(self, place: Place, to: Person, body: Body) -> None:
        """Show something to one person alone, in that place or in their private chat with the app."""
        ...

    async def find(self, place: Place, key: str, *, since: float) -> Sequence[Posted]:
        """All messages of ours in `place` that were posted with `key` at or after `since` (seconds since 1970)."""
        ...

    async def person(self, tenant: str, id: str) -> Person:
        """Who that is, cached for minutes. An unknown account gives a Person with the id alone."""
        ...


@dataclass(frozen=True, slots=True)
class CustomerMessage:
    """What the assistant is told of one customer message.

    `text` may be a Rasa payload (`/intent{"entity": "value"}`) when a button was pressed.
    """

    sender: str
    text: str
    at: float
    channel: str
    customer: Person
    metadata: Mapping[str, str]


class Understanding(Protocol):
    """NLU, beside the loop."""

    async def parse(self, text: str) -> ParseResult:
        """Understand one text. Raises UnderstandingUnavailable."""
        ...


class Assistant(Protocol):
    """A Rasa project that answers. Keeps no state of its own: the tracker travels with the conversation."""

    def understood(self, payload: str) -> ParseResult | None:
        """What a button's payload (`/intent{…}`) means, or None when the text is no payload."""
        ...

    async def turn(self, tracker: str, message: CustomerMessage, parse: ParseResult) -> Turn:
        """Decide the answer, running custom actions within their time limits.

        Never raises because of an action or its server: that is `Turn.failure`.
        """
        ...

    async def reminded(self, tracker: str, name: str, message: CustomerMessage) -> Turn:
        """Decide what to say when a reminder that the assistant had scheduled is due."""
        ...

    async def resumed(self, tracker: str, summary: str) -> str:
        """The tracker after people gave the conversation back; `summary` is for the slot `last_case`."""
        ...


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One fact that was decided, as the journal keeps it."""

    at: float
    conversation: str
    case: int | None
    kind: str
    text: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One open case, as lists show it."""

    number: int
    conversation: str
    status: str
    desk: str
    platform: str
    customer: str
    reason: str
    sentence: str
    assignee: str
    opened_at: float


class Records(Protocol):
    """What can be read back of everything that happened. Raises StoreUnavailable."""

    async def counters(self, since: float, until: float) -> Mapping[str, int]:
        """Counters (see `bot.core.stats`) summed over the hours that overlap the window."""
        ...

    async def open_cases(self) -> Sequence[CaseRow]:
        """All cases that are not resolved, oldest first."""
        ...

    async def conversation_of(self, case: int) -> str | None:
        """The conversation that holds that case number, open or closed."""
        ...

    async def conversation(self, id: str) -> Conversation | None:
        """A conversation as it stands."""
        ...

    async def journal(self, conversation: str) -> Sequence[JournalLine]:
        """What was decided in one conversation, oldest first."""
        ...

    def follow(self) -> AsyncIterator[JournalLine]:
        """Facts as they are decided from now on, anywhere. Best effort: for showing, not for acting."""
        ...

    async def tell(self, conversation: str, verb: str, argument: str, author: Person) -> None:
        """Bring an AgentCommanded event to a conversation's mailbox."""
        ...
