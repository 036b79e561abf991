"""What is said while a platform does not take our messages: once for each side and delay, and the truth.

Sends nothing again: the outbox tries on by itself.
"""

from __future__ import annotations

import math
from dataclasses import replace

from bot.core.activity import Side
from bot.core.agents import receipts
from bot.core.cases import casework
from bot.core.conversation import Conversation
from bot.core.decision import Decision, line_to_agents, nothing
from bot.core.events import Delivered, DeliveryDelayed
from bot.core.policy import Policy


def delayed(conversation: Conversation, event: DeliveryDelayed, policy: Policy) -> Decision:
    """Tell the other side that what was written is kept and goes out by itself."""
    side, told = event.side.value, dict(conversation.told_late)
    # Words that stood behind the late ones go out late as well: what was said of those was said of them.
    if side in conversation.delayed or event.since <= told.get(side, -math.inf):
        return nothing(conversation)
    told_late = tuple({**told, side: event.at}.items())
    noted = Decision(replace(conversation, delayed=(*conversation.delayed, side), told_late=told_late)).noting(
        "delayed", f"Messages to the {event.side} side have waited for a while.", side=event.side
    )
    if event.side is Side.AGENTS:
        # Of a thread that people do not own the customer expects nothing.
        owned = conversation.status.is_open
        return noted.then(casework.tell(conversation, policy, "not_reached")) if owned else noted
    if conversation.case is None:
        return noted
    platform = conversation.place.platform.capitalize()
    return noted.then(
        line_to_agents(
            f"⏳ {platform} has not taken messages to the customer for a while. Nothing is lost: they go out by "
            "themselves, and ✅ shows which have arrived."
        )
    )


def delivered(conversation: Conversation, event: Delivered, policy: Policy) -> Decision:
    """A message is there, so that side takes messages again; the rest is the receipt's."""
    over = tuple(side for side in conversation.delayed if side != event.side.value)
    return receipts.delivered(replace(conversation, delayed=over), event, policy)
