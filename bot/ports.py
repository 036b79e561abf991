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
class Pace:
    """How fast a platform lets us call: token buckets, in calls per second and calls at once.

    Of a channel's bucket only new messages take. The defaults are Slack's: about one message a second and
    channel with bursts, and a workspace's limit that is not published, so that its 429 has to tell.
    """

    per_channel: float = 1.0
    channel_burst: float = 8.0
    per_workspace: float = 50.0
    workspace_burst: float = 100.0


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
    pace: Pace = Pace()


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
        """All messages of ours in `place` that were posted with `key` at or after `since` (seconds since 1970).

        Oldest first, as the platform shows them.
        """
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


@dataclass(frozen=True, slots=True)
class Mail:
    """The event at the head of a mailbox, encoded, with the platform's time, and when each side last spoke."""

    member: str
    at: float
    body: str
    customer_said: float
    agents_said: float


@dataclass(frozen=True, slots=True)
class Claim:
    """A conversation that is ours until the epoch moves on. `state` is "" before the first event."""

    conversation: str
    epoch: str
    sequence: int
    state: str
    mail: Mail


@dataclass(frozen=True, slots=True)
class NewEntry:
    """Something to be sent, in one lane of its conversation.

    `case` makes it wait until that case's thread is there; `source` names the copies it needs to know.
    `guarded` words are withheld once the bot has lost the word; `only` replaces what waits in the lane.
    """

    id: str
    lane: str
    body: str
    priority: int
    case: str = ""
    source: str = ""
    guarded: bool = False
    only: bool = False
    opens_thread: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What one event changed, besides the state. `said` is a side and the time of what was said there.

    `counts` go to the counters of `hour` (hours since 1970); `index` rows are a case number and the
    encoded row, "" when the case is not open any more.
    """

    status: str
    said: tuple[str, float] | None = None
    entries: tuple[NewEntry, ...] = ()
    timers: tuple[tuple[str, float], ...] = ()
    cancelled: tuple[str, ...] = ()
    resend: tuple[str, ...] = ()
    abandon: tuple[str, ...] = ()
    journal: tuple[str, ...] = ()
    hour: int = 0
    counts: tuple[tuple[str, int], ...] = ()
    index: tuple[tuple[int, str], ...] = ()


class Mailboxes(Protocol):
    """Where events wait, one mailbox a conversation. Everything may be called twice without harm.

    Every method raises StoreUnavailable.
    """

    async def take(
        self, conversation: str, body: str, *, ids: Sequence[str], at: float | None = None, thread: str = ""
    ) -> tuple[bool, bool]:
        """Put an event into a mailbox unless one of its `ids` was seen; bind `thread` to the conversation.

        Returns whether it is new, and whether activities are parked for that thread. `at` None is now.
        """
        ...

    async def locate(self, thread: str, parcel: str) -> tuple[str, bool]:
        """The conversation that a thread is bound to, or "", and whether `parcel` was parked with the thread."""
        ...

    async def bind(self, thread: str, conversation: str) -> Sequence[str]:
        """Bind a thread; what is parked there, oldest first, to be taken and then unparked."""
        ...

    async def parked(self, thread: str) -> tuple[str, Sequence[str]]:
        """The conversation that a thread is bound to, or "", and what is parked there, oldest first."""
        ...

    async def unpark(self, thread: str, parcels: Sequence[str]) -> None:
        """Forget what was parked."""
        ...

    async def claim(self, shard: int, worker: str, token: str) -> Claim | None:
        """The next conversation of a shard with mail that nobody owns. The same token gets the same answer."""
        ...

    async def commit(self, claim: Claim, worker: str, state: str, changes: Changes, *, keep: bool) -> Mail | None:
        """Apply everything that `claim.mail` changed; the next event if there is one and `keep`.

        With None the conversation was released. Raises Fenced when the claim is not ours any more.
        """
        ...

    async def quarantine(self, claim: Claim, worker: str, why: str) -> None:
        """Put the claimed event aside, for a person to look at, and release the conversation."""
        ...

    async def origin(self, conversation: str, ref: str) -> str | None:
        """The encoded original of which the message with that key is a copy."""
        ...

    async def case_number(self) -> int:
        """A number that no case ever had. The first is 1001."""
        ...


@dataclass(frozen=True, slots=True)
class Head:
    """The entry at the head of a lane. `phase` is P(ending), S(ending), U(nknown); times are the store's.

    `root` is the encoded root of the case that the entry belongs to, "" when it is not there (yet).
    """

    entry: str
    body: str
    phase: str
    attempts: int
    began_at: float
    first_at: float
    resent: bool
    tries: int
    step: int
    now: float
    root: str = ""


@dataclass(frozen=True, slots=True)
class LaneClaim:
    """A lane that is ours until the epoch moves on."""

    conversation: str
    lane: str
    epoch: str
    head: Head


@dataclass(frozen=True, slots=True)
class Begun:
    """An attempt that was written down. `root` is the case's encoded root, `copies` those of the source."""

    began_at: float
    first_at: float
    root: str
    copies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A copy and its original: the source's name, the copy and its key, the original; refs are encoded."""

    source: str
    copy: str
    copy_key: str
    origin: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """How an attempt ended: `sent`, `retry`, `unknown`, `missed`, `parked` or `withheld`.

    `delay` is in seconds; `step` is how far a call of several steps came. `root` is a case, its encoded
    root and its thread. `events` go to the mailbox, `wake` names lanes that may go on now, `follow`
    is to be sent right behind; `twins` is what to look for later (see `Outbox.swept`) when the entry was sent
    more than once, or `sweep` says that twins are there. `looked_at` is the store's time when a look began.
    """

    outcome: str
    delay: float = 0.0
    step: int = 0
    copies: tuple[Link, ...] = ()
    unlinked: tuple[str, ...] = ()
    root: tuple[str, str, str] | None = None
    events: tuple[str, ...] = ()
    wake: tuple[str, ...] = ()
    follow: tuple[NewEntry, ...] = ()
    twins: str = ""
    sweep: bool = False
    looked_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Relink:
    """A copy that was deleted as a twin, and the one that stays."""

    source: str
    lost: str
    lost_key: str
    kept: str
    kept_key: str


