"""What machines are watched by, put together: alive, ready, and the numbers. Decides nothing itself."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.engine.engine import Engine
from bot.errors import StoreUnavailable
from bot.models import BesideTheLoop
from bot.ports import Clock, Store
from bot.server import Watched
from bot.services.canary import silent_among
from bot.services.metrics import ACKNOWLEDGEMENT, CONTENT_TYPE, Metrics

_log = structlog.get_logger("watching")


@dataclass(slots=True)
class Phase:
    """Where a process stands between its start and its end."""

    platforms_started: bool = False
    draining: bool = False


def watched_of(
    engine: Engine,
    store: Store,
    understanding: BesideTheLoop,
    platforms: Sequence[str],
    desks: Sequence[str],
    clock: Clock,
    phase: Phase,
    *,
    data: Path,
    understands: Callable[[], bool],
) -> Watched:
    """What is told at `/healthz`, `/readyz` and `/metrics`. `understands`: this process needs a model.

    `data` is the folder that everything of ours is kept in.
    """

    async def writes() -> bool:
        try:
            await store.upkeep.probe()
        except StoreUnavailable as error:
            _log.error("store_takes_nothing", why=str(error))
            return False
        return True

    async def gauges() -> Mapping[str, float]:
        try:
            silent = len(await silent_among(engine.songs, platforms))
        except StoreUnavailable:
            silent = 0  # nothing is known of it; `store_writes` tells the rest
        return {
            "store_writes": float(await writes()),
            "data_free_bytes": float(shutil.disk_usage(data).free),
            "platforms_silent": float(silent),
        }

    metrics = Metrics(
        records=engine.records,
        book=engine.lessons,
        tallies=store.tallies,
        backlog=store.upkeep.backlog,
        levels=engine.bucket_levels,
        models=understanding,
        platforms=platforms,
        desks=desks,
        clock=clock,
        gauges=gauges,
    )

    async def healthy() -> Mapping[str, bool]:
        try:
            await engine.records.open_count()
        except StoreUnavailable:
            return {"store": False}
        return {"store": True}

    async def ready() -> Mapping[str, bool]:
        store, store_writes = await asyncio.gather(healthy(), writes())
        return {
            **store,
            "store_writes": store_writes,
            "understanding": understanding.is_loaded or not understands(),
            "platforms": phase.platforms_started,
            "not_draining": not phase.draining,
        }

    async def page() -> tuple[str, str]:
        return CONTENT_TYPE, await metrics.page()

    def took(platform: str, seconds: float) -> None:
        engine.tally.took(ACKNOWLEDGEMENT, seconds, platform=platform)

    return Watched(healthy, ready, page, took)
