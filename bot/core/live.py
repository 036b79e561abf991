"""What changes while we run and is no conversation's own: who is on duty, which cases are open, what macros there are.

Reaches the core as `Policy.live`, renewed before each decision and at most about a second old. Values only; it never
says what to do about them. When the store cannot be read it is what was last known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.core.activity import Person
from bot.core.conversation import Similar


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody who said that they work, for the desks of those names.

    `since` and `until` (None: until they say so) are seconds since 1970. `idle_since` is when a case last came to them
    or left them: whoever has waited longest is next.
    """

    agent: Person
    desks: tuple[str, ...]
    since: float
    until: float | None = None
    idle_since: float = 0.0


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case that is open, or about to be: then its `conversation` is "".

    `assignee` is a person's key, "" when nobody has it; `status` is the Status' value.
    """

    number: int
    conversation: str
    desk: str
    status: str
    assignee: str
    opened_at: float


@dataclass(frozen=True, slots=True)
class Macro:
    """One ready-made reply; see `bot.core.agents.macros`. Its text is never empty."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Waits:
    """How long cases lately waited for somebody: nine in ten of `count` at most `most` seconds of working time."""

    count: int
    most: float


@dataclass(frozen=True, slots=True)
class Live:
    """Everything of the kind. `cases` are ordered by number, oldest first; `waits` is None without any.

    `similar` is what was answered before and is like the case that opens now; the engine looks once one does.
    `learned` has the intents that the model which answers was taught.
    """

    on_duty: tuple[Duty, ...] = ()
    cases: tuple[OpenCase, ...] = ()
    waits: Waits | None = None
    similar: tuple[Similar, ...] = ()
    macros: tuple[Macro, ...] = ()
    learned: frozenset[str] = frozenset()

    def loads(self) -> Mapping[str, int]:
        """How many open cases each person has, by key."""
        return Counter(case.assignee for case in self.cases)

    def duty(self, agent: str) -> Duty | None:
        """The duty of the person of that key, None when they are off."""
        return next((duty for duty in self.on_duty if duty.agent.key == agent), None)

    def queue(self, desk: str) -> tuple[OpenCase, ...]:
        """The cases of a desk that nobody has, oldest first."""
        return tuple(case for case in self.cases if case.desk == desk and case.status == "queued")


NOTHING_KNOWN: Final = Live()
"""Before the store was read."""
