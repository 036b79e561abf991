"""What can be read back of everything that happened, for operators and for the playground."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.core.activity import Person, Place
from bot.core.conversation import Conversation


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One fact that was decided, as the journal keeps it. `conversation` is "" where many are read at once."""

    at: float
    conversation: str
    case: int | None
    kind: str
    text: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One open case, as lists show it. `due_at` (seconds since 1970) is the next target, `due` the name of it."""

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
    assignee_key: str = ""
    due_at: float | None = None
    due: str = ""


class Records(Protocol):
    """What can be read back of everything that happened. Raises StoreUnavailable."""

    async def counters(self, since: float, until: float) -> Mapping[str, int]:
        """Counters (see `bot.core.cases.stats`) summed over the hours that overlap the window."""
        ...

    async def series(self, since: float, until: float, kinds: Sequence[str]) -> Mapping[int, Sequence[int]]:
        """How often facts of some kinds were counted, in that order, for each hour since 1970 that has any."""
        ...

    async def open_count(self) -> int:
        """How many cases are open."""
        ...

    async def last_case(self) -> int | None:
        """The highest case number that was given out; None before the first."""
        ...

    async def stories(self, first: int, last: int) -> Sequence[tuple[int, Sequence[JournalLine]]]:
        """Case numbers from `first` to `last` with the journals of their conversations, as far as there are any."""
        ...

    async def open_cases(self) -> Sequence[CaseRow]:
        """All cases that are not resolved, oldest first, but for the `unread_cases`."""
        ...

    async def unread_cases(self) -> Sequence[int]:
        """The numbers of cases that are not resolved and cannot be listed: what is kept of them cannot be read."""
        ...

    async def conversation_of(self, case: int) -> str | None:
        """The conversation that holds that case number, open or closed."""
        ...

    async def conversation_at(self, thread: Place) -> str | None:
        """The conversation that a customer's thread is, or that a case's thread in a desk belongs to."""
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

    async def tell(self, conversation: str, verb: str, argument: str, author: Person, *, case: int = 0) -> None:
        """Bring an AgentCommanded event to a conversation's mailbox; `case` is the number that was typed, if any."""
        ...