class Outbox(Protocol):
    """Where entries wait to be sent, in lanes of which only the head is in flight.

    Every method raises StoreUnavailable.
    """

    async def open(self, shard: int, worker: str, token: str) -> LaneClaim | None:
        """The next lane of a shard that has something to send. The same token gets the same answer."""
        ...

    async def begin(self, claim: LaneClaim, worker: str) -> Begun | None:
        """Write down that an attempt to send the head begins. None: the lane was released, send nothing."""
        ...

    async def settle(
        self, claim: LaneClaim, worker: str, attempt: int, settlement: Settlement, *, keep: bool
    ) -> Head | float | None:
        """Write down how an attempt ended; the lane's next head if there is one and `keep`.

        A number is the seconds that the lane sleeps, None that it was released.
        """
        ...

    async def postpone(self, claim: LaneClaim, worker: str, seconds: float) -> None:
        """Release a lane that may go on in so many seconds."""
        ...

    async def spend(self, bucket: str, *, rate: float, burst: float, reserve: float = 0.0, cost: float = 1.0) -> float:
        """Take a token, leaving `reserve` for more urgent calls; the seconds to wait, 0 when it was taken."""
        ...

    async def freeze(self, bucket: str, seconds: float, *, rate: float, burst: float) -> None:
        """Let nobody take a token for so long."""
        ...

    async def swept(
        self, conversation: str, record: str, again: tuple[str, float] | None, relinks: Sequence[Relink]
    ) -> None:
        """A look for twins is over; look `again` with that record in so many seconds."""
        ...


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A row of the indexes that was committed and is to be written: of case `number`, or the binding of `thread`."""

    conversation: str
    sequence: str
    row: str
    number: str = ""
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a look at one shard found to do. Timers are conversation, name, time; orphans thread, conversation, age."""

    timers: tuple[tuple[str, str, float], ...] = ()
    twins: tuple[str, ...] = ()
    rows: tuple[IndexRow, ...] = ()
    orphans: tuple[tuple[str, str, float], ...] = ()


class Upkeep(Protocol):
    """What keeps the rest going: leases, timers, indexes. Every method raises StoreUnavailable."""

    async def beat(self, worker: str, ttl: float) -> Sequence[str]:
        """Say that a worker lives for `ttl` seconds more; the workers that are dead."""
        ...

    async def renew(
        self, worker: str, conversations: Sequence[tuple[str, str]], lanes: Sequence[tuple[str, str, str]]
    ) -> None:
        """Lengthen the leases of conversations (with epoch) and lanes (conversation, lane, epoch)."""
        ...

    async def release(self, worker: str, *, leaving: bool = False) -> int:
        """Free everything that a worker owns, and forget it if it is dead (or `leaving`)."""
        ...

    async def tick(self, now: float) -> Sequence[Findings]:
        """Look at every shard: free what nobody renewed, wake what is due, find what is to be done."""
        ...

    async def fire(self, conversation: str, timer: str, due: float, body: str) -> None:
        """Bring a due timer's event to the mailbox, once."""
        ...

    async def write_row(self, row: IndexRow) -> None:
        """Write a committed row of the case index, or a thread's binding, and forget that it was to be written."""
        ...

    def wakes(self) -> AsyncIterator[tuple[str, int]]:
        """`w` (conversations) or `s` (lanes) and a shard, whenever something is ready. Best effort."""
        ...


class Ledger(Protocol):
    """What can be read back, encoded. Every method raises StoreUnavailable."""

    async def state(self, conversation: str) -> str | None:
        """A conversation's encoded state."""
        ...

    async def journal(self, conversation: str) -> Sequence[str]:
        """A conversation's journal, oldest first."""
        ...

    def follow(self) -> AsyncIterator[str]:
        """Journal lines as they are committed, anywhere. Best effort."""
        ...

    async def counters(self, first_hour: int, last_hour: int) -> Mapping[str, int]:
        """Counters summed over hours since 1970, both ends included."""
        ...

    async def open_cases(self) -> Sequence[str]:
        """The encoded rows of all open cases, in no order."""
        ...

    async def conversation_of(self, case: int) -> str | None:
        """The conversation that holds a case number."""
        ...


class Store(Protocol):
    """Everything that must survive. Payloads are opaque to it: the engine's codec alone reads them."""

    @property
    def shards(self) -> int:
        """How many shards there are: 0 to shards - 1."""
        ...

    @property
    def mailboxes(self) -> Mailboxes: ...

    @property
    def outbox(self) -> Outbox: ...

    @property
    def upkeep(self) -> Upkeep: ...

    @property
    def ledger(self) -> Ledger: ...

    def shard_of(self, conversation: str) -> int:
        """The shard that a conversation lives in."""
        ...

    async def close(self) -> None:
        """Close the connections. What was stored stays."""
        ...
