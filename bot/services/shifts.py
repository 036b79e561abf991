"""Answers about time and people: who is on duty, when the desks are staffed, and which targets are near.

Writes only what agents say of their own duty. Whom a case goes to is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.activity import Person, Place
from bot.core.cases.cards import duration, local_time, time_from
from bot.core.cases.sla import SPOKEN, Target
from bot.core.cases.staffing import at_work
from bot.core.effects import Body, Button
from bot.core.live import Duty, Live
from bot.core.policy import Desk, Policy, Targets
from bot.core.typed.commands import COMMAND, MINE
from bot.core.typed.hold_ends import span
from bot.core.typed.verbs import Role
from bot.core.wording.moments import zone_among
from bot.errors import DeliveryError
from bot.ports import Answer, CaseRow, ChatAdapter, Clock, DutyRow, Records, Staff
from bot.services.requests import Answering, Request, saying
from bot.services.unlisted import unlisted

_CLOCK: Final = re.compile(r"^([01]?\d|2[0-3]):([0-5]\d)$")
_MOST_ROWS: Final = 20
_MOST_NAMED: Final = 40
_MOST_PEOPLE: Final = 12
"""Of each desk: what is said of several desks has to fit into one message."""


@dataclass(frozen=True, slots=True)
class Shifts:
    """Duty, hours and targets."""

    staff: Staff
    records: Records
    policy: Policy
    adapters: Mapping[str, ChatAdapter]
    clock: Clock

    def answers(self) -> Mapping[str, Answering]:
        """Who answers what."""
        return {"on": self.on, "off": self.off, "who": self.who, "hours": self.hours, "sla": self.sla}

    async def on(self, request: Request) -> Answer:
        """Go on duty at the desk that this is said in, or at those of before; until a time if one is given."""
        return Answer(
            await self.turn(request.asker, request.place, request.command.argument, on=True, role=request.role)
        )

    async def off(self, request: Request) -> Answer:
        """Go off duty, for good or until a time."""
        return Answer(await self.turn(request.asker, request.place, request.command.argument, on=False))

    async def turn(self, asker: Person, place: Place | None, words: str, *, on: bool, role: Role = Role.AGENT) -> Body:
        """Put somebody on or off duty, and what they are told. `place` is None where no desk is meant.

        Leads and operators may name desks. Raises StoreUnavailable.
        """
        now = self.clock.now()
        known = next((row for row in await self.staff.rows() if row.agent.key == asker.key), None)
        agent = await self._known(asker)
        *names, when = words.split() or [""]
        at = self._time(when, agent, now)
        if at is None and when:
            names.append(when)
        desks = self._desks(place, known, names if role >= Role.LEAD else [])
        if on and not names:
            desks = tuple([name for name in desks if await self._is_in(name, place, agent)])
        if names and (role < Role.LEAD or len(desks) < len(names)):
            return Body(
                f"“{' '.join(names)[:40]}” is no time. Write `on`, `on 17:00` or `on 2h`; `off` and `off 30m` likewise."
            )
        if not desks:
            allowed = ", ".join(desk.name for desk in self.policy.desks)
            return Body(
                f"Which desk? Say `on` once in its channel, and it is known from then on. There are: {allowed}."
            )
        if on:
            row = DutyRow(agent, desks, on=True, since=now, until=at)
        else:
            row = DutyRow(agent, desks, on=at is not None, since=now if at is None else at)
        await self.staff.put(row)
        until = f" until {self._local(at, agent)}" if at is not None else ""
        state = "on duty at " if on else "off duty at "
        told = f"You are {state}{', '.join(self._title(name) for name in desks)}{until}."
        if on:
            return Body(told + self._after_hours(agent, desks, now))
        left = await self._left_over(agent)
        return replace(left, text=told + left.text)

    async def who(self, _request: Request) -> Answer:
        """Who is on duty at each desk, by their own clock, with how many cases."""
        live, now, rows = await self.staff.live(), self.clock.now(), await self.staff.rows()
        parts = [
            "\n".join([f"**{desk.title or desk.name}**", *self._people(desk, live, now), *_gone_home(desk, live, rows)])
            for desk in self.policy.desks
        ]
        return saying("\n\n".join(parts))

    async def hours(self, request: Request) -> Answer:
        """Today's hours of each desk, by its own clock, and who is there."""
        live, now = await self.staff.live(), self.clock.now()
        parts: list[str] = []
        for desk in self.policy.desks:
            there = ", ".join(duty.agent.label for duty in self._at_work(desk, live, now)) or "nobody is on duty"
            lines = [
                f"- today: {_today(desk, now)}",
                f"- now: {_state(desk, now, request.asker.timezone)}",
                f"- {there}",
            ]
            if desk.hands_to:
                lines.append(f"- while it is closed, new cases go to {self._title(desk.hands_to)} if that is open")
            parts.append(f"**{desk.title or desk.name}**\n" + "\n".join(lines))
        return saying("\n\n".join(parts))

    async def sla(self, _request: Request) -> Answer:
        """The targets of each desk, and the open cases by what is due first."""
        now = self.clock.now()
        parts = [f"**{desk.title or desk.name}**\n" + "\n".join(_promises(desk)) for desk in self.policy.desks]
        rows = [row for row in await self.records.open_cases() if row.due_at is not None]
        late = sum(row.due_at is not None and row.due_at <= now for row in rows)
        title = f"**{len(rows)} open case{'s' if len(rows) != 1 else ''} with a target, {late} overdue**"
        lines = [
            f"- **#{row.number}** {row.customer} · {row.assignee or 'nobody'} · {due_text(row, now)}"
            for row in sorted(rows, key=lambda row: row.due_at or 0.0)[:_MOST_ROWS]
        ]
        if len(rows) > _MOST_ROWS:
            lines.append(f"- … and {len(rows) - _MOST_ROWS} more")
        missing = unlisted(await self.records.unread_cases())
        return saying("\n\n".join([*parts, "\n".join([title, *lines]), *filter(None, [missing])]))

    # --- desks and people

    def _desks(self, place: Place | None, known: DutyRow | None, names: list[str]) -> tuple[str, ...]:
        """The desks that are meant: those named, else those of before and the one that this is said in."""
        all_names = [desk.name for desk in self.policy.desks]
        if names:
            return tuple(name for name in all_names if name in {given.lower() for given in names})
        here = {desk.name for desk in self.policy.desks if place and desk.place.root.key == place.root.key}
        before = set(known.desks) if known else set[str]()
        return tuple(name for name in all_names if name in here | before)

    def _at_work(self, desk: Desk, live: Live, now: float) -> tuple[Duty, ...]:
        return at_work(replace(self.policy, live=live), desk, now)

    def _people(self, desk: Desk, live: Live, now: float) -> Iterator[str]:
        on = [duty for duty in live.on_duty if desk.name in duty.desks]
        working, loads = {duty.agent.key for duty in self._at_work(desk, live, now)}, live.loads()
        if not on:
            yield "- nobody is on duty"
        for duty in on[:_MOST_PEOPLE]:
            most, load = self.policy.staffing.most_of(duty.agent), loads.get(duty.agent.key, 0)
            facts = [
                f"{load} of {most} cases" if most else f"{load} case{'s' if load != 1 else ''}",
                f"{self._local(now, duty.agent)}",
                f"until {self._local(duty.until, duty.agent)}" if duty.until else "",
                "" if duty.agent.key in working else "outside their hours",
            ]
            yield f"- **{duty.agent.label}** · " + " · ".join(fact for fact in facts if fact)
        if len(on) > _MOST_PEOPLE:
            yield f"- … and {len(on) - _MOST_PEOPLE} more, {len(on)} in all"
        waiting = len(live.queue(desk.name))
        yield f"- {waiting} case{'s' if waiting != 1 else ''} waiting"

    async def _is_in(self, name: str, place: Place | None, agent: Person) -> bool:
        """Whether somebody may work at a desk: it is where they say so, or they are (still) in its channel."""
        channel = self.policy.desk(name).place.root
        adapter = self.adapters.get(channel.platform)
        if adapter is None or (place is not None and place.root.key == channel.key):
            return True
        try:
            return agent.platform == channel.platform and await adapter.is_member(channel, agent)
        except DeliveryError:
            # who cannot be looked up gets no cases there for now
            return False

    async def _known(self, asker: Person) -> Person:
        """The asker with their time zone and address, where the platform tells; else as they came."""
        adapter = self.adapters.get(asker.platform)
        try:
            return await adapter.person(asker.tenant, asker.id) if adapter else asker
        except DeliveryError:
            return asker

    async def _left_over(self, agent: Person) -> Body:
        mine = [row for row in await self.records.open_cases() if row.assignee_key == agent.key]
        missing = unlisted(await self.records.unread_cases())
        left = f"\n\n{missing}" if missing else ""
        if not mine:
            return Body(left)
        numbers = ", ".join(f"#{row.number}" for row in mine[:_MOST_NAMED])
        if len(mine) > _MOST_NAMED:
            numbers += f" and {len(mine) - _MOST_NAMED} more"
        how = "`release N` puts one back into the queue, `release mine` all."
        return Body(
            f" These cases are still yours: {numbers}. {how}{left}",
            buttons=(Button("Put all back into the queue", COMMAND, f"release {MINE}"),),
        )

    def _after_hours(self, agent: Person, desks: tuple[str, ...], now: float) -> str:
        if not self.policy.staffing.hours_of(agent).is_open(now):
            return " It is outside your own hours, so no case is given to you yet."
        closed = [desk for desk in self.policy.desks if desk.name in desks and not desk.hours.is_open(now)]
        return f" {self._title(closed[0].name)} is {_state(closed[0], now, agent.timezone)}." if closed else ""

    def _time(self, word: str, agent: Person, now: float) -> float | None:
        """A time of day (by the agent's own clock) or a span from now, in seconds since 1970; None: neither."""
        found = _CLOCK.match(word)
        if found is None:
            length = span(word) if word else None
            return now + length if length is not None else None
        zone = zone_among(agent.timezone, self.policy.timezone)
        today = datetime.fromtimestamp(now, zone)
        at = today.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
        return (at if at.timestamp() > now else at + timedelta(days=1)).timestamp()

    def _local(self, at: float, agent: Person) -> str:
        return local_time(at, agent.timezone or self.policy.timezone)

    def _title(self, name: str) -> str:
        desk = self.policy.desk(name)
        return desk.title or desk.name


