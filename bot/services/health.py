"""Answers `health`: whether the store answers and how fast, what is served, and who waits for how long."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from bot.core.cases.cards import duration
from bot.core.policy import Desk
from bot.errors import DeliveryError, Refused, ShutOut
from bot.ports import Answer, ChatAdapter, Clock, Prober, Records, SongBook
from bot.services.canary import silent_among
from bot.services.requests import Answering, Request, saying

_log = structlog.get_logger("app")

_PROBE_SECONDS: Final = 1.0
_WARNING: Final = "- ⚠️ "


@dataclass(frozen=True, slots=True)
class Health:
    """How things are, as far as this process can tell. A store that is away is told by `Operations`."""

    records: Records
    songs: SongBook
    adapters: Mapping[str, ChatAdapter]
    desks: Sequence[Desk]
    clock: Clock
    damaged: Callable[[], Awaitable[Sequence[str]]]
    """What stands in the store and cannot be read."""

    def answers(self) -> Mapping[str, Answering]:
        """Who answers what."""
        return {"health": self.health}

    async def health(self, _request: Request) -> Answer:
        """One line a part."""
        began = self.clock.now()
        cases = await self.records.open_cases()
        now = self.clock.now()
        waiting = [row for row in cases if row.status == "queued"]
        lines = [
            "**Health**",
            f"- store: answers, {max(now - began, 0.0) * 1000:.0f} ms",
            f"- platforms: {', '.join(sorted(self.adapters)) or 'none'}",
            f"- cases: **{len(cases)}** open, **{len(waiting)}** wait{'s' if len(waiting) == 1 else ''} to be claimed",
        ]
        if waiting:
            oldest = min(waiting, key=lambda row: row.opened_at)
            lines.append(f"- longest wait: **#{oldest.number}**, {duration(now - oldest.opened_at)}")
        lines += [
            f"- ⚠️ {platform} brings us nothing: what Warmline does there does not come back"
            for platform in await silent_among(self.songs, sorted(self.adapters))
        ]
        lines += [line for line in await asyncio.gather(*map(self._desk, self.desks)) if line]
        if damaged := await self.damaged():
            named = ", ".join(damaged)
            lines.append(
                f"- ⚠️ cannot be read, and is kept as it is: {named}. The log says why, the manual how to mend it."
            )
        return saying("\n".join(lines))

    async def warn(self) -> None:
        """Write desks in whose channel nothing can be written into the log: at the start, before a case comes."""
        for line in await asyncio.gather(*map(self._desk, self.desks)):
            if line:
                _log.warning("desk_closed", why=line.removeprefix(_WARNING))

    async def _desk(self, desk: Desk) -> str:
        """What keeps Warmline from writing in a desk's channel; "" where nothing does, or it cannot be asked."""
        adapter = self.adapters.get(desk.place.platform)
        if adapter is None or not isinstance(adapter, Prober):
            return ""
        try:
            await asyncio.wait_for(adapter.probe(desk.place), _PROBE_SECONDS)
        except (Refused, ShutOut) as error:
            return f"{_WARNING}desk {desk.name}: nothing can be written there: {error.why}"
        except (DeliveryError, TimeoutError):
            return f"{_WARNING}desk {desk.name}: {desk.place.platform} does not answer just now"
        return ""
