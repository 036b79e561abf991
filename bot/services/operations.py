"""Answers `/support …`: who asks, whether they may, and who knows the answer. What is answered is known elsewhere.

Each verb has one answer; a verb without one is not a command here. Nobody waits long for a first word: what takes its
time is said to do so, and answered later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import structlog

from bot.core.activity import Person, Place, Ref
from bot.core.agents.relay import is_entitled
from bot.core.effects import Body
from bot.core.policy import Policy
from bot.core.typed import commands, verbs
from bot.core.typed.commands import Command, Misunderstood
from bot.core.typed.verbs import Role
from bot.core.veil import veiled_body
from bot.core.wording.words import language_of, say
from bot.errors import DeliveryError, StoreUnavailable
from bot.ports import Answer, ChatAdapter
from bot.services.home import HOME, SHORTCUTS, Home
from bot.services.requests import Answering, Request, saying
from bot.under_way import UnderWay

_log = structlog.get_logger("commands")

PATIENCE_SECONDS: Final = 1.5
"""How long whoever asks waits for a first word. Slack gives a command 3 seconds, and the way there takes some too."""

_STILL: Final = (
    "`{words}` takes longer than usual: there is much to add up or to look up. "
    "You need not ask again, the answer follows here as soon as it is ready."
)
_NOT_KNOWN: Final = "It could not be found out just now who you are here, so nothing was done. Ask again in a moment."
_FAILED: Final = (
    "`{verb}` failed, and why is in the log. Ask again; if it fails again, whoever runs Warmline has to look there."
)
_AWAY: Final = "The store cannot be reached right now, so there is no answer. Nothing was changed; try again."


@dataclass(frozen=True, slots=True)
class Roles:
    """Who is more than an agent (account identifiers or e-mail addresses, lower case), and what each verb takes."""

    leads: frozenset[str] = frozenset()
    operators: frozenset[str] = frozenset()
    may: Mapping[str, Role] = field(default_factory=dict[str, Role])


class Operations:
    """The commands, for whoever may use them. Keeps nothing but what it is at."""

    def __init__(
        self,
        *,
        policy: Policy,
        roles: Roles,
        adapters: Mapping[str, ChatAdapter],
        answers: Mapping[str, Answering],
        home: Home | None = None,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        """`answers` has who answers each verb; `help` needs none. `home` knows who answers where, from anywhere.

        After `patience` seconds whoever asks is told that the answer comes later.
        """
        self._policy = policy
        self._roles = roles
        self._adapters = adapters
        self._home = home
        self._patience = patience
        self._under_way = UnderWay()
        self._answers = {"help": self._help, **({HOME: self._home_in_words} if home else {}), **answers}

    async def run(self, asker: Person, place: Place, words: str) -> Answer:
        """Answer a command. Never raises: bad input, an unreachable store and whatever else goes wrong is said.

        What is not known in time is said to come `later`; the work goes on whether or not somebody waits for it.
        """
        asker = self._by_a_clock(asker)
        command = commands.read(words, self._answers)
        if isinstance(command, Misunderstood):
            work, asked = self._under_way.start(self._put_right(asker, place, command)), " ".join(words.split())
        else:
            asked = f"{command.verb} {command.argument}".strip()
            work = self._under_way.start(self._answer(asker, place, command))
        done, _ = await asyncio.wait({work}, timeout=self._patience)
        if done:
            return work.result()
        return replace(saying(_STILL.format(words=asked)), later=work)

    async def finish(self) -> None:
        """Wait for the answers that are under way."""
        await self._under_way.finish()

    async def _answer(self, asker: Person, place: Place, command: Command) -> Answer:
        try:
            try:
                role = await self.role_of(asker, place)
            except DeliveryError:
                return saying(_NOT_KNOWN)
            if why := verbs.refusal(command.verb, role, self._roles.may):
                return saying(why)
            answer = await self._answers[command.verb](Request(command, asker, place, role))
        except StoreUnavailable:
            return saying(_AWAY)
        except Exception:  # noqa: BLE001 - told to whoever asked, who may have been promised an answer
            _log.exception("command failed", verb=command.verb)
            return saying(_FAILED.format(verb=command.verb))
        if answer.private:
            return answer
        answer = replace(answer, body=veiled_body(answer.body, self._policy))
        if answer.shared and not self._is_desk(place):
            return replace(answer, shared=False)
        return self._shared(answer, command, asker, place) if command.shared else answer

    async def _put_right(self, asker: Person, place: Place, slip: Misunderstood) -> Answer:
        """What is said about words that are no command: to customers, who have none, how they are heard."""
        try:
            role = await self.role_of(asker, place)
        except (DeliveryError, StoreUnavailable):
            return saying(slip.why)
        return self._without_commands(asker) if role is Role.CUSTOMER else saying(slip.why)

    def _by_a_clock(self, asker: Person) -> Person:
        """The asker, who reads times by their own clock; by the company's where their platform tells of none."""
        return replace(asker, timezone=asker.timezone or self._policy.timezone)

    def _without_commands(self, asker: Person) -> Answer:
        return saying(say("no_command", language_of("", asker.locale, self._policy), self._policy))

    async def serves(self, asker: Person, place: Place) -> bool:
        """See `bot.ports.Commands`. Raises DeliveryError."""
        return await self.role_of(asker, place) is not Role.CUSTOMER

    async def home(self, asker: Person) -> tuple[Body, ...]:
        """See `bot.ports.Commands`."""
        if self._home is None:
            return ()
        page = await self._home.page(self._by_a_clock(asker))
        return tuple(veiled_body(body, self._policy) for body in page)

    async def run_at_home(self, asker: Person, words: str) -> Answer:
        """See `bot.ports.Commands`."""
        desk = await self._home.desk_of(asker) if self._home else None
        return await self.run(asker, desk or Place(asker.platform, asker.tenant, HOME), words)

    async def shortcut(self, asker: Person, ref: Ref, name: str) -> Answer:
        """See `bot.ports.Commands`."""
        if self._home is None or name not in SHORTCUTS:
            return saying("That does nothing here; nothing was changed.")
        try:
            return await self._home.shortcut(asker, ref, name)
        except StoreUnavailable:
            return saying(_AWAY)

    async def _home_in_words(self, request: Request) -> Answer:
        """The page as one message, for a place that has none: what can be pressed there can be typed."""
        bodies = await self.home(request.asker)
        buttons = [button for body in bodies for button in body.buttons if button.action == commands.COMMAND]
        typed = " · ".join(f"`{button.value}`" for button in buttons)
        text = "\n\n".join(body.text for body in bodies)
        return saying(f"{text}\n\nYou can type: {typed}" if typed else text)

    async def role_of(self, asker: Person, place: Place) -> Role:
        """Who somebody is here: named in the configuration, or entitled and in a desk's channel."""
        names = {asker.id.lower(), asker.email.lower()} - {""}
        if names & self._roles.operators:
            return Role.OPERATOR
        if names & self._roles.leads:
            return Role.LEAD
        if not self._is_desk(place):
            return Role.AGENT if self._home and await self._home.desk_of(asker) else Role.CUSTOMER
        adapter = self._adapters.get(asker.platform)
        known = await adapter.person(asker.tenant, asker.id) if adapter else asker
        return Role.AGENT if is_entitled(known) else Role.CUSTOMER

    def _is_desk(self, place: Place) -> bool:
        return any(place.root.key == desk.place.root.key for desk in self._policy.desks)

    def _shared(self, answer: Answer, command: Command, asker: Person, place: Place) -> Answer:
        """The answer for the whole channel. Only where nobody but the desk reads along: it may name customers."""
        if not self._is_desk(place):
            only = f"*Only you see this: `{verbs.SHARE}` works in a desk's channel, where no customer reads along.*"
            return replace(answer, body=replace(answer.body, text=f"{answer.body.text}\n\n{only}"))
        lead = f"*{asker.label} shared `{command.verb}`:*"
        return replace(answer, shared=True, body=replace(answer.body, text=f"{lead}\n\n{answer.body.text}"))

    async def _help(self, request: Request) -> Answer:
        may = self._roles.may
        more = any(request.role >= verbs.needed(verb, may) for verb in self._answers if verb != "help")
        if not more:
            return self._without_commands(request.asker)
        return saying(verbs.help_for(request.role, self._roles.may, self._answers))
