"""Understanding without a process of its own, for tests of the product that are about something else.

A process of the product takes most of a second of work until it has loaded its model. Here it is loaded once for all
products of a test process, and asked as `nlu.worker` asks it.
"""

from __future__ import annotations

import asyncio
from functools import lru_cache
from pathlib import Path
from typing import Any

from nlu.artifacts import ModelError
from nlu.model import Model, load
from nlu.process import TIME_LIMIT, NluProcess, UnderstandingUnavailable
from nlu.store import resolve
from nlu.worker import answered


class Understanding(NluProcess):
    """Stands for a pool of workers: it answers as they do, beside the loop, but it never dies and is never late."""

    def __init__(self, model_dir: Path, *, workers: int = 1, time_limit: float = TIME_LIMIT) -> None:
        super().__init__(model_dir, workers=workers, time_limit=time_limit)
        self._folder = model_dir
        self._model: Model | None = None

    @property
    def version(self) -> str:
        """See `NluProcess`."""
        return self._model.version if self._model else ""

    @property
    def is_serving(self) -> bool:
        """See `NluProcess`."""
        return self._model is not None

    async def start(self) -> None:
        """See `NluProcess`."""
        self._model = await _opened(self._folder)

    async def stop(self) -> None:
        """See `NluProcess`."""
        self._model = None

    async def swap(self, model_dir: Path) -> str:
        """See `NluProcess`."""
        self._model = await _opened(model_dir)
        return self._model.version

    async def _answer(self, wish: str, text: str) -> dict[str, Any]:
        if self._model is None:
            raise UnderstandingUnavailable("the understanding process does not answer: it is not started")
        answer, _ = await asyncio.to_thread(answered, {"id": 0, wish: text}, self._model)
        return answer


async def _opened(folder: Path) -> Model:
    try:
        return await asyncio.to_thread(_loaded, resolve(folder).resolve())
    except ModelError as error:
        raise UnderstandingUnavailable(str(error)) from error


@lru_cache(maxsize=1)
def _loaded(folder: Path) -> Model:
    return load(folder)
