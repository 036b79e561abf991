"""Agents' duty, and how cases find them: one is given at a time, and those that wait are told of room.

Decides nothing: it lets the core look again, with facts that nobody changes meanwhile. Best effort where a case
waits on a timer of its own anyway.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

import structlog

from bot.core.cases.due import ASSIGN
from bot.core.conversation import Conversation
from bot.core.events import Event, TimerFired
from bot.core.live import Duty, Live
from bot.engine.codec import write, write_event
from bot.engine.live import LiveFacts
from bot.engine.node import Node
from bot.errors import StoreUnavailable
from bot.ports import DutyRow

_log = structlog.get_logger("engine")

_HELD_SECONDS: Final = 3.0
_TRIES: Final = 100
_PAUSE: Final = 0.02
"""Together longer than a decision takes. Whoever cannot be alone goes on all the same: better one case too many for
somebody than one that waits for ever."""

LATE_SECONDS: Final = 0.25
"""A case that is listed longer than this after its commit was not there when others looked who waits."""

_NUDGED: Final = 8
"""So many waiting cases look again when somebody has room; the rest follow with their timers."""


class StoredStaff:
    """`bot.ports.Staff` on a store, and the engine's part of assignment."""

    def __init__(self, node: Node, live: LiveFacts, *, least_load: bool) -> None:
        """With `least_load` waiting cases are given to agents; otherwise agents claim them."""
        self._store = node.store
        self._live = live
        self._clock = node.clock
        self._fresh = node.fresh
        self._least_load = least_load
        self._here = asyncio.Lock()
        self._seen: frozenset[Duty] = frozenset()
        self._owed: frozenset[str] = frozenset()

    async def rows(self) -> Sequence[DutyRow]:
        found = self._live.duties.read(await self._store.roster.rows())
        return sorted(found.values(), key=lambda row: (row.agent.label, row.agent.key))

    async def put(self, row: DutyRow) -> None:
        await self._store.roster.put(row.agent.key, write(row, DutyRow))
        if row.on:
            await self.nudge(row.desks)

    async def look(self) -> None:
        """Let waiting cases know of whoever is on duty since the last look, by the clock or by what was left untold.

        They hear of it twice: a case that was being listed the first time is by the second. Raises StoreUnavailable.
        """
        if not self._least_load:
            return
        here = frozenset(replace(duty, idle_since=0.0) for duty in (await self._live.now()).on_duty)
        desks = frozenset(desk for duty in here - self._seen for desk in duty.desks)
        await self.nudge(sorted(desks | self._owed))
        self._seen, self._owed = here, desks

    async def live(self) -> Live:
        return await self._live.fresh()

    @asynccontextmanager
    async def alone(self) -> AsyncGenerator[None]:
        """Give a case to somebody while nobody else does, so that two never fill the same place."""
        async with self._here:
            token = await self._locked()
            try:
                yield
            finally:
                if token:
                    await self._quietly(self._store.roster.unlock(token), "unlock")

    async def followed(self, before: Conversation | None, after: Conversation | None, *, late: bool = False) -> None:
        """After a commit: write down whose hands changed, and let waiting cases know of the room that came of it.

        With `late` the case was listed so long after its commit that it may not have heard of any. Raises
        StoreUnavailable when they could not be told.
        """
        had, has = _assignee(before), _assignee(after)
        desks = {after.case.desk} if late and after is not None and after.case is not None else set[str]()
        if had != has:
            now = self._clock.now()
            for agent in {had, has} - {""}:
                await self._quietly(self._store.roster.touch(agent, now), "touch")
            if had and before is not None and before.case is not None:
                desks.add(before.case.desk)
        await self.nudge(sorted(desks))

    async def nudge(self, desks: Collection[str]) -> None:
        """Let the cases that have waited longest at those desks look for somebody now."""
        if not self._least_load or not desks:
            return
        live = await self._live.fresh()
        for desk in desks:
            waiting = [case for case in live.queue(desk) if case.conversation]  # others are about to open
            for case in sorted(waiting, key=lambda case: case.opened_at)[:_NUDGED]:
                body = write_event(TimerFired(self._clock.now(), ASSIGN))
                await self._store.mailboxes.take(case.conversation, body, ids=[f"nudge|{self._fresh()}"])

    async def _locked(self) -> str:
        token = self._fresh()
        try:
            for _ in range(_TRIES):
                if await self._store.roster.lock(token, _HELD_SECONDS):
                    return token
                await asyncio.sleep(_PAUSE)
        except StoreUnavailable as error:
            _log.warning("store_unavailable", doing="lock", why=str(error))
        else:
            _log.warning("not_alone", why="somebody else takes too long")
        return ""

    @staticmethod
    async def _quietly(work: Awaitable[object], doing: str) -> None:
        try:
            await work
        except StoreUnavailable as error:
            _log.warning("store_unavailable", doing=doing, why=str(error))


def gives_cases(event: Event) -> bool:
    """Whether an event looks for somebody to take a case."""
    return isinstance(event, TimerFired) and event.name == ASSIGN


def _assignee(conversation: Conversation | None) -> str:
    """Who has the case of a conversation, "" for nobody: a closed case is in nobody's hands."""
    if conversation is None or conversation.case is None or conversation.case.assignee is None:
        return ""
    return conversation.case.assignee.key if conversation.status.is_open else ""
