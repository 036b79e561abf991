"""Keeps the assistant's NLU model up to date, and asks it: training and parsing both run beside the loop."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import json
import os
import sys
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import structlog

import nlu.places
import nlu.process
import nlu.store
from bot.core.learning.solved import Meaning
from bot.errors import AssistantError, ModelOvertaken, UnderstandingUnavailable
from bot.ports import ModelRow
from nlu.artifacts import ModelError
from nlu.types import ParseResult

_log = structlog.get_logger("models")

_STAMP = "trained-on"
_STARTING = ".starting"
_LOOK_AGAIN = 0.2
_ROOT = Path(__file__).resolve().parents[2]


class Companion(Protocol):
    """What has to change together with the model: the dialogue that its lessons belong to."""

    async def prepare(self, model: Path) -> None:
        """Be ready for messages that the model in this folder has understood, beside those of the one before.

        Raises UnderstandingUnavailable with the reason when that is not possible.
        """
        ...

    def settle(self, version: str) -> None:
        """A model that was prepared for answers from now on."""
        ...


class BesideTheLoop:
    """The `Understanding`, `Encoder` and `Models` ports over NLU processes and a store of models.

    What `current` names in the store is what answers: another process may change it, and so may somebody who trains.
    """

    def __init__(
        self,
        store: Path,
        *,
        workers: int,
        seconds: float,
        look_seconds: float = 2.0,
        companion: Companion | None = None,
        processes: type[nlu.process.NluProcess] = nlu.process.NluProcess,
    ) -> None:
        """`look_seconds` is how often the store is looked at for another current model."""
        self._store = store
        self._companion = companion
        self._processes_of = partial(processes, workers=workers, time_limit=seconds)
        self._processes = self._processes_of(store)
        self._look_seconds = look_seconds
        self._following: asyncio.Task[None] | None = None
        self._switching = asyncio.Lock()

    async def start(self) -> None:
        """Load the model. Raises UnderstandingUnavailable with the reason when that is not possible."""
        version = await asyncio.to_thread(nlu.store.current_version, self._store)
        if version:
            # the version, and not whatever is current when a process has to be replaced: its companion must be here
            self._processes = self._processes_of(self._store / version)
            if self._companion is not None:
                await self._companion.prepare(self._store / version)
                self._companion.settle(version)
        try:
            await self._processes.start()
        except nlu.process.UnderstandingUnavailable as error:
            raise UnderstandingUnavailable(str(error)) from error
        self._following = asyncio.create_task(self._follow(), name="models")

    async def stop(self) -> None:
        """Finish what is under way, and end the processes."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        await self._processes.stop()

    @property
    def is_loaded(self) -> bool:
        """Whether there is somebody to understand a text now."""
        return self._processes.is_serving

    @property
    def answering(self) -> str:
        """See `bot.ports.Models`."""
        return self._processes.version

    async def rows(self) -> Sequence[ModelRow]:
        """See `bot.ports.Models`."""
        return await asyncio.to_thread(_rows, self._store)

    async def switch(self, version: str, *, among: Collection[str] | None = None) -> None:
        """See `bot.ports.Models`. The store changes only once the model is loaded, in one step.

        When another one is current by then, it will be loaded again in a moment.
        """
        async with self._switching:
            if self.answering:
                await self._load(version)
            else:
                await _verified(self._store / version)
                if self._companion is not None:
                    await self._companion.prepare(self._store / version)
            try:
                await asyncio.to_thread(nlu.store.set_current, self._store, version, among=among)
            except nlu.store.OvertakenError as error:
                raise ModelOvertaken(str(error)) from error

    async def _load(self, version: str) -> None:
        if self._companion is not None:
            await self._companion.prepare(self._store / version)
        try:
            await self._processes.swap(self._store / version)
        except nlu.process.UnderstandingUnavailable as error:
            raise UnderstandingUnavailable(str(error)) from error
        if self._companion is not None:
            self._companion.settle(version)

    async def _follow(self) -> None:
        """Let what `current` names answer. One that cannot be loaded is said once, and the old one goes on."""
        refused = ""
        while True:
            await asyncio.sleep(self._look_seconds)
            async with self._switching:
                wanted = await asyncio.to_thread(nlu.store.current_version, self._store)
                if not wanted or wanted in {self.answering, refused} or not self.answering:
                    continue
                try:
                    await self._load(wanted)
                except UnderstandingUnavailable as error:
                    refused = wanted
                    _log.warning("model_not_loaded", version=wanted, why=str(error))
                else:
                    refused = ""
                    _log.info("model_loaded", version=wanted)

    async def parse(self, text: str) -> ParseResult:
        """Understand one text. Raises UnderstandingUnavailable."""
        try:
            return await self._processes.parse(text)
        except nlu.process.UnderstandingUnavailable as error:
            raise UnderstandingUnavailable(str(error)) from error

    async def encode(self, text: str) -> Meaning | None:
        """What a text means to the model's sentence encoder; see `bot.ports.Encoder`."""
        try:
            encoded = await self._processes.encode(text)
        except nlu.process.UnderstandingUnavailable as error:
            raise UnderstandingUnavailable(str(error)) from error
        return Meaning(*encoded) if encoded else None


