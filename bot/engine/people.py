"""Asks the platform who somebody is, before the core weighs what they may do.

An event carries what its payload told: often an identifier and nothing else. Whether somebody is a guest
decides whether their words may reach a customer, so it is looked up, and never before the acknowledgement.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import structlog

from bot.core.activity import Person
from bot.core.events import (
    AgentCommanded,
    AgentEdited,
    AgentPressed,
    AgentReacted,
    AgentSaid,
    CustomerPressed,
    CustomerSaid,
    Event,
)
from bot.errors import DeliveryError
from bot.ports import ChatAdapter

_log = structlog.get_logger("engine")

_SECONDS: Final = 3.0
"""How long a platform may take to tell; adapters remember for minutes."""

_AGENTS: Final = (AgentSaid, AgentEdited, AgentReacted, AgentPressed, AgentCommanded)
_ASKED: Final = (*_AGENTS, CustomerSaid, CustomerPressed)


@dataclass(frozen=True, slots=True)
class People:
    """Who people are, by platform."""

    adapters: Mapping[str, ChatAdapter]

    async def introduce(self, event: Event) -> Event:
        """The event with its author as the platform knows them.

        When the platform does not tell, an agent counts as a guest: better a word that stays inside than one
        that should not have left.
        """
        if not isinstance(event, _ASKED):
            return event
        known = await self._known(event.author)
        if known is not None:
            return replace(event, author=known)
        if isinstance(event, _AGENTS):
            return replace(event, author=replace(event.author, is_guest=True))
        return event

    async def _known(self, person: Person) -> Person | None:
        adapter = self.adapters.get(person.platform)
        if adapter is None:
            return person
        try:
            async with asyncio.timeout(_SECONDS):
                found = await adapter.person(person.tenant, person.id)
        except (DeliveryError, TimeoutError) as error:
            _log.warning("person_unknown", platform=person.platform, why=str(error) or "no answer in time")
            return None
        return replace(
            found,
            name=person.name or found.name,
            locale=found.locale or person.locale,
            timezone=found.timezone or person.timezone,
            picture=found.picture or person.picture,
            email=found.email or person.email,
            tier=found.tier or person.tier,
            is_bot=found.is_bot or person.is_bot,
            is_guest=found.is_guest or person.is_guest,
            is_outsider=found.is_outsider or person.is_outsider,
        )
