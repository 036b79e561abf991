"""Answers `stats`: reads the counters of a window, in the asker's own time zone, and words what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from bot.core import stats
from bot.core.cards import duration
from bot.core.commands import WINDOWS
from bot.ports import Answer, Clock, Records
from bot.services.requests import Answering, Request, saying


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time in seconds since 1970, and how people call it."""

    since: float
    until: float
    label: str


def zone_of(name: str, otherwise: str) -> tzinfo:
    """The IANA time zone of that name, else the other one, else UTC."""
    for candidate in (name, otherwise):
        try:
            if candidate:
                return ZoneInfo(candidate)
        except (KeyError, ValueError, OSError):
            continue
    return UTC


def window_of(name: str, now: float, zone: tzinfo) -> Window:
    """The window of that name that ends now; `today` begins at midnight in that zone."""
    if name == "today":
        midnight = datetime.fromtimestamp(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return Window(midnight.timestamp(), now, f"today ({zone})")
    return Window(now - WINDOWS[name], now, f"the last {name}")


@dataclass(frozen=True, slots=True)
class Reporting:
    """The numbers. `timezone` is the company's, for askers whose own is not known."""

    records: Records
    clock: Clock
    timezone: str = "Etc/UTC"

    def answers(self) -> Mapping[str, Answering]:
        """Who answers what."""
        return {"stats": self.stats}

    async def stats(self, request: Request) -> Answer:
        """The summary of a window."""
        name, *_ = request.command.argument.split()
        window = window_of(name, self.clock.now(), zone_of(request.asker.timezone, self.timezone))
        found = stats.summarise(await self.records.counters(window.since, window.until))
        waiting = await self.records.open_cases()
        lines = [
            f"**Warmline, {window.label}**",
            f"- conversations: **{found.conversations}**, messages: **{found.messages}**, answers: **{found.answers}**",
            f"- contained by the bot: **{_share(found.containment)}**, handed to people: **{found.handed_over}**",
            f"- open now: **{len(waiting)}**, resolved: **{found.resolved}**, reopened: **{found.reopened}**",
            f"- time to claim: {_pair(found.to_claim)}",
            f"- time to first answer: {_pair(found.to_first_answer)}",
            f"- time to resolution: {_pair(found.to_resolution)}",
            f"- unsure turns: {_share(found.fallback_rate)}",
            _top("reasons", found.reasons),
            _top("intents", found.intents),
            _top("agents", found.agents),
            _top("platforms", found.platforms),
        ]
        return saying("\n".join(line for line in lines if line))


def _share(share: float | None) -> str:
    return "—" if share is None else f"{share:.0%}"


def _pair(pair: tuple[float | None, float | None]) -> str:
    median, p90 = pair
    if median is None or p90 is None:
        return "—"
    return f"median **{duration(median)}**, 90th percentile **{duration(p90)}**"


def _top(label: str, pairs: tuple[tuple[str, int], ...], most: int = 5) -> str:
    return f"- top {label}: " + ", ".join(f"{name} {n}" for name, n in pairs[:most]) if pairs else ""
