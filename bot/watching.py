"""What machines are watched by, put together: alive, ready, and the numbers. Decides nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.engine.engine import Engine
from bot.errors import StoreUnavailable
from bot.models import BesideTheLoop
from bot.ports import Clock, Store
from bot.server import Watched
from bot.services.metrics import ACKNOWLEDGEMENT, CONTENT_TYPE, Metrics


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
    clock: Clock,
    phase: Phase,
    *,
    understands: Callable[[], bool],
) -> Watched:
    """What is told at `/healthz`, `/readyz` and `/metrics`. `understands`: this process needs a model."""
    metrics = Metrics(
        records=engine.records,
        book=engine.lessons,
        tallies=store.tallies,
        backlog=store.upkeep.backlog,
        levels=engine.bucket_levels,
        models=understanding,
        platforms=platforms,
        clock=clock,
    )

    async def healthy() -> Mapping[str, bool]:
        try:
            await engine.records.open_count()
        except StoreUnavailable:
            return {"store": False}
        return {"store": True}

    async def ready() -> Mapping[str, bool]:
        return {
            **await healthy(),
            "understanding": understanding.is_loaded or not understands(),
            "platforms": phase.platforms_started,
            "not_draining": not phase.draining,
        }

    async def page() -> tuple[str, str]:
        return CONTENT_TYPE, await metrics.page()

    def took(platform: str, seconds: float) -> None:
        engine.tally.took(ACKNOWLEDGEMENT, seconds, platform=platform)

    return Watched(healthy, ready, page, took)
