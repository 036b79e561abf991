"""A desk with clocks for the tests of the core: events go in, timers fire when due, and what people see is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.activity import Person, Side
from bot.core.conversation import Conversation
from bot.core.effects import CancelTimer, Post, Record, SetTimer
from bot.core.events import Event, TimerFired
from bot.core.hours import Hours, Shift
from bot.core.live import Duty, Live, OpenCase
from bot.core.machine import handle
from bot.core.policy import Policy
from tests.core.people import NORA, POLICY, SAM, conversation

LISBON = "Europe/Lisbon"
OFFICE = Hours(LISBON, tuple(Shift(day, 9 * 60, 17 * 60) for day in range(5)))


def moment(text: str, zone: str = LISBON) -> float:
    """A moment by the clock of a zone, such as 2026-11-23T09:00 (a Monday)."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


MONDAY = moment("2026-11-23T10:00")


def policy(base: Policy = POLICY, **changes: object) -> Policy:
    """The policy of the tests with its first desk changed (`hours`, `levels`, `hands_to`) or itself (the rest)."""
    of_desk = {name: changes.pop(name) for name in ("hours", "levels", "hands_to") if name in changes}
    desks = (replace(base.desks[0], **of_desk), *base.desks[1:])  # type: ignore[arg-type]  # named above
    return replace(base, desks=desks, **changes)  # type: ignore[arg-type]  # as the tests name them


def on_duty(*agents: Person, desk: str = "support", cases: tuple[OpenCase, ...] = ()) -> Live:
    """Those agents at work, the first idle for longest."""
    return Live(tuple(Duty(agent, (desk,), 0.0, None, float(n)) for n, agent in enumerate(agents)), cases)


class Desk:
    """One conversation, lived through: its timers, and what each side saw."""

    def __init__(self, policy: Policy, *, of: Conversation | None = None) -> None:
        self.policy = policy
        self.conversation = of or conversation()
        self.timers: dict[str, float] = {}
        self.records: list[Record] = []
        self.customer: list[str] = []
        self.desk: list[str] = []
        self.pinged: list[str] = []
        self.number = 1000

    def take(self, *events: Event) -> None:
        """Let these happen, each of them."""
        for event in events:
            self.number += 1
            decision = handle(self.conversation, event, self.policy, number=self.number)
            self.conversation = decision.conversation
            for effect in decision.effects:
                match effect:
                    case SetTimer(name, at):
                        self.timers[name] = at
                    case CancelTimer(name):
                        self.timers.pop(name, None)
                    case Record():
                        self.records.append(effect)
                    case Post(side=Side.CUSTOMER, body=body):
                        self.customer.append(body.text)
                    case Post(side=Side.AGENTS, body=body):
                        self.desk.append(body.text)
                        self.pinged += [body.mention.id] if body.mention else []
                    case _:
                        pass

    def until(self, at: float) -> None:
        """Let time pass: every timer fires when it is due."""
        while self.timers and min(self.timers.values()) <= at:
            name = min(self.timers, key=lambda name: self.timers[name])
            due = self.timers.pop(name)
            self.take(TimerFired(due, name))

    def kinds(self) -> list[str]:
        """The kinds of what was recorded."""
        return [record.kind for record in self.records]


__all__ = ["LISBON", "MONDAY", "NORA", "OFFICE", "SAM", "Desk", "moment", "on_duty", "policy"]
