"""Prints what learning lessons costs: trials of a project's candidates, from the task to the verdict.

    python -m benchmarks.learning [PROJECT]

The first trial measures everything; the second, with one lesson more, finds what the first had measured. CPU seconds
and peak memory are those of the trial's process and what it starts. Meanwhile the model that answers is asked one text
after another. The project is the shop unless another is named.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import tempfile
import time
from pathlib import Path
from typing import Final

from adapters.rasa.assistant import RasaAssistant
from adapters.rasa.versions import VersionedAssistant
from bot.app import SystemClock
from bot.core.learning.lessons import Lesson, LessonState
from bot.training.learning import Learning, train_at_start
from bot.training.models import BesideTheLoop

SHOP: Final = Path(__file__).parents[1] / "assistants" / "ecommerce"
TAUGHT: Final = (
    ("wood_care", "Wipe it with a damp cloth.", ("is your oak furniture oiled", "how do I clean the oak")),
    ("tree_planting", "Yes, two for every tree.", ("do you plant trees for what you cut", "is the wood replanted")),
    ("stair_service", "We carry it to your door.", ("do you bring the sofa up to the third floor",)),
)
BETWEEN: Final = 0.05  # seconds between two texts


def lessons(count: int) -> list[Lesson]:
    """The first lessons, as they come from the desk."""
    return [
        Lesson(number, texts, intent, answer, "en", 0, "", 0.0, LessonState.APPROVED)
        for number, (intent, answer, texts) in enumerate(TAUGHT[:count], 1)
    ]


async def measure(project: Path) -> None:
    """Train, try twice, go live, and print what each cost."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        versions = VersionedAssistant(RasaAssistant.load(project, clock=SystemClock(), cache=data / "dialogue"))
        store = await train_at_start(versions, data / "models")
        models = BesideTheLoop(store, workers=1, seconds=5.0, companion=versions)
        await models.start()
        learning = Learning(versions.project, store, models, data / "dialogue")
        try:
            for count in (2, 3):
                await _trial(learning, models, count)
        finally:
            await models.stop()


async def _trial(learning: Learning, models: BesideTheLoop, count: int) -> None:
    waits: list[float] = []
    asking = asyncio.create_task(_ask(models, waits))
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    trial = await learning.try_out(lessons(count))
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    waits.sort()
    began = time.perf_counter()
    if trial.passed:
        await learning.go_live(trial)
    change = time.perf_counter() - began
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{count} lessons: {'passed' if trial.passed else 'refused'}, {cpu:.1f} s of CPU, {wall:.1f} s")
    print(f"  peak {after.ru_maxrss / 1024:.0f} MB; live after {change:.1f} s more")
    if waits:
        middle, late = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
        print(f"  {len(waits)} texts understood meanwhile: p50 {middle * 1e3:.1f} ms, p99 {late * 1e3:.1f} ms")
    for line in trial.report:
        print(f"  {line}")


async def _ask(models: BesideTheLoop, waits: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await models.parse("where is my order")
        waits.append(time.perf_counter() - began)
        await asyncio.sleep(BETWEEN)


def main() -> None:
    """Measure one project."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("project", type=Path, nargs="?", default=SHOP)
    asyncio.run(measure(parser.parse_args().project))


if __name__ == "__main__":
    main()
