"""The daily summary: yesterday's numbers and what waits, in every desk, once, at a time of day.

Whichever process is first does it. What nobody was there to say is said late, for some hours, and then not any more:
yesterday's news is no help in the evening. Also keeps the sums of the hours that are over, so that `stats` finds them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

import structlog

from bot.core.cases import stats
from bot.core.cases.cards import duration
from bot.core.effects import Body
from bot.core.policy import Desk, Policy
from bot.core.wording.moments import zone_among
from bot.errors import DeliveryError, StoreUnavailable
from bot.ports import (
    Answer,
    Attachment,
    AttachmentSource,
    CaseRow,
    ChatAdapter,
    Clock,
    Errands,
    FileCarrier,
    Records,
    body_with,
)
from bot.services.announcing import announce
from bot.services.charts import drawn
from bot.services.reporting import over_time, summary_text
from bot.services.unlisted import unlisted
from bot.services.windows import HOUR, Window

_log = structlog.get_logger("daily")

_LOOK_SECONDS: Final = 30.0
_LEASE_SECONDS: Final = 300.0
_INLINE_BYTES: Final = 40_000
_MONTH: Final = 30 * 24 * HOUR


@dataclass(frozen=True, slots=True)
class DailySettings:
    """When the summary is due: a time of day in that zone, and for how many hours it may be late. No time: never."""

    at: time | None
    timezone: str
    late_hours: float = 6.0


@dataclass(frozen=True, slots=True)
class Daily:
    """Looks twice a minute whether a summary is due. Run by every janitor; one of them says it."""

    settings: DailySettings
    records: Records
    errands: Errands
    policy: Policy
    adapters: Mapping[str, ChatAdapter]
    clock: Clock

    async def run(self) -> None:
        """Look for ever. What goes wrong is logged, and looked at again."""
        summed = -1
        while True:
            try:
                hour = int((self.clock.now() - HOUR / 2) // HOUR)
                if hour != summed:
                    await self.keep_sums()
                    summed = hour
                await self.look()
            except StoreUnavailable as error:
                _log.warning("store_unavailable", doing="daily summary", why=str(error))
            except Exception:  # noqa: BLE001 - a summary that fails must not end those of the days to come
                _log.exception("daily_summary_failed")
            await asyncio.sleep(_LOOK_SECONDS)

    async def keep_sums(self) -> None:
        """Read a month, so that what is over is summed and kept."""
        now = self.clock.now()
        await self.records.counters(now - _MONTH, now)
        await self.records.series(now - _MONTH, now, ("opened",))

    async def look(self) -> None:
        """Say what is due, in every desk. Raises StoreUnavailable."""
        day = self._due()
        if day is None:
            return
        for desk in self.policy.desks:
            name = f"daily|{desk.name}|{day.label}"
            if await self.errands.begin(name, _LEASE_SECONDS) and await self._say(desk, day, name):
                await self.errands.finish(name)

    def _due(self) -> Window | None:
        """Yesterday, while it is time to speak of it."""
        if self.settings.at is None:
            return None
        zone = zone_among(self.settings.timezone)
        now = datetime.fromtimestamp(self.clock.now(), zone)
        due = datetime.combine(now.date(), self.settings.at, zone)
        if not 0 <= now.timestamp() - due.timestamp() < self.settings.late_hours * HOUR:
            return None
        begin = datetime.combine(now.date() - timedelta(days=1), time(), zone)
        end = datetime.combine(now.date(), time(), zone)
        # the counters of the hour that begins at midnight are of today
        return Window(begin.timestamp(), end.timestamp() - 1, f"{begin:%A %d %B}", zone)

    async def _say(self, desk: Desk, day: Window, key: str) -> bool:
        """Post the summary; whether it is over: said, or nothing to say."""
        adapter = self.adapters.get(desk.place.platform)
        if adapter is None:
            return False
        counters = await self.records.counters(day.since, day.until)
        cases = [row for row in await self.records.open_cases() if row.desk == desk.name]
        if not counters.get("opened") and not counters.get("handed_over"):
            return True
        text = f"{summary_text(day.label, stats.summarise(counters), len(cases))}\n{self._waiting(cases)}"
        if missing := unlisted(await self.records.unread_cases()):
            text += f"\n\n{missing}"
        chart = over_time(day, await self.records.series(day.since, day.until, ("opened", "handed_over")))
        try:
            if adapter.capabilities.look_up and await adapter.find(desk.place, key, since=day.until):
                return True
            if chart is None:
                await announce(adapter, self.errands, desk.place, Body(text), key=key)
                return True
            picture = _attached(await drawn(chart), chart.alt)
            if not isinstance(adapter, FileCarrier):
                body = await body_with(Answer(Body(text), attachments=(picture,)), inline=_INLINE_BYTES)
                await announce(adapter, self.errands, desk.place, body, key=key)
                return True
            posted = await announce(adapter, self.errands, desk.place, Body(text), key=key)
        except DeliveryError as error:
            _log.warning("daily_summary_not_posted", desk=desk.name, why=error.why)
            return False
        try:
            await adapter.post_file(posted.thread, Body(""), AttachmentSource(picture), key=f"{key}|chart")
        except DeliveryError as error:
            _log.info("daily_chart_not_posted", desk=desk.name, why=error.why)
        return True

    def _waiting(self, cases: list[CaseRow]) -> str:
        queued = [row for row in cases if row.status == "queued"]
        if not queued:
            return "Nobody waits for somebody to claim their case."
        oldest = min(queued, key=lambda row: row.opened_at)
        waited = duration(self.clock.now() - oldest.opened_at)
        many = "waits" if len(queued) == 1 else "wait"
        return f"**{len(queued)}** {many} to be claimed, **#{oldest.number}** for {waited}."


def _attached(png: bytes, alt: str) -> Attachment:
    async def pieces() -> AsyncIterator[bytes]:
        yield png

    return Attachment("yesterday.png", "image/png", alt, pieces)


def read_time(text: str) -> time | None:
    """A time of day such as 09:00; None for "". Raises ValueError for anything else."""
    return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None) if text else None
