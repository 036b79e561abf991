"""Whether what is said in a desk's thread belongs to the case that is open now, or to one that was left behind."""

from __future__ import annotations

from dataclasses import replace

from bot.core.activity import Ref
from bot.core.conversation import Conversation
from bot.core.events import Delivered


def is_left(conversation: Conversation, ref: Ref) -> bool:
    """Whether a message is in the thread of an earlier case, or of the desk that the case has left."""
    thread, case = ref.place.key, conversation.case
    if thread in conversation.left:
        return True
    return case is not None and bool(case.thread) and case.thread != thread


def opened(conversation: Conversation, event: Delivered) -> Conversation:
    """The conversation once a root card is there: its thread is the case's, or one that was left meanwhile."""
    case = conversation.case
    if not event.root or not event.thread:
        return conversation
    if case is not None and case.key == event.root and not event.stray:
        return replace(conversation, case=replace(case, thread=event.thread))
    if event.thread in conversation.left:
        return conversation
    return replace(conversation, left=(*conversation.left, event.thread)[-50:])
