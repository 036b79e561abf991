"""Targets: when an answer or a solution is due, counted in working time, and what is done about it, step by step.

Pure sums over a case; `clocks` sets the timers and does the steps.
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
    """One target of a case: counted from `since`, to be met by `at` (seconds since 1970)."""

    target: Target
    since: float
    at: float


@dataclass(frozen=True, slots=True, order=True)
class Planned:
    """A step and its time."""

    at: float
    target: Target
    step: Step

    @property
    def name(self) -> str:
        """Under which a case remembers that it was done."""
        return f"{self.target}:{self.step}"


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
    if case is None or conversation.status in {Status.BOT, Status.RESOLVED}:
        return ()
    desk = policy.desk(case.desk)
    found: list[Due] = []
    for target, since, seconds in _promised(conversation, case, targets_of(conversation, desk.levels)):
        at = desk.hours.add_working_time(since, seconds)
        if at is not None:
            found.append(Due(target, since, at))
    return tuple(sorted(found, key=lambda due: due.at))


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
    if warning is not None and warning < due.at:
        yield Planned(warning, due.target, Step.WARNED)
    yield Planned(due.at, due.target, Step.MISSED)
    if levels.leads_after is not None:
        called = hours.add_working_time(due.at, levels.leads_after)
        if called is not None:
            yield Planned(called, due.target, Step.LEADS)
    if levels.next_desk_after is not None and desk.hands_to:
        passed = hours.add_working_time(due.at, levels.next_desk_after)
        if passed is not None:
            yield Planned(passed, due.target, Step.NEXT_DESK)
    patience = policy.staffing.back_to_queue_after
    waited_for = due.target is not Target.RESOLUTION and conversation.status is Status.ASSIGNED
    if patience is not None and waited_for:
        back = hours.add_working_time(due.at, patience)
        if back is not None:
            yield Planned(max(back, case.clock.looked_at), due.target, Step.BACK)


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
