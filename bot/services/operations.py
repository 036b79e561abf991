"""Answers `/support …`: who asks, whether they may, and who knows the answer. What is answered is known elsewhere.

Each verb has one answer; a verb without one is not a command here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.core import commands
from bot.core.activity import Person, Place
from bot.core.commands import Command, Misunderstood, Role
from bot.core.policy import Policy
from bot.core.relay import is_entitled
from bot.core.veil import veiled_body
from bot.errors import StoreUnavailable
from bot.ports import Answer, ChatAdapter
from bot.services.requests import Answering, Request, saying

_AWAY = "The store cannot be reached right now, so there is no answer. Nothing was changed; try again."


@dataclass(frozen=True, slots=True)
class Roles:
    """Who is more than an agent (account identifiers or e-mail addresses, lower case), and what each verb takes."""

    leads: frozenset[str] = frozenset()
    operators: frozenset[str] = frozenset()
    may: Mapping[str, Role] = field(default_factory=dict[str, Role])


class Operations:
    """The commands, for whoever may use them. Keeps nothing."""

    def __init__(
        self, *, policy: Policy, roles: Roles, adapters: Mapping[str, ChatAdapter], answers: Mapping[str, Answering]
    ) -> None:
        """`answers` has who answers each verb; `help` needs none."""
        self._policy = policy
        self._roles = roles
        self._adapters = adapters
        self._answers = {"help": self._help, **answers}

    async def run(self, asker: Person, place: Place, words: str) -> Answer:
        """Answer a command. Never raises for bad input; an unreachable store is said, too."""
        command = commands.read(words, self._answers)
        if isinstance(command, Misunderstood):
            return saying(command.why)
        try:
            role = await self.role_of(asker, place)
            if why := commands.refusal(command.verb, role, self._roles.may):
                return saying(why)
            answer = await self._answers[command.verb](Request(command, asker, place, role))
        except StoreUnavailable:
            return saying(_AWAY)
        if answer.private:
            return answer
        answer = replace(answer, body=veiled_body(answer.body, self._policy))
        if answer.shared and not self._is_desk(place):
            return replace(answer, shared=False)
        return self._shared(answer, command, asker, place) if command.shared else answer

    async def role_of(self, asker: Person, place: Place) -> Role:
        """Who somebody is here: named in the configuration, or entitled and in a desk's channel."""
        names = {asker.id.lower(), asker.email.lower()} - {""}
        if names & self._roles.operators:
            return Role.OPERATOR
        if names & self._roles.leads:
            return Role.LEAD
        if not self._is_desk(place):
            return Role.CUSTOMER
        adapter = self._adapters.get(asker.platform)
        known = await adapter.person(asker.tenant, asker.id) if adapter else asker
        return Role.AGENT if is_entitled(known) else Role.CUSTOMER

    def _is_desk(self, place: Place) -> bool:
        return any(place.root.key == desk.place.root.key for desk in self._policy.desks)

    def _shared(self, answer: Answer, command: Command, asker: Person, place: Place) -> Answer:
        """The answer for the whole channel. Only where nobody but the desk reads along: it may name customers."""
        if not self._is_desk(place):
            only = f"*Only you see this: `{commands.SHARE}` works in a desk's channel, where no customer reads along.*"
            return replace(answer, body=replace(answer.body, text=f"{answer.body.text}\n\n{only}"))
        lead = f"*{asker.label} shared `{command.verb}`:*"
        return replace(answer, shared=True, body=replace(answer.body, text=f"{lead}\n\n{answer.body.text}"))

    async def _help(self, request: Request) -> Answer:
        return saying(commands.help_for(request.role, self._roles.may, self._answers))
