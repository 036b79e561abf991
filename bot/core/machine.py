"""Status × Event: the whole table of what a conversation does, to be read in one sitting.

1. Who owns the next word is the Status. In BOT the assistant answers; everywhere else it is silent.
2. Every pair of status and event has one cell. A cell names the move, and the statuses it may lead to;
   `handle` refuses to leave the table (InvalidMove), so the diagram that is drawn from it is true.
3. A move is a pure function: conversation, event, policy and a spare case number in, Decision out.
4. *Nothing happens* is a move, too (`nothing`), written down like the others.

The theory: a customer's thread and a case's thread are two views of one conversation. Events come from
both; effects go to both; what crosses is decided in `relay`, and the life of a case in `casework`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.core.agents import afterthoughts, delays, desk, holding, receipts, relay, withheld
from bot.core.cases import casework, clocks, closing, due, forgetting, merging
from bot.core.conversation import Conversation, Status
from bot.core.customers import answering, aside, hearing, mirroring, satisfaction
from bot.core.decision import Decision, nothing
from bot.core.events import (
    AgentCommanded,
    AgentDeleted,
    AgentEdited,
    AgentPressed,
    AgentReacted,
    AgentSaid,
    AgentSubmitted,
    CustomerDeleted,
    CustomerEdited,
    CustomerForgotten,
    CustomerPressed,
    CustomerReacted,
    CustomerSaid,
    CustomerSubmitted,
    Delivered,
    DeliveryDelayed,
    DeliveryFailed,
    Event,
    TimerFired,
)
from bot.core.learning import teaching
from bot.core.policy import Policy
from bot.core.veil import veiled

Move = Callable[[Conversation, Any, Policy, int], Decision]

BOT, QUEUED, ASSIGNED, ON_HOLD, RESOLVED = Status
_OWNED: Final = frozenset({QUEUED, ASSIGNED, ON_HOLD})


class InvalidMove(AssertionError):
    """A move led where its cell does not allow: a mistake in the table, never in the input."""

    def __init__(self, status: Status, event: Event, to: Status) -> None:
        super().__init__(f"{type(event).__name__} in {status.name} led to {to.name}, which the table does not allow")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the table: what is done, in words for the diagram, and where it may lead."""

    move: Move
    says: str
    to: frozenset[Status]


def _nothing(c: Conversation, _e: Any, _p: Policy, _n: int) -> Decision:
    return nothing(c)


def _answer(c: Conversation, e: CustomerSaid | CustomerPressed, p: Policy, n: int) -> Decision:
    return answering.answer(c, e, p, n)


def _come_back(c: Conversation, e: CustomerSaid | CustomerPressed, p: Policy, n: int) -> Decision:
    if isinstance(e, CustomerPressed) and e.action == satisfaction.RATE:
        return satisfaction.pressed(c, e, p)
    if isinstance(e, CustomerSaid) and reopens(c, e.at, p) and merging.passes_on(c, e):
        return merging.pass_on(c)
    if not reopens(c, e.at, p):
        return answering.answer(closing.archived(c), e, p, n)
    if isinstance(e, CustomerPressed):
        return nothing(c).noting("ignored", "A button of a closed passage was pressed.")
    again = closing.reopen(c, e.author, e.at, p, pinged=True)
    return again.followed_by(mirroring.mirror(again.conversation, e, p))


def _timer(c: Conversation, e: TimerFired, p: Policy, n: int) -> Decision:
    if e.name.startswith(receipts.RETRY):
        return receipts.retry(c, e.name.removeprefix(receipts.RETRY))
    if e.name.startswith(due.GONE):
        return due.left(c, e.name.removeprefix(due.GONE), e.at, p)
    if e.name == holding.LEAVE:
        return relay.leave(c, e.at, p)
    if c.status is BOT and e.name.startswith(answering.REMINDER):
        return answering.remind(c, e, p, n)
    if c.status is QUEUED and e.name == casework.WAITING:
        return casework.still_waiting(c, e.at, p)
    if e.name in due.NAMES:
        return due.fired(c, e, p)
    if c.status is ON_HOLD and e.name == casework.WAKE:
        return casework.wake(c, e.at, "The hold is over.", p)
    return nothing(c)


def _or_pass_on(move: Callable[[Conversation, Any, Policy], Decision]) -> Move:
    """A move of a closed case, unless it goes on in another: then that one has the event."""

    def passed(c: Conversation, e: Any, p: Policy, _n: int) -> Decision:
        return merging.pass_on(c) if merging.passes_on(c, e) else move(c, e, p)

    return passed


def _press(move: Move) -> Move:
    """A button of the bot's, but for a rating of a case that is open again: that means nothing any more."""

    def unless_rating(c: Conversation, e: CustomerPressed, p: Policy, n: int) -> Decision:
        return satisfaction.pressed(c, e, p) if e.action == satisfaction.RATE else move(c, e, p, n)

    return unless_rating


