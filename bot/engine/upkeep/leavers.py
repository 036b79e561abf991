"""Notices agents who are in a desk's channel no more: who left the company, or the team.

They can answer nobody there. So they go off that desk's duty, and their cases are told of it; what follows the core
decides. Who is missing counts as gone at the second look: nobody is put out by one wrong answer of a platform.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import structlog

from bot.core.activity import Person
from bot.core.cases.due import GONE
from bot.core.conversation import Conversation
from bot.core.events import TimerFired
from bot.core.policy import Desk, Policy
from bot.engine.codec import Unreadable, read_conversation, write_event
from bot.engine.node import Node
from bot.engine.staff import StoredStaff
from bot.errors import DeliveryError, StoreUnavailable
from bot.ports import ChatAdapter, Prober

_log = structlog.get_logger("engine")

_EVERY_SECONDS: Final = 120.0


@dataclass(slots=True)
class Leavers:
    """Looks at every desk now and then. Any number of processes may, and at the same time."""

    node: Node
    adapters: Mapping[str, ChatAdapter]
    staff: StoredStaff
    policy: Policy
    _missing: frozenset[tuple[str, str]] = field(default=frozenset())

    async def run(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Look for ever."""
        while True:
            await sleep(_EVERY_SECONDS)
            try:
                await self.look()
            except StoreUnavailable as error:
                _log.warning("store_unavailable", doing="leavers", why=str(error))

    async def look(self) -> None:
        """Look who is missing, and let go whoever was already. Raises StoreUnavailable."""
        missing: set[tuple[str, str]] = set()
        live = await self.staff.live()
        for desk in self.policy.desks:
            held: dict[str, list[str]] = {}
            for case in live.cases:
                if case.desk == desk.name and case.assignee and case.conversation:
                    held.setdefault(case.assignee, []).append(case.conversation)
            on_duty = [row.agent for row in await self.staff.rows() if row.on and desk.name in row.desks]
            owners = [await self._owner(conversations[0]) for conversations in held.values()]
            gone = await self._missing_of(desk, [*on_duty, *filter(None, owners)])
            missing |= {(desk.name, key) for key in gone}
            for key in sorted(gone):
                if (desk.name, key) in self._missing:
                    await self._let_go(desk, key, held.get(key, []))
        self._missing = frozenset(missing)

    async def _missing_of(self, desk: Desk, agents: list[Person]) -> set[str]:
        """The keys of those who are not in a desk's channel; of none while that cannot be asked."""
        channel, adapter = desk.place.root, self.adapters.get(desk.place.platform)
        here = {agent.key: agent for agent in agents if agent.platform == channel.platform}
        if adapter is None or not here:
            return set()
        try:
            if isinstance(adapter, Prober):
                await adapter.probe(channel)
            return {key for key, agent in here.items() if not await adapter.is_member(channel, agent)}
        except DeliveryError as error:
            _log.warning("members_unknown", desk=desk.name, why=str(error))
            return set()

    async def _let_go(self, desk: Desk, key: str, conversations: list[str]) -> None:
        """Take somebody off a desk's duty, before their cases look for somebody else."""
        for row in await self.staff.rows():
            if row.agent.key == key and row.on and desk.name in row.desks:
                others = tuple(name for name in row.desks if name != desk.name)
                await self.staff.put(replace(row, desks=others or row.desks, on=bool(others)))
        _log.info("agent_gone", desk=desk.name, cases=len(conversations))
        now = self.node.clock.now()
        for conversation in conversations:
            body = write_event(TimerFired(now, GONE + key))
            await self.node.store.mailboxes.take(conversation, body, ids=[f"gone|{self.node.fresh()}"])

    async def _owner(self, id: str) -> Person | None:
        """Who has the case of a conversation; None where nobody can tell."""
        state = await self.node.store.ledger.state(id)
        try:
            found: Conversation | None = read_conversation(state) if state else None
        except Unreadable:
            return None
        return found.case.assignee if found is not None and found.case is not None else None
