"""What is to be done once, by whichever process comes first."""

from __future__ import annotations

from typing import Protocol


class Errands(Protocol):
    """Errands by name. Every method raises StoreUnavailable."""

    async def begin(self, name: str, seconds: float) -> bool:
        """Whether the errand is ours for so long: False when it is done, or somebody else is at it."""
        ...

    async def finish(self, name: str) -> None:
        """Say that it is done. It stays so for a month."""
        ...
