"""What a command is to whoever answers it. Values only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.core.activity import Person, Place
from bot.core.effects import Body
from bot.core.typed.commands import Command
from bot.core.typed.verbs import Role
from bot.ports import Answer


@dataclass(frozen=True, slots=True)
class Request:
    """A command that was understood, from somebody who may give it."""

    command: Command
    asker: Person
    place: Place
    role: Role


Answering = Callable[[Request], Awaitable[Answer]]
"""Answers one verb. May raise StoreUnavailable, which is told to the asker."""


def saying(text: str) -> Answer:
    """An answer of words alone."""
    return Answer(Body(text))
