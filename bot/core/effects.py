"""What the core wants done. An effect names a side and a source message, never an address or a copy.

The engine turns effects into outbox entries, timers, journal lines and counters, and resolves sides
and sources from the conversation's links. Nothing here is done here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from bot.core.activity import File, Person, Ref, Side


class Priority(IntEnum):
    """Who goes first when a platform's rate limit makes us wait: a smaller number goes earlier."""

    AGENT_WORDS = 0
    BOT_WORDS = 1
    MIRRORED = 2
    STATUS = 3


class ButtonStyle(StrEnum):
    """How much a button should stand out."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A button. `action` says what pressing means to the core, `value` carries its argument.

    With `url` the button opens a page and reports nothing. With `more` it is one of the rarer ones, which
    a platform may put behind a ⋯. With `asks` a form
    comes first, for platforms that have to know that before it is pressed.
    """

    label: str
    action: str
    value: str = ""
    style: ButtonStyle = ButtonStyle.PLAIN
    url: str = ""
    more: bool = False
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Voice:
    """Whose words these are, to be shown with them: a name, and a picture's address if there is one."""

    name: str
    picture: str = ""


@dataclass(frozen=True, slots=True)
class CardField:
    """One labelled line of a card."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class CaseCard:
    """The root card of a case: what it says, not how it looks. All texts are plain, none is cut.

    `status` is the Status' value, `state` the same in words, with who has it and until when; `tone` is one of
    `waiting`, `active`, `paused`, `done`.
    """

    number: int
    title: str
    status: str
    tone: str
    why: str
    evidence: tuple[str, ...]
    fields: tuple[CardField, ...]
    buttons: tuple[Button, ...]
    state: str = ""

    @property
    def standing(self) -> str:
        """Where the case stands, in words."""
        return self.state or self.status.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Body:
    """What a message says. `text` is CommonMark, and stands alone where a card cannot be shown.

    With `voice` the words are a person's, who is named with them; without, they are the app's own.
    `mention` is somebody to be pinged by the message. `quiet` marks a line about the case (a notice
    to agents), to be set smaller where that exists. `files` go behind the words, each as a message of its own.
    `image` is an address, or a data URI where the platform takes one; `alt` says what it shows.
    """

    text: str
    voice: Voice | None = None
    buttons: tuple[Button, ...] = ()
    card: CaseCard | None = None
    files: tuple[File, ...] = ()
    image: str = ""
    mention: Person | None = None
    quiet: bool = False
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """Put a new message into one side's thread. `source` is the message that it is a copy of, if any.

    With `opens_thread` the message is the root card: it goes to the desk's channel, and its own
    thread becomes the side's thread. A text longer than the platform takes is split by the engine, one
    outbox entry a part. With `former` it goes to the desk in which the case was before this event.
    """

    side: Side
    body: Body
    source: Ref | None = None
    priority: Priority = Priority.BOT_WORDS
    opens_thread: bool = False
    former: bool = False


@dataclass(frozen=True, slots=True)
class Redraw:
    """Edit the root card in place. Only the newest waiting one is ever sent.

    With `former` it is the card of the desk in which the case was before this event.
    """

    body: Body
    former: bool = False


@dataclass(frozen=True, slots=True)
class Amend:
    """Edit every copy of `source` on that side so that it says `body`."""

    side: Side
    source: Ref
    body: Body


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Delete every copy of `source` on that side; with `files_only` those of its files, and not its words.

    With `file`, the id of one of them, those of that file alone.
    """

    side: Side
    source: Ref
    files_only: bool = False
    file: str = ""


@dataclass(frozen=True, slots=True)
class Erase:
    """Delete a message of the app's own, or with `file` one that shows a file, and the file.

    The one effect that names what is on a platform: by the time it is done nobody knows any more what it was a copy of.
    """

    side: Side
    ref: Ref
    file: bool = False


@dataclass(frozen=True, slots=True)
class Scrub:
    """Take everything that was said out of the store, journal and waiting words included; `wish` says by whose wish."""

    wish: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Put an emoji on a message, or take it away.

    With `on_original` the message is `source` itself, on `side`; otherwise its copies on `side`.
    """

    side: Side
    source: Ref
    emoji: str
    added: bool = True
    on_original: bool = False


@dataclass(frozen=True, slots=True)
class Whisper:
    """Show something to one person alone, in that side's thread (or privately, where that is not possible).

    With `near` it is shown in the thread of that message, which may be one that was left behind. With `confirms` it
    says what became of a question that the same person has just answered: where that can be changed, it says so itself.
    """

    side: Side
    to: Person
    body: Body
    near: Ref | None = None
    confirms: bool = False


@dataclass(frozen=True, slots=True)
class ClearButtons:
    """Take the buttons off the message `ref` on that side, leaving `text` where they stood."""

    side: Side
    ref: Ref
    text: str


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Let a TimerFired of this name come at `at` (seconds since 1970). The same name replaces."""

    name: str
    at: float


@dataclass(frozen=True, slots=True)
class CancelTimer:
    """Let the timer of this name not fire any more. No such timer: nothing happens."""

    name: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Bring a command to another case, wherever its conversation is; as `AgentCommanded` of `by`."""

    case: int
    verb: str
    argument: str
    by: Person


@dataclass(frozen=True, slots=True)
class PassOn:
    """Bring the event that is being decided to another case, as it came."""

    case: int


@dataclass(frozen=True, slots=True)
class Resend:
    """Send an outbox entry again that was parked or held (`entry` as its DeliveryFailed named it)."""

    entry: str


@dataclass(frozen=True, slots=True)
class Abandon:
    """Stop trying to send an outbox entry; `arrived` says that a person saw that it did arrive."""

    entry: str
    arrived: bool


@dataclass(frozen=True, slots=True)
class Record:
    """Put one fact into the journal, from which `why`, the stats and the *what happened* strip read.

    `kind` is a past-tense word (`handed_over`, `claimed`, …), `text` a sentence for people,
    `labels` what to count it by, `seconds` a duration that belongs to it, `points` an amount to be summed.
    """

    kind: str
    text: str
    labels: tuple[tuple[str, str], ...] = ()
    seconds: float | None = None
    points: int | None = None


Effect = (
    Post
    | Redraw
    | Amend
    | Withdraw
    | Erase
    | Scrub
    | Mark
    | Whisper
    | ClearButtons
    | SetTimer
    | CancelTimer
    | Tell
    | PassOn
    | Resend
    | Abandon
    | Record
)
