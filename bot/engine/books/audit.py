"""What operators did that must be known later: `bot.ports.AuditBook` on a store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.engine.codec import read, write
from bot.ports import Audit, AuditLine


@dataclass(frozen=True, slots=True)
class StoredAudit:
    """`bot.ports.AuditBook`."""

    audit: Audit

    async def note(self, line: AuditLine) -> None:
        await self.audit.note(write(line, AuditLine), at=line.at)

    async def lines(self, kind: str) -> Sequence[AuditLine]:
        found = (read(line, AuditLine) for line in await self.audit.lines())
        return [line for line in found if line.kind == kind]
