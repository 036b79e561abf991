"""What is forgotten, whole conversations at a time: at their age, or because somebody wishes it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.core.activity import Person


@dataclass(frozen=True, slots=True)
class Remains:
    """What is left of a conversation. `moved` is the store's time of its last event, None when there is none.

    `waiting` counts events and entries that are not done, `scrubbed` names the wish by which its words were taken out.
    `copies` are encoded messages by the name of what they are copies of, `roots` encoded roots by their case's key.
    """

    moved: float | None
    waiting: int
    scrubbed: str
    copies: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    roots: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is kept of one conversation: numbers of cases, copies at the desk, facts in the journal.

    `customer` is a person's key; with `is_going` it is being forgotten already. "" is no conversation: then nothing is
    left of the customer but lessons with their words.
    """

    conversation: str
    customer: str
    name: str
    cases: tuple[int, ...]
    copies: int
    facts: int
    is_going: bool = False


class Forgetter(Protocol):
    """Forgets whole customers. Every method raises StoreUnavailable, and may be called again after that."""

    async def of_customers(self, is_meant: Callable[[str], bool]) -> Sequence[Holdings]:
        """What is kept of the customers whose keys are meant."""
        ...

    async def of_conversation(self, conversation: str) -> Sequence[Holdings]:
        """What is kept of the customer of that conversation, there and elsewhere."""
        ...

    async def forget(self, holdings: Sequence[Holdings], by: Person) -> None:
        """Forget all of that, as `by` wishes. When this returns it will happen, whoever dies meanwhile."""
        ...


class Forgetting(Protocol):
    """Every method raises StoreUnavailable, and may be called again after that."""

    async def forget(self, conversation: str, *, moved: float | None = None) -> bool:
        """Forget everything of a conversation: state, journal, copies, timers, mail, what waits to be sent, its names.

        With `moved` (the store's time, as `idle` gave it) only when nothing has happened in it since and nothing
        waits in its mailbox; without, whatever is going on in it: who works on it is fenced. False: it has moved
        since. What was seen in it stays known until it ends by itself, so that an old message is not taken for new.
        """
        ...

    async def remains(self, conversation: str) -> Remains:
        """What is left of a conversation."""
        ...

    async def of_customers(self, is_meant: Callable[[str], bool]) -> Sequence[tuple[str, str]]:
        """The conversations of the customers who are meant, each with its customer (a person's key)."""
        ...

    async def wish(self, id: str, row: str) -> None:
        """Write down what is to be forgotten, until it is `fulfilled`."""
        ...

    async def go_on(self, id: str, row: str) -> None:
        """Write over how far a wish is, unless it is fulfilled by now."""
        ...

    async def wishes(self) -> Mapping[str, str]:
        """What is not forgotten yet."""
        ...

    async def fulfilled(self, id: str) -> None:
        """Take a wish out: it is done."""
        ...

    def idle(self, before: float) -> AsyncIterator[tuple[str, float]]:
        """Conversations in which nothing was committed since `before` (seconds since 1970), and when it last was."""
        ...

    async def finish(self) -> None:
        """Complete what a crash has left half forgotten."""
        ...
