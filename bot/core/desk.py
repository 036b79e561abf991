"""What agents do to a case with buttons and commands. Who may do it is asked first, for each of them."""

from __future__ import annotations

import re
from typing import Final

from bot.core import casework, relay, revealing
from bot.core.activity import Person
from bot.core.conversation import Conversation, HandOver, Reason, Status
from bot.core.decision import Decision, nothing
from bot.core.events import AgentCommanded, AgentPressed, AgentReacted, AgentSubmitted
from bot.core.policy import Policy

VERBS: Final = ("claim", "resolve", "reopen", "snooze", "wake", "release", "hand_back", "take_over")

_OPEN: Final = frozenset({Status.QUEUED, Status.ASSIGNED, Status.ON_HOLD})
_UNITS: Final = {"m": 60.0, "h": 3600.0, "d": 86400.0}
_SPAN: Final = re.compile(r"^\s*(\d{1,4})\s*([mhd])")
_DEFAULT_SNOOZE: Final = 3600.0


def pressed(conversation: Conversation, event: AgentPressed, policy: Policy, number: int) -> Decision:
    """Do what a button in the desk says."""
    by, value = event.author, event.value
    if not relay.is_entitled(by):
        why = "Only members of this desk can do that; nothing was changed."
        if by.is_unknown:
            why = "It could not be found out just now whether you are a member of this desk, so nothing was changed."
        return casework.refuse(conversation, by, why)
    match event.action:
        case "send_once":
            return _send_once(conversation, value, by, event.at, policy)
        case "take_over_send":
            return _take_over_and_send(conversation, value, by, event.at, policy)
        case "keep_internal":
            return relay.keep_internal(conversation, value, by)
        case "retry":
            return relay.retry(conversation, value)
        case "arrived":
            return relay.arrived(conversation, value, by)
        case verb if verb in VERBS:
            return _do(conversation, verb, value, by, event.at, policy, number)
        case _:
            return casework.refuse(conversation, by, "That button means nothing any more; nothing was changed.")


def submitted(conversation: Conversation, event: AgentSubmitted, policy: Policy, number: int) -> Decision:
    """Do what a form that was filled in says."""
    by, filled = event.author, dict(event.fields)
    if not relay.is_entitled(by):
        return casework.refuse(conversation, by, "Only members of this desk can do that; nothing was changed.")
    match event.action:
        case "snooze":
            return _do(conversation, "snooze", filled.get("until", ""), by, event.at, policy, number)
        case _:
            return casework.refuse(conversation, by, "That form means nothing any more; nothing was changed.")


def commanded(conversation: Conversation, event: AgentCommanded, policy: Policy, number: int) -> Decision:
    """Do what a command says. The command's own answer told its author that it is on its way."""
    if event.verb == revealing.VERB:
        return revealing.revealed(conversation, event)
    if not relay.is_entitled(event.author):
        return nothing(conversation)
    if event.verb == "make_internal":
        return _make_internal(conversation, event, policy)
    return _do(conversation, event.verb, event.argument, event.author, event.at, policy, number)


def _make_internal(c: Conversation, event: AgentCommanded, policy: Policy) -> Decision:
    """The same as putting 🔒 on a message; `argument` is the message's key."""
    refs = (line.ref for line in c.transcript if line.ref is not None)
    ref = next((ref for ref in refs if ref.key == event.argument), None)
    if ref is None:
        return nothing(c)
    return relay.agent_reacted(c, AgentReacted(event.at, ref, event.author, relay.LOCK, added=True), policy)


def span(text: str) -> float | None:
    """A duration as agents type it (`30m`, `2h`, `1d`) in seconds, None when it is not one."""
    found = _SPAN.match(text.lower())
    return float(found[1]) * _UNITS[found[2]] if found else None


def _do(c: Conversation, verb: str, argument: str, by: Person, at: float, policy: Policy, number: int) -> Decision:
    match verb:
        case "claim" | "take_over" if c.status is Status.BOT:
            return _take_over_from_bot(c, by, at, policy, number)
        case "claim" if c.status in _OPEN:
            return _claim(c, by, at, policy)
        case "take_over" if c.status in _OPEN:
            return casework.claim(c, by, at, policy)
        case "claim" | "take_over" | "reopen" if c.status is Status.RESOLVED:
            again = casework.reopen(c, by.label, at, policy)
            if verb == "reopen":
                return again
            return again.followed_by(casework.claim(again.conversation, by, at, policy))
        case "resolve" if c.status in _OPEN:
            return casework.resolve(c, by, at, policy)
        case "snooze" if c.status in _OPEN:
            return casework.hold(c, by, at, at + (span(argument) or _DEFAULT_SNOOZE), policy)
        case "wake" if c.status is Status.ON_HOLD:
            return casework.wake(c, at, f"{by.label} ended the hold.", policy)
        case "release" if c.status in {Status.ASSIGNED, Status.ON_HOLD}:
            return casework.release(c, by, at, policy)
        case "hand_back" if c.status in _OPEN:
            return casework.hand_back(c, by, at, policy)
        case _:
            number_text = f"Case #{c.case.number}" if c.case else "This conversation"
            state, wish = c.status.value.replace("_", " "), verb.replace("_", " ")
            why = f"{number_text} is {state} by now, so “{wish}” changes nothing."
            return casework.refuse(c, by, why)


def _claim(c: Conversation, by: Person, at: float, policy: Policy) -> Decision:
    owner = c.case.assignee if c.case else None
    if owner is not None and owner.key == by.key and c.status is Status.ASSIGNED:
        return casework.refuse(c, by, "This case is yours already.")
    if owner is not None and owner.key != by.key:
        return casework.refuse(c, by, f"{owner.label} was faster and has this case. **Take over** if you must.")
    claimed = casework.claim(c, by, at, policy)
    return claimed.followed_by(relay.send_all_held_by(claimed.conversation, by, at, policy))


def _take_over_from_bot(c: Conversation, by: Person, at: float, policy: Policy, number: int) -> Decision:
    why = HandOver(Reason.AGENT, f"{by.label} took the conversation over.", ())
    opened = casework.hand_over(c, why, at, policy, number)
    return opened.followed_by(casework.claim(opened.conversation, by, at, policy))


def _send_once(c: Conversation, key: str, by: Person, at: float, policy: Policy) -> Decision:
    if c.status not in _OPEN:
        return casework.refuse(c, by, "The case is closed by now, so nothing was sent.")
    return relay.send_held(c, key, by, at, policy)


def _take_over_and_send(c: Conversation, key: str, by: Person, at: float, policy: Policy) -> Decision:
    if c.status not in _OPEN or not any(held.ref.key == key for held in c.held):
        return casework.refuse(c, by, "That message is no longer waiting; nothing was sent.")
    taken = casework.claim(c, by, at, policy)
    return taken.followed_by(relay.send_all_held_by(taken.conversation, by, at, policy))
