"""What agents do to a case with buttons, forms and commands. Who may do it is asked first, for each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bot.core.activity import Person, Ref, Side
from bot.core.agents import afterthoughts, receipts, relay, revealing
from bot.core.agents.quoting import beginning
from bot.core.cases import casework, closing, merging, passing
from bot.core.conversation import Conversation, HandOver, Reason, Resolution, Status, case_of
from bot.core.decision import Decision, nothing
from bot.core.effects import ClearButtons
from bot.core.events import AgentCommanded, AgentPressed, AgentSubmitted
from bot.core.learning import teaching
from bot.core.policy import Policy
from bot.core.typed import hold_ends
from bot.core.typed.case_numbers import case_number

VERBS: Final = (
    "claim",
    "take_over",
    "assign",
    "release",
    "transfer",
    "snooze",
    "wake",
    "resolve",
    "reopen",
    "hand_back",
    "dismiss",
    "merge",
)

INTO: Final = "into"
"""The field that names the case in which a double goes on."""
UNTIL: Final = "until"
"""The field that says how long a hold lasts, out of some choices."""
UNTIL_TIME: Final = "time"
"""The field that names the time at which it ends instead, in words."""

_STATES: Final = {
    Status.BOT: "with the bot",
    Status.QUEUED: "in the queue",
    Status.ASSIGNED: "assigned",
    Status.ON_HOLD: "on hold",
    Status.RESOLVED: "closed",
}
"""Where a case stands, to whoever wants of it what it cannot do there."""
_RESOLUTIONS: Final = {value.value: value for value in Resolution}
_YOURS: Final = "This case is yours already."
_ANSWERED: Final = {
    "send_once": "✉️ Let through to the customer",
    "take_over_send": "🙋 Taken over, and let through to the customer",
    "send_it": "✉️ Taken as words for the customer",
    "keep_internal": "🔒 Kept internal",
    "retry": "🔁 Sent again.",
    "arrived": "✅ Seen to have arrived.",
}
"""What stands where the buttons of a question stood, once it is answered; of a message that waited, with its words."""


@dataclass(frozen=True, slots=True)
class _Instruction:
    """What an agent wants done, with whichever of button, form and command: a verb, and what goes with it."""

    verb: str
    by: Person
    at: float
    argument: str = ""
    subject: Person | None = None
    filled: Mapping[str, str] = field(default_factory=dict[str, str])


def pressed(conversation: Conversation, event: AgentPressed, policy: Policy, number: int) -> Decision:
    """Do what a button in the desk says."""
    by, value = event.author, event.value
    if why := _barred(conversation, by, event.ref, value, policy):
        return casework.refuse(conversation, by, why)
    match event.action:
        case "send_once":
            done = _send_once(conversation, value, by, event.at, policy)
        case "take_over_send":
            done = _take_over_and_send(conversation, value, by, event.at, policy)
        case "send_it":
            done = _send_it(conversation, value, by, event.at, policy)
        case "keep_internal":
            done = relay.keep_internal(conversation, value, by)
        case "retry":
            done = receipts.retry(conversation, value)
        case "arrived":
            done = receipts.arrived(conversation, value, by)
        case teaching.ASK:
            return teaching.answered(conversation, event)
        case verb if verb in VERBS:
            return _do(conversation, _Instruction(verb, by, event.at, value), policy, number)
        case "reply_with":
            return casework.refuse(conversation, by, "Windows cannot be opened here: write your reply in the thread.")
        case teaching.TEACH:
            return casework.refuse(conversation, by, "The form cannot be opened here. `teach N` tells why.")
        case _:
            return casework.refuse(conversation, by, "That button means nothing any more; nothing was changed.")
    return done.then(*_answer(conversation, done.conversation, event))


def _answer(before: Conversation, after: Conversation, event: AgentPressed) -> tuple[ClearButtons, ...]:
    """What takes the buttons off a question that was answered; nothing where it still stands."""
    text = _ANSWERED[event.action]
    if event.action not in {"retry", "arrived"}:
        held = relay.held_under(before, event.value, event.author)
        if held is not None and held in after.held:
            return ()
        text = f"{text}: {beginning(held)}" if held else "That message was not waiting any more."
    return (ClearButtons(Side.AGENTS, event.ref, text),)


def submitted(conversation: Conversation, event: AgentSubmitted, policy: Policy, number: int) -> Decision:
    """Do what a form that was filled in says."""
    by, filled = event.author, dict(event.fields)
    if why := _barred(conversation, by, event.ref, event.value, policy):
        return casework.refuse(conversation, by, why)
    instruction = _Instruction(event.action, by, event.at)
    match event.action:
        case "assign" if event.subject is None:
            return _do(conversation, replace(instruction, verb="release"), policy, number)
        case "assign":
            return _do(conversation, replace(instruction, subject=event.subject), policy, number)
        case "snooze":
            until = filled.get(UNTIL_TIME, "").strip() or filled.get(UNTIL, "")
            return _do(conversation, replace(instruction, argument=until), policy, number)
        case "merge":
            return _do(conversation, replace(instruction, argument=filled.get(INTO, "")), policy, number)
        case "resolve" | "transfer":
            return _do(conversation, replace(instruction, filled=filled), policy, number)
        case "reply_with":
            return relay.reply_with(conversation, event, filled.get("text", ""), policy)
        case _:
            return casework.refuse(conversation, by, "That form means nothing any more; nothing was changed.")


def commanded(conversation: Conversation, event: AgentCommanded, policy: Policy, number: int) -> Decision:
    """Do what a command says. The command's own answer told its author that it is on its way."""
    by = event.author
    if event.verb == revealing.VERB:
        return revealing.revealed(conversation, event)
    if not relay.is_entitled(by):
        return nothing(conversation)
    if event.verb == teaching.TAUGHT:
        return teaching.taught(conversation, event)
    if event.verb == "make_internal":
        return _make_internal(conversation, event)
    if event.verb in merging.VERBS:
        return merging.told(conversation, event, event.at, policy)
    if event.case and (why := past(conversation, event.case, event.verb)):
        return casework.refuse(conversation, by, why)
    words, filled = event.argument, dict[str, str]()
    if event.verb == "transfer":
        desk, _, note = words.partition(" ")
        filled = {"desk": desk, "note": note}
    elif event.verb == "resolve":
        reason, _, note = words.partition(" ")
        known = reason.lower() in _RESOLUTIONS
        filled = {"resolution": reason.lower() if known else "", "note": note if known else words}
    return _do(conversation, _Instruction(event.verb, by, event.at, words, event.subject, filled), policy, number)


