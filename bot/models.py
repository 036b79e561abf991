"""Keeps the assistant's NLU model up to date, and asks it: training and parsing both run beside the loop."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import nlu.process
from bot.core.solved import Meaning
from bot.errors import AssistantError, UnderstandingUnavailable
from nlu.types import ParseResult

_STAMP = "trained-on"
_ROOT = Path(__file__).resolve().parent.parent


class BesideTheLoop:
    """The `Understanding` and `Encoder` ports over NLU processes."""

    def __init__(self, model: Path, *, workers: int, seconds: float) -> None:
        self._processes = nlu.process.NluProcess(model, workers=workers, time_limit=seconds)

    async def start(self) -> None:
        """Load the model. Raises UnderstandingUnavailable with the reason when that is not possible."""
        try:
            await self._processes.start()
        except nlu.process.UnderstandingUnavailable as error:
            raise UnderstandingUnavailable(str(error)) from error

    async def stop(self) -> None:
        """Finish what is under way, and end the processes."""
        await self._processes.stop()

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


async def ensure_trained(config: Path, data: Sequence[Path], store: Path, *, quiet: bool = False) -> Path:
    """Train the model unless the one in `store` was trained on these very files; returns the store.

    Raises AssistantError with what the trainer said when the training data is wrong.
    """
    wanted = await asyncio.to_thread(_fingerprint, config, data)
    if await asyncio.to_thread(_trained_on, store) == wanted:
        return store
    if not quiet:
        print("Training the assistant (once, and whenever its data changes) ...", file=sys.stderr)  # noqa: T201
    command = [sys.executable, "-m", "nlu", "train", "--config", str(config), "--out", str(store)]
    for source in data:
        command += ["--data", str(source)]
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
        if process.returncode is None:
            process.kill()
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


def _trained_on(store: Path) -> str:
    stamp = store / _STAMP
    return stamp.read_text(encoding="utf-8") if stamp.is_file() and (store / "current").is_file() else ""


def _fingerprint(config: Path, data: Sequence[Path]) -> str:
    """What a model depends on: the files, and the code that learns."""
    digest = hashlib.sha256()
    code = sorted((_ROOT / "nlu").rglob("*.py")) + sorted((_ROOT / "nlu" / "data").glob("*.yml"))
    files = [config, *(f for source in data for f in (sorted(source.rglob("*.yml")) if source.is_dir() else [source]))]
    for path in [*files, *code]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
