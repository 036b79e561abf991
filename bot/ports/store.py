"""The store as a whole: mailboxes, outbox, upkeep, ledger, roster, solved cases."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from bot.ports.audit import Audit
from bot.ports.canary import Songs
from bot.ports.doubts import Doubts
from bot.ports.errands import Errands
from bot.ports.forgetting import Forgetting
from bot.ports.lessons import Lessons
from bot.ports.macros import Macros
from bot.ports.mailboxes import Mailboxes
from bot.ports.outbox import Outbox
from bot.ports.recalling import Tides
from bot.ports.roster import Roster
from bot.ports.solved import SolvedCases
from bot.ports.strays import Strays
from bot.ports.tallies import Backlog, Tallies


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A row of the indexes that was committed and is to be written: of case `number`, or the binding of `thread`."""

    conversation: str
    sequence: str
    row: str
    number: str = ""
    thread: str = ""


class DueTimer(NamedTuple):
    """A timer whose time `due` (seconds since 1970) has come."""

    conversation: str
    name: str
    due: float


class Orphan(NamedTuple):
    """A thread in which something is parked: for so many seconds, and whose it is by now, "" for nobody's."""

    thread: str
    conversation: str
    age: float


@dataclass(frozen=True, slots=True)
class Findings:
    """What a look at one shard found to do.

    `twins` are records to be looked at (see `Outbox.swept`), `rows` those that were committed and not written. `freed`
    counts conversations and lanes whose owner did not renew their lease. `opened` are threads that cards of ours have
    opened and that are about to be bound.
    """

    timers: tuple[DueTimer, ...] = ()
    twins: tuple[str, ...] = ()
    rows: tuple[IndexRow, ...] = ()
    orphans: tuple[Orphan, ...] = ()
    freed: int = 0
    opened: tuple[str, ...] = ()


class Upkeep(Protocol):
    """What keeps the rest going: leases, timers, indexes. Every method raises StoreUnavailable."""

    async def probe(self) -> None:
        """Write something that means nothing: a store that is full still lets itself be read."""
        ...

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
        """Write a committed row of the case index, unless a newer one is there. It stays on the list of `tick`."""
        ...

    async def row_done(self, row: IndexRow) -> None:
        """Forget that a committed row was to be written, once whatever follows from it was done, too."""
        ...

    async def backlog(self) -> Backlog:
        """What waits to be decided and to be sent, in all shards."""
        ...

    def wakes(self) -> AsyncIterator[tuple[str, int]]:
        """`w` (conversations) or `s` (lanes) and a shard, whenever something is ready. Best effort."""
        ...


@dataclass(frozen=True, slots=True)
class CaseNews:
    """What is new of the open cases: the `version` now, and the encoded rows by case number, in their order.

    In `changed` "" stands for a case that is not open any more; `is_whole` says that every open case is in it.
    `opening` are those that were announced and are not open yet. All of it is as of one moment.
    """

    version: int
    is_whole: bool
    changed: Mapping[int, str]
    opening: Mapping[int, str]


class Ledger(Protocol):
    """What can be read back, encoded. Every method raises StoreUnavailable."""

    async def state(self, conversation: str) -> str | None:
        """A conversation's encoded state."""
        ...

    async def journal(self, conversation: str) -> Sequence[str]:
        """A conversation's journal, oldest first."""
        ...

    def follow(self) -> AsyncIterator[tuple[str, str]]:
        """Conversations and the lines of their journals as they are committed, anywhere. Best effort."""
        ...

    async def counters(self, first_hour: int, last_hour: int, *, over: int) -> Mapping[str, int]:
        """Counters summed over hours since 1970, both ends included. In hours before `over` nothing is added any more.

        What is over is summed once and kept, by hour and by day, so that a month is read as fast as a day.
        """
        ...

    async def series(
        self, first_hour: int, last_hour: int, kinds: Sequence[str], *, over: int
    ) -> Mapping[int, Sequence[int]]:
        """How often facts of some kinds were counted, in the order of `kinds`, for each hour that has any."""
        ...

    async def open_count(self) -> int:
        """How many cases are open."""
        ...

    async def last_case(self) -> int | None:
        """The highest case number that was given out; None before the first."""
        ...

    async def stories(self, first: int, last: int) -> Sequence[tuple[int, Sequence[str]]]:
        """The journals of the conversations that hold the cases of those numbers, as far as there are any."""
        ...

    async def changed_cases(self, since: int, now: float) -> CaseNews:
        """What changed in the open cases after a version, below 0 for none, and which are about to open at `now`."""
        ...

    async def announce(self, row: str, now: float, seconds: float, *, token: str) -> int:
        """The number of a case that is about to open, which no case ever had; the first is 1001.

        The same token gets the same answer, as long as it is asked again within twice `seconds`.

        Whoever is given a later number reads of it, until the case's first row in the index is written. Should that
        never happen, it is forgotten `seconds` after `now` (since 1970).
        """
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

    @property
    def roster(self) -> Roster: ...

    @property
    def macros(self) -> Macros: ...

    @property
    def doubts(self) -> Doubts: ...

    @property
    def lessons(self) -> Lessons: ...

    @property
    def errands(self) -> Errands: ...

    @property
    def solved(self) -> SolvedCases: ...

    @property
    def tallies(self) -> Tallies: ...

    @property
    def audit(self) -> Audit: ...

    @property
    def forgetting(self) -> Forgetting: ...

    @property
    def strays(self) -> Strays: ...

    @property
    def songs(self) -> Songs: ...

    @property
    def tides(self) -> Tides: ...

    def shard_of(self, conversation: str) -> int:
        """The shard that a conversation lives in."""
        ...

    async def close(self) -> None:
        """Close the connections. What was stored stays."""
        ...
