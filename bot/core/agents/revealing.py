"""What was masked in a case, for somebody who may see it; that they saw it goes into the journal.

Never shows anything itself: whoever asks is answered alone, by the service that asked for the role.
"""

from __future__ import annotations

from typing import Final

from bot.core.cases.cards import dated_time
from bot.core.conversation import Conversation
from bot.core.decision import Decision, nothing
from bot.core.events import AgentCommanded
from bot.core.personal_data.masking import holds
from bot.core.policy import Policy

VERB: Final = "reveal"
_MOST_LINES: Final = 30


def revealed(conversation: Conversation, event: AgentCommanded) -> Decision:
    """Write down who was shown the personal data of a case, and when (the record's own time)."""
    whom = f"{event.author.label} ({event.author.id} on {event.author.platform})"
    return nothing(conversation).noting(
        "revealed", f"The personal data of #{event.argument} was shown to {whom}.", agent=event.author.label
    )


def originals(conversation: Conversation, policy: Policy, zone: str) -> str:
    """Everything of the conversation that the desk sees masked, in the words of whoever wrote it.

    Times are by the clock of `zone`, an IANA name: that of whoever reads it.
    """
    kinds = policy.masked
    label = conversation.customer.label
    found = [f"Customer: {label}"] if holds(label, kinds) else []
    found += [f"{name.replace('_', ' ')}: {value}" for name, value in _need(conversation) if holds(value, kinds)]
    found += [
        f"{dated_time(line.at, zone)} · {line.name}: {' '.join(line.text.split())}"
        for line in conversation.transcript
        if holds(line.text, kinds)
    ][-_MOST_LINES:]
    return "\n".join(found)


def _need(conversation: Conversation) -> tuple[tuple[str, str], ...]:
    return conversation.case.need.entities if conversation.case else conversation.need.entities
