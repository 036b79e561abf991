"""The hold: with `hold_seconds` an agent's words wait a little, in which they can still be taken back or changed.

What waits is part of the conversation, so it survives a restart. Whether it may leave is asked again when it does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.core.conversation import Conversation, Held, Waiting, case_of
from bot.core.decision import Decision
from bot.core.effects import CancelTimer, SetTimer

LEAVE: Final = "leave"
"""The timer at which the first of what waits may leave."""


def put(conversation: Conversation, held: Held, due: float) -> Decision:
    """Let a message wait until `due`."""
    one = Waiting(held, due, conversation.word, case_of(conversation).number)
    return _timed(replace(conversation, waiting=(*conversation.waiting, one)))


def may_leave(conversation: Conversation, waiting: Waiting) -> bool:
    """Whether the word is still whose it was when this was said, in the same case."""
    case = conversation.case
    return (
        conversation.status.is_open
        and case is not None
        and case.number == waiting.case
        and conversation.word == waiting.word
    )


def find(conversation: Conversation, key: str) -> Waiting | None:
    """What waits under the key of its message."""
    return next((w for w in conversation.waiting if w.held.ref.key == key), None)


def without(conversation: Conversation, gone: Waiting) -> Decision:
    """The conversation without something that waited."""
    return _timed(replace(conversation, waiting=tuple(w for w in conversation.waiting if w is not gone)))


def rewritten(conversation: Conversation, one: Waiting, held: Held) -> Conversation:
    """The conversation with the message that waits changed."""
    changed = tuple(replace(w, held=held) if w is one else w for w in conversation.waiting)
    return replace(conversation, waiting=changed)


def _timed(conversation: Conversation) -> Decision:
    if not conversation.waiting:
        return Decision(conversation).then(CancelTimer(LEAVE))
    return Decision(conversation).then(SetTimer(LEAVE, min(w.due for w in conversation.waiting)))
