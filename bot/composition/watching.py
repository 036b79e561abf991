"""What machines are watched by, put together: alive, ready, and the numbers. Decides nothing itself."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog

from bot.engine.engine import Engine
from bot.errors import StoreUnavailable
from bot.ports import Clock, Store
from bot.server import Watched
from bot.services.canary import silent_among
from bot.services.metrics import ACKNOWLEDGEMENT, CONTENT_TYPE, Metrics, Sources
from bot.training.models import BesideTheLoop

_log = structlog.get_logger("watching")


@dataclass(slots=True)
class Phase:
    """Where a process stands between its start and its end."""

    platforms_started: bool = False
    draining: bool = False


@dataclass(frozen=True, slots=True)
class Process:
    """One process as it is watched. `data` is the folder that everything of ours is kept in."""

    engine: Engine
    store: Store
    understanding: BesideTheLoop
    phase: Phase
    data: Path
    needs_model: bool

    async def healthy(self) -> Mapping[str, bool]:
        """Whether the store can be read."""
        try:
            await self.engine.records.open_count()
        except StoreUnavailable:
            return {"store": False}
        return {"store": True}

    async def writes(self) -> bool:
        """Whether the store takes what is written."""
        try:
            await self.store.upkeep.probe()
        except StoreUnavailable as error:
            _log.error("store_takes_nothing", why=str(error))
            return False
        return True

    async def ready(self) -> Mapping[str, bool]:
        """What has to be so before work is sent here."""
        store, store_writes = await asyncio.gather(self.healthy(), self.writes())
        return {
            **store,
            "store_writes": store_writes,
            "understanding": self.understanding.is_loaded or not self.needs_model,
            "platforms": self.phase.platforms_started,
            "not_draining": not self.phase.draining,
        }

    async def gauges(self, platforms: Sequence[str]) -> Mapping[str, float]:
        """Numbers that are as they are just now."""
        try:
            silent = len(await silent_among(self.engine.songs, platforms))
        except StoreUnavailable:
            silent = 0  # nothing is known of it; `store_writes` tells the rest
        return {
            "store_writes": float(await self.writes()),
            "data_free_bytes": float(shutil.disk_usage(self.data).free),
            "platforms_silent": float(silent),
        }

    def took(self, platform: str, seconds: float) -> None:
        """Count how long an answer to a platform took."""
        self.engine.tally.took(ACKNOWLEDGEMENT, seconds, platform=platform)


def watched_of(process: Process, platforms: Sequence[str], desks: Sequence[str], clock: Clock) -> Watched:
    """What is told at `/healthz`, `/readyz` and `/metrics`."""
    sources = Sources(
        records=process.engine.records,
        book=process.engine.lessons,
        tallies=process.store.tallies,
        backlog=process.store.upkeep.backlog,
        levels=process.engine.bucket_levels,
        models=process.understanding,
        gauges=partial(process.gauges, platforms),
    )
    metrics = Metrics(sources, platforms=platforms, desks=desks, clock=clock)

    async def page() -> tuple[str, str]:
        return CONTENT_TYPE, await metrics.page()

    return Watched(process.healthy, process.ready, page, process.took)