def past(conversation: Conversation, number: int, verb: str) -> str:
    """Why a command about a case would change another one, or none: its conversation has gone on. Else ""."""
    case = conversation.case
    if case is None:
        claimed = f"#{number} is closed, and the bot has this customer again; nothing was changed."
        return "" if verb == "claim" else f"{claimed} `claim {number}` takes the conversation over anew."
    if case.number == number:
        return ""
    return f"#{number} is closed, and its customer is in #{case.number} now; nothing was changed."


def pointless(conversation: Conversation, number: int, verb: str, argument: str, policy: Policy) -> str:
    """Why a command would change nothing, wherever its case stands when it is done: what it names is not there."""
    match verb:
        case "transfer":
            here = conversation.case.desk if conversation.case else ""
            return passing.unknown_desk(argument.partition(" ")[0], here, number, policy)
        case "merge":
            return merging.unnamed(argument, number)
        case _:
            return ""


def _make_internal(c: Conversation, event: AgentCommanded) -> Decision:
    """The same as putting 🔒 on a message; `argument` is the message's key."""
    waiting = (*(h.ref for h in c.held), *(w.held.ref for w in c.waiting))
    refs = (*(line.ref for line in c.transcript if line.ref is not None), *waiting)
    ref = next((ref for ref in refs if ref.key == event.argument), None)
    return nothing(c) if ref is None else afterthoughts.made_internal(c, ref, event.author)


