"""Where events wait and decisions are committed: one mailbox a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class Mail:
    """The event at the head of a mailbox, encoded, with the platform's time, and when the customer last spoke."""

    member: str
    at: float
    body: str
    customer_said: float


@dataclass(frozen=True, slots=True)
class Claim:
    """A conversation that is ours until the epoch moves on. `state` is "" before the first event.

    `more` says that others in the same shard wait to be claimed.
    """

    conversation: str
    epoch: str
    sequence: int
    state: str
    mail: Mail
    more: bool = False


@dataclass(frozen=True, slots=True)
class NewEntry:
    """Something to be sent, in one lane of its conversation.

    `case` makes it wait until that case's thread is there; `source` names the copies it needs to know.
    `guarded` words are withheld once the bot has lost the word, and those with a `word` once that is not the
    conversation's any more: with them everything of the same `group`, and the event `told` goes to the mailbox.
    `only` replaces what waits in the lane.
    `words` marks a copy of the source's words or files. `renews` is what such copies that are not there yet are to say
    instead, when it is their turn; with `recalls` they are never sent.
    """

    id: str
    lane: str
    body: str
    priority: int
    case: str = ""
    source: str = ""
    guarded: bool = False
    only: bool = False
    word: str = ""
    told: str = ""
    group: str = ""
    opens_thread: bool = False
    words: bool = False
    renews: str = ""
    recalls: bool = False


@dataclass(frozen=True, slots=True)
class Scrubbing:
    """A wish to be forgotten, and how many messages and root cards at the desk its event knew and takes back.

    When more have arrived there since, the commit is Fenced, and the event comes again at once.
    """

    wish: str
    messages: int = 0
    cards: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    """What one event changed, besides the state. `customer_said` is when the customer wrote, if they did.

    `word` is whose words may go out now. `counts` go to the counters of `hour` (hours since 1970); `index` rows
    are a case number and the encoded row, "" when the case is not open any more. `customer` is whose conversation it
    is (a person's key), when that is new. With `scrub`, a wish to be forgotten, everything that was said
    is taken out before the rest is applied: journal, timers, what waits to be sent.
    """

    status: str
    customer_said: float | None = None
    entries: tuple[NewEntry, ...] = ()
    timers: tuple[tuple[str, float], ...] = ()
    cancelled: tuple[str, ...] = ()
    resend: tuple[str, ...] = ()
    abandon: tuple[str, ...] = ()
    journal: tuple[str, ...] = ()
    hour: int = 0
    counts: tuple[tuple[str, int], ...] = ()
    index: tuple[tuple[int, str], ...] = ()
    word: str = ""
    customer: str = ""
    scrub: Scrubbing | None = None


class Taken(NamedTuple):
    """What became of an event: whether it is new, and whether activities are parked for the thread it was bound to."""

    is_new: bool
    has_parked: bool


class Located(NamedTuple):
    """The conversation that a thread is bound to, "" for none, and whether the activity was parked with the thread."""

    conversation: str
    is_parked: bool


class Parked(NamedTuple):
    """The conversation that a thread is bound to, "" for none, and the parcels that are parked there, oldest first."""

    conversation: str
    parcels: Sequence[str]


class Mailboxes(Protocol):
    """Where events wait, one mailbox a conversation. Everything may be called twice without harm.

    Every method raises StoreUnavailable.
    """

    async def take(
        self, conversation: str, body: str, *, ids: Sequence[str], at: float | None = None, thread: str = ""
    ) -> Taken:
        """Put an event into a mailbox unless one of its `ids` was seen; bind `thread` to the conversation.

        `at` is when it happened, in seconds since 1970; None is now.
        """
        ...

    async def locate(self, thread: str, parcel: str) -> Located:
        """Find whose a thread is; park `parcel` with one that is nobody's, or where others are parked already."""
        ...

    async def bind(self, thread: str, conversation: str) -> Sequence[str]:
        """Bind a thread; what is parked there, oldest first, to be taken and then unparked.

        Once the conversation was forgotten, a thread of it is bound again only by new words (`take`): nothing happens.
        """
        ...

    async def parked(self, thread: str) -> Parked:
        """What waits in a thread."""
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