def _gone_home(desk: Desk, live: Live, rows: Sequence[DutyRow]) -> Iterator[str]:
    """Who is off a desk's duty and has cases there all the same."""
    on = {duty.agent.key for duty in live.on_duty if desk.name in duty.desks}
    for row in rows:
        load = sum(case.assignee == row.agent.key and case.desk == desk.name for case in live.cases)
        if load and row.agent.key not in on:
            cases = f"{load} case{'s' if load != 1 else ''}"
            yield f"- ⚠️ **{row.agent.label}** is off duty and has {cases}: `release @{row.agent.id}` puts them back"


def due_text(row: CaseRow, now: float) -> str:
    """What is due next of a case, and how soon."""
    spoken = SPOKEN[Target(row.due)] if row.due else "next step"
    left = (row.due_at or now) - now
    return f"{spoken} due in {duration(left)}" if left > 0 else f"⚠️ {spoken} overdue for {duration(-left)}"


def _today(desk: Desk, now: float) -> str:
    periods = desk.hours.of_day(now)
    zone = ZoneInfo(desk.hours.zone)
    city = desk.hours.zone.rpartition("/")[2].replace("_", " ")
    if not periods:
        return f"closed ({city})"
    spans = (f"{_wall(start, zone)}–{_wall(end, zone, ends=True)}" for start, end in periods)
    return f"{', '.join(spans)} ({city})"