def _rated(c: Conversation, e: CustomerSubmitted, p: Policy, n: int) -> Decision:
    return satisfaction.submitted(c, e, p) if e.action == satisfaction.COMMENT else _ignore_form(c, e, p, n)


def _ignore_form(c: Conversation, e: CustomerSubmitted, _p: Policy, _n: int) -> Decision:
    return nothing(c).noting("ignored", f"A form that means nothing here was sent: {e.action}.")


def _bot_edit(c: Conversation, e: CustomerEdited, _p: Policy, _n: int) -> Decision:
    return answering.edited(c, e)


def _bot_delete(c: Conversation, e: CustomerDeleted, _p: Policy, _n: int) -> Decision:
    return answering.deleted(c, e)


def _bot_reaction(c: Conversation, e: CustomerReacted, _p: Policy, _n: int) -> Decision:
    return answering.reacted(c, e)


def _three(move: Callable[[Conversation, Any, Policy], Decision]) -> Move:
    """A move that needs no case number."""

    def with_number(c: Conversation, e: Any, p: Policy, _n: int) -> Decision:
        return move(c, e, p)

    return with_number


def _cell(move: Move, says: str, *to: Status) -> Cell:
    return Cell(move, says, frozenset(to))


_NOTHING_BOT = _cell(_nothing, "nothing", BOT)
_DELIVERED = _three(delays.delivered)
_FAILED = _three(receipts.delivery_failed)
_DELAYED = _three(delays.delayed)
_FORGET = _cell(_three(forgetting.forgotten), "delete what is kept, and the copies at the desk", BOT)
_CLOSED = _three(relay.agent_said_when_closed)
_MIRROR, _MIRROR_PRESS = _three(mirroring.mirror), _three(mirroring.mirror_press)
_MIRROR_EDIT, _MIRROR_DELETE = _three(mirroring.mirror_edit), _three(mirroring.mirror_delete)
_MIRROR_REACTION = _three(mirroring.mirror_reaction)
_AGENT_SAID, _AGENT_EDITED = _three(relay.agent_said), _three(afterthoughts.agent_edited)
_AGENT_DELETED, _AGENT_REACTED = _three(afterthoughts.agent_deleted), _three(afterthoughts.agent_reacted)

