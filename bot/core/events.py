"""What has happened to a conversation, in the past tense. The core reads these and nothing else.

`at` is seconds since 1970 everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.activity import File, Mention, Person, Ref, Side
from bot.core.effects import Button
from nlu.types import ParseResult


@dataclass(frozen=True, slots=True)
class BotReply:
    """One message that the assistant would say."""

    text: str
    buttons: tuple[Button, ...] = ()
    image: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What the assistant proposes for one customer message; the core decides whether it is said.

    `tracker` is the assistant's state afterwards. `decided_by` names the rule, story or policy.
    `failure` says which action raised or timed out. `hand_over` is set when the assistant itself
    asked for a person (an action, an intent, a paused conversation), with its reason or ""; `hand_over_kind` is which
    of the ordered reasons that is, as the assistant's author says: `safety, policy, asked, stuck`, or "".
    `refused_slots` counts how often in a row the requested slot was not filled; `filled` says that a
    form took something from this very message, so that a low confidence does not matter. `intent` is what the
    turn was decided on, `slots` what is filled. `answers_doubt` says that the assistant's author wrote what follows a
    message that was not understood, `asks_back` that the assistant is itself finding out what was meant. `model` names
    the version that the answer is of, "" where there is but one. Of a message that asks for several things, `answered`
    are the meanings that were taken, in that order, and `left` meaning and words of what has to wait. `waits` says that
    a form waits for the customer's next words.
    """

    replies: tuple[BotReply, ...] = ()
    tracker: str = ""
    decided_by: str = ""
    intent: str = ""
    confidence: float = 0.0
    slots: tuple[tuple[str, str], ...] = ()
    actions: tuple[str, ...] = ()
    failure: str | None = None
    hand_over: str | None = None
    hand_over_kind: str = ""
    desk: str = ""
    refused_slots: int = 0
    filled: bool = False
    answers_doubt: bool = False
    asks_back: bool = False
    reminders: tuple[tuple[str, float], ...] = ()
    model: str = ""
    answered: tuple[str, ...] = ()
    left: tuple[tuple[str, str], ...] = ()
    waits: bool = False


@dataclass(frozen=True, slots=True)
class CustomerSaid:
    """The customer wrote. `parse` and `turn` are there when the bot owned the thread, None otherwise.

    `requests` are the pieces of a message that asks for several things, each understood by itself (see `several`); of
    one that leans on the question `leans_on` the message itself, as it is understood in that context (`follow_ups`).
    """

    at: float
    ref: Ref
    author: Person
    text: str
    files: tuple[File, ...] = ()
    parse: ParseResult | None = None
    turn: Turn | None = None
    late: bool = False
    requests: tuple[ParseResult, ...] = ()
    leans_on: str = ""


@dataclass(frozen=True, slots=True)
class CustomerEdited:
    """The customer changed a message. `files` are the ids of those that it still has; None when nobody said."""

    at: float
    ref: Ref
    author: Person
    text: str
    files: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class CustomerDeleted:
    """The customer deleted a message."""

    at: float
    ref: Ref
    author: Person


@dataclass(frozen=True, slots=True)
class CustomerReacted:
    """The customer reacted. `ref` is the original that they mean: an agent's message, or the bot's own copy."""

    at: float
    ref: Ref
    author: Person
    emoji: str
    added: bool


@dataclass(frozen=True, slots=True)
class CustomerPressed:
    """The customer pressed a button of the bot's. `turn` as in CustomerSaid."""

    at: float
    ref: Ref
    author: Person
    action: str
    value: str
    parse: ParseResult | None = None
    turn: Turn | None = None


@dataclass(frozen=True, slots=True)
class CustomerSubmitted:
    """The customer sent a form that a button of ours had opened."""

    at: float
    ref: Ref
    author: Person
    action: str
    value: str
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AgentSaid:
    """Somebody wrote in the case's thread; `late` if their platform brought it long after that.

    `borrowed` as in `Said`.
    """

    at: float
    ref: Ref
    author: Person
    text: str
    files: tuple[File, ...] = ()
    late: bool = False
    mentions: tuple[Mention, ...] = ()
    borrowed: bool = False


