"""Targets: when an answer or a solution is due, counted in working time, and what is done about it, step by step.

Every desk that a case comes to takes the steps itself. One that gets it after the target was missed has the whole time
again until its own reminder; the target, and that it was missed, stay what they are. Pure sums over a case; `clocks`
sets the timers, `due` does the steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.core.conversation import Case, Conversation, Status
from bot.core.policy import Policy, ServiceLevels, Targets


class Target(StrEnum):
    """What is promised."""

    FIRST_ANSWER = "first_answer"
    NEXT_ANSWER = "next_answer"
    RESOLUTION = "resolution"


class Step(StrEnum):
    """What is done about a target, in this order."""

    WARNED = "warned"
    MISSED = "missed"
    LEADS = "leads"
    BACK = "back"
    NEXT_DESK = "next_desk"


SPOKEN = {
    Target.FIRST_ANSWER: "first answer",
    Target.NEXT_ANSWER: "next answer",
    Target.RESOLUTION: "solution",
}


@dataclass(frozen=True, slots=True)
class Due:
    """One target of a case: counted from `since`, to be met by `at` (seconds since 1970).

    `reminded_at` is when the desk hears that it was missed: then, or later where it had been missed before it came.
    """

    target: Target
    since: float
    at: float
    reminded_at: float


@dataclass(frozen=True, slots=True, order=True)
class Planned:
    """A step and its time; `desk` tells it from the same step at another desk."""

    at: float
    target: Target
    step: Step
    desk: str = ""

    @property
    def name(self) -> str:
        """Under which a case remembers that it was done."""
        return f"{self.target}:{self.step}{self.desk}"


def targets_of(conversation: Conversation, levels: ServiceLevels) -> Targets:
    """The targets of a case: of the desk's, the tier's and the reason's, the strictest of each kind."""
    reason = conversation.case.why.reason.value if conversation.case else ""
    apply = [levels.targets, levels.by_tier.get(conversation.customer.tier), levels.by_reason.get(reason)]
    found = [targets for targets in apply if targets is not None]
    return Targets(
        _strictest([t.first_answer for t in found]),
        _strictest([t.next_answer for t in found]),
        _strictest([t.resolution for t in found]),
    )


def dues(conversation: Conversation, policy: Policy) -> tuple[Due, ...]:
    """What is due of an open case, the most urgent first. A target that can never be due is left out."""
    case = conversation.case
    if case is None or not conversation.status.is_open:
        return ()
    desk = policy.desk(case.desk)
    found: list[Due] = []
    for target, since, seconds in _promised(conversation, case, targets_of(conversation, desk.levels)):
        at = desk.hours.add_working_time(since, seconds)
        if at is not None:
            again = desk.hours.add_working_time(case.clock.moved_at, seconds) if at <= case.clock.moved_at else at
            found.append(Due(target, since, at, again or at))
    return tuple(sorted(found, key=lambda due: due.at))


def is_overdue(case: Case) -> bool:
    """Whether the target that comes first was missed, as the desk knows it that has the case."""
    clock = case.clock
    missed = f"{clock.due}:{Step.MISSED}{_stay(case)}" in clock.done
    return missed or (clock.due_at is not None and clock.due_at <= clock.moved_at)


def times_missed(case: Case, target: Target) -> int:
    """How many desks were told that this target was missed."""
    return sum(name.startswith(f"{target}:{Step.MISSED}") for name in case.clock.done)


def plan(conversation: Conversation, policy: Policy) -> tuple[Planned, ...]:
    """Every step that has not been done yet, the earliest first."""
    case = conversation.case
    if case is None:
        return ()
    found = (step for due in dues(conversation, policy) for step in _steps(conversation, case, due, policy))
    return tuple(sorted(step for step in found if step.name not in case.clock.done))


def _steps(conversation: Conversation, case: Case, due: Due, policy: Policy) -> Iterator[Planned]:
    desk = policy.desk(case.desk)
    levels, hours = desk.levels, desk.hours
    warning = hours.add_working_time(due.since, hours.working_seconds(due.since, due.at) * levels.warn_share)
    stay = _stay(case)
    if warning is not None and case.clock.moved_at < warning < due.at:
        yield Planned(warning, due.target, Step.WARNED, stay)
    yield Planned(due.reminded_at, due.target, Step.MISSED, stay)
    if levels.leads_after is not None:
        called = hours.add_working_time(due.reminded_at, levels.leads_after)
        if called is not None:
            yield Planned(called, due.target, Step.LEADS, stay)
    following = Planned(0.0, due.target, Step.NEXT_DESK, f"@{desk.hands_to}")
    # a desk that has passed it on itself has had its time: a ring of desks is gone round once
    if levels.next_desk_after is not None and desk.hands_to and following.name not in case.clock.done:
        late = hours.add_working_time(due.reminded_at, levels.next_desk_after)
        # nobody answers in a desk that is closed: until it opens the case stays where its leads were called
        passed = None if late is None else policy.desk(desk.hands_to).hours.next_opening(late)
        if passed is not None:
            yield Planned(passed, due.target, Step.NEXT_DESK, f"@{desk.name}")
    patience = policy.staffing.back_to_queue_after
    waited_for = due.target is not Target.RESOLUTION and conversation.status is Status.ASSIGNED
    if patience is not None and waited_for:
        # whoever takes a case that is late already has some time for it, too
        back = hours.add_working_time(max(due.at, case.clock.had_at), patience)
        if back is not None:
            yield Planned(max(back, case.clock.looked_at), due.target, Step.BACK)


def _stay(case: Case) -> str:
    """What tells the steps of the desk that has the case now from those of the desks before it."""
    return f"+{case.moves}" if case.moves else ""


def _promised(conversation: Conversation, case: Case, targets: Targets) -> Iterator[tuple[Target, float, float]]:
    clock = case.clock
    began = clock.began_at or case.opened_at
    if case.first_answer_at is None:
        if targets.first_answer is not None:
            yield Target.FIRST_ANSWER, began, targets.first_answer
    elif clock.asked_at is not None and targets.next_answer is not None:
        yield Target.NEXT_ANSWER, clock.asked_at, targets.next_answer
    if targets.resolution is not None and conversation.status is not Status.ON_HOLD:
        yield Target.RESOLUTION, began, targets.resolution + clock.held


def _strictest(values: list[float | None]) -> float | None:
    return min((value for value in values if value is not None), default=None)
