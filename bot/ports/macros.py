"""Ready-made replies: as the store keeps them (encoded rows), and as services read and write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.ports.versioned import VersionedRow


@dataclass(frozen=True, slots=True)
class MacroRow:
    """One version of a macro. `text` is "" when it was removed; `at` is in seconds since 1970.

    `version` counts from 1; the store keeps it beside the row.
    """

    name: str
    text: str
    by: str
    at: float
    version: int = 0


class Macros(Protocol):
    """Encoded rows by macro's name. Every method raises StoreUnavailable."""

    async def put(self, name: str, row: str, *, expected: int) -> bool:
        """Make a row the newest version of a macro that has `expected` versions; False when it has others by now.

        The row that is the newest already is not put twice, and gives True.
        """
        ...

    async def rows(self) -> Mapping[str, VersionedRow]:
        """The newest row of each macro. Removed ones are among them."""
        ...

    async def versions(self, name: str) -> Sequence[str]:
        """All rows that a macro ever had, oldest first."""
        ...


class MacroBook(Protocol):
    """The macros, read and written. Every method raises StoreUnavailable."""

    async def newest(self) -> Mapping[str, MacroRow]:
        """The newest version of each macro by name, removed ones among them."""
        ...

    async def versions(self, name: str) -> Sequence[MacroRow]:
        """All versions of a macro, oldest first."""
        ...

    async def put(self, row: MacroRow) -> bool:
        """Write the version behind `row.version`; False when somebody else did meanwhile."""
        ...
