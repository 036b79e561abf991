"""Trains a candidate that knows lessons, and measures it against the model that answers.

`python -m adapters.rasa.trial` is a process of its own, at low priority, because it computes for a minute. It reads one
line of JSON, the task, and ends when its standard input is closed, which is what happens when its parent dies; the last
line of its output is the result. What it makes is below `candidates` in the store, where nobody looks for models.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import nlu.store
from adapters.rasa.blame import blamed
from adapters.rasa.candidate import Contender, Ground, opened, trained
from adapters.rasa.gate import Evidence, Heard, LeftOut, Verdict, is_understood, judge, report
from adapters.rasa.golden import learnable_entities, play, read_test_stories
from adapters.rasa.grounds import Fitting, Grounds, contradicted
from adapters.rasa.lessons import Taught, differences, known_to
from adapters.rasa.measured import Measured, sample
from adapters.rasa.project import read_project
from adapters.rasa.task import CANDIDATES, Failure, Result, Task
from bot.dialogue.stories import Story
from bot.errors import AssistantError
from nlu.artifacts import ModelError
from nlu.config import read_config
from nlu.sources.yaml_source import SourceError
from nlu.training_data import read_training_data

_NICE: Final = 10
_LEAST_CHANGES: Final = 8  # new lessons up to which each is left out in turn to find the one to blame

Say = Callable[[str], None]


def try_out(task: Task, say: Say) -> Result:
    """Do the whole. Raises AssistantError, SourceError and ModelError when something cannot be read or trained."""
    project = read_project(task.project)
    data = read_training_data(*project.training_files)
    ground = Ground(project, data, read_config(project.files.config), task.store, task.cache)
    current = nlu.store.resolve(task.store)
    known = known_to(current)
    fitting = Grounds.of(project, data).fit(sorted(task.lessons, key=lambda t: (t not in known, t.number)))
    new, gone = differences(known, fitting.lessons)
    if not new and not gone:
        lines = ("There is nothing in it that the model that answers does not know.",)
        return Result(current.name, passed=not fitting.refused, report=lines, unfit=dict(fitting.refused), refused={})
    with tempfile.TemporaryDirectory(dir=task.store / CANDIDATES) as work:
        return _Trial(ground, current, fitting, new, gone, Path(work), say).run()


class _Trial:
    """One trial, from the training to the verdict."""

    def __init__(
        self,
        ground: Ground,
        current: Path,
        fitting: Fitting,
        new: frozenset[int],
        gone: Sequence[int],
        work: Path,
        say: Say,
    ) -> None:
        self._ground = ground
        self._current = current
        self._fitting = fitting
        self._new = new
        self._gone = gone
        self._work = work
        self._say = say
        self._learnable = learnable_entities(ground.data)

    def run(self) -> Result:
        began = time.process_time()
        stories = read_test_stories(self._ground.project)
        before = opened(self._ground, self._current)
        folder = self._train(self._fitting.lessons)
        after = opened(self._ground, folder)
        clashes = contradicted(self._fitting.lessons, before.compiled.contradictions, after.compiled.contradictions)
        unfit = dict(self._fitting.refused) | clashes
        evidence = self._measure(before, after, stories)
        verdict = judge(evidence)
        # what is only taken back, or forgotten, is taken back whatever that loses
        is_good = verdict.passed or not self._new
        refused = {} if is_good else self._blame(evidence, verdict)
        lines = report(evidence, verdict, gone=self._gone, seconds=time.process_time() - began)
        passed = is_good and not clashes
        if not passed:
            shutil.rmtree(folder, ignore_errors=True)
        return Result(folder.name, passed, tuple(lines), unfit, refused)

    def _train(self, lessons: Sequence[Taught]) -> Path:
        return trained(self._ground, self._fitting, lessons, Path(tempfile.mkdtemp(dir=self._work)), self._say)

    def _measure(self, before: Contender, after: Contender, stories: Sequence[Story]) -> Evidence:
        ground, say = self._ground, self._say
        measured = Measured(ground, say)
        without = measured.left_out(())
        left_out = LeftOut(without, measured.left_out(before.added), measured.left_out(after.added))
        say("playing the test stories")
        golden = (
            play(before.compiled.dialogue, stories, before.parse, self._learnable),
            play(after.compiled.dialogue, stories, after.parse, self._learnable),
        )
        words = [
            Heard(text, t.intent, before.parse(text), after.parse(text), t)
            for t in self._fitting.lessons
            for text in t.texts
        ]
        certain = [
            Heard(e.text, e.intent, before.parse(e.text), after.parse(e.text)) for e in sample(ground.data.examples)
        ]
        return Evidence(self._fitting.lessons, self._new, ground.data.examples, golden, left_out, words, certain)

    def _blame(self, evidence: Evidence, verdict: Verdict) -> dict[int, str]:
        def mends(number: int) -> bool:
            """Whether the failing stories, and what else is no longer understood, are right without a lesson."""
            self._say(f"looking whether lesson {number} is to blame")
            folder = self._train([t for t in self._fitting.lessons if t.number != number])
            try:
                other = opened(self._ground, folder)
                failing = [story for story, _ in verdict.stories]
                played = play(other.compiled.dialogue, failing, other.parse, self._learnable)
                heard = [replace(h, after=other.parse(h.text)) for h in (*verdict.forgotten, *verdict.turned)]
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            return played.passed == len(failing) and all(is_understood(h.after, h.wanted) for h in heard)

        return blamed(evidence, verdict, mends, limit=_LEAST_CHANGES)


def _end_with_parent() -> None:
    """End at once when standard input is closed: whoever wanted the result is no more."""

    def wait() -> None:
        while os.read(0, 1024):
            pass
        os._exit(3)

    threading.Thread(target=wait, daemon=True).start()


def main() -> int:
    """Read a task, try it, print what came of it."""
    line = bytearray()
    while not line.endswith(b"\n"):  # unbuffered: what follows is for the thread that waits for the end
        part = os.read(0, 65536)
        if not part:
            return 3
        line += part
    task = Task.from_json(json.loads(line))
    _end_with_parent()
    if hasattr(os, "nice"):
        os.nice(_NICE)
    try:
        result = try_out(task, lambda said: print(said, file=sys.stderr, flush=True))  # noqa: T201  for whoever reads along
    except (AssistantError, SourceError, ModelError, OSError, MemoryError) as error:
        code = errno.ENOMEM if isinstance(error, MemoryError) else getattr(error, "errno", None)
        print(json.dumps(Failure(str(error) or "out of memory", code).to_json()))  # noqa: T201  the reason, for the parent
        return 2
    print(json.dumps(result.to_json(), ensure_ascii=False))  # noqa: T201  the result
    return 0


if __name__ == "__main__":
    sys.exit(main())
