"""Understanding in processes beside the event loop: an asyncio client that starts, watches and feeds workers.

A parse takes milliseconds of pure computing, which would hold up every acknowledgement if it ran in the
loop's own process. This module imports neither numpy nor scikit-learn.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import struct
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from nlu.types import ParseResult

TIME_LIMIT: Final = 5.0
"""Seconds a text may wait for its answer before it counts as not understood."""

START_LIMIT: Final = 60.0
"""Seconds a worker may take to load a model."""

_RESTARTS: Final = 2  # attempts at one text before giving up on it
_ROOT: Final = Path(__file__).resolve().parent.parent


class UnderstandingUnavailable(Exception):
    """No answer could be had in time; the text was not understood, which says nothing about the text."""


@dataclass(eq=False, slots=True)
class _Worker:
    process: asyncio.subprocess.Process
    version: str
    waiting: dict[int, asyncio.Future[dict[str, Any]]] = field(
        default_factory=dict[int, "asyncio.Future[dict[str, Any]]"]
    )
    reader: asyncio.Task[None] | None = None

    @property
    def alive(self) -> bool:
        return self.process.returncode is None and self.reader is not None and not self.reader.done()


class NluProcess:
    """A pool of workers that serve one model.

    `model_dir` is a model folder or a store with a `current` version. A worker that dies is replaced and the
    texts it held are asked again; a text that outlasts the time limit has its worker replaced.
    """

    def __init__(self, model_dir: Path, *, workers: int = 1, time_limit: float = TIME_LIMIT) -> None:
        if workers < 1:
            raise ValueError(f"NluProcess needs at least one worker, got {workers}")
        self._model_dir = model_dir
        self._count = workers
        self._time_limit = time_limit
        self._workers: list[_Worker] = []
        self._next_id = 0
        self._lock = asyncio.Lock()
        self._running = False

    @property
    def version(self) -> str:
        """The version of the model that answers now; empty before `start`."""
        return self._workers[0].version if self._workers else ""

    @property
    def is_serving(self) -> bool:
        """Whether a worker lives that has loaded the model."""
        return self._running and any(worker.alive for worker in self._workers)

    async def start(self) -> None:
        """Start all workers. Raises UnderstandingUnavailable with the reason when the model cannot be loaded."""
        self._running = True
        try:
            async with self._lock:
                self._workers = list(await asyncio.gather(*(self._spawn() for _ in range(self._count))))
        except BaseException:
            self._running = False
            raise

    async def stop(self) -> None:
        """Let workers finish what they hold, then end them. Safe to call twice."""
        self._running = False
        workers, self._workers = self._workers, []
        await asyncio.gather(*(self._end(w) for w in workers))

    async def parse(self, text: str) -> ParseResult:
        """Understand one text. Raises UnderstandingUnavailable when no answer comes in time."""
        return ParseResult.from_json((await self._answer("text", text))["result"])

    async def encode(self, text: str) -> tuple[str, tuple[float, ...]] | None:
        """The sentence encoder's name and its numbers for a text, of unit length; None for a model without one.

        Raises UnderstandingUnavailable when no answer comes in time.
        """
        encoded = (await self._answer("encode", text))["encoded"]
        return (str(encoded["encoder"]), tuple(map(float, encoded["values"]))) if encoded else None

    async def _answer(self, wish: str, text: str) -> dict[str, Any]:
        reason = "it is not started"
        for _ in range(_RESTARTS):
            if not self._running:
                break
            worker = await self._least_busy()
            try:
                return await self._ask(worker, {wish: text})
            except TimeoutError:
                worker.process.kill()
                raise UnderstandingUnavailable(
                    f"a text of {len(text)} characters took longer than {self._time_limit:g} s; its worker is replaced"
                ) from None
            except ConnectionError as error:
                reason = str(error)
        raise UnderstandingUnavailable(f"the understanding process does not answer: {reason}")

    async def swap(self, model_dir: Path) -> str:
        """Change to another model between two texts; return its version.

        Each worker keeps answering with the old model until it has loaded the new one. If one cannot load it, all
        go back to the old one and UnderstandingUnavailable tells why.
        """
        async with self._lock:
            old = self._model_dir
            self._model_dir = model_dir
            try:
                for worker in [w for w in self._workers if w.alive]:
                    await self._change(worker, model_dir)
            except UnderstandingUnavailable:
                self._model_dir = old
                for worker in [w for w in self._workers if w.alive]:
                    await self._change(worker, old)
                raise
            return self.version

    async def _change(self, worker: _Worker, model_dir: Path) -> None:
        try:
            answer = await self._ask(worker, {"swap": str(model_dir)}, START_LIMIT)
        except TimeoutError:
            worker.process.kill()
            raise UnderstandingUnavailable(f"loading {model_dir} took longer than {START_LIMIT:g} s") from None
        except ConnectionError:
            return  # it died; its successor loads the new model
        if "error" in answer:
            raise UnderstandingUnavailable(f"{model_dir} cannot be served: {answer['error']}")
        worker.version = str(answer["swapped"])

    async def _least_busy(self) -> _Worker:
        if not all(w.alive for w in self._workers):
            async with self._lock:
                for index, worker in enumerate(self._workers):
                    if not worker.alive:
                        await self._end(worker)
                        self._workers[index] = await self._spawn()
        if not self._workers:
            raise UnderstandingUnavailable("the understanding process is stopped")
        return min(self._workers, key=lambda w: len(w.waiting))

    async def _ask(self, worker: _Worker, request: dict[str, Any], limit: float | None = None) -> dict[str, Any]:
        self._next_id += 1
        number = self._next_id
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        worker.waiting[number] = future
        body = json.dumps({"id": number, **request}).encode()
        stdin = worker.process.stdin
        assert stdin is not None
        try:
            async with asyncio.timeout(limit or self._time_limit):
                stdin.write(struct.pack(">I", len(body)) + body)
                await stdin.drain()
                return await future
        finally:
            worker.waiting.pop(number, None)
            future.cancel()

    async def _spawn(self) -> _Worker:
        environment = {**os.environ, "PYTHONPATH": str(_ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "nlu.worker",
            str(self._model_dir),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=environment,
        )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(START_LIMIT):
                first = await _frame(process.stdout)
        except (TimeoutError, asyncio.IncompleteReadError) as error:
            await _kill(process)
            raise UnderstandingUnavailable(f"the understanding process for {self._model_dir} did not start") from error
        except asyncio.CancelledError:
            await _kill(process)  # nobody else knows of it yet
            raise
        if "failed" in first:
            await _kill(process)
            raise UnderstandingUnavailable(str(first["failed"]))
        worker = _Worker(process, str(first["ready"]))
        worker.reader = asyncio.create_task(self._listen(worker), name="nlu-worker-reader")
        return worker

    async def _listen(self, worker: _Worker) -> None:
        assert worker.process.stdout is not None
        try:
            while True:
                answer = await _frame(worker.process.stdout)
                future = worker.waiting.get(int(answer["id"]))
                if future is not None and not future.done():
                    future.set_result(answer)
        except asyncio.IncompleteReadError:
            for future in worker.waiting.values():
                if not future.done():
                    future.set_exception(ConnectionError("the worker ended"))

    async def _end(self, worker: _Worker) -> None:
        if worker.process.stdin is not None:
            worker.process.stdin.close()
        try:
            async with asyncio.timeout(self._time_limit):
                await worker.process.wait()
        except TimeoutError:
            await _kill(worker.process)
        if worker.reader is not None:
            await worker.reader


async def _frame(stream: asyncio.StreamReader) -> dict[str, Any]:
    head = await stream.readexactly(4)
    return dict(json.loads(await stream.readexactly(int(struct.unpack(">I", head)[0]))))


async def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()
