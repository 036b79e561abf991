"""What the core answers to an event: the conversation as it is afterwards, and what is wanted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bot.core.activity import Side
from bot.core.conversation import Conversation
from bot.core.effects import Body, Effect, Post, Priority, Record


@dataclass(frozen=True, slots=True)
class Decision:
    """A conversation and the effects that brought it there, in the order in which they must show."""

    conversation: Conversation
    effects: tuple[Effect, ...] = ()

    def then(self, *effects: Effect) -> Decision:
        """The same with more effects behind those it has."""
        return Decision(self.conversation, (*self.effects, *effects))

    def now(self, **changes: Any) -> Decision:
        """The same with fields of the conversation changed."""
        return Decision(replace(self.conversation, **changes), self.effects)

    def noting(self, kind: str, text: str, *, seconds: float | None = None, **labels: str) -> Decision:
        """The same with one more fact for the journal."""
        return self.then(Record(kind, text, tuple(labels.items()), seconds))

    def followed_by(self, later: Decision) -> Decision:
        """One decision out of two, where the later one was made from this one's conversation."""
        return Decision(later.conversation, (*self.effects, *later.effects))


def nothing(conversation: Conversation) -> Decision:
    """Nothing changes and nothing is wanted: said aloud, so that a gap in the table is never silence."""
    return Decision(conversation)


def line_to_agents(text: str) -> Post:
    """One quiet line in the case's thread about what happened to the case."""
    return Post(Side.AGENTS, Body(text, quiet=True), priority=Priority.STATUS)


def words_to_customer(text: str) -> Post:
    """One message of the app itself to the customer."""
    return Post(Side.CUSTOMER, Body(text), priority=Priority.BOT_WORDS)