def _barred(conversation: Conversation, by: Person, ref: Ref, value: str, policy: Policy) -> str:
    """Why somebody may not do this here, "" when they may. A card's buttons carry the number of their case."""
    if not relay.is_entitled(by):
        if by.is_unknown:
            return "It could not be found out just now whether you are a member of this desk, so nothing was changed."
        return "Only members of this desk can do that; nothing was changed."
    if not value.isdigit():
        return ""
    case = conversation.case
    if case is None or case_number(value) != case.number:
        return f"This is the card of #{value[:12]}, which is closed; nothing was changed."
    elsewhere = {d.place.root.key for d in policy.desks} - {policy.desk(case.desk).place.root.key}
    if ref.place.root.key in elsewhere:
        return f"#{value} is with the desk {case.desk} now; nothing was changed."
    return ""


def _do(c: Conversation, instruction: _Instruction, policy: Policy, number: int) -> Decision:
    by, at = instruction.by, instruction.at
    match instruction.verb:
        case "claim" | "take_over" if c.status is Status.BOT:
            return _take_over_from_bot(c, by, at, policy, number)
        case "claim" if c.status.is_open:
            return _claim(c, by, at, policy)
        case "take_over" if c.status.is_open:
            return _take_over(c, by, at, policy)
        case "claim" | "take_over" | "reopen" if c.status is Status.RESOLVED:
            again = closing.reopen(c, by, at, policy)
            if instruction.verb == "reopen":
                return again
            return again.followed_by(casework.claim(again.conversation, by, at, policy))
        case "release" if c.case is not None and c.case.assignee is not None and c.status.is_open:
            return casework.release(c, by, at, policy)
        case "assign" if c.status.is_open:
            return _assign(c, instruction, policy)
        case "transfer" if c.status.is_open:
            return _transfer(c, instruction, policy)
        case _:
            return _pause_or_end(c, instruction, policy)


def _pause_or_end(c: Conversation, instruction: _Instruction, policy: Policy) -> Decision:
    by, at = instruction.by, instruction.at
    match instruction.verb:
        case "resolve" if c.status.is_open:
            return _resolve(c, instruction, policy)
        case "snooze" if c.status.is_open:
            until = hold_ends.end_of(instruction.argument, at, by.timezone or policy.timezone)
            return casework.hold(c, by, at, until, policy)
        case "wake" if c.status is Status.ON_HOLD:
            owner = c.case.assignee if c.case else None
            is_own = owner is not None and owner.key == by.key
            return casework.wake(c, at, f"{by.label} ended the hold.", policy, pinged=is_own)
        case "hand_back" if c.status.is_open:
            before = relay.send_all_waiting_of(c, by, at, policy)
            return before.followed_by(closing.hand_back(before.conversation, by, at, policy))
        case "merge" if c.status.is_open:
            return merging.merge(c, instruction.argument, by)
        case "dismiss" if c.status.is_open:
            return closing.dismiss(c, by, at, policy)
        case verb:
            which = f"Case #{c.case.number}" if c.case else "This conversation"
            why = f"{which} is {_STATES[c.status]}, so “{verb.replace('_', ' ')}” changes nothing."
            return casework.refuse(c, by, why)


def _take_over(c: Conversation, by: Person, at: float, policy: Policy) -> Decision:
    owner = c.case.assignee if c.case else None
    if owner is not None and owner.key == by.key and c.status is Status.ASSIGNED:
        return casework.refuse(c, by, _YOURS)
    return casework.claim(c, by, at, policy)


def _claim(c: Conversation, by: Person, at: float, policy: Policy) -> Decision:
    owner = c.case.assignee if c.case else None
    if owner is not None and owner.key == by.key and c.status is Status.ASSIGNED:
        return casework.refuse(c, by, _YOURS)
    if owner is not None and owner.key != by.key:
        return casework.refuse(c, by, f"{owner.label} was faster and has this case. **Take over** if you must.")
    claimed = casework.claim(c, by, at, policy)
    sent = relay.send_all_held_by(claimed.conversation, by, at, policy, unclaimed_only=True)
    return claimed.followed_by(sent)


