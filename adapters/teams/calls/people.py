"""Who somebody is on Teams: learned from what they do, asked of rosters, remembered for minutes.

What a roster did not say is never made up: somebody whom no roster knows is unknown, and a roster that does not answer
is an error, or the asker goes on with what was known before.

A Person's id is the directory's object id, which is the same everywhere; the connector's own id (`29:…`), which
is needed to write to somebody, is kept beside it.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from adapters.teams.calls.addresses import Addresses
from adapters.teams.calls.connector import Connector, RefusedByTeams
from adapters.teams.places import PERSON, PLATFORM
from bot.core.activity import Person, Place
from bot.core.platforms.json_values import Json, as_text
from bot.errors import DeliveryError
from bot.ports import Clock

KEEP_SECONDS: Final = 600.0
MISS_SECONDS: Final = 60.0
_MAX_KEPT: Final = 20_000

_IN_SECONDS: Final = 60.0


class People:
    """Accounts of one app's tenants. `rosters` are conversations in which anybody may be found, desks first.

    A desk's roster is asked before any other: what it says of somebody is what their rights hang on.
    """

    def __init__(self, connector: Connector, addresses: Addresses, clock: Clock, rosters: Sequence[str]) -> None:
        self._connector = connector
        self._addresses = addresses
        self._clock = clock
        self._rosters = rosters
        self._kept: OrderedDict[str, tuple[float, Person]] = OrderedDict()
        self._accounts: OrderedDict[str, str] = OrderedDict()
        self._seen_in: OrderedDict[str, str] = OrderedDict()
        self._in: dict[tuple[str, str], tuple[float, bool]] = {}

    def seen(self, person: Person, account: str, conversation: str) -> None:
        """Remember an account by something that it did."""
        _put(self._accounts, person.key, account)
        _put(self._seen_in, person.key, conversation)

    async def person(self, tenant: str, id: str) -> Person:
        """Who that is; an account in no roster is unknown. Raises Throttled, NotDone, Refused.

        Somebody who is asked for by the connector's id, as mentions name people, is known by the directory's then.
        """
        asked = Person(PLATFORM, tenant, id)
        kept = self._fresh(asked.key)
        if kept is not None:
            return kept
        found = await self._look_up(asked, self._places(asked.key)) or replace(asked, is_unknown=True)
        self._keep(found)
        return found

    async def checked(self, person: Person, *, seconds: float) -> Person:
        """Somebody who just did something, with what the rosters say of them.

        What they said last counts when they do not answer in time; somebody of whom they never told is unknown.
        """
        try:
            async with asyncio.timeout(seconds):
                known = await self.person(person.tenant, person.id)
        except (DeliveryError, TimeoutError):
            kept = self._kept.get(person.key)
            known = kept[1] if kept else Person(PLATFORM, person.tenant, person.id, is_unknown=True)
        return replace(
            person,
            name=person.name or known.name,
            email=known.email,
            is_guest=known.is_guest,
            is_outsider=known.is_outsider,
            is_unknown=known.is_unknown,
        )

    async def account(self, person: Person, place: Place) -> str:
        """The connector's id of somebody, to write to them. Raises Throttled, NotDone, Refused."""
        known = self._accounts.get(person.key)
        if known:
            return known
        if person.id.startswith(PERSON):
            return person.id
        await self._look_up(person, [place.channel, *self._places(person.key)])
        return self._accounts.get(person.key, person.id)

    async def members(self, tenant: str, conversation: str) -> list[Person]:
        """Who is in a conversation, as its roster says it. Raises Throttled, NotDone, Refused."""
        service_url = self._addresses.of(tenant, conversation)
        found: list[Person] = []
        for member in await self._connector.members(service_url, conversation):
            account = as_text(member.get("id"))
            directory = as_text(member.get("objectId")) or as_text(member.get("aadObjectId"))
            person = person_of(member, Person(PLATFORM, tenant, directory or account))
            _put(self._accounts, person.key, account)
            self._keep(person)
            found.append(person)
        return found

    def forget(self, tenant: str, members: Sequence[Json]) -> None:
        """What rosters said of these is not true any more: somebody came, or had to go.

        Teams may name them by an account that we never met: so whomever no roster knew is asked for again, too.
        """
        accounts = {as_text(member.get("id")) for member in members} - {""}
        named = {as_text(m.get(field)) for m in members for field in ("id", "aadObjectId", "objectId")} - {""}
        keys = {Person(PLATFORM, tenant, name).key for name in named}
        keys |= {key for key, account in self._accounts.items() if account in accounts}
        for key in keys | {key for key, (_, person) in self._kept.items() if person.is_unknown}:
            self._kept.pop(key, None)
        self._in = {known: told for known, told in self._in.items() if told[1] and known[1] not in keys}

    async def is_in(self, channel: Place, person: Person) -> bool:
        """Whether a channel's roster has somebody, as it was at most a minute ago. Raises Throttled, NotDone."""
        kept = self._in.get((channel.channel, person.key))
        if kept is not None and self._clock.now() < kept[0]:
            return kept[1]
        address = self._addresses.of(channel.tenant, channel.channel)
        try:
            account = self._accounts.get(person.key, person.id)
            await self._connector.member(address, channel.channel, account)
        except RefusedByTeams:
            found = False
        else:
            found = True
        if len(self._in) > _MAX_KEPT:
            self._in.clear()
        self._in[channel.channel, person.key] = (self._clock.now() + _IN_SECONDS, found)
        return found

    async def is_still_in(self, channel: Place, person: Person, *, seconds: float) -> bool:
        """The same, in time; while the roster is silent, whoever was known before counts as they did then."""
        try:
            async with asyncio.timeout(seconds):
                return await self.is_in(channel, person)
        except (DeliveryError, TimeoutError):
            kept = self._kept.get(person.key)
            return kept is not None and not kept[1].is_unknown

    def _places(self, key: str) -> list[str]:
        seen = self._seen_in.get(key)
        return [*self._rosters, *([seen] if seen else [])]

    async def _look_up(self, person: Person, conversations: Sequence[str]) -> Person | None:
        for conversation in dict.fromkeys(conversations):
            service_url = self._addresses.of(person.tenant, conversation)
            try:
                member = await self._connector.member(
                    service_url, conversation, self._accounts.get(person.key, person.id)
                )
            except RefusedByTeams:
                continue
            found = person_of(member, person)
            directory = as_text(member.get("objectId")) or as_text(member.get("aadObjectId"))
            if directory and person.id.startswith(PERSON):
                found = replace(found, id=directory)
            account = as_text(member.get("id"))
            if account:
                _put(self._accounts, found.key, account)
            return found
        return None

    def _fresh(self, key: str) -> Person | None:
        at, person = self._kept.get(key, (0.0, None))
        if person is None:
            return None
        return person if self._clock.now() - at < (MISS_SECONDS if person.is_unknown else KEEP_SECONDS) else None

    def _keep(self, person: Person) -> None:
        self._kept[person.key] = (self._clock.now(), person)
        self._kept.move_to_end(person.key)
        while len(self._kept) > _MAX_KEPT:
            self._kept.popitem(last=False)


def person_of(member: Json, person: Person) -> Person:
    """A roster's entry as a Person. Somebody of another tenant proves nothing by their e-mail."""
    tenant = as_text(member.get("tenantId"))
    is_outsider = bool(tenant and person.tenant and tenant != person.tenant)
    return replace(
        person,
        name=as_text(member.get("name")) or as_text(member.get("givenName")) or person.name,
        email="" if is_outsider else as_text(member.get("email")) or as_text(member.get("userPrincipalName")),
        is_guest=as_text(member.get("userRole")).lower() in {"guest", "anonymous"},
        is_outsider=is_outsider,
    )


def _put(into: OrderedDict[str, str], key: str, value: str) -> None:
    into[key] = value
    into.move_to_end(key)
    while len(into) > _MAX_KEPT:
        into.popitem(last=False)
