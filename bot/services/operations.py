"""Answers `/support …`: reads the records, words the answer, and passes changes on to the case's mailbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core import commands, stats
from bot.core.activity import Person, Place
from bot.core.cards import duration, local_time
from bot.core.commands import Command, Misunderstood, Role
from bot.core.conversation import Conversation
from bot.core.effects import Body
from bot.core.policy import Policy
from bot.core.relay import is_entitled
from bot.errors import StoreUnavailable
from bot.ports import CaseRow, ChatAdapter, Clock, Records

_DAY = 86400.0
_MOST_LINES = 40


@dataclass(frozen=True, slots=True)
class Roles:
    """Who is more than an agent: account identifiers or e-mail addresses, lower case."""

    leads: frozenset[str] = frozenset()
    operators: frozenset[str] = frozenset()


class Operations:
    """The commands, for whoever may use them. Keeps nothing."""

    def __init__(
        self, *, records: Records, policy: Policy, roles: Roles, adapters: Mapping[str, ChatAdapter], clock: Clock
    ) -> None:
        self._records = records
        self._policy = policy
        self._roles = roles
        self._adapters = adapters
        self._clock = clock

    async def run(self, asker: Person, place: Place, words: str) -> Body:
        """Answer a command. Never raises for bad input; an unreachable store is said, too."""
        command = commands.read(words)
        if isinstance(command, Misunderstood):
            return Body(command.why)
        try:
            role = await self.role_of(asker, place)
            if why := commands.refusal(command.verb, role):
                return Body(why)
            return Body(await self._answer(command, asker, role))
        except StoreUnavailable:
            return Body("The store cannot be reached right now, so there is no answer. Nothing was changed; try again.")

    async def role_of(self, asker: Person, place: Place) -> Role:
        """Who somebody is here: named in the configuration, or entitled and in a desk's channel."""
        names = {asker.id.lower(), asker.email.lower()} - {""}
        if names & self._roles.operators:
            return Role.OPERATOR
        if names & self._roles.leads:
            return Role.LEAD
        if all(place.root.key != desk.place.root.key for desk in self._policy.desks):
            return Role.CUSTOMER
        adapter = self._adapters.get(asker.platform)
        known = await adapter.person(asker.tenant, asker.id) if adapter else asker
        return Role.AGENT if is_entitled(known) else Role.CUSTOMER

    async def _answer(self, command: Command, asker: Person, role: Role) -> str:
        match command.verb:
            case "help":
                return commands.help_for(role)
            case "stats":
                return await self._stats(command.argument)
            case "queue":
                return self._queue(await self._records.open_cases())
            case "case":
                return await self._case(command.case or 0)
            case "why":
                return await self._why(command.case or 0)
            case _:
                return await self._change(command, asker)

    async def _stats(self, window: str) -> str:
        now = self._clock.now()
        since = now - now % _DAY if window == "today" else now - commands.WINDOWS[window]
        found = stats.summarise(await self._records.counters(since, now))
        label = "today (UTC)" if window == "today" else f"the last {window}"
        waiting = await self._records.open_cases()
        lines = [
            f"**Warmline, {label}**",
            f"- conversations: **{found.conversations}**, messages: **{found.messages}**, answers: **{found.answers}**",
            f"- contained by the bot: **{_share(found.containment)}**, handed to people: **{found.handed_over}**",
            f"- open now: **{len(waiting)}**, resolved: **{found.resolved}**, reopened: **{found.reopened}**",
            f"- time to claim: {_pair(found.to_claim)}",
            f"- time to first answer: {_pair(found.to_first_answer)}",
            f"- time to resolution: {_pair(found.to_resolution)}",
            f"- unsure turns: {_share(found.fallback_rate)}",
            _top("reasons", found.reasons),
            _top("intents", found.intents),
            _top("agents", found.agents),
            _top("platforms", found.platforms),
        ]
        return "\n".join(line for line in lines if line)

    def _queue(self, cases: Sequence[CaseRow]) -> str:
        if not cases:
            return "No open cases. Enjoy the quiet."
        now = self._clock.now()
        lines = [f"**{len(cases)} open case{'s' if len(cases) > 1 else ''}**"]
        for row in cases[:30]:
            who = row.assignee or "nobody"
            waited = duration(now - row.opened_at)
            lines.append(f"- **#{row.number}** {row.customer} · {row.status} · {who} · {waited} · {row.reason}")
        if len(cases) > 30:
            lines.append(f"- … and {len(cases) - 30} more")
        return "\n".join(lines)

    async def _case(self, number: int) -> str:
        conversation = await self._conversation(number)
        if conversation is None:
            return _unknown(number)
        case = conversation.case
        if case is None or case.number != number:
            closed = next((c for c in conversation.earlier if c.number == number), None)
            if closed is None:
                return f"Case #{number} is older than what is kept here; `why {number}` still tells its story."
            spent = duration(closed.resolved_at - closed.opened_at)
            return f"**#{number}** is closed: {closed.reason.value}, open for {spent}."
        said = "\n".join(f"> {line.name}: {' '.join(line.text.split())[:200]}" for line in conversation.transcript[-5:])
        who = case.assignee.label if case.assignee else "nobody yet"
        spent = duration(self._clock.now() - case.opened_at)
        return (
            f"**#{number}** {conversation.customer.label} on {conversation.place.platform}\n"
            f"- status: {conversation.status.value}, with {who}, open for {spent}\n"
            f"- why: {case.why.reason.value}: {case.why.sentence}\n\n{said}"
        )

    async def _why(self, number: int) -> str:
        conversation = await self._conversation(number)
        if conversation is None:
            return _unknown(number)
        journal = await self._records.journal(conversation.id)
        zone = conversation.customer.timezone
        lines = [f"- {local_time(line.at, zone)} · {line.text}" for line in journal if line.case in {None, number}]
        return "\n".join([f"**Why #{number} came to people**", *lines[-_MOST_LINES:]])

    async def _change(self, command: Command, asker: Person) -> str:
        number = command.case or 0
        conversation = await self._records.conversation_of(number)
        if conversation is None:
            return _unknown(number)
        await self._records.tell(conversation, command.verb, command.argument, asker)
        return f"On its way: {command.verb} #{number}. The case's thread shows what came of it."

    async def _conversation(self, number: int) -> Conversation | None:
        found = await self._records.conversation_of(number)
        return await self._records.conversation(found) if found else None


def _unknown(number: int) -> str:
    return f"There is no case #{number}. `queue` lists the open ones."


def _share(share: float | None) -> str:
    return "—" if share is None else f"{share:.0%}"


def _pair(pair: tuple[float | None, float | None]) -> str:
    median, p90 = pair
    if median is None or p90 is None:
        return "—"
    return f"median **{duration(median)}**, 90th percentile **{duration(p90)}**"


def _top(label: str, pairs: tuple[tuple[str, int], ...], most: int = 5) -> str:
    return f"- top {label}: " + ", ".join(f"{name} {n}" for name, n in pairs[:most]) if pairs else ""