async def _verified(folder: Path) -> None:
    try:
        await asyncio.to_thread(nlu.store.verify, folder)
    except (ModelError, OSError) as error:
        raise UnderstandingUnavailable(str(error)) from error


def _rows(store: Path) -> list[ModelRow]:
    current = nlu.store.current_version(store)
    return [_row(store / version, is_current=version == current) for version in nlu.store.list_versions(store)]


def _row(folder: Path, *, is_current: bool) -> ModelRow:
    manifest = folder / nlu.store.MANIFEST
    made_at = manifest.stat().st_mtime
    try:
        about: dict[str, Any] = dict(json.loads(manifest.read_text(encoding="utf-8")))
        named = dict(about.get("metrics") or {})
        metrics = {str(name): float(value) for name, value in named.items() if value is not None}  # None: not measured
        sizes = int(about["examples"]), len(about["intents"]), len(about["entities"])
    except (ValueError, TypeError, KeyError):
        return ModelRow(folder.name, made_at, 0, 0, 0, is_current)
    return ModelRow(folder.name, made_at, *sizes, is_current, metrics)


async def ensure_trained(
    config: Path,
    data: Sequence[Path],
    store: Path,
    *,
    layer: Path | None = None,
    anew: bool = False,
    quiet: bool = False,
) -> Path:
    """Train the model unless the one in `store` was trained on these very files; returns the store.

    `layer` is a folder of lessons that becomes part of the model, its examples included; `anew` trains in any case.
    Raises AssistantError with what the trainer said when the training data is wrong.
    """
    wanted = await asyncio.to_thread(fingerprint, config, data)
    if not anew and await asyncio.to_thread(_trained_on, store) == wanted:
        return store
    before = await asyncio.to_thread(nlu.store.current_version, store)
    async with _alone(store):
        is_trained = await asyncio.to_thread(_trained_on, store) == wanted
        if is_trained and (not anew or before != await asyncio.to_thread(nlu.store.current_version, store)):
            return store  # another process has done it meanwhile
        return await _train(config, data, store, wanted, layer=layer, quiet=quiet)


@asynccontextmanager
async def _alone(store: Path) -> AsyncGenerator[None]:
    """Bring a store up to date while no other process does: several may start at once on one data folder."""
    await asyncio.to_thread(store.mkdir, parents=True, exist_ok=True)
    with (store / _STARTING).open("a", encoding="utf-8") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                await asyncio.sleep(_LOOK_AGAIN)
            else:
                break
        yield


async def _train(
    config: Path, data: Sequence[Path], store: Path, wanted: str, *, layer: Path | None, quiet: bool
) -> Path:
    if not quiet:
        print("Training the assistant (once, and whenever its data changes) ...", file=sys.stderr)  # noqa: T201
    command = [sys.executable, "-m", "nlu", "train", "--config", str(config), "--out", str(store)]
    for source in data:
        command += ["--data", str(source)]
    if layer is not None:
        command += ["--data", str(layer), "--enclose", str(layer)]
    watched = not quiet and sys.stderr.isatty()
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        # Whoever sits in front of it sees the progress bars.
        stderr=None if watched else asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
    )
    try:
        out, err = await process.communicate()
    finally:
        if process.returncode is None:  # nobody waits for it any more
            process.kill()
            await process.wait()
    if process.returncode != 0:
        said = (err or b"The trainer said above what is wrong.").decode(errors="replace")
        raise AssistantError([line for line in said.splitlines() if line.strip()][-20:])
    await asyncio.to_thread((store / _STAMP).write_text, wanted, encoding="utf-8")
    if not quiet:
        summary = json.loads(out.decode().splitlines()[-1])
        print(  # noqa: T201
            f"Trained {summary['intents']} intents on {summary['examples']} examples in {summary['seconds']:.1f} s.",
            file=sys.stderr,
        )
    return store


def is_trained_on(store: Path, config: Path, data: Sequence[Path]) -> bool:
    """Whether the model in `store` was trained on these very files."""
    return _trained_on(store) == fingerprint(config, data)


def _trained_on(store: Path) -> str:
    stamp = store / _STAMP
    return stamp.read_text(encoding="utf-8") if stamp.is_file() and (store / "current").is_file() else ""


def fingerprint(config: Path, data: Sequence[Path]) -> str:
    """What a model depends on: the files, and the code that learns."""
    digest = hashlib.sha256()
    files = [config, *(f for source in data for f in (sorted(source.rglob("*.yml")) if source.is_dir() else [source]))]
    for path in [*files, *nlu.places.code_files()]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
