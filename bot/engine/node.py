"""One process among those that share a store: under which name it owns things, and what its workers and senders share.

Decides nothing and starts nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.engine.tally import Tally
from bot.ports import Clock, Store


@dataclass(frozen=True, slots=True)
class Node:
    """`fresh` gives a new identifier at each call, unlike any other anywhere; `name` is one of them."""

    name: str
    store: Store
    clock: Clock
    fresh: Callable[[], str]
    tally: Tally


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one node does, and for how long it waits and keeps.

    `hands` work at once, per role; `max_file` is in bytes. People are told of words that have waited for
    `overdue_seconds`. Conversations without an open case are forgotten `keep_seconds` after their last event; None:
    never.
    """

    hands: int = 64
    max_file: int = 100_000_000
    overdue_seconds: float = 45.0
    keep_seconds: float | None = None
