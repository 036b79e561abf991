"""A file that could not be brought to the other side: both sides are told, with what they can do. Pure.

The words that came with it are messages of their own, and have arrived or not without it.
"""

from __future__ import annotations

from dataclasses import replace

from bot.core.activity import Side
from bot.core.cases import casework
from bot.core.conversation import Conversation
from bot.core.decision import Decision, nothing
from bot.core.effects import Body, Button, ButtonStyle, Mark, Post, Priority
from bot.core.events import DeliveryFailed
from bot.core.policy import Policy

_TROUBLE = "⚠️"
_KEPT = 300


def file_failed(conversation: Conversation, event: DeliveryFailed, policy: Policy) -> Decision:
    """Say in the case's thread what did not cross and why, and to the customer what they can do."""
    limit = megabytes(event.limit)
    label = f"“{event.file}”"
    decision = nothing(conversation).noting(
        "file_not_passed", f"A file to the {event.side} side did not arrive: {event.why}", side=event.side
    )
    if event.side is Side.AGENTS:
        told = casework.tell(
            conversation, policy, "file_too_large" if limit else "file_not_passed", file=event.file, limit=limit
        )
        words = f"{_TROUBLE} The customer sent the file {label}, which could not be brought here: {event.why}."
        words += " They have been asked for a smaller one or a link." if limit else " They have been told."
    else:
        told = casework.tell(conversation, policy, "file_not_received", file=event.file)
        words = f"{_TROUBLE} The customer did not get the file {label}: {event.why}."
        words += f" Send one below {limit} MB, or a link." if limit else " Try again, or send a link."
    # Trying again would end as before where the file is too large.
    buttons = () if limit else (Button("Retry", "retry", event.entry, ButtonStyle.PRIMARY),)
    decision = decision.then(Post(Side.AGENTS, Body(words, buttons=buttons), priority=Priority.STATUS), told)
    if event.side is Side.AGENTS or event.source is None:
        return decision
    key = event.source.key
    troubled = tuple(k for k in conversation.troubled if k != key)
    marked = replace(decision.conversation, troubled=(*troubled, key)[-_KEPT:])
    return Decision(marked, (*decision.effects, Mark(Side.AGENTS, event.source, _TROUBLE, on_original=True)))


def megabytes(limit: int) -> int:
    """Bytes as whole megabytes, at least one; 0 for none."""
    return max(1, limit // 1_000_000) if limit > 0 else 0