def _wall(at: float, zone: ZoneInfo, *, ends: bool = False) -> str:
    shown = f"{datetime.fromtimestamp(at, zone):%H:%M}"
    return "24:00" if ends and shown == "00:00" else shown


def _state(desk: Desk, now: float, timezone: str) -> str:
    opens = desk.hours.next_opening(now)
    zone = timezone or desk.hours.zone
    if opens is None:
        return "closed, with no hours ahead"
    if opens > now:
        return f"closed until {time_from(now, opens, zone)}"
    closes = desk.hours.next_closing(now)
    return f"open until {time_from(now, closes, zone)}" if closes is not None else "open around the clock"


def _promises(desk: Desk) -> Iterator[str]:
    levels = desk.levels
    sets = [("", levels.targets)]
    sets += [(f"{name}: ", targets) for name, targets in (*levels.by_tier.items(), *levels.by_reason.items())]
    told = [f"- {name}{text}" for name, targets in sets if (text := _promise(targets))]
    yield from told or ["- no targets"]


def _promise(targets: Targets) -> str:
    pairs = (
        (Target.FIRST_ANSWER, targets.first_answer),
        (Target.NEXT_ANSWER, targets.next_answer),
        (Target.RESOLUTION, targets.resolution),
    )
    told = [f"{SPOKEN[target]} within {duration(seconds)}" for target, seconds in pairs if seconds is not None]
    return ", ".join(told) + (" of working time" if told else "")
