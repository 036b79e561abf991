"""A case goes to somebody else: to an agent by name, or to another desk with everything that is known of it.

What was queued by whoever had it before is held back by the conversation's `word`, which changes here.
"""

from __future__ import annotations

from dataclasses import replace

from bot.core.activity import Person, Side
from bot.core.cases import casework, staffing
from bot.core.cases.cards import moved_card, root_card
from bot.core.conversation import Conversation, Speaker, Status, case_of
from bot.core.decision import Decision
from bot.core.effects import Body, CancelTimer, Post, Priority, Voice
from bot.core.policy import Desk, Policy


def assign(conversation: Conversation, to: Person, by: Person, at: float, policy: Policy) -> Decision:
    """Give the case to somebody, who is told; to whoever has it already, nothing changes."""
    case = conversation.case
    if case is not None and case.assignee is not None and case.assignee.key == to.key:
        return casework.refuse(conversation, by, f"{to.label} has this case already.")
    return casework.claim(conversation, to, at, policy, giver=by)


def desk_named(words: str, policy: Policy) -> Desk | None:
    """The desk that somebody means: by its name or its title."""
    meant = words.strip().casefold()
    return next((d for d in policy.desks if meant in {d.name.casefold(), d.title.casefold()} and meant), None)


def unknown_desk(words: str, here: str, number: int, policy: Policy) -> str:
    """Why a case that is at the desk `here` cannot be passed on to the desk of those words; "" when it can."""
    others = other_desks(here, policy)
    if not others:
        return "There is no other desk, so nothing was changed."
    if desk_named(words, policy) is None:
        return f"No such desk, so nothing was changed. Name one with `transfer {number} DESK`: {others}."
    return ""


def other_desks(here: str, policy: Policy) -> str:
    """The names of all desks but `here`, as people read them; "" when there is no other."""
    return ", ".join(desk.name for desk in policy.desks if desk.name != here)


def transfer(
    conversation: Conversation, to: Desk, note: str, by: Person, at: float, policy: Policy, *, said: str = "transferred"
) -> Decision:
    """Move the case to another desk: a root card and the transcript there, a pointer here, where nothing is relayed.

    `said` names what the customer is told of why.
    """
    case = case_of(conversation)
    before = policy.desk(case.desk)
    clock = replace(case.clock, moved_at=at)
    moved = replace(case, desk=to.name, assignee=None, wakes_at=None, thread="", moves=case.moves + 1, clock=clock)
    after = replace(
        conversation,
        status=Status.QUEUED,
        case=moved,
        word="",
        held=(),
        left=casework.left_with(conversation),
        transcript=tuple(replace(line, mirrored=True) for line in conversation.transcript),
    )
    remark = f" “{note}”" if note else ""
    there, here = to.title or to.name, before.title or before.name
    pointer = f"➡️ {by.label} passed this on to {there}.{remark} What is written here stays here."
    context = f"➡️ {by.label} passed this on from {here}.{remark}"
    return (
        Decision(after)
        .then(CancelTimer(casework.WAKE), casework.remind(after, at, policy.reminder_seconds, policy))
        .then(
            *(() if _was_told(conversation, after, at, policy) else (casework.tell_waiting(after, at, policy, said),))
        )
        .then(Post(Side.AGENTS, Body(pointer, quiet=True), priority=Priority.STATUS, former=True))
        .then(moved_card(conversation, there, policy), root_card(after, policy))
        .then(Post(Side.AGENTS, Body(context, quiet=True), priority=Priority.MIRRORED))
        .then(*_transcript(conversation))
        .noting("transferred", f"#{case.number} went from {here} to {there} ({by.label}).{remark}", desk=to.name)
    )


def _was_told(before: Conversation, after: Conversation, at: float, policy: Policy) -> bool:
    """Whether the customer knows all of it: they were passed on, nobody has had them since, and nothing is later."""
    moves = before.case.moves if before.case else 0
    if before.status is not Status.QUEUED or not moves:
        return False
    speaking = casework.language(after, policy)
    return staffing.back_at(before, at, speaking, policy) == staffing.back_at(after, at, speaking, policy)


def _transcript(conversation: Conversation) -> tuple[Post, ...]:
    """Everything that was said, for people who have not seen it. Agents' words are shown, and copied no further."""
    posts: list[Post] = []
    for line in conversation.transcript:
        if line.speaker is Speaker.AGENT:
            body = Body(line.text, voice=Voice(f"{line.name} (to the customer)"), quiet=True)
            posts.append(Post(Side.AGENTS, body, priority=Priority.MIRRORED))
        else:
            posts.append(casework.mirror_line(line))
    return tuple(posts)