@dataclass(frozen=True, slots=True)
class AgentEdited:
    """Somebody changed a message in the case's thread. `files` as for customers."""

    at: float
    ref: Ref
    author: Person
    text: str
    files: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class AgentDeleted:
    """Somebody deleted a message in the case's thread."""

    at: float
    ref: Ref
    author: Person


@dataclass(frozen=True, slots=True)
class AgentReacted:
    """Somebody reacted in the case's thread. `ref` is the original that they mean, as for customers."""

    at: float
    ref: Ref
    author: Person
    emoji: str
    added: bool


@dataclass(frozen=True, slots=True)
class AgentPressed:
    """Somebody pressed a button in the desk: `claim`, `resolve`, `send_once`, … with its value."""

    at: float
    ref: Ref
    author: Person
    action: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class AgentSubmitted:
    """Somebody sent a form that a button in the desk had opened. `subject` is whom its field `person` names."""

    at: float
    ref: Ref
    author: Person
    action: str
    value: str
    fields: tuple[tuple[str, str], ...] = ()
    subject: Person | None = None


@dataclass(frozen=True, slots=True)
class AgentCommanded:
    """Somebody gave a command that changes this case: `verb` is `claim`, `assign`, `resolve` and so on.

    `subject` is whom it names (`assign 1042 @nora`), `case` the case that was typed, 0 where none was.
    """

    at: float
    author: Person
    verb: str
    argument: str = ""
    subject: Person | None = None
    case: int = 0


@dataclass(frozen=True, slots=True)
class CustomerForgotten:
    """Somebody who may has wished that everything kept of this customer is deleted.

    `wish` names that wish; it comes in several `round`s, for what was on its way in the one before. `messages` and
    `files` are the app's own at the desks, `cards` the numbers of cases with their root cards.
    """

    at: float
    author: Person
    wish: str
    round: int = 1
    messages: tuple[Ref, ...] = ()
    files: tuple[Ref, ...] = ()
    cards: tuple[tuple[int, Ref], ...] = ()


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message that we sent is there. `source` is the message it is a copy of, if any.

    For a root card `root` is the case's key, and `thread` the key of the place under it. With `stray` it is one that
    stands there a second time: another is, or will be, the case's own. `words` are those that are there now, where the
    whole of them is known; with `edit` it is no new message: the one that was there says them now.
    """

    at: float
    entry: str
    side: Side
    source: Ref | None
    root: str = ""
    thread: str = ""
    stray: bool = False
    words: str | None = None
    edit: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryFailed:
    """A message could not be sent, for good (parked), or nobody knows (`unknown`): a person decides.

    With `withheld` it was an agent's, and was not sent because the word was not theirs any more; with `edit` it was
    a change to `words` of what the customer has, who goes on to have the words from before; with `deletion` what was to
    be taken away stays there. `file` is the
    name of the file that it was, if it was one; `limit` is in bytes, when it had more.
    """

    at: float
    entry: str
    side: Side
    source: Ref | None
    why: str
    unknown: bool = False
    file: str = ""
    limit: int = 0
    withheld: bool = False
    edit: bool = False
    words: str = ""
    deletion: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryDelayed:
    """A message has waited for long and is tried on: the platform refuses for now, or cannot be reached.

    `since` is when it began to wait.
    """

    at: float
    entry: str
    side: Side
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer that the core had set is due. `turn` is the assistant's, for its own reminders."""

    at: float
    name: str
    turn: Turn | None = None


Event = (
    CustomerSaid
    | CustomerEdited
    | CustomerDeleted
    | CustomerReacted
    | CustomerPressed
    | CustomerSubmitted
    | AgentSaid
    | AgentEdited
    | AgentDeleted
    | AgentReacted
    | AgentPressed
    | AgentSubmitted
    | AgentCommanded
    | CustomerForgotten
    | Delivered
    | DeliveryFailed
    | DeliveryDelayed
    | TimerFired
)
