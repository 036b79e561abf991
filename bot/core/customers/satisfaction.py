"""Asks customers how it went, once a solved case is closed, and keeps what they say. Pure.

Once per solution, in the customer's own thread and language. What they said may be changed until the case is opened
again or forgotten over something new. Cases that were no request or double are not asked about.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.core.activity import Side
from bot.core.cases import casework
from bot.core.cases.cards import FACES, redraw
from bot.core.conversation import Case, Conversation, Status
from bot.core.decision import Decision, line_to_agents, nothing
from bot.core.effects import Body, Button, Post, Priority, Record
from bot.core.events import CustomerPressed, CustomerSubmitted
from bot.core.policy import Policy
from bot.core.wording.words import say

RATE: Final = "rate"
COMMENT: Final = "rate_comment"
FIELD: Final = "comment"
"""The name of the form's one field."""

_ASKED_ABOUT: Final = frozenset({"", "solved", "other"})
_MAX_COMMENT: Final = 1000


def asked_after(before: Conversation, decision: Decision, policy: Policy) -> Decision:
    """The decision with the question behind it, if it solved a case of somebody who can be asked."""
    after, case = decision.conversation, decision.conversation.case
    if not policy.ask_rating or after.status is not Status.RESOLVED or before.status is Status.RESOLVED or case is None:
        return decision
    solved = [e for e in decision.effects if isinstance(e, Record) and e.kind == "resolved"]
    if not solved or dict(solved[-1].labels).get("resolution", "") not in _ASKED_ABOUT:
        return decision
    speaking = casework.language(after, policy)
    buttons = tuple(Button(f"{n} {face}", RATE, f"{case.number}:{n}") for n, face in enumerate(FACES, start=1))
    question = Body(say("rating_ask", speaking, policy), buttons=buttons)
    return (
        Decision(replace(after, case=replace(case, rating=0, rating_comment="")), decision.effects)
        .then(Post(Side.CUSTOMER, question, priority=Priority.STATUS))
        .noting("rating_asked", f"The customer was asked how #{case.number} went.")
    )


def pressed(conversation: Conversation, event: CustomerPressed, policy: Policy) -> Decision:
    """A face was pressed. Only the closed case that the question was about can be rated."""
    number, _, given = event.value.partition(":")
    case = conversation.case
    if not _is_open_to_rating(conversation, number) or case is None or given not in {"1", "2", "3", "4", "5"}:
        return nothing(conversation).noting("ignored", "A rating of something that is over was pressed.")
    score = int(given)
    if case.rating == score:
        return nothing(conversation)
    rated = replace(conversation, case=replace(case, rating=score))
    decision = Decision(rated)
    if case.rating:
        old = Record("unrated", "The customer changed their mind.", (("score", str(case.rating)),), points=case.rating)
        decision = decision.then(old)
    speaking = casework.language(conversation, policy)
    more = () if case.rating_comment else (Button(say("rating_more", speaking, policy), COMMENT, number),)
    thanks = Body(say("rating_thanks", speaking, policy, score=score), buttons=more)
    fact = Record("rated", f"{event.author.label} gave {score} of 5.", (("score", given),), points=score)
    return decision.then(
        Post(Side.CUSTOMER, thanks, priority=Priority.STATUS),
        _told(case, event.author.label, score, policy),
        redraw(rated, policy),
        fact,
    )


def submitted(conversation: Conversation, event: CustomerSubmitted, policy: Policy) -> Decision:
    """A comment was sent behind a rating; the desk alone reads it."""
    case = conversation.case
    comment = dict(event.fields).get(FIELD, "").strip()[:_MAX_COMMENT]
    if not _is_open_to_rating(conversation, event.value) or case is None or not comment:
        return nothing(conversation).noting("ignored", "A comment on something that is over was sent.")
    kept = replace(conversation, case=replace(case, rating_comment=comment))
    speaking = casework.language(conversation, policy)
    quoted = "\n".join(f"> {line}" for line in comment.splitlines())
    return (
        Decision(kept)
        .then(Post(Side.CUSTOMER, Body(say("rating_noted", speaking, policy)), priority=Priority.STATUS))
        .then(line_to_agents(f"💬 {event.author.label} on how it went:\n{quoted}"), redraw(kept, policy))
        .noting("rating_commented", f"{event.author.label} said more about how #{case.number} went.")
    )


def _is_open_to_rating(conversation: Conversation, number: str) -> bool:
    case = conversation.case
    return conversation.status is Status.RESOLVED and case is not None and str(case.number) == number


def _told(case: Case, who: str, score: int, policy: Policy) -> Post:
    """A line for the desk; a low rating pings whoever had the case."""
    text = f"{FACES[score - 1]} {who} gave {score} of 5."
    if score > policy.low_rating:
        return line_to_agents(text)
    body = Body(f"⚠️ {text} Somebody may want to ask what went wrong.", mention=case.assignee, quiet=True)
    return Post(Side.AGENTS, body, priority=Priority.STATUS)
