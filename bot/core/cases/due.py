"""What is done when a clock of a case is due: reminders, missed targets, assignment, cases whose customer is silent.

Whether it is still to be done is asked first: a timer may come late, and twice. Nothing here answers for an agent.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.core.activity import Person, Side
from bot.core.cases import casework, closing, passing, sla, staffing
from bot.core.cases.cards import duration, local_time, redraw
from bot.core.cases.sla import Step, Target
from bot.core.conversation import Conversation, Status, case_of
from bot.core.decision import Decision, line_to_agents, nothing
from bot.core.effects import Body, Post, Priority
from bot.core.events import TimerFired
from bot.core.policy import Policy
from bot.core.wording.moments import moment

DUE: Final = "due"
ASSIGN: Final = "assign"
CLOSE: Final = "close"
NAMES: Final = frozenset({DUE, ASSIGN, CLOSE})
"""The timers that are answered here; `clocks` sets them."""

GONE: Final = "gone:"
"""Begins the name of what the cases of an agent (whose key follows) are told who is at the desk no more."""

_NOBODY: Final = Person("", "", "warmline", "Warmline", is_bot=True)
"""Who passes a case on that people left lying."""

_LOOK_AGAIN: Final = 900.0
"""An agent who is on duty and silent may go off duty later."""


def fired(conversation: Conversation, event: TimerFired, policy: Policy) -> Decision:
    """Do what a timer of ours was set for, if it is still to be done."""
    case = conversation.case
    if case is None or not conversation.status.is_open:
        return nothing(conversation)
    match event.name:
        case "assign":
            return _assign(conversation, event.at, policy)
        case "close":
            return _close(conversation, event.at, policy)
        case _:
            return _steps(conversation, event.at, policy)


def left(conversation: Conversation, agent: str, at: float, policy: Policy) -> Decision:
    """Take the case from an agent (by key) who is at the desk no more; while it is on hold it stays so."""
    case = conversation.case
    if case is None or case.assignee is None or case.assignee.key != agent or not conversation.status.is_open:
        return nothing(conversation)
    gone = f"{case.assignee.label} is not in this channel any more"
    if conversation.status is not Status.ON_HOLD:
        return casework.release_for(conversation, gone, at, policy)
    nobodys = replace(conversation, case=replace(case, assignee=None), word="")
    return (
        Decision(nobodys)
        .then(line_to_agents(f"↩️ Nobody has this now: {gone}. The hold goes on."), redraw(nobodys, policy))
        .noting("released", f"#{case.number} is nobody's now ({gone}).")
    )


def _assign(conversation: Conversation, at: float, policy: Policy) -> Decision:
    if conversation.status is not Status.QUEUED or not policy.staffing.least_load:
        return nothing(conversation)
    agent = staffing.next_agent(conversation, at, policy)
    if agent is None:
        case = case_of(conversation)
        return nothing(replace(conversation, case=replace(case, clock=replace(case.clock, looked_at=at))))
    return casework.assign(conversation, agent, at, policy)


def _close(conversation: Conversation, at: float, policy: Policy) -> Decision:
    case, rule = case_of(conversation), policy.auto_close
    clock = case.clock
    if clock.answered_at is None or rule.warn_after is None or conversation.status is not Status.ASSIGNED:
        return nothing(conversation)
    if clock.warned_at is None:
        warned = replace(conversation, case=replace(case, clock=replace(clock, warned_at=at)))
        speaking = casework.language(conversation, policy)
        when = moment(
            at + rule.close_after, at, conversation.customer.timezone, _zone(conversation, policy), speaking, policy
        )
        return (
            Decision(warned)
            .then(casework.tell(warned, policy, "still_there", number=case.number, when=when))
            .then(
                line_to_agents(f"💬 The customer has been silent for {duration(at - clock.answered_at)} and was asked.")
            )
            .noting("silence_noticed", f"#{case.number}: the customer was asked whether there is anything else.")
        )
    silence = f"the customer has been silent for {duration(at - clock.answered_at)}"
    return closing.close_unanswered(conversation, silence, at, policy)


def _steps(conversation: Conversation, at: float, policy: Policy) -> Decision:
    """Do every step whose time has come. What would only repeat a later one is left out."""
    due_now = [planned for planned in sla.plan(conversation, policy) if planned.at <= at]
    passed_on = next((planned for planned in due_now if planned.step is Step.NEXT_DESK), None)
    if passed_on is not None:
        return _passed_on(conversation, due_now, passed_on, at, policy)
    missed = {planned.target for planned in due_now if planned.step is Step.MISSED}
    decision = nothing(conversation)
    for planned in due_now:
        here = decision.conversation
        if here.case is None or not here.status.is_open:
            break
        if planned.step is Step.BACK:
            decision = decision.followed_by(_back(here, at, policy))
        elif planned.step is Step.WARNED and planned.target in missed:
            decision = Decision(_marked(here, planned), decision.effects)
        else:
            decision = decision.followed_by(_step(_marked(here, planned), planned, policy))
    return decision


def _passed_on(
    conversation: Conversation, due_now: list[sla.Planned], why: sla.Planned, at: float, policy: Policy
) -> Decision:
    """The next desk takes over. What else is due is not said any more: nothing may stand above that desk's new card."""
    decision = nothing(conversation)
    for planned in due_now:
        decision = Decision(_marked(decision.conversation, planned), decision.effects)
        if planned.step is Step.MISSED:
            decision = _noting_breach(decision, planned.target, _was_due(conversation, planned, policy))
    case = case_of(conversation)
    note = _was_due(conversation, why, policy)
    to = policy.desk(policy.desk(case.desk).hands_to)
    passed = passing.transfer(decision.conversation, to, note, _NOBODY, at, policy, said="passed_on_late")
    return decision.followed_by(passed)


