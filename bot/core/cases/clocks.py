"""Keeps the clocks of a case: after every event the timers and the card are what the case makes them.

No step of a case has to remember its timers; they are worked out anew from what it became. What is done when one of
them fires is in `due`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.core.activity import Side
from bot.core.cases import casework, due, sla, staffing
from bot.core.cases.cards import duration, redraw, root_card
from bot.core.cases.sla import Target
from bot.core.conversation import Clock, Conversation, Speaker, Status, case_of
from bot.core.decision import Decision
from bot.core.effects import CancelTimer, Effect, Post, Priority, Redraw, SetTimer, Withdraw
from bot.core.events import CustomerPressed, CustomerSaid, Event, TimerFired
from bot.core.policy import Policy

_TRY_AGAIN: Final = (60.0, 300.0)
"""Whoever becomes free makes cases look again at once; this is for when that was missed. The later looks are rarer."""

_OFTEN_FOR: Final = 600.0

_AT_IT: Final = 900.0
"""An agent who answered so lately is there, whatever the hours say."""


def kept(before: Conversation, decision: Decision, event: Event, policy: Policy) -> Decision:
    """The decision with its clocks, timers and card as they must be after the event."""
    after = decision.conversation
    set_before = _set(before)
    if after.case is None or not after.status.is_open:
        if after.case is not None and (after.case.clock.timers or after.case.clock.due):
            done = replace(after.case, clock=replace(after.case.clock, timers=(), due_at=None, due="", aside=False))
            decision = Decision(replace(after, case=done), decision.effects)
        return decision.then(*(CancelTimer(name) for name in set_before))
    decision = _telling_when(before, decision, event, policy)
    clock = _ticked(before, decision, event, policy)
    if isinstance(event, TimerFired):
        set_before = {name: at for name, at in set_before.items() if name != event.name}
    decision = _noting_wait(before, decision, event.at, policy)
    case = replace(after.case, clock=clock)
    ticked = replace(after, case=case)
    first = next(iter(sla.dues(ticked, policy)), None)
    timers = _wanted(ticked, set_before, event.at, policy)
    clock = replace(
        clock, due_at=first.at if first else None, due=first.target.value if first else "", timers=tuple(timers.items())
    )
    final = replace(ticked, case=replace(case, clock=clock))
    kept = Decision(final, _redrawn(before, final, decision.effects, policy))
    changed = (SetTimer(name, at) for name, at in timers.items() if set_before.get(name) != at)
    return kept.then(*changed, *(CancelTimer(name) for name in _set(before) if name not in timers))


def _telling_when(before: Conversation, decision: Decision, event: Event, policy: Policy) -> Decision:
    """Tell a customer who writes to people outside their hours when somebody is back; once for each silence.

    Whoever is just being answered, or has an agent on duty, is told nothing: it would not be true.
    """
    after, known = decision.conversation, before.case
    if not isinstance(event, CustomerSaid) or before.status in {Status.BOT, Status.QUEUED} or known is None:
        return decision
    case = case_of(after)
    answered = known.clock.answered_at
    waits_already = known.clock.asked_at is not None and before.status is not Status.RESOLVED
    answered_just_now = answered is not None and event.at - answered < _AT_IT
    agent_there = case.assignee is not None and policy.live.duty(case.assignee.key) is not None
    if waits_already or answered_just_now or agent_there:
        return decision
    when = staffing.back_at(after, event.at, casework.language(after, policy), policy)
    if when is None:
        return decision
    return decision.then(casework.tell(after, policy, "closed_now", number=case.number, when=when))


def _ticked(before: Conversation, decision: Decision, event: Event, policy: Policy) -> Clock:
    after = decision.conversation
    case = case_of(after)
    clock = case.clock
    known = before.case is not None and before.case.number == case.number and before.status.is_open
    wrote = isinstance(event, CustomerSaid)
    if not known:
        clock = Clock(began_at=event.at, asked_at=event.at if wrote or case.first_answer_at is None else None)
    elif wrote or isinstance(event, CustomerPressed):
        asked = event.at if wrote and clock.asked_at is None else clock.asked_at
        clock = replace(clock, asked_at=asked, answered_at=None, warned_at=None)
    if any(_is_answer(effect) for effect in decision.effects):
        left = tuple(name for name in clock.done if name.startswith(Target.RESOLUTION))
        clock = replace(clock, asked_at=None, answered_at=event.at, warned_at=None, done=left, looked_at=0.0)
    if any(isinstance(effect, Withdraw) and effect.side is Side.CUSTOMER for effect in decision.effects):
        clock = _unanswered(clock, after)
    if after.status is Status.ON_HOLD and clock.held_at is None:
        clock = replace(clock, held_at=event.at)
    elif after.status is not Status.ON_HOLD and clock.held_at is not None:
        hours = policy.desk(case.desk).hours
        held = clock.held + hours.working_seconds(clock.held_at, event.at)
        # whoever was told to wait has not been silent meanwhile
        silent = None if clock.answered_at is None else event.at
        clock = replace(clock, held_at=None, held=held, answered_at=silent, warned_at=None)
    if _owner(after) != _owner(before) or not known:
        clock = replace(clock, had_at=event.at, gave_back="" if _owner(after) else clock.gave_back)
    return clock if after.status is Status.QUEUED else replace(clock, aside=False)


def _unanswered(clock: Clock, after: Conversation) -> Clock:
    """The clock after an answer was taken back: if nothing else answered the customer's words, they wait since then."""
    answers = [line.at for line in after.transcript if line.speaker is Speaker.AGENT]
    last = max(answers, default=clock.began_at)
    waiting = [x.at for x in after.transcript if x.speaker is Speaker.CUSTOMER and x.at >= max(last, clock.began_at)]
    if clock.asked_at is not None or not (waiting or not answers):
        return clock
    return replace(clock, asked_at=min(waiting, default=clock.began_at), answered_at=None, warned_at=None)


