"""What is forgotten, whole conversations at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol


class Forgetting(Protocol):
    """Every method raises StoreUnavailable, and may be called again after that."""

    async def forget(self, conversation: str, *, moved: float | None = None) -> bool:
        """Forget everything of a conversation: state, journal, copies, timers, mail, what waits to be sent, its names.

        With `moved` (the store's time, as `idle` gave it) only when nothing has happened in it since and nothing
        waits in its mailbox; without, whatever is going on in it: who works on it is fenced. False: it has moved
        since. What was seen in it stays known until it ends by itself, so that an old message is not taken for new.
        """
        ...

    def idle(self, before: float) -> AsyncIterator[tuple[str, float]]:
        """Conversations in which nothing was committed since `before` (seconds since 1970), and when it last was."""
        ...

    async def finish(self) -> None:
        """Complete what a crash has left half forgotten."""
        ...