TABLE: Final[Mapping[Status, Mapping[type[Event], Cell]]] = {
    BOT: {
        CustomerSaid: _cell(_answer, "answer, ask back or hand over", BOT, QUEUED),
        CustomerEdited: _cell(_bot_edit, "correct the transcript", BOT),
        CustomerDeleted: _cell(_bot_delete, "correct the transcript", BOT),
        CustomerReacted: _cell(_bot_reaction, "remember praise and blame", BOT),
        CustomerPressed: _cell(_answer, "answer, or hand over", BOT, QUEUED),
        CustomerSubmitted: _cell(_ignore_form, "nothing", BOT),
        AgentSaid: _cell(_CLOSED, "keep inside and say so", BOT),
        AgentEdited: _cell(_AGENT_EDITED, "edit what the customer has", BOT),
        AgentDeleted: _cell(_AGENT_DELETED, "delete what the customer has", BOT),
        AgentReacted: _cell(_AGENT_REACTED, "a lock takes a reply back", BOT),
        AgentPressed: _cell(desk.pressed, "take over unasked, retry", BOT, ASSIGNED),
        AgentSubmitted: _cell(desk.submitted, "the same, with what was asked", BOT, ASSIGNED),
        AgentCommanded: _cell(desk.commanded, "take over unasked", BOT, ASSIGNED),
        CustomerForgotten: _FORGET,
        Delivered: _cell(_DELIVERED, "receipt", BOT),
        DeliveryFailed: _cell(_FAILED, "say so", BOT),
        DeliveryDelayed: _cell(_DELAYED, "say so once", BOT),
        TimerFired: _cell(_timer, "the assistant's own reminder; who is silent may need a person", BOT, QUEUED),
    },
    QUEUED: {
        CustomerSaid: _cell(aside.said, "mirror; the bot answers, too, if the customer wants", QUEUED),
        CustomerEdited: _cell(_MIRROR_EDIT, "edit the copies", QUEUED),
        CustomerDeleted: _cell(_MIRROR_DELETE, "put a tombstone", QUEUED),
        CustomerReacted: _cell(_MIRROR_REACTION, "mirror", QUEUED),
        CustomerPressed: _cell(_press(aside.pressed), "tell the desk, or go on with the bot", QUEUED),
        CustomerSubmitted: _cell(_ignore_form, "nothing", QUEUED),
        AgentSaid: _cell(_AGENT_SAID, "the reply rule: claim and relay, hold, or note", QUEUED, ASSIGNED),
        AgentEdited: _cell(_AGENT_EDITED, "edit what the customer has", QUEUED),
        AgentDeleted: _cell(_AGENT_DELETED, "delete what the customer has", QUEUED),
        AgentReacted: _cell(_AGENT_REACTED, "relay the owner's", QUEUED),
        AgentPressed: _cell(desk.pressed, "claim, resolve, snooze, hand back …", *Status),
        AgentSubmitted: _cell(desk.submitted, "the same, with what was asked", *Status),
        AgentCommanded: _cell(desk.commanded, "claim, resolve, snooze, hand back …", *Status),
        CustomerForgotten: _FORGET,
        Delivered: _cell(_DELIVERED, "receipt", QUEUED),
        DeliveryFailed: _cell(_FAILED, "say so", QUEUED),
        DeliveryDelayed: _cell(_DELAYED, "say so once", QUEUED),
        TimerFired: _cell(_timer, "still waiting; give it to whoever is free; targets", QUEUED, ASSIGNED),
    },
    ASSIGNED: {
        CustomerSaid: _cell(_MIRROR, "mirror to the assignee", ASSIGNED),
        CustomerEdited: _cell(_MIRROR_EDIT, "edit the copies", ASSIGNED),
        CustomerDeleted: _cell(_MIRROR_DELETE, "put a tombstone", ASSIGNED),
        CustomerReacted: _cell(_MIRROR_REACTION, "mirror", ASSIGNED),
        CustomerPressed: _cell(_press(_MIRROR_PRESS), "tell the desk", ASSIGNED),
        CustomerSubmitted: _cell(_ignore_form, "nothing", ASSIGNED),
        AgentSaid: _cell(_AGENT_SAID, "the reply rule: relay the owner's, hold others'", ASSIGNED),
        AgentEdited: _cell(_AGENT_EDITED, "edit what the customer has", ASSIGNED),
        AgentDeleted: _cell(_AGENT_DELETED, "delete what the customer has", ASSIGNED),
        AgentReacted: _cell(_AGENT_REACTED, "relay the owner's", ASSIGNED),
        AgentPressed: _cell(desk.pressed, "resolve, take over, unassign, snooze …", *Status),
        AgentSubmitted: _cell(desk.submitted, "the same, with what was asked", *Status),
        AgentCommanded: _cell(desk.commanded, "resolve, take over, unassign, snooze …", *Status),
        CustomerForgotten: _FORGET,
        Delivered: _cell(_DELIVERED, "receipt", ASSIGNED),
        DeliveryFailed: _cell(_FAILED, "say so", ASSIGNED),
        DeliveryDelayed: _cell(_DELAYED, "say so once", ASSIGNED),
        TimerFired: _cell(_timer, "targets; back to the queue, or close in silence", ASSIGNED, QUEUED, RESOLVED),
    },
    ON_HOLD: {
        CustomerSaid: _cell(_MIRROR, "mirror and wake", ASSIGNED, QUEUED),
        CustomerEdited: _cell(_MIRROR_EDIT, "edit the copies", ON_HOLD),
        CustomerDeleted: _cell(_MIRROR_DELETE, "put a tombstone", ON_HOLD),
        CustomerReacted: _cell(_MIRROR_REACTION, "mirror", ON_HOLD),
        CustomerPressed: _cell(_press(_MIRROR_PRESS), "tell the desk and wake", ASSIGNED, QUEUED, ON_HOLD),
        CustomerSubmitted: _cell(_ignore_form, "nothing", ON_HOLD),
        AgentSaid: _cell(_AGENT_SAID, "the reply rule", ON_HOLD, ASSIGNED),
        AgentEdited: _cell(_AGENT_EDITED, "edit what the customer has", ON_HOLD),
        AgentDeleted: _cell(_AGENT_DELETED, "delete what the customer has", ON_HOLD),
        AgentReacted: _cell(_AGENT_REACTED, "relay the owner's", ON_HOLD),
        AgentPressed: _cell(desk.pressed, "wake, resolve, take over …", *Status),
        AgentSubmitted: _cell(desk.submitted, "the same, with what was asked", *Status),
        AgentCommanded: _cell(desk.commanded, "wake, resolve, take over …", *Status),
        CustomerForgotten: _FORGET,
        Delivered: _cell(_DELIVERED, "receipt", ON_HOLD),
        DeliveryFailed: _cell(_FAILED, "say so", ON_HOLD),
        DeliveryDelayed: _cell(_DELAYED, "say so once", ON_HOLD),
        TimerFired: _cell(_timer, "wake at its time; targets, close in silence", ON_HOLD, ASSIGNED, QUEUED, RESOLVED),
    },
    RESOLVED: {
        CustomerSaid: _cell(
            _come_back, "reopen, or pass on; later, a new turn with the bot", RESOLVED, ASSIGNED, QUEUED, BOT
        ),
        CustomerEdited: _cell(_or_pass_on(mirroring.mirror_edit), "edit the copies", RESOLVED),
        CustomerDeleted: _cell(_or_pass_on(mirroring.mirror_delete), "put a tombstone", RESOLVED),
        CustomerReacted: _cell(_or_pass_on(mirroring.mirror_reaction), "mirror", RESOLVED),
        CustomerPressed: _cell(_come_back, "rate; later, a new turn with the bot", RESOLVED, QUEUED, BOT),
        CustomerSubmitted: _cell(_rated, "comment on how it went", RESOLVED),
        AgentSaid: _cell(_CLOSED, "keep inside and say so", RESOLVED),
        AgentEdited: _cell(_AGENT_EDITED, "edit what the customer has", RESOLVED),
        AgentDeleted: _cell(_AGENT_DELETED, "delete what the customer has", RESOLVED),
        AgentReacted: _cell(_AGENT_REACTED, "relay the owner's", RESOLVED),
        AgentPressed: _cell(desk.pressed, "reopen", RESOLVED, ASSIGNED, QUEUED, BOT),
        AgentSubmitted: _cell(desk.submitted, "the same, with what was asked", RESOLVED, ASSIGNED, QUEUED, BOT),
        AgentCommanded: _cell(desk.commanded, "reopen, take over", RESOLVED, ASSIGNED, QUEUED, BOT),
        CustomerForgotten: _FORGET,
        Delivered: _cell(_DELIVERED, "receipt", RESOLVED),
        DeliveryFailed: _cell(_FAILED, "say so", RESOLVED),
        DeliveryDelayed: _cell(_DELAYED, "say so once", RESOLVED),
        TimerFired: _cell(_timer, "send again what was stuck", RESOLVED),
    },
}


