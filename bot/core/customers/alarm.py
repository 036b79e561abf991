"""Words of danger while nobody answers: the case waits, is on hold, or had been resolved.

The customer reads the emergency wording at once, the desk a line that stands out, and the case goes on as one of
safety, which is said once. Where somebody has the case, that person reads every message, and the bot stays silent.
"""

from __future__ import annotations

from dataclasses import replace

from bot.core.activity import Side
from bot.core.cases import casework
from bot.core.cases.cards import redraw
from bot.core.conversation import Conversation, HandOver, Reason, case_of
from bot.core.customers import escalation
from bot.core.decision import Decision, words_to_customer
from bot.core.effects import Body, Post, Priority
from bot.core.events import CustomerSaid
from bot.core.policy import Policy


def raised(mirrored: Decision, event: CustomerSaid, policy: Policy) -> Decision:
    """What follows once the desk has a customer's message: more than that only where it speaks of danger."""
    why = _danger(mirrored.conversation, event, policy)
    return mirrored if why is None or is_known(mirrored.conversation) else sounded(mirrored, why, policy)


def is_known(conversation: Conversation) -> bool:
    """Whether the desk knows of danger in this case already."""
    return case_of(conversation).why.reason is Reason.SAFETY


def sounded(mirrored: Decision, why: HandOver, policy: Policy) -> Decision:
    """The alarm, behind a message that the desk has."""
    conversation = mirrored.conversation
    case = case_of(conversation)
    worse = replace(conversation, case=replace(case, why=why))
    speaking = casework.language(worse, policy)
    line = Body(f"🚨 {why.sentence} They have read what to do in an emergency.", mention=case.assignee)
    return (
        Decision(worse, mirrored.effects)
        .then(words_to_customer(casework.opening_words(worse, why, speaking, policy)))
        .then(Post(Side.AGENTS, line, priority=Priority.STATUS), redraw(worse, policy))
        .noting("endangered", f"#{case.number}: {why.sentence} Evidence: {', '.join(why.evidence)}")
    )


def _danger(conversation: Conversation, event: CustomerSaid, policy: Policy) -> HandOver | None:
    if event.parse is None:
        return None
    why = escalation.before_turn(conversation, event.text, event.parse, policy)
    return why if why is not None and why.reason is Reason.SAFETY else None