def _assign(c: Conversation, instruction: _Instruction, policy: Policy) -> Decision:
    to, by = instruction.subject, instruction.by
    if to is None:
        why = f"Nobody was named, so nothing was changed. Name somebody with `assign {case_of(c).number} @ana`."
        return casework.refuse(c, by, why)
    known = (duty.agent for duty in policy.live.on_duty)
    to = next((agent for agent in known if to.id.casefold() in {agent.id.casefold(), agent.name.casefold()}), to)
    if to.is_unknown:
        how = "Mention them so that your chat links the name (on Teams in the desk's channel), or press **Assign**."
        return casework.refuse(c, by, f"Nobody is known here as “{to.label[:60]}”, so nothing was changed. {how}")
    if not relay.is_entitled(to):
        why = f"{to.label} is no member of this desk and cannot answer, so nothing was changed."
        return casework.refuse(c, by, why)
    return passing.assign(c, to, by, instruction.at, policy)


def _transfer(c: Conversation, instruction: _Instruction, policy: Policy) -> Decision:
    by, case, named = instruction.by, case_of(c), instruction.filled.get("desk", "")
    to = passing.desk_named(named, policy)
    why = passing.unknown_desk(named, case.desk, case.number, policy)
    if to is None or why:
        return casework.refuse(c, by, why)
    if to.name == case.desk:
        others = passing.other_desks(case.desk, policy)
        return casework.refuse(c, by, f"The case is with {case.desk} already. The others are: {others}.")
    return passing.transfer(c, to, instruction.filled.get("note", "").strip(), by, instruction.at, policy)


def _resolve(c: Conversation, instruction: _Instruction, policy: Policy) -> Decision:
    by, at, filled = instruction.by, instruction.at, instruction.filled
    resolution = _RESOLUTIONS.get(filled.get("resolution", ""), Resolution.SOLVED)
    if resolution is Resolution.NOT_A_REQUEST:
        return closing.dismiss(c, by, at, policy)
    if resolution is Resolution.DUPLICATE and filled.get(INTO, "").strip():
        return merging.merge(c, filled[INTO], by)
    remark = filled.get("note", "").strip()
    before = relay.send_all_waiting_of(c, by, at, policy)
    done = closing.resolve(before.conversation, by, at, policy, resolution=resolution, remark=remark)
    return before.followed_by(done)


def _take_over_from_bot(c: Conversation, by: Person, at: float, policy: Policy, number: int) -> Decision:
    why = HandOver(Reason.AGENT, f"{by.label} took the conversation over.", ())
    opened = casework.hand_over(c, why, at, policy, number)
    return opened.followed_by(casework.claim(opened.conversation, by, at, policy))


def _send_once(c: Conversation, key: str, by: Person, at: float, policy: Policy) -> Decision:
    if not c.status.is_open:
        return casework.refuse(c, by, "The case is closed by now, so nothing was sent.")
    return relay.send_held(c, key, by, at, policy, chosen=True)


def _send_it(c: Conversation, key: str, by: Person, at: float, policy: Policy) -> Decision:
    if not c.status.is_open:
        return casework.refuse(c, by, "The case is closed by now, so nothing was sent.")
    return relay.send_it(c, key, by, at, policy)


def _take_over_and_send(c: Conversation, key: str, by: Person, at: float, policy: Policy) -> Decision:
    if not c.status.is_open or not any(
        held.ref.key == key and held.author.key == by.key and not held.unclear for held in c.held
    ):
        return casework.refuse(c, by, "That message is no longer waiting; nothing was sent.")
    taken = casework.claim(c, by, at, policy)
    return taken.followed_by(relay.send_all_held_by(taken.conversation, by, at, policy, chosen=key))