def handle(conversation: Conversation, event: Event, policy: Policy, *, number: int) -> Decision:
    """Decide what an event means. `number` is a case number that nobody has, used if a case opens.

    Raises InvalidMove when a move leaves the table: a mistake of ours, found by the tests.
    """
    if forgetting.is_anew(conversation, event):
        assert isinstance(event, CustomerSaid | CustomerPressed)
        conversation = open_conversation(event, conversation.id)
    if conversation.forgotten and not isinstance(event, CustomerForgotten):
        return forgetting.afterwards(conversation, event)
    cell = TABLE[conversation.status][type(event)]
    moved = satisfaction.asked_after(conversation, cell.move(conversation, event, policy, number), policy)
    moved = withheld.asked_about(conversation, teaching.asked_after(conversation, moved, event, policy))
    decision = clocks.kept(conversation, moved, event, policy)
    if decision.conversation.status not in cell.to:
        raise InvalidMove(conversation.status, event, decision.conversation.status)
    return veiled(decision, policy)


def reopens(conversation: Conversation, at: float, policy: Policy) -> bool:
    """Whether a resolved case opens again when its customer writes at this time."""
    case = conversation.case
    return case is not None and case.resolved_at is not None and at - case.resolved_at <= policy.reopen_seconds


def wants_turn(conversation: Conversation, event: Event, policy: Policy) -> bool:
    """Whether an event has to be understood before it can be decided.

    Words are, too, where nobody answers them: they may be of danger (`alarm`).
    """
    if isinstance(event, TimerFired):
        return conversation.status is BOT and event.name.startswith(answering.REMINDER)
    return _is_for_the_bot(conversation, event, policy) or (
        isinstance(event, CustomerSaid) and conversation.status is not ASSIGNED
    )


def wants_assistant(conversation: Conversation, event: Event, policy: Policy) -> bool:
    """Whether the assistant shall take a turn on an event that was understood: not when people take over anyway."""
    if isinstance(event, TimerFired):
        return wants_turn(conversation, event, policy)
    if not isinstance(event, CustomerSaid | CustomerPressed) or event.parse is None:
        return False
    if not _is_for_the_bot(conversation, event, policy):
        return False
    begun = closing.archived(conversation) if conversation.status is RESOLVED else conversation
    after = hearing.heard(begun, event, policy)
    return hearing.goes_to_people(after, event, policy) is None


def _is_for_the_bot(conversation: Conversation, event: Event, policy: Policy) -> bool:
    if not isinstance(event, CustomerSaid | CustomerPressed):
        return False
    if isinstance(event, CustomerPressed) and event.action != hearing.SAY:
        return False
    return conversation.is_bots or (conversation.status is RESOLVED and not reopens(conversation, event.at, policy))


def open_conversation(event: CustomerSaid | CustomerPressed, id: str) -> Conversation:
    """A conversation that begins with this event."""
    return Conversation(id=id, place=event.ref.place, customer=event.author, opened_at=event.at)
