"""Who is on duty, as the store keeps it: one encoded row an agent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.core.activity import Person


@dataclass(frozen=True, slots=True)
class DutyRow:
    """What an agent last said of their duty. Times are seconds since 1970.

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
