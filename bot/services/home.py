"""What people find on the app's own page: an agent their cases, the queue and their duty; a customer a friendly word.

Reads only. What is pressed there is a command, and is given as if it had been typed in the desk.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from bot.core.activity import Person, Place, Ref
from bot.core.agents.relay import is_entitled
from bot.core.cases.cards import duration, local_time, time_from
from bot.core.effects import Body, Button, ButtonStyle
from bot.core.learning.teaching import TEACH
from bot.core.live import Live
from bot.core.policy import Policy
from bot.core.typed.commands import COMMAND
from bot.core.wording.words import language_of, say
from bot.errors import DeliveryError
from bot.ports import Answer, CaseRow, ChatAdapter, Clock, Records
from bot.services.requests import saying
from bot.services.unlisted import unlisted

HOME: Final = "home"
"""The command that shows the page, and the name of the place that it is."""

SHORTCUTS: Final[Mapping[str, str]] = {
    "take_over": "On its way: the conversation becomes a case of yours, and its thread in the desk shows it.",
    "teach": "Nothing of that message can be taught; nothing was changed.",
    "make_internal": "If the customer has that message, it is taken back from them and stays in the desk.",
}
"""What can be chosen in the menu of a message, and what whoever chose it is told."""

_MOST_MINE: Final = 10
_MOST_WAITING: Final = 10


class Home:
    """The pages. Keeps nothing."""

    def __init__(
        self,
        *,
        records: Records,
        live: Callable[[], Awaitable[Live]],
        policy: Policy,
        adapters: Mapping[str, ChatAdapter],
        clock: Clock,
    ) -> None:
        """`live` tells who is on duty, as far as that is known now."""
        self._records = records
        self._live = live
        self._policy = policy
        self._adapters = adapters
        self._clock = clock

    async def desk_of(self, person: Person) -> Place | None:
        """The first desk that somebody answers in, None for whoever may not answer customers anywhere."""
        adapter = self._adapters.get(person.platform)
        if adapter is None:
            return None
        try:
            if not is_entitled(await adapter.person(person.tenant, person.id)):
                return None
            for desk in self._policy.desks:
                if desk.place.platform == person.platform and await adapter.is_member(desk.place, person):
                    return desk.place
        except DeliveryError:
            # who cannot be looked up is nobody's colleague for now
            return None
        return None

    async def page(self, person: Person) -> tuple[Body, ...]:
        """The page, from top to bottom. Raises StoreUnavailable."""
        if await self.desk_of(person) is None:
            speaking = language_of("", person.locale, self._policy)
            return (Body(say("home", speaking, self._policy)),)
        live, rows = await self._live(), await self._records.open_cases()
        missing = unlisted(await self._records.unread_cases())
        desks = {desk.name for desk in self._policy.desks if desk.place.platform == person.platform}
        mine = sorted((row for row in rows if row.assignee_key == person.key), key=_soonest)
        waiting = sorted((row for row in rows if row.status == "queued" and row.desk in desks), key=_soonest)
        return (
            self._duty(person, live, len(mine)),
            *((Body(missing),) if missing else ()),
            *self._cases("Your cases", mine, _MOST_MINE, person, "You have none.", claimable=False),
            *self._cases("Waiting for somebody", waiting, _MOST_WAITING, person, "Nobody waits.", claimable=True),
        )

    async def shortcut(self, asker: Person, ref: Ref, name: str) -> Answer:
        """Bring what somebody chose in the menu of a message to its conversation. Raises StoreUnavailable."""
        if await self.desk_of(asker) is None:
            return saying("Only members of a desk can do that; nothing was changed.")
        found = await self._records.conversation_at(ref.place)
        if found is None:
            return saying("That message belongs to no conversation here; nothing was changed.")
        if name == TEACH:
            # a form opens where there is something to teach
            return saying(SHORTCUTS[name])
        await self._records.tell(found, name, ref.key, asker)
        return saying(SHORTCUTS[name])

    def _duty(self, person: Person, live: Live, cases: int) -> Body:
        duty = live.duty(person.key)
        has = f"{cases} open case{'' if cases == 1 else 's'}"
        if duty is None:
            button = Button("Go on duty", COMMAND, "on", ButtonStyle.PRIMARY)
            given = " New cases go to others." if self._policy.staffing.least_load else ""
            return Body(f"**You are off duty**, with {has}.{given}", buttons=(button,))
        since = f"since {local_time(duty.since, person.timezone)}"
        until = f", until {local_time(duty.until, person.timezone)}" if duty.until is not None else ""
        return Body(
            f"**You are on duty** {since}{until}, with {has}.", buttons=(Button("Go off duty", COMMAND, "off"),)
        )

    def _cases(
        self, title: str, rows: Sequence[CaseRow], most: int, person: Person, none: str, *, claimable: bool
    ) -> tuple[Body, ...]:
        if not rows:
            return (Body(f"**{title}**\n\n{none}"),)
        found = [Body(f"**{title}** ({len(rows)})")]
        for row in rows[:most]:
            button = Button(f"Claim #{row.number}", COMMAND, f"claim {row.number}", ButtonStyle.PRIMARY)
            found.append(Body(self._line(row, person), buttons=(button,) if claimable else ()))
        if len(rows) > most:
            found.append(Body(f"… and {len(rows) - most} more: `/support queue` lists them.", quiet=True))
        return tuple(found)

    def _line(self, row: CaseRow, person: Person) -> str:
        now = self._clock.now()
        head = f"**#{row.number} {row.customer}** · {row.reason}: {row.sentence}"
        state = "" if row.status == "queued" else f"{row.status.replace('_', ' ')} · "
        return f"{head}\n{state}open for {duration(max(now - row.opened_at, 0.0))}{_due(row, now, person.timezone)}"


def _soonest(row: CaseRow) -> tuple[float, float]:
    return (row.due_at if row.due_at is not None else float("inf"), row.opened_at)


def _due(row: CaseRow, now: float, timezone: str) -> str:
    """The clock of the next target, "" when none runs."""
    if row.due_at is None:
        return ""
    what = row.due.replace("_", " ")
    if row.due_at < now:
        return f" · ⚠️ {what} overdue for {duration(now - row.due_at)}"
    return f" · {what} due in {duration(row.due_at - now)} ({time_from(now, row.due_at, timezone)})"
