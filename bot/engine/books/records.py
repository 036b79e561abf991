"""What can be read back of everything that happened: `bot.ports.Records` on a store. Writes only commands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.core.activity import Person, Place
from bot.core.conversation import Conversation
from bot.engine.codec import read, read_conversation
from bot.engine.ingress import Ingress
from bot.engine.open_cases import OpenCases
from bot.ports import CaseRow, JournalLine, Store

_LATE_SECONDS: Final = 900.0
"""A commit names its hour before it is sent; this long after the hour's end none can be on its way any more."""


@dataclass(frozen=True, slots=True)
class StoredRecords:
    """`bot.ports.Records`."""

    store: Store
    ingress: Ingress
    fresh: Callable[[], str]
    cases: OpenCases

    async def counters(self, since: float, until: float) -> Mapping[str, int]:
        return await self.store.ledger.counters(int(since // 3600), int(until // 3600), over=_over(until))

    async def series(self, since: float, until: float, kinds: Sequence[str]) -> Mapping[int, Sequence[int]]:
        return await self.store.ledger.series(int(since // 3600), int(until // 3600), kinds, over=_over(until))

    async def open_count(self) -> int:
        return await self.store.ledger.open_count()

    async def last_case(self) -> int | None:
        return await self.store.ledger.last_case()

    async def stories(self, first: int, last: int) -> Sequence[tuple[int, Sequence[JournalLine]]]:
        found = await self.store.ledger.stories(first, last)
        stories: list[tuple[int, Sequence[JournalLine]]] = []
        for number, lines in found:
            stories.append((number, [read(line, JournalLine) for line in lines]))
            await asyncio.sleep(0)  # a long journal is some milliseconds of work, and there are hundreds of them
        return stories

    async def open_cases(self) -> Sequence[CaseRow]:
        return await self.cases.rows()

    async def unread_cases(self) -> Sequence[int]:
        return await self.cases.unread()

    async def conversation_of(self, case: int) -> str | None:
        return await self.store.ledger.conversation_of(case)

    async def conversation_at(self, thread: Place) -> str | None:
        if bound := (await self.store.mailboxes.parked(thread.key)).conversation:
            return bound
        for key in (thread.key, thread.root.key):
            if await self.store.ledger.state(key):
                return key
        return None

    async def conversation(self, id: str) -> Conversation | None:
        state = await self.store.ledger.state(id)
        return read_conversation(state) if state else None

    async def journal(self, conversation: str) -> Sequence[JournalLine]:
        return [_line(conversation, line) for line in await self.store.ledger.journal(conversation)]

    async def follow(self) -> AsyncIterator[JournalLine]:
        async for conversation, line in self.store.ledger.follow():
            yield _line(conversation, line)

    async def tell(self, conversation: str, verb: str, argument: str, author: Person, *, case: int = 0) -> None:
        await self.ingress.tell(conversation, verb, argument, author, id=f"command|{self.fresh()}", case=case)


def _line(conversation: str, text: str) -> JournalLine:
    return replace(read(text, JournalLine), conversation=conversation)


def _over(until: float) -> int:
    """The first hour that may still be added to."""
    return int((until - _LATE_SECONDS) // 3600)