def _noting_wait(before: Conversation, decision: Decision, at: float, policy: Policy) -> Decision:
    """Count how long a case waited for somebody, in working time: what the next customers are told comes from it."""
    waited = before.case
    after = decision.conversation
    if before.status is not Status.QUEUED or after.status is not Status.ASSIGNED or waited is None:
        return decision
    if waited.claimed_at is not None:
        return decision
    seconds = policy.desk(waited.desk).hours.working_seconds(waited.opened_at, at)
    text = f"#{waited.number} waited {duration(seconds)} of working time for somebody."
    return decision.noting("taken_up", text, seconds=seconds)


def _wanted(conversation: Conversation, known: dict[str, float], at: float, policy: Policy) -> dict[str, float]:
    """The timers that must be set, and their times."""
    wanted: dict[str, float] = {}
    planned = sla.plan(conversation, policy)
    if planned:
        wanted[due.DUE] = planned[0].at
    if conversation.status is Status.QUEUED and policy.staffing.least_load:
        wanted[due.ASSIGN] = known.get(due.ASSIGN) or _next_try(conversation, at, policy)
    clock, rule = case_of(conversation).clock, policy.auto_close
    answered = clock.answered_at if conversation.status is Status.ASSIGNED else None
    if answered is not None and rule.warn_after is not None:
        warned = clock.warned_at
        wanted[due.CLOSE] = answered + rule.warn_after if warned is None else warned + rule.close_after
    return wanted


def _next_try(conversation: Conversation, at: float, policy: Policy) -> float:
    """When to look for an agent: at once for a case that has just begun to wait, else now and then."""
    case = case_of(conversation)
    hours = policy.desk(case.desk).hours
    again = at + _TRY_AGAIN[at - case.opened_at > _OFTEN_FOR]
    return hours.next_opening(again if case.clock.looked_at >= at else at) or again


def _redrawn(
    before: Conversation, after: Conversation, effects: tuple[Effect, ...], policy: Policy
) -> tuple[Effect, ...]:
    """The effects with cards that show the clocks as they are now, and one more if the card has become untrue."""
    shown = case_of(after).clock
    known = before.case.clock if before.case is not None else Clock()
    waits = _shows_waiting(after, policy) and before.waiting != after.waiting
    if (shown.due_at, shown.due) == (known.due_at, known.due) == (None, "") and not waits:
        return effects
    opened = any(isinstance(effect, Post) and effect.opens_thread for effect in effects)
    is_drawn = opened or any(isinstance(effect, Redraw) for effect in effects)
    if (shown.due_at, shown.due) == (known.due_at, known.due) and not is_drawn and not waits:
        # Drawing costs more than the rest of a decision, and most words change no card.
        return effects
    drawn = redraw(after, policy)
    redrawn = tuple(_with_card(effect, after, drawn, policy) for effect in effects)
    return redrawn if is_drawn else (*redrawn, drawn)


def _shows_waiting(after: Conversation, policy: Policy) -> bool:
    """Whether the card says which words wait: where no mark on them can."""
    return policy.desk(case_of(after).desk).place.platform in policy.markless


def _with_card(effect: Effect, after: Conversation, drawn: Redraw, policy: Policy) -> Effect:
    match effect:
        case Redraw(former=False):
            return drawn
        case Post(opens_thread=True):
            return root_card(after, policy)
        case _:
            return effect


def _is_answer(effect: Effect) -> bool:
    return isinstance(effect, Post) and effect.side is Side.CUSTOMER and effect.priority is Priority.AGENT_WORDS


def _owner(conversation: Conversation) -> str:
    assignee = conversation.case.assignee if conversation.case else None
    return assignee.key if assignee else ""


def _set(conversation: Conversation) -> dict[str, float]:
    return dict(conversation.case.clock.timers) if conversation.case is not None else {}
