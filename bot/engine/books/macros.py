"""Ready-made replies, decoded: `bot.ports.MacroBook` on a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.engine.codec import read, write
from bot.engine.damage import Rows
from bot.ports import MacroRow, Macros


@dataclass(frozen=True, slots=True)
class StoredMacros:
    """`bot.ports.MacroBook`."""

    macros: Macros
    rows: Rows[MacroRow] = field(default_factory=lambda: Rows("macro", MacroRow))

    async def newest(self) -> Mapping[str, MacroRow]:
        stored = await self.macros.rows()
        found = self.rows.read({name: one.row for name, one in stored.items()})
        return {name: replace(row, version=stored[name].version) for name, row in found.items()}

    async def versions(self, name: str) -> Sequence[MacroRow]:
        rows = await self.macros.versions(name)
        return [replace(read(row, MacroRow), version=n) for n, row in enumerate(rows, start=1)]

    async def put(self, row: MacroRow) -> bool:
        encoded = write(replace(row, version=0), MacroRow)
        return await self.macros.put(row.name, encoded, expected=row.version)
