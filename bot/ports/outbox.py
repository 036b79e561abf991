"""Where what is to be sent waits: one lane a destination thread, its head alone in flight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple, Protocol

from bot.ports.mailboxes import NewEntry

Outcome = Literal["sent", "retry", "unknown", "missed", "parked", "withheld"]
"""How an attempt ended. After `retry` there is another; `unknown`: nobody knows, look for it; `missed`: looked for, and
not found. For good: `sent`, `parked` (people are told) and `withheld` (nobody misses it)."""


class Phase(StrEnum):
    """Where the head of a lane stands, as the store writes it down."""

    PENDING = "P"
    SENDING = "S"
    UNKNOWN = "U"


@dataclass(frozen=True, slots=True)
class Head:
    """The entry at the head of a lane. Times are the store's, in seconds since 1970.

    `root` is the encoded root of the case that the entry belongs to, "" when it is not there (yet). `overdue`
    says that somebody was told already how long it waits.
    """

    entry: str
    body: str
    phase: Phase
    attempts: int
    began_at: float
    first_at: float
    resent: bool
    tries: int
    step: int
    now: float
    root: str = ""
    queued_at: float = 0.0
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Asleep:
    """A lane that was released, and wakes by itself in so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class LaneClaim:
    """A lane that is ours until the epoch moves on. `more` as in Claim."""

    conversation: str
    lane: str
    epoch: str
    head: Head
    more: bool = False


@dataclass(frozen=True, slots=True)
class Begun:
    """An attempt that was written down. `root` is the case's encoded root, `copies` those of the source.

    `newest` is what the source says by now, when it was edited since the entry was queued (`NewEntry.renews`).
    """

    began_at: float
    first_at: float
    root: str
    copies: tuple[str, ...]
    newest: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A copy and its original: the source's name, the copy and its key, the original; refs are encoded."""

    source: str
    copy: str
    copy_key: str
    origin: str


@dataclass(frozen=True, slots=True)
class OpenedThread:
    """A thread that the root card of a case has begun: the case, its encoded root, and the thread's key."""

    case: str
    root: str
    thread: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """How an attempt ended, and what follows from it.

    `delay` is in seconds; `step` is how far a call of several steps came. `unlinked` are names of which no copy is
    left, `removed` single copies (a source's name, the encoded copy) beside which others stay. `events` go to the
    mailbox, `wake` names lanes that may go on now, `follow` is to be sent right behind; `twins` is what to look for
    later (see `Outbox.swept`) when the entry was sent more than once, or `sweep` says that twins are there. `looked_at`
    is the store's time when a look began. `relief` is a side and an event that goes to the mailbox only if words to
    that side were said to be overdue (see `Outbox.overdue`) and none has arrived since. An edit that is `begun` may
    be seen in part: it is made whole, whoever has the word by then. `takes_back` is done instead of all this when the
    customer was forgotten meanwhile and there are no `twins` to look for.
    """

    outcome: Outcome
    delay: float = 0.0
    step: int = 0
    copies: tuple[Link, ...] = ()
    unlinked: tuple[str, ...] = ()
    removed: tuple[tuple[str, str], ...] = ()
    opened: OpenedThread | None = None
    events: tuple[str, ...] = ()
    wake: tuple[str, ...] = ()
    follow: tuple[NewEntry, ...] = ()
    twins: str = ""
    sweep: bool = False
    looked_at: float = 0.0
    relief: tuple[str, str] | None = None
    begun: bool = False
    takes_back: NewEntry | None = None


@dataclass(frozen=True, slots=True)
class Owned:
    """What the store knows of messages that carry one key, and of the encoded root cards of their conversation.

    `waits` while the entry is not done, `is_linked` when its source has copies, or when all stays that stands there:
    the conversation was forgotten for its age. `cards` are also those that say that a customer was forgotten.
    """

    waits: bool = False
    is_linked: bool = False
    cards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Relink:
    """A copy that was deleted as a twin, and the one that stays."""

    source: str
    lost: str
    lost_key: str
    kept: str
    kept_key: str


@dataclass(frozen=True, slots=True)
class InLine:
    """Who waits for a token, so that everybody gets one in their turn.

    Those who come up to `behind` seconds later and are more urgent go first; after that only `reserve` is left for
    them. `returns` is after how many seconds they ask again at the latest.
    """

    name: str
    behind: float = 0.0
    reserve: float = 0.0
    returns: float = 15.0


class NextLook(NamedTuple):
    """A record of twins that is to be looked at again, in so many seconds."""

    record: str
    seconds: float


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
    ) -> Head | Asleep | None:
        """Write down how an attempt ended; the lane's next head if there is one and `keep`.

        `attempt` is the attempt's number, from 1. None says that the lane was released.
        """
        ...

    async def postpone(self, claim: LaneClaim, worker: str, seconds: float) -> None:
        """Release a lane that may go on in so many seconds."""
        ...

    async def overdue(self, claim: LaneClaim, worker: str, side: str, event: str) -> None:
        """Bring an encoded event to the mailbox: the head has waited for long. Once for each entry."""
        ...

    async def spend(
        self,
        bucket: str,
        *,
        rate: float,
        burst: float,
        reserve: float = 0.0,
        cost: float = 1.0,
        line: InLine | None = None,
    ) -> float:
        """Take a token, leaving `reserve` for more urgent calls; the seconds to wait, 0 when it was taken.

        Whoever stands in `line` keeps their place until they have got a token, or do not ask again.
        """
        ...

    async def level(self, bucket: str, *, rate: float, burst: float) -> float:
        """How many tokens a bucket has now; none while it is frozen."""
        ...

    async def freeze(self, bucket: str, seconds: float, *, rate: float, burst: float) -> None:
        """Let nobody take a token for so long."""
        ...

    async def swept(self, conversation: str, record: str, again: NextLook | None, relinks: Sequence[Relink]) -> None:
        """A look for the twins of a `record` is over, and there is another one, or none."""
        ...

    async def owned(self, conversation: str, entry: str, source: str) -> Owned:
        """What is known of messages that carry an entry's key; `source` is the name under which they are linked."""
        ...
