"""A double: the same customer asks the same in a second thread. The second case goes on in the first.

The two conversations have a mailbox each, so they agree by word: the double asks, the other takes it in if it is
open and its customer is the same account, and only then the double is closed. From then on what the customer writes
in the double's thread is passed on to the other. What was passed on once is not passed on again, so nothing goes
in circles whoever is merged into whom.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.core.activity import Person, Ref
from bot.core.cases import casework
from bot.core.cases.cards import redraw
from bot.core.conversation import Conversation, Resolution, Status, case_of
from bot.core.decision import Decision, line_to_agents, nothing
from bot.core.effects import CancelTimer, PassOn, Tell
from bot.core.events import AgentCommanded, CustomerDeleted, CustomerEdited, CustomerReacted, CustomerSaid
from bot.core.policy import Policy
from bot.core.typed.case_numbers import case_number

ABSORB: Final = "absorb"
MERGED: Final = "merged"
NOT_MERGED: Final = "not_merged"
VERBS: Final = frozenset({ABSORB, MERGED, NOT_MERGED})
"""What cases tell each other; nobody can give these as commands."""

_ABSORBED_KEPT: Final = 20


def merge(conversation: Conversation, into: str, by: Person) -> Decision:
    """Ask another case to take this one in."""
    case, number = case_of(conversation), case_number(into.strip())
    if number is None or number == case.number:
        return casework.refuse(conversation, by, unnamed(into, case.number))
    asked = Tell(number, ABSORB, f"{case.number} {conversation.customer.key}", by)
    return nothing(conversation).then(asked).noting("merge_asked", f"{by.label} wants this to go on in #{number}.")


def unnamed(into: str, number: int) -> str:
    """Why case `number` cannot go on in what these words name; "" when they name another case."""
    if case_number(into.strip()) in {None, number}:
        return f"Into which case? Name another one of this customer: `merge {number} N`. Nothing was changed."
    return ""


def told(conversation: Conversation, event: AgentCommanded, at: float, policy: Policy) -> Decision:
    """What another case says about a merge."""
    told_by, _, rest = event.argument.partition(" ")
    number = case_number(told_by)
    if number is None:
        return nothing(conversation)
    match event.verb:
        case "absorb":
            return _absorb(conversation, number, rest, event.author)
        case "merged":
            return _close(conversation, number, event.author, at, policy)
        case _:
            return casework.refuse(conversation, event.author, f"#{number} does not take this in: {rest}")


def is_own(conversation: Conversation, ref: Ref) -> bool:
    """Whether something happened in this conversation's own thread or chat, and was not passed on to it."""
    return conversation.id in {ref.place.key, ref.place.root.key}


def passes_on(
    conversation: Conversation, event: CustomerSaid | CustomerEdited | CustomerDeleted | CustomerReacted
) -> bool:
    """Whether what the customer does here belongs to another case by now."""
    case = conversation.case
    return case is not None and bool(case.merged_into) and is_own(conversation, event.ref)


def pass_on(conversation: Conversation) -> Decision:
    """Let the other case have the event."""
    return nothing(conversation).then(PassOn(case_of(conversation).merged_into))


def _absorb(conversation: Conversation, double: int, customer: str, by: Person) -> Decision:
    case = conversation.case
    if case is None or not conversation.status.is_open:
        return nothing(conversation).then(Tell(double, NOT_MERGED, f"{_last_number(conversation)} it is not open.", by))
    if conversation.customer.key != customer:
        return nothing(conversation).then(Tell(double, NOT_MERGED, f"{case.number} it is another customer's.", by))
    taken = replace(conversation, absorbed=(*conversation.absorbed, double)[-_ABSORBED_KEPT:])
    return (
        Decision(taken)
        .then(line_to_agents(f"🔗 #{double} of the same customer goes on here ({by.label})."))
        .then(Tell(double, MERGED, str(case.number), by))
        .noting("absorbed", f"#{double} goes on in #{case.number} ({by.label}).")
    )


def _close(conversation: Conversation, into: int, by: Person, at: float, policy: Policy) -> Decision:
    case = conversation.case
    if case is None or not conversation.status.is_open:
        return nothing(conversation)
    if into in conversation.absorbed:
        why = f"#{into} went on in #{case.number} before, so #{case.number} stays open, and both have a thread."
        return casework.refuse(conversation, by, why)
    ended = replace(
        case,
        resolved_at=at,
        resolved_by=by.label,
        wakes_at=None,
        resolution=Resolution.DUPLICATE.value,
        remark=f"goes on in #{into}",
        merged_into=into,
    )
    done = replace(
        conversation,
        status=Status.RESOLVED,
        case=ended,
        word="",
        held=(),
        moods=(),
        returned=f"#{case.number} went on in #{into}",
    )
    return (
        Decision(done)
        .then(CancelTimer(casework.WAITING), CancelTimer(casework.WAKE))
        .then(casework.tell(done, policy, "merged", number=into))
        .then(line_to_agents(f"🔗 {by.label} merged this into #{into}: it goes on there."), redraw(done, policy))
        .noting("merged", f"#{case.number} went on in #{into} ({by.label}).", agent=by.label)
    )


def _last_number(conversation: Conversation) -> int:
    """The number of the case that there is, or was last."""
    if conversation.case is not None:
        return conversation.case.number
    return conversation.earlier[-1].number if conversation.earlier else 0
