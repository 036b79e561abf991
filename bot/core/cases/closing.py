"""The ends of a case: it is resolved, closed in silence, handed back, dismissed, and perhaps opened again.

Each step tells the customer once, redraws the root card and leaves one line in the case's thread.
"""

from __future__ import annotations

from dataclasses import replace

from bot.core.activity import Person, Side
from bot.core.cases import casework
from bot.core.cases.cards import duration, redraw
from bot.core.conversation import ClosedCase, Conversation, Resolution, Status, case_of
from bot.core.decision import Decision, line_to_agents
from bot.core.effects import Body, CancelTimer, Post, Priority
from bot.core.policy import Policy


def resolve(
    conversation: Conversation,
    by: Person,
    at: float,
    policy: Policy,
    *,
    resolution: Resolution = Resolution.SOLVED,
    remark: str = "",
) -> Decision:
    """Close the case for a reason; the customer can open it again by writing."""
    case = replace(
        case_of(conversation),
        resolved_at=at,
        resolved_by=by.label,
        wakes_at=None,
        resolution=resolution.value,
        remark=remark,
    )
    why = resolution.value.replace("_", " ") + (f", {remark}" if remark else "")
    summary = f"#{case.number} resolved by {by.label}"
    done = replace(
        conversation,
        status=Status.RESOLVED,
        case=case,
        word=_last_word(conversation, by),
        held=(),
        moods=(),
        returned=summary,
    )
    told = "resolved" if resolution is Resolution.SOLVED else "closed"
    return (
        Decision(done)
        .then(CancelTimer(casework.WAITING), CancelTimer(casework.WAKE))
        .then(casework.tell(done, policy, told, agent=casework.name_of(by, policy)))
        .then(line_to_agents(f"✅ {by.label} resolved this case ({why})."), redraw(done, policy))
        .noting(
            "resolved",
            f"{summary} after {duration(at - case.opened_at)}: {why}.",
            seconds=at - case.opened_at,
            agent=by.label,
            reason=case.why.reason.value,
            resolution=resolution.value,
        )
    )


def close_unanswered(conversation: Conversation, silence: str, at: float, policy: Policy) -> Decision:
    """Close a case whose customer does not answer any more, as `silence` tells; they can open it again by writing."""
    case = replace(case_of(conversation), resolved_at=at, resolved_by="", wakes_at=None)
    case = replace(case, resolution="no answer from the customer", remark="")
    closed = f"#{case.number} closed without an answer"
    done = replace(conversation, status=Status.RESOLVED, case=case, held=(), moods=(), returned=closed)
    return (
        Decision(done)
        .then(CancelTimer(casework.WAITING), CancelTimer(casework.WAKE))
        .then(casework.tell(done, policy, "closed_unanswered", number=case.number))
        .then(line_to_agents(f"🌙 Closed: {silence}."), redraw(done, policy))
        .noting("closed_unanswered", f"{closed}: {silence}.", seconds=at - case.opened_at)
    )


def reopen(conversation: Conversation, by: Person, at: float, policy: Policy, *, pinged: bool = False) -> Decision:
    """Open a resolved case again, with the same agent if there was one.

    They are mentioned, unless it is they who open it, or they are `pinged` by what the customer wrote.
    """
    case = case_of(conversation)
    status = Status.ASSIGNED if case.assignee else Status.QUEUED
    case = replace(case, resolved_at=None, resolved_by="", resolution="", remark="", merged_into=0)
    case = replace(case, reopened=case.reopened + 1)
    word = case.assignee.key if case.assignee else ""
    again = replace(conversation, status=status, case=case, word=word, returned="")
    timers = () if case.assignee else (casework.remind(again, at, policy.reminder_seconds, policy),)
    is_own = case.assignee is not None and case.assignee.key == by.key
    mention = None if pinged or is_own else case.assignee
    nudge = Body(f"🔄 {by.label} reopened this case.", mention=mention, quiet=True)
    return (
        Decision(again)
        .then(*timers)
        .then(casework.tell(again, policy, "reopened", number=case.number, agent=casework.owner_name(again, policy)))
        .then(Post(Side.AGENTS, nudge, priority=Priority.STATUS), redraw(again, policy))
        .noting("reopened", f"#{case.number} was reopened by {by.label}.")
    )


def hand_back(conversation: Conversation, by: Person, at: float, policy: Policy) -> Decision:
    """Give the conversation back to the bot."""
    case = replace(case_of(conversation), resolved_at=at, resolved_by=by.label, wakes_at=None)
    card = redraw(replace(conversation, case=case, status=Status.BOT), policy)
    back = archived(replace(conversation, case=case, word=_last_word(conversation, by)))
    back = replace(back, returned=f"#{case.number} handed back by {by.label}")
    return (
        Decision(back)
        .then(CancelTimer(casework.WAITING), CancelTimer(casework.WAKE))
        .then(casework.tell(back, policy, "handed_back"))
        .then(line_to_agents(f"🤖 {by.label} handed this back to the bot."), card)
        .noting("handed_back", f"#{case.number} went back to the bot ({by.label}).", seconds=at - case.opened_at)
    )


def dismiss(conversation: Conversation, by: Person, at: float, policy: Policy) -> Decision:
    """Close what was no request: it is counted apart, nobody is asked about it, and writing does not open it again."""
    case = replace(
        case_of(conversation),
        resolved_at=at,
        resolved_by=by.label,
        wakes_at=None,
        resolution=Resolution.NOT_A_REQUEST.value,
    )
    card = redraw(replace(conversation, case=case, status=Status.RESOLVED), policy, buttons=False)
    back = archived(replace(conversation, case=case, word=_last_word(conversation, by)))
    back = replace(back, returned=f"#{case.number} was not a request ({by.label})")
    return (
        Decision(back)
        .then(CancelTimer(casework.WAITING), CancelTimer(casework.WAKE))
        .then(casework.tell(back, policy, "dismissed"))
        .then(line_to_agents(f"🗑️ {by.label} closed this: not a request."), card)
        .noting("dismissed", f"#{case.number} was not a request ({by.label}).", agent=by.label)
    )


def archived(conversation: Conversation) -> Conversation:
    """The conversation in the bot's hands again, its case among the earlier ones."""
    case = case_of(conversation)
    closed = ClosedCase(case.number, case.why.reason, case.opened_at, case.resolved_at or case.opened_at)
    return replace(
        conversation,
        status=Status.BOT,
        case=None,
        left=casework.left_with(conversation),
        earlier=(*conversation.earlier, closed)[-5:],
        held=(),
        moods=(),
        offer=None,
        last_answer="",
        same_answers=0,
        last_texts=(),
        doubts=0,
        question=None,
        by_lesson=False,
    )


def _last_word(conversation: Conversation, by: Person) -> str:
    """Whose words may still go out when `by` ends a case: their own, said before; nobody's when it was another's."""
    return conversation.word if conversation.word == by.key else ""
