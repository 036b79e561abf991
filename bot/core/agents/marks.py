"""The marks on agents' messages, and which of their messages went to the customer and which stayed."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.core.activity import Ref, Side
from bot.core.conversation import Conversation
from bot.core.decision import Decision, nothing
from bot.core.effects import Mark

ARRIVED: Final = "✅"
TROUBLE: Final = "⚠️"
LATER: Final = "⏳"
"""On an agent's message that leaves in a moment."""

FORM: Final = "form:"
"""Begins the id of words that were written in a form: no message of theirs is there, only copies."""

_KEYS_KEPT: Final = 300


def mark(ref: Ref, emoji: str, *, added: bool = True) -> Mark:
    """A receipt on an agent's message; words from a form have copies only."""
    return Mark(Side.AGENTS, ref, emoji, added=added, on_original=not ref.id.startswith(FORM))


def stays(conversation: Conversation, ref: Ref, why: str) -> Decision:
    """A message that does not cross."""
    return nothing(replace(conversation, notes=with_key(conversation.notes, ref.key))).noting("noted", why)


def with_key(keys: tuple[str, ...], key: str) -> tuple[str, ...]:
    """The keys with one more, the newest last, within bounds."""
    return keys if key in keys else (*keys, key)[-_KEYS_KEPT:]
