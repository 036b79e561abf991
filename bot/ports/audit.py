"""What operators did that must be known later: which model answers since when, whose data were deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One such deed: `kind` is what it is about, `by` who did it, `text` a sentence without anybody's data.

    `at` is in seconds since 1970; `about` says on what, for looking it up.
    """

    at: float
    kind: str
    by: str
    text: str
    about: tuple[str, ...] = ()


class Audit(Protocol):
    """Encoded lines, some ten thousand of them. Every method raises StoreUnavailable."""

    async def note(self, line: str, *, at: float) -> None:
        """Write a line down; the same line twice is there once."""
        ...

    async def lines(self) -> Sequence[str]:
        """All lines, oldest first."""
        ...


class AuditBook(Protocol):
    """The deeds, written and read. Every method raises StoreUnavailable."""

    async def note(self, line: AuditLine) -> None:
        """Write a deed down; the same one twice is there once."""
        ...

    async def lines(self, kind: str) -> Sequence[AuditLine]:
        """All deeds of a kind, oldest first."""
        ...
