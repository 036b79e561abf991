"""Asks the platform who somebody is, before the core weighs what they may do.

An event carries what its payload told: often an identifier and nothing else. Whether somebody is a guest
decides whether their words may reach a customer, so it is looked up, and never before the acknowledgement.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import structlog

from bot.core.activity import Person
from bot.core.events import (
    AgentCommanded,
    AgentEdited,
    AgentPressed,
    AgentReacted,
    AgentSaid,
    AgentSubmitted,
    CustomerPressed,
    CustomerSaid,
    CustomerSubmitted,
    Event,
)
from bot.core.tiers import NOBODY_SAID, Tiers
from bot.errors import DeliveryError, Refused, ShutOut, Throttled
from bot.ports import ChatAdapter

_log = structlog.get_logger("engine")

_SECONDS: Final = 3.0
"""How long a platform may take to tell; adapters remember for minutes."""

_PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
"""How often and when an agent is asked for again, in seconds: a platform that fails now and then must not turn a
reply into a note. The conversation waits meanwhile, the others do not."""

_LONGEST_PAUSE: Final = 10.0
"""For an agent, when the platform wants to be asked later. For a customer it is the pauses: whoever waits keeps a hand
busy, and with many newcomers there would be none left for those who are known."""

_PATIENCE_FOR_CUSTOMERS: Final = 2
"""How many of the pauses a customer's name is worth."""

_MAX_KEPT: Final = 10_000

_AGENTS: Final = (AgentSaid, AgentEdited, AgentReacted, AgentPressed, AgentSubmitted, AgentCommanded)
_ASKED: Final = (*_AGENTS, CustomerSaid, CustomerPressed, CustomerSubmitted)


@dataclass(frozen=True, slots=True)
class People:
    """Who people are, by platform."""

    adapters: Mapping[str, ChatAdapter]
    tiers: Tiers = NOBODY_SAID
    _kept: OrderedDict[str, Person] = field(default_factory=OrderedDict[str, Person])

    async def introduce(self, event: Event) -> Event:
        """The event with its author as the platform knows them.

        Whom the platform has told of before counts as they did then when it does not tell now. An agent of
        whom it has never told is unknown, and not entitled: better a word that stays inside than one that
        should not have left.
        """
        if not isinstance(event, _ASKED):
            return event
        if isinstance(event, AgentSubmitted | AgentCommanded) and event.subject is not None:
            event = replace(event, subject=await self._agent(event.subject))
        if isinstance(event, _AGENTS):
            return replace(event, author=await self._agent(event.author))
        known = await self._known(event.author, _PAUSES[:_PATIENCE_FOR_CUSTOMERS])
        author = known or event.author
        return replace(event, author=replace(author, tier=self.tiers.of(author)))

    async def _agent(self, person: Person) -> Person:
        known = await self._known(person, _PAUSES)
        return replace(person, is_unknown=True) if known is None else known

    async def _known(self, person: Person, pauses: Sequence[float]) -> Person | None:
        adapter = self.adapters.get(person.platform)
        if adapter is None:
            return person
        for pause in (*pauses, None):
            try:
                async with asyncio.timeout(_SECONDS):
                    found = await adapter.person(person.tenant, person.id)
            except (DeliveryError, TimeoutError) as error:
                kept = self._kept.get(person.key)
                _log.warning("person_unknown", platform=person.platform, why=str(error) or "no answer in time")
                if kept is not None or pause is None or isinstance(error, Refused | ShutOut):
                    return kept
                await asyncio.sleep(max(pause, _wanted(error, pauses)))
            else:
                return self._remember(_merged(found, person))
        return None

    def _remember(self, person: Person) -> Person:
        self._kept[person.key] = person
        self._kept.move_to_end(person.key)
        if len(self._kept) > _MAX_KEPT:
            self._kept.popitem(last=False)
        return person


def _wanted(error: DeliveryError | TimeoutError, pauses: Sequence[float]) -> float:
    """The pause that the platform asks for, as far as somebody is worth it."""
    if not isinstance(error, Throttled) or pauses != _PAUSES:
        return 0.0
    return min(error.retry_after, _LONGEST_PAUSE)


def _merged(found: Person, person: Person) -> Person:
    """What the platform tells, with what the event itself told."""
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
