"""What became of what was sent: receipts on the agents' messages, and the open truth where something did not arrive."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from bot.core.activity import Person, Ref, Side
from bot.core.agents import edits, marks, places
from bot.core.agents.file_trouble import file_failed
from bot.core.cases import casework
from bot.core.cases.cards import redraw
from bot.core.conversation import Conversation
from bot.core.decision import Decision, line_to_agents, nothing
from bot.core.effects import Abandon, Body, Button, ButtonStyle, Post, Priority, Resend, SetTimer
from bot.core.events import Delivered, DeliveryFailed
from bot.core.policy import Policy
from bot.core.wording.shortening import on_one_line, shortened

RETRY: Final = "retry:"
"""Prefix of the names of timers that send a stuck outbox entry again."""

_TOLD_FOR: Final = 60.0
"""Whoever was told so lately (seconds) that their words are on their way knows it of what they write meanwhile."""
_QUOTED: Final = 120
"""Characters of a message that a notice about it shows."""
_RETOLD: Final = 2000
"""Characters of a changed message that is shown anew."""
_SHOWN: Final = 60
"""Characters of the last answer on a card: enough to know it again."""


def delivered(conversation: Conversation, event: Delivered, policy: Policy) -> Decision:
    """Show the author that the customer has it; learn where a case is spoken of."""
    conversation = places.opened(conversation, event)
    if event.side is not Side.CUSTOMER or event.source is None or event.source.key not in conversation.relayed:
        return nothing(conversation)
    if event.words is not None:
        conversation = edits.made(conversation, event.source, event.words)
    if event.edit:
        return nothing(conversation)
    key = event.source.key
    decision = nothing(conversation)
    if key in conversation.troubled:
        decision = decision.now(troubled=tuple(k for k in conversation.troubled if k != key))
        decision = decision.then(marks.mark(event.source, marks.TROUBLE, added=False))
    decision = decision.then(marks.mark(event.source, marks.ARRIVED))
    case = conversation.case
    if case is None or policy.desk(case.desk).place.platform not in policy.markless:
        return decision
    words = _words(conversation, event.source, _SHOWN) or "a file"
    told = decision.now(case=replace(case, arrived=f"“{words}”", arrived_at=event.at))
    return told.then(redraw(told.conversation, policy))


def delivery_failed(conversation: Conversation, event: DeliveryFailed, policy: Policy) -> Decision:
    """Say openly what did not arrive, and offer what can be done about it."""
    if event.edit and event.source is not None:
        return _edit_failed(conversation, event, event.source)
    if event.deletion:
        return _not_deleted(conversation, event)
    if event.withheld and event.source is not None:
        return _was_withheld(conversation, event.source)
    if event.file and not event.unknown and conversation.case is not None:
        return file_failed(conversation, event, policy)
    noted = nothing(conversation).noting(
        "undelivered", f"A message to the {event.side} side: {event.why}", side=event.side
    )
    if event.side is Side.AGENTS and not (event.unknown and event.source):
        # the desk cannot be told in the desk: try again later, and tell the customer once of words or a card of theirs
        noted = noted.then(SetTimer(RETRY + event.entry, event.at + policy.retry_seconds))
        if event.entry in conversation.troubled:
            return noted
        told = dict(conversation.told_late)
        noted = noted.now(troubled=marks.with_key(conversation.troubled, event.entry))
        is_missed = event.source is not None or conversation.case is None or not conversation.case.thread
        if not is_missed or event.at - told.get(event.side.value, -math.inf) < _TOLD_FOR:
            return noted
        noted = noted.now(told_late=tuple({**told, event.side.value: event.at}.items()))
        return noted.then(casework.tell(conversation, policy, "not_reached"))
    if conversation.case is None:
        return noted
    if event.side is Side.CUSTOMER and event.source is not None and _is_taken_back(conversation, event.source):
        return _taken_back_meanwhile(noted, event)
    whom = "the customer got this" if event.side is Side.CUSTOMER else "a message of the customer's is shown here"
    if event.unknown:
        text = f"{marks.TROUBLE} Nobody can tell whether {whom}: {event.why}"
        buttons: tuple[Button, ...] = (
            Button("Resend", "retry", event.entry),
            Button("It arrived", "arrived", event.entry),
        )
    else:
        text = f"{marks.TROUBLE} The customer did not get this: {event.why}"
        buttons = (Button("Retry", "retry", event.entry, ButtonStyle.PRIMARY),)
    text += _quoted(conversation, event.source)
    noted = noted.then(Post(Side.AGENTS, Body(text, buttons=buttons), priority=Priority.STATUS))
    if event.source is None or event.side is Side.AGENTS:
        return noted
    marked = noted.now(troubled=marks.with_key(conversation.troubled, event.source.key))
    return marked.then(marks.mark(event.source, marks.TROUBLE))


def _is_taken_back(conversation: Conversation, source: Ref) -> bool:
    return source.key in conversation.notes and source.key not in conversation.relayed


def _taken_back_meanwhile(noted: Decision, event: DeliveryFailed) -> Decision:
    """Nothing is to be sent again, but what may have arrived cannot be deleted where nobody knows it."""
    gone = noted.then(Abandon(event.entry, arrived=False))
    if not event.unknown:
        return gone
    text = (
        f"{marks.TROUBLE} A message was taken back, and nobody can tell whether the customer got it: {event.why}. "
        "If they did, it still stands there."
    )
    return gone.then(line_to_agents(text))


def _quoted(conversation: Conversation, source: Ref | None) -> str:
    """The words that a notice is about, as a quotation: people cannot decide about what they are not shown."""
    words = _words(conversation, source, _QUOTED)
    return f"\n\n> {words}" if words else ""


def _words(conversation: Conversation, source: Ref | None, most: int) -> str:
    """How a message begins, on one line; "" when it has no words or is not known any more."""
    line = next((line for line in reversed(conversation.transcript) if source and line.ref == source), None)
    return on_one_line(line.text, most) if line else ""


def retry(conversation: Conversation, entry: str) -> Decision:
    """Send a stuck outbox entry again."""
    return nothing(conversation).then(Resend(entry)).noting("resent", "A message is sent again.")


def arrived(conversation: Conversation, entry: str, by: Person) -> Decision:
    """Believe a person who saw that it arrived."""
    return nothing(conversation).then(Abandon(entry, arrived=True)).noting("confirmed", f"{by.label} saw it arrive.")


def _edit_failed(conversation: Conversation, event: DeliveryFailed, source: Ref) -> Decision:
    """A change did not cross: the word went to somebody else first, or the platform refused it."""
    if event.side is Side.AGENTS:
        return _copy_not_changed(conversation, event)
    line = conversation.line_of(source)
    who = f"{line.name}'s" if line else "An"
    why = "by then the case was not theirs any more" if event.withheld else event.why
    text = (
        f"{marks.TROUBLE} {who} edit did not reach the customer: {why}. "
        "The customer still has the words from before; deleting the message takes them back."
    )
    after = edits.undone(conversation, source, event.words)
    told = nothing(after).then(line_to_agents(text), marks.mark(source, marks.TROUBLE))
    return told.noting("edit_withheld", f"{who} edit did not reach the customer.")


def _not_deleted(conversation: Conversation, event: DeliveryFailed) -> Decision:
    """What somebody took back stays with the other side, so that nobody relies on its being gone."""
    noted = nothing(conversation).noting(
        "not_deleted", f"What was taken back stays with the {event.side} side: {event.why}", side=event.side
    )
    if conversation.case is None:
        return noted
    if event.side is Side.AGENTS:
        text = f"{marks.TROUBLE} The customer took something back that could not be deleted here: {event.why}"
    else:
        text = f"{marks.TROUBLE} What was just deleted here the customer still has: {event.why}"
    return noted.then(line_to_agents(text))


def _copy_not_changed(conversation: Conversation, event: DeliveryFailed) -> Decision:
    """The desk goes on to have a customer's old words, so it is shown the new ones."""
    if conversation.case is None:
        return nothing(conversation)
    said = "\n".join(f"> {line}" for line in shortened(event.words, _RETOLD).splitlines())
    text = (
        f"✏️ The customer changed a message, and its copy here could not be changed: {event.why}. It says now:\n{said}"
    )
    return nothing(conversation).then(line_to_agents(text)).noting("edit_not_shown", "A customer's edit was told anew.")


def _was_withheld(conversation: Conversation, source: Ref) -> Decision:
    """What was queued for the customer was not sent: the word went to somebody else first."""
    line = conversation.line_of(source)
    who = f"{line.name}'s message" if line else "A message"
    after = replace(
        conversation,
        relayed=tuple(k for k in conversation.relayed if k != source.key),
        transcript=tuple(x for x in conversation.transcript if x is not line),
    )
    stays = marks.stays(after, source, f"{who} was not sent: the case was not theirs any more.")
    text = f"{marks.TROUBLE} {who} was not sent: by then the case was not theirs any more."
    return stays.then(line_to_agents(text), marks.mark(source, marks.TROUBLE))
