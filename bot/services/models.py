"""Answers `model`: which models there are, which one answers, and how to go back to an earlier one.

A change is told in every desk, and who made it is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from bot.core.cases.cards import dated_time
from bot.core.effects import Body
from bot.core.policy import Policy
from bot.errors import UnderstandingUnavailable
from bot.ports import Answer, AuditBook, AuditLine, ChatAdapter, Clock, Errands, ModelRow, Models
from bot.services.announcing import tell_desks
from bot.services.requests import Answering, Request, saying

_log = structlog.get_logger("models")

SWITCHED: Final = "model"
"""The kind of the audit's lines about it."""

_MOST_LISTED: Final = 20
_HOW: Final = "`model list` · `model rollback V` (a version, or its number; without one the model before this one)"


@dataclass(frozen=True, slots=True)
class ModelAnswers:
    """The models, for operators."""

    models: Models
    audit: AuditBook
    policy: Policy
    adapters: Mapping[str, ChatAdapter]
    errands: Errands
    clock: Clock

    def answers(self) -> Mapping[str, Answering]:
        """Who answers what."""
        return {"model": self.model}

    async def model(self, request: Request) -> Answer:
        """Whatever follows the word `model`."""
        match [word.lower() for word in request.command.argument.split()]:
            case [] | ["list"]:
                return await self._list(request)
            case ["rollback"]:
                return await self._rollback("", request)
            case ["rollback", version]:
                return await self._rollback(version, request)
            case _:
                return saying(f"“{request.command.argument[:40]}” says nothing about models. {_HOW}")

    async def _list(self, request: Request) -> Answer:
        rows = await self.models.rows()
        if not rows:
            return saying("There is no model yet: it is trained when the product starts.")
        zone = request.asker.timezone
        lines = [f"- {self._line(row, zone)}" for row in rows[-_MOST_LISTED:]]
        if len(rows) > _MOST_LISTED:
            lines.insert(0, f"- … and {len(rows) - _MOST_LISTED} older ones")
        changes = await self.audit.lines(SWITCHED)
        if changes:
            last = changes[-1]
            lines.append(f"\nLast change: {dated_time(last.at, zone)}, {last.by}: {last.text}")
        return saying("\n".join(["**Models**", *lines, "", _HOW]))

    def _line(self, row: ModelRow, zone: str) -> str:
        facts = [f"made {dated_time(row.made_at, zone)}"]
        if row.examples:
            facts.append(f"{row.examples:,} examples, {row.intents} intents, {row.entities} kinds of entities")
        facts += [f"{name.replace('_', ' ')} {value:.3g}" for name, value in sorted(row.metrics.items())]
        states = [
            text
            for text, so in (
                ("answers now", row.version == self.models.answering),
                ("current", row.is_current and row.version != self.models.answering),
            )
            if so
        ]
        return f"**{row.version}**{''.join(f' ({state})' for state in states)}: {' · '.join(facts)}"

    async def _rollback(self, wanted: str, request: Request) -> Answer:
        rows = await self.models.rows()
        before = next((row.version for row in rows if row.is_current), self.models.answering)
        version = _meant(wanted, before, rows)
        if version is None:
            there = ", ".join(f"`{row.version}`" for row in rows[-_MOST_LISTED:]) or "none"
            which = f"There is no model {wanted[:40]!r}." if wanted else "There is no model before this one."
            return saying(f"{which} Nothing was changed. There are: {there}.")
        if version == before == (self.models.answering or version):
            return saying(f"{version} answers already; nothing was changed.")
        try:
            await self.models.switch(version)
        except UnderstandingUnavailable as error:
            return saying(f"{version} cannot be used, so {before} goes on: {error}")
        who = request.asker.label
        at = self.clock.now()
        await self.audit.note(AuditLine(at, SWITCHED, who, f"{before} → {version}", (version,)))
        _log.info("model_switched", before=before, now=version)
        told = f"🧠 {who} changed the model that understands customers: **{version}** answers now, instead of {before}."
        body = Body(told, quiet=True)
        missed = await tell_desks(self.policy, self.adapters, self.errands, body, key=f"model|{version}|{at:.6f}")
        done = f"**{version}** answers from now on, instead of {before}; other processes follow within seconds."
        return saying(f"{done} The desks were told." if not missed else f"{done} Not told yet: {', '.join(missed)}.")


def _meant(wanted: str, before: str, rows: Sequence[ModelRow]) -> str | None:
    """The version that was named: whole, by its beginning when that is one alone, or by its number."""
    versions = [row.version for row in rows]
    if not wanted:
        older = versions[: versions.index(before)] if before in versions else []
        return older[-1] if older else None
    digits = wanted.removeprefix("v")
    if digits.isdecimal():
        same = [v for v in versions if v.removeprefix("v").partition("-")[0].lstrip("0") == digits.lstrip("0")]
    else:
        same = [v for v in versions if v == wanted] or [v for v in versions if v.startswith(wanted)]
    return same[0] if len(same) == 1 else None
