"""A customer who is forgotten: what was said is taken out, the copies at the desk are deleted, their cards say so.

What is left until the store forgets the conversation as a whole has nobody's words in it. Whoever writes again begins
anew; what people wrote at the desk themselves stays until they delete it, for no app may do that for them.
"""

from __future__ import annotations

from typing import Final

from bot.core.activity import Person, Side
from bot.core.conversation import Conversation
from bot.core.decision import Decision, nothing
from bot.core.effects import Body, ClearButtons, Erase, Scrub, Whisper
from bot.core.events import (
    AgentPressed,
    AgentSaid,
    AgentSubmitted,
    CustomerForgotten,
    CustomerPressed,
    CustomerSaid,
    Event,
)
from bot.core.policy import Policy

STAYS: Final = (
    "What people wrote in this thread themselves stays until they delete it, and so does what the customer has in "
    "their own thread."
)
_GONE: Final = (
    "What was kept of this customer was deleted, and this thread is connected to nobody any more. "
    "Your message stayed inside, and nothing was changed."
)


def forgotten(conversation: Conversation, event: CustomerForgotten, _policy: Policy) -> Decision:
    """Take everything out, and back from the desk. A later round does it again, unless somebody began anew.

    Another wish is already being done here: begun again, it would find nothing left to take back from the desk.
    """
    if conversation.forgotten != event.wish and (conversation.forgotten or event.round > 1):
        return nothing(conversation)
    customer = conversation.customer
    left = Conversation(
        id=conversation.id,
        place=conversation.place,
        customer=Person(customer.platform, customer.tenant, customer.id),
        opened_at=conversation.opened_at,
        forgotten=event.wish,
    )
    decision = Decision(left).then(
        Scrub(event.wish),
        *(Erase(Side.AGENTS, ref) for ref in event.messages),
        *(Erase(Side.AGENTS, ref, file=True) for ref in event.files),
        *(ClearButtons(Side.AGENTS, ref, _tombstone(number, event.author)) for number, ref in event.cards),
    )
    if event.round > 1:
        return decision
    return decision.noting("forgotten", f"What was kept of this customer was deleted, as {event.author.label} asked.")


def is_anew(conversation: Conversation, event: Event) -> bool:
    """Whether a forgotten customer begins anew with this event."""
    return bool(conversation.forgotten) and isinstance(event, CustomerSaid | CustomerPressed)


def afterwards(conversation: Conversation, event: Event) -> Decision:
    """What comes after: whoever still writes or presses something at the desk is told, the rest means nothing."""
    if isinstance(event, AgentSaid | AgentPressed | AgentSubmitted):
        return nothing(conversation).then(Whisper(Side.AGENTS, event.author, Body(_GONE), event.ref))
    return nothing(conversation)


def _tombstone(number: int, by: Person) -> str:
    """What stands where the root card stood."""
    return f"**#{number}** — forgotten\n\nWhat was kept of this customer was deleted, as {by.label} asked. {STAYS}"
