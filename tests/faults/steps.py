"""What processes told the store of each entry, and when: so that a message that stands twice explains itself.

Each process writes down its own steps, with the numbered words that an entry says; `history` puts all together.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from adapters.redis.connect import Connection, Durability
from adapters.redis.scripts import Script
from bot.engine.packing import unpacked
from bot.errors import StoreUnavailable
from tests.faults.checker import Word, words_in
from tests.faults.trouble import Repeating

NEAR: Final = 10.0
"""Seconds around an entry's steps in which what else happened is told with them."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one process (`pid`) told the store of an entry. `words` are those of it that are known from this step on."""

    at: float
    pid: int
    entry: str
    text: str
    words: tuple[str, ...] = ()


class Noting(Connection):
    """A connection that writes down the steps of entries, and how the store answered."""

    _where: Path | None = None

    def write_to(self, folder: Path) -> None:
        """Write steps down there from now on."""
        self._where = folder / f"steps-{os.getpid()}"

    async def run(self, script: Script, keys: Sequence[str], args: Sequence[str | float]) -> Any:
        return await self._noted(script, args, super().run(script, keys, args))

    async def run_durably(
        self, script: Script, keys: Sequence[str], args: Sequence[str | float], durability: Durability
    ) -> Any:
        work = super().run_durably(script, keys, args, durability)
        return await (self._noted(script, args, work) if durability.replicas else work)

    async def _noted(self, script: Script, args: Sequence[str | float], work: Awaitable[Any]) -> Any:
        began = time.time()  # noqa: TID251 - as the platforms' clocks
        try:
            answer = await work
        except StoreUnavailable as error:
            self._write(began, script.name, args, [str(error)])
            raise
        self._write(began, script.name, args, answer)
        return answer

    def _write(self, began: float, name: str, args: Sequence[Any], answer: Any) -> None:
        if self._where is None or name not in _READERS:
            return
        with self._where.open("a", encoding="utf-8") as file:
            for entry, text, said in _READERS[name](args, answer if isinstance(answer, list) else [answer]):
                words = tuple(str(word) for word in words_in(said))
                file.write(json.dumps(asdict(Step(began, os.getpid(), entry, text, words))) + "\n")


class NotingRepeating(Noting, Repeating):
    """The same for one on which some commands run twice, or late."""


_Found = Iterator[tuple[str, str, str]]
"""Entries, what was told of them, and what they say where that is new."""


def _committed(args: Sequence[Any], answer: Sequence[Any]) -> _Found:
    _, worker, epoch, sequence, *_, changes = args
    for entry in json.loads(changes)["entries"]:
        text = f"commit by {worker:.6} with epoch {epoch}, sequence {sequence}: {answer[0]}"
        yield entry["id"], text, unpacked(entry["body"])


def _opened(args: Sequence[Any], answer: Sequence[Any]) -> _Found:
    if len(answer) > 1:
        _, lane, epoch, _, entry, _, status, *_ = answer
        yield entry, f"open of lane {lane} by {args[0]:.6}: epoch {epoch}, status {status}", ""


def _begun(args: Sequence[Any], answer: Sequence[Any]) -> _Found:
    _, _, worker, epoch, entry, attempts, *_ = args
    yield entry, f"begin of attempt {int(attempts) + 1} by {worker:.6} with epoch {epoch}: {answer[0]}", ""


def _settled(args: Sequence[Any], answer: Sequence[Any]) -> _Found:
    _, _, worker, epoch, entry, attempt, outcome, details, *_ = args
    text = f"settle of attempt {attempt} by {worker:.6} with epoch {epoch}, {outcome}: {answer[0]}"
    yield entry, text, ""
    for behind in json.loads(details)["follow"]:
        yield behind["id"], f"follows {entry}", unpacked(behind["body"])


def _swept(args: Sequence[Any], answer: Sequence[Any]) -> _Found:
    record, again, *_, relinks = args
    rest = "look again" if again else "no more looks"
    yield json.loads(record)["key"], f"swept, relinked {relinks}, {rest}: {answer[0]}", ""


_READERS: Final = {"commit": _committed, "open": _opened, "begin": _begun, "settle": _settled, "swept": _swept}


def history(folder: Path, word: Word, happened: Mapping[float, str]) -> list[str]:
    """What was done about every entry that says a word, oldest first, with what happened around it, by its time."""
    steps = [_read(line) for path in folder.glob("steps-*") for line in path.read_text("utf-8").splitlines()]
    entries = {step.entry for step in steps if str(word) in step.words}
    told = {(step.at, f"{step.pid} {step.entry}: {step.text}") for step in steps if step.entry in entries}
    around = {(at, what) for at, what in happened.items() if any(abs(at - then) < NEAR for then, _ in told)}
    return [f"{at:.3f} {text}" for at, text in sorted(told | around)]


def _read(line: str) -> Step:
    given = json.loads(line)
    return Step(**{**given, "words": tuple(given["words"])})
