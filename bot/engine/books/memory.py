"""Remembers what people solved, and finds it again for a new case. Never in the way of a hand-over.

Whatever goes wrong here costs a suggestion and nothing else: it is said in the log, and the case goes its way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import structlog

from bot.core.conversation import Conversation, Similar
from bot.core.learning.solved import Meaning, SolvedCase, nearest, question, reopened, solved_by
from bot.core.policy import Policy
from bot.engine.codec import Unreadable, read, write
from bot.errors import StoreUnavailable, UnderstandingUnavailable
from bot.ports import Encoder, SolvedCases

_log = structlog.get_logger("engine")

_MOST_KEPT: Final = 2000
"""Solved cases that are remembered; about 6 MB with the encoder's numbers."""

_SECONDS: Final = 1.5
"""How long a hand-over may wait for suggestions."""

_SECONDS_FOR_MEANING: Final = 1.0
"""How much of it for the encoder; without its answer words are compared."""


class Memory:
    """Solved cases as this process knows them. Safe to share among tasks."""

    def __init__(self, solved: SolvedCases, encoder: Encoder | None, policy: Policy) -> None:
        self._solved = solved
        self._encoder = encoder
        self._policy = policy
        self._known: tuple[SolvedCase, ...] = ()
        self._version = -1
        self._reading = asyncio.Lock()

    async def like(self, conversation: Conversation) -> tuple[Similar, ...]:
        """Solved cases that are like the case that this conversation just opened; none when it takes too long."""
        case, asked = conversation.case, question(conversation, self._policy)
        if case is None or not asked:
            return ()
        try:
            async with asyncio.timeout(_SECONDS):
                known = await self._cases()
                if not known:
                    return ()
                meaning = await self._meaning(asked)
                mine = conversation.customer.key
                return await asyncio.to_thread(nearest, asked, meaning, case.need.intent, known, apart_from=mine)
        except (StoreUnavailable, TimeoutError) as error:
            _log.warning("no_suggestions", conversation=conversation.id, why=str(error) or "it took too long")
            return ()

    async def note(self, before: Conversation | None, after: Conversation, *, sequence: int) -> None:
        """Remember what was solved between these two states, and forget what turned out not to be.

        `sequence` is the conversation's with the state `after`: this may be late, and then another process was faster.
        """
        solved, again = solved_by(before, after, self._policy), reopened(before, after)
        try:
            if again is not None:
                await self._solved.remove(again, sequence=sequence)
            if solved is not None:
                solved = replace(solved, meaning=await self._meaning(solved.question))
                await self._solved.put(
                    solved.number,
                    solved.customer,
                    write(solved, SolvedCase),
                    conversation=after.id,
                    sequence=sequence,
                    at=solved.at,
                    most=_MOST_KEPT,
                )
        except StoreUnavailable as error:
            _log.warning("not_remembered", conversation=after.id, why=str(error))

    async def _cases(self) -> Sequence[SolvedCase]:
        version = await self._solved.version()
        async with self._reading:
            if version != self._version:
                rows = await self._solved.rows()
                self._known = await asyncio.to_thread(_decoded, tuple(rows.values()))
                self._version = version
        return self._known

    async def _meaning(self, text: str) -> Meaning | None:
        if self._encoder is None:
            return None
        try:
            async with asyncio.timeout(_SECONDS_FOR_MEANING):
                return await self._encoder.encode(text)
        except (UnderstandingUnavailable, TimeoutError) as error:
            _log.warning("no_meaning", why=str(error) or "it took too long")
            return None


def _decoded(rows: Sequence[str]) -> tuple[SolvedCase, ...]:
    found: list[SolvedCase] = []
    for row in rows:
        try:
            found.append(read(row, SolvedCase))
        except Unreadable as error:
            _log.warning("solved_case_unreadable", why=str(error))
    return tuple(found)
