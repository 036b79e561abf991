"""Who is on duty: as the store keeps it (one encoded row an agent), and as commands ask for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.core.activity import Person
from bot.core.live import Live


@dataclass(frozen=True, slots=True)
class DutyRow:
    """What an agent last said of their duty: from `since` to `until`, in seconds since 1970. None: until they say so.

    Who went off duty stays in the roster with `on` False: their desks are known when they come back.
    """

    agent: Person
    desks: tuple[str, ...]
    on: bool
    since: float
    until: float | None = None


class Roster(Protocol):
    """Encoded rows and idle times by agent's key. Everything may be done twice. Raises StoreUnavailable."""

    async def put(self, agent: str, row: str) -> None:
        """Write an agent's row over the one that is there."""
        ...

    async def rows(self) -> Mapping[str, str]:
        """All rows by agent."""
        ...

    async def touch(self, agent: str, at: float) -> None:
        """A case came to that agent, or left them; an earlier time than the known one changes nothing."""
        ...

    async def touched(self) -> Mapping[str, float]:
        """When each agent was last touched, in seconds since 1970."""
        ...

    async def lock(self, token: str, seconds: float) -> bool:
        """Be the only one to give cases to agents, for so long at most. The same token gets the same answer."""
        ...

    async def unlock(self, token: str) -> None:
        """Let others give cases. Whoever is not the one (any more) changes nothing."""
        ...


class Staff(Protocol):
    """What agents say of their duty, and who is at work. Raises StoreUnavailable."""

    async def rows(self) -> Sequence[DutyRow]:
        """What every agent said last, by name."""
        ...

    async def put(self, row: DutyRow) -> None:
        """Write down what an agent says; whoever waits for somebody is looked at again."""
        ...

    async def live(self) -> Live:
        """Who is on duty, and which cases are open, now."""
        ...
