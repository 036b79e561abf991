"""Who takes a case, and what a customer can honestly be told about waiting.

Pure: judges by the policy and by what is known to be live. Whom a case is given to, `casework` does.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.activity import Person
from bot.core.conversation import Case, Conversation, Reason, case_of
from bot.core.effects import Body, Button
from bot.core.live import Duty
from bot.core.policy import Desk, Policy
from bot.core.wording.moments import moment, wait
from bot.core.wording.words import say

GO_ON = "go_on"
"""The customer's button for the bot's help while the case waits."""

_ENOUGH_WAITS = 5
"""So many claims make a waiting time worth telling."""

_LONGEST_WAIT = 8 * 3600.0
"""Longer ones comfort nobody."""


def desk_for(policy: Policy, name: str, at: float) -> Desk:
    """The desk that a new case goes to: the one of that name, else the first open one that it hands to in turn."""
    first = desk = policy.desk(name)
    seen = {desk.name}
    while not desk.hours.is_open(at):
        following = next((d for d in policy.desks if d.name == desk.hands_to), None)
        if following is None or following.name in seen:
            return first
        seen.add(following.name)
        desk = following
    return desk


def at_work(policy: Policy, desk: Desk, at: float) -> tuple[Duty, ...]:
    """Who works for a desk at that moment: on duty for it, and within their own hours."""
    return tuple(
        duty
        for duty in policy.live.on_duty
        if desk.name in duty.desks and policy.staffing.hours_of(duty.agent).is_open(at)
    )


def is_at_work(policy: Policy, desk: Desk, agent: Person, at: float) -> bool:
    """Whether one agent works for a desk at that moment."""
    return any(duty.agent.key == agent.key for duty in at_work(policy, desk, at))


def next_agent(conversation: Conversation, at: float, policy: Policy) -> Person | None:
    """Whom a queued case goes to: of those at work with room the one with the fewest cases, then the longest idle.

    None when its desk is closed, when nobody has room, or when what room there is belongs to older cases. Never to
    whoever has just put it back: they would have it again in the same second.
    """
    case = conversation.case
    if case is None:
        return None
    desk = policy.desk(case.desk)
    if not desk.hours.is_open(at):
        return None
    loads = policy.live.loads()
    room = [(duty, _room(duty, loads, policy)) for duty in at_work(policy, desk, at)]
    with_room = [duty for duty, free in room if free > 0 and duty.agent.key != case.clock.gave_back]
    older = _ahead(case, desk, policy)
    if not with_room or sum(free for _, free in room) <= older:
        return None
    return min(with_room, key=lambda duty: (loads.get(duty.agent.key, 0), duty.idle_since, duty.agent.key)).agent


def promise(
    conversation: Conversation, at: float, language: str, team: str, policy: Policy
) -> tuple[str, Button | None]:
    """What the customer of a case that begins is told of when somebody answers; a button for the bot, when closed."""
    case = case_of(conversation)
    desk = policy.desk(case.desk)
    opening = desk.hours.next_opening(at)
    told = say("handed_over", language, policy, team=team, number=case.number)
    if case.why.reason is Reason.AGENT:
        return told, None  # somebody is there, or would not have taken the conversation over
    if opening == at:
        return " ".join(text for text in (told, *_line(case, desk, at, language, policy)) if text), None
    if opening is None:
        told = say("handed_over_away", language, policy, team=team, number=case.number)
    else:
        when = moment(opening, at, conversation.customer.timezone, desk.hours.zone, language, policy)
        told = say("handed_over_closed", language, policy, team=team, number=case.number, when=when)
    return _with_offer(told, case, language, policy), Button(say("go_on", language, policy), GO_ON)


def back_at(conversation: Conversation, at: float, language: str, policy: Policy) -> str | None:
    """When somebody is at the case's desk again, as its customer reads it; None while it is open, or is never open."""
    desk = policy.desk(conversation.case.desk if conversation.case else "")
    opening = desk.hours.next_opening(at)
    if opening is None or opening == at:
        return None
    return moment(opening, at, conversation.customer.timezone, desk.hours.zone, language, policy)


def reminder_at(conversation: Conversation, at: float, seconds: float, policy: Policy) -> float:
    """When a waiting customer hears from us again: `seconds` of working time from `at`, or when the desk closes.

    Nobody is told anything at night.
    """
    hours = policy.desk(conversation.case.desk if conversation.case else "").hours
    later = hours.add_working_time(at, seconds)
    if later is None:
        return at + seconds
    closing = hours.next_closing(at)
    return later if closing is None or closing == at else min(later, closing)


def closing_words(conversation: Conversation, at: float, language: str, team: str, policy: Policy) -> Body | None:
    """What the customer of a case that nobody took is told when its desk closes; None while it is open."""
    case = case_of(conversation)
    when = back_at(conversation, at, language, policy)
    if when is None:
        return None
    told = say("closing_now", language, policy, team=team, number=case.number, when=when)
    if case.clock.aside:
        return Body(told)  # the bot goes on helping already
    return Body(_with_offer(told, case, language, policy), buttons=(Button(say("go_on", language, policy), GO_ON),))


def _with_offer(told: str, case: Case, language: str, policy: Policy) -> str:
    """What is told, with the bot's help offered; in words to nobody who is in danger: the button alone is enough."""
    return told if case.why.reason is Reason.SAFETY else f"{told} {say('meanwhile', language, policy)}"


def _line(case: Case, desk: Desk, at: float, language: str, policy: Policy) -> tuple[str, str]:
    """The place in the queue and what waiting was like, as far as something true can be said of them."""
    if not policy.staffing.tell_position or not at_work(policy, desk, at):
        return "", ""
    ahead = _ahead(case, desk, policy)
    place = say("place_in_line", language, policy, place=ahead + 1) if ahead else say("first_in_line", language, policy)
    waits = policy.live.waits
    if waits is None or waits.count < _ENOUGH_WAITS or waits.most > _LONGEST_WAIT:
        return place, ""
    return place, say("recent_wait", language, policy, wait=wait(waits.most, language, policy))


def _ahead(case: Case, desk: Desk, policy: Policy) -> int:
    """How many are in front: those whose case was opened before, as its number says.

    Not when they wrote: of two who write in one moment the later may come before us first, and is told the first place.
    """
    return sum(waiting.number < case.number for waiting in policy.live.queue(desk.name))


def _room(duty: Duty, loads: Mapping[str, int], policy: Policy) -> int:
    most = policy.staffing.most_of(duty.agent)
    return max(0, most - loads.get(duty.agent.key, 0)) if most else 1_000_000