def _marked(conversation: Conversation, planned: sla.Planned) -> Conversation:
    case = case_of(conversation)
    return replace(conversation, case=replace(case, clock=replace(case.clock, done=(*case.clock.done, planned.name))))


def _was_due(conversation: Conversation, planned: sla.Planned, policy: Policy) -> str:
    due = next(due for due in sla.dues(conversation, policy) if due.target is planned.target)
    return f"The {sla.SPOKEN[planned.target]} was due {local_time(due.at, _zone(conversation, policy))}."


def _step(conversation: Conversation, planned: sla.Planned, policy: Policy) -> Decision:
    case = case_of(conversation)
    due = next((due for due in sla.dues(conversation, policy) if due.target is planned.target), None)
    if due is None:
        return nothing(conversation)
    spoken, when = sla.SPOKEN[planned.target], local_time(due.at, _zone(conversation, policy))
    match planned.step:
        case Step.WARNED:
            return Decision(conversation).then(_nudge(f"⏳ The {spoken} is due {when}.", case.assignee))
        case Step.MISSED:
            here = local_time(case.clock.moved_at, _zone(conversation, policy))
            since = f" This desk has had the case since {here}." if due.at < due.reminded_at else ""
            return _missed(conversation, planned.target, f"The {spoken} was due {when}.{since}", policy)
        case Step.LEADS | Step.BACK | Step.NEXT_DESK:
            text = f"📣 #{case.number}: the {spoken} was due {when}, and is still missing."
            leads = leads_of(conversation, policy)
            calls = tuple(_nudge(text, lead) for lead in leads) or (_nudge(text, None),)
            names = ", ".join(lead.label for lead in leads) or "nobody who could be named"
            return Decision(conversation).then(*calls).noting("escalated", f"#{case.number}: leads called: {names}.")


def _missed(conversation: Conversation, target: Target, text: str, policy: Policy) -> Decision:
    case = case_of(conversation)
    decision = Decision(conversation).then(_nudge(f"⏰ {text}", case.assignee), redraw(conversation, policy))
    agent = case.assignee
    if agent is not None and target is not Target.RESOLUTION and conversation.status is Status.ASSIGNED:
        decision = decision.then(casework.tell(conversation, policy, "silent", agent=casework.name_of(agent, policy)))
    return _noting_breach(decision, target, text)


def _noting_breach(decision: Decision, target: Target, text: str) -> Decision:
    """Count the missed target; once, however many desks miss it one after the other."""
    case = case_of(decision.conversation)
    if sla.times_missed(case, target) > 1:
        return decision
    return decision.noting("sla_breached", f"#{case.number}: {text}", target=target.value)


def _back(conversation: Conversation, at: float, policy: Policy) -> Decision:
    """A case whose agent has gone goes back into the queue; one whose agent is there is looked at again later."""
    case = case_of(conversation)
    desk = policy.desk(case.desk)
    if conversation.status is not Status.ASSIGNED or case.assignee is None:
        return nothing(conversation)
    if staffing.is_at_work(policy, desk, case.assignee, at):
        later = replace(case, clock=replace(case.clock, looked_at=at + _LOOK_AGAIN))
        return nothing(replace(conversation, case=later))
    gone = f"{case.assignee.label} is off duty and has not answered"
    fresh = replace(conversation, case=replace(case, clock=replace(case.clock, looked_at=0.0)))
    return casework.release_for(fresh, gone, at, policy)


def leads_of(conversation: Conversation, policy: Policy) -> tuple[Person, ...]:
    """The leads as people who can be mentioned in the case's desk: those on duty, and those named by account."""
    place = policy.desk(case_of(conversation).desk).place
    known = [duty.agent for duty in policy.live.on_duty if duty.agent.platform == place.platform]
    found: dict[str, Person] = {}
    for name in sorted(policy.leads):
        person = next((p for p in known if name.lower() in {p.id.lower(), p.email.lower()}), None)
        if person is None and "@" not in name:
            person = Person(place.platform, place.tenant, name)
        if person is not None:
            found[person.key] = person
    return tuple(found.values())


def _nudge(text: str, mention: Person | None) -> Post:
    return Post(Side.AGENTS, Body(text, mention=mention, quiet=True), priority=Priority.STATUS)


def _zone(conversation: Conversation, policy: Policy) -> str:
    return policy.desk(case_of(conversation).desk).hours.zone
