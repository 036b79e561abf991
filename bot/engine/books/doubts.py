"""Keeps messages that the bot was not sure of until somebody reviews them. Never in the way of an answer.

Whatever goes wrong here costs a line in a list and nothing else: it is said in the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from bot.core.conversation import Conversation
from bot.core.customers import doubts
from bot.core.customers.doubts import CameToPeople, Finding, Meant, TakenBack
from bot.core.events import Event
from bot.core.learning.lessons import Doubt
from bot.core.policy import Policy
from bot.engine.codec import Unreadable, read, write
from bot.errors import StoreUnavailable
from bot.ports import Doubts

_log = structlog.get_logger("engine")


@dataclass(frozen=True, slots=True)
class StoredDoubts:
    """`bot.ports.DoubtBook`, and what the workers note."""

    doubts: Doubts
    policy: Policy

    async def all(self) -> Sequence[Doubt]:
        found: list[Doubt] = []
        for row in await self.doubts.rows():
            try:
                found.append(read(row, Doubt))
            except Unreadable as error:
                _log.warning("doubt_unreadable", why=str(error))
        return sorted(found, key=lambda doubt: (-doubt.informative, -doubt.at, doubt.id))

    async def remove(self, id: str) -> None:
        await self.doubts.remove(id)

    async def drop_old(self, now: float) -> None:
        """Forget those that were kept for long enough."""
        await self.doubts.drop(now - self.policy.doubt_seconds)

    async def note(self, before: Conversation | None, event: Event, after: Conversation, *, sequence: int) -> None:
        """Keep, change or drop what one event means for them. `event` as it was understood.

        `sequence` is the conversation's with the state `after`: this may be late, and then another process was faster.
        """
        found = doubts.found(before, event, after, self.policy)
        if found is None:
            return
        try:
            await self._note(found, after, sequence)
        except (StoreUnavailable, Unreadable) as error:
            _log.warning("doubt_not_noted", conversation=after.id, why=str(error))

    async def _note(self, found: Finding, after: Conversation, sequence: int) -> None:
        match found:
            case Doubt():
                await self.doubts.put(
                    found.id,
                    write(found, Doubt),
                    customer=found.customer,
                    conversation=found.conversation,
                    sequence=sequence,
                    at=found.at,
                    most=doubts.MOST_KEPT,
                )
            case Meant(id, intent):
                if row := await self.doubts.row(id):
                    await self.doubts.change(id, write(replace(read(row, Doubt), meant=intent), Doubt))
            case TakenBack(id):
                await self.doubts.take_back(id, after.id, sequence=sequence)
            case CameToPeople():
                await self.doubts.clear(after.id, sequence=sequence)
