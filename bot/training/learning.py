"""Learns lessons: trains candidates beside the loop, measures them, and lets those that passed answer.

Implements the `Learner` port over the store of models. What a candidate has to do is said in `adapters.rasa.gate`; the
computing is done by `adapters.rasa.trial` in a process of its own, which ends when this one does.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import structlog

import nlu.store
from adapters.rasa.assistant import RasaAssistant
from adapters.rasa.grounds import Fitting, Grounds, language_of_project
from adapters.rasa.lessons import FOLDER, Taught, known_to, taught_by, write_layer
from adapters.rasa.task import CANDIDATES, MEASURED, Failure, Result, Task, answer_in
from adapters.rasa.versions import VersionedAssistant
from bot.core.learning.lessons import Lesson
from bot.errors import AssistantError, LearningFailed, LearningPostponed, ModelOvertaken, UnderstandingUnavailable
from bot.ports import Models, Teachable, Trial
from bot.training import trial_end
from bot.training.models import ensure_trained, fingerprint, is_trained_on
from nlu.artifacts import ModelError
from nlu.sources.yaml_source import SourceError
from nlu.training_data import TrainingData, read_training_data

_log = structlog.get_logger("learning")

SECONDS: Final = 3600.0
"""How long a trial may take."""

KEPT: Final = 20
"""So many models stay to go back to; each that was taught has customers' words in it, masked."""

_LINES: Final = 20  # of what a trainer that failed said
_ROOT: Final = Path(__file__).resolve().parents[2]


class Learning:
    """The `Learner` port. One trial at a time; who asks for one sees to it that no other process does as well."""

    def __init__(
        self, project: RasaAssistant, store: Path, models: Models, cache: Path, *, seconds: float = SECONDS
    ) -> None:
        """`project` is the assistant without lessons, as read at the start; `cache` is where its dialogue is kept."""
        self._project = project
        self._store = store
        self._models = models
        self._cache = cache
        self._seconds = seconds
        self._files = fingerprint_of(project)
        self._one = asyncio.Lock()
        self._ready: tuple[str, tuple[Taught, ...], Trial] | None = None
        self._measured = ("", "")  # a candidate, and the model that it was compared with
        self._grounds: Grounds | None = None
        self._known: tuple[str, tuple[Taught, ...]] = ("", ())
        self._teachable: tuple[str, Sequence[Teachable]] = ("", ())

    @property
    def language(self) -> str:
        """See `bot.ports.Learner`."""
        return language_of_project(self._project.project)

    async def teachable(self) -> Sequence[Teachable]:
        """See `bot.ports.Learner`."""
        return await asyncio.to_thread(self._list)

    async def known(self) -> frozenset[int]:
        """See `bot.ports.Learner`."""
        _, lessons = await asyncio.to_thread(self._current)
        return frozenset(lesson.number for lesson in lessons)

    async def try_out(self, lessons: Sequence[Lesson], *, keep: Collection[int] = ()) -> Trial:
        """See `bot.ports.Learner`. A trial that is cancelled leaves nothing behind."""
        async with self._one:
            version, known = await asyncio.to_thread(self._current)
            kept = (lesson for lesson in known if lesson.number in keep)
            taught = tuple(sorted((*taught_by(lessons), *kept), key=lambda lesson: lesson.number))
            if self._ready is not None and self._ready[:2] == (version, taught):
                return self._ready[2]
            self._ready = None
            await asyncio.to_thread(self._clear)
            if await asyncio.to_thread(fingerprint_of, self._project) != self._files:
                raise LearningPostponed("the assistant's files have changed since the start; restart first")
            try:
                result = await self._run(taught)
            except BaseException as error:
                await asyncio.shield(asyncio.to_thread(self._clear))
                if isinstance(error, OSError):
                    raise trial_end.of_machine(error.errno, str(error)) from error
                raise
            trial = Trial(
                result.model,
                passed=result.passed and not result.unfit,
                report=result.report,
                refused=result.unfit | result.refused,
            )
            self._measured = result.model, version
            if result.passed:
                # the candidate knows all but what does not fit, and is asked for by that next time
                rest = tuple(lesson for lesson in taught if lesson.number not in result.unfit)
                self._ready = (version, rest, replace(trial, passed=True, refused={}))
            return trial

    async def go_live(self, trial: Trial) -> None:
        """See `bot.ports.Learner`."""
        async with self._one:
            self._ready = None
            if not trial.passed:
                raise LearningFailed(f"{trial.model} did not pass its trial, so it cannot answer")
            version, _ = await asyncio.to_thread(self._current)
            if self._measured[0] == trial.model and version not in self._measured:
                raise LearningPostponed(
                    f"{trial.model} was measured against {self._measured[1]}, and {version} answers by now"
                )
            is_new = await asyncio.to_thread(self._take_in, trial.model)
            try:
                await self._models.switch(trial.model, among=(version, trial.model))
            except ModelOvertaken as error:
                raise LearningPostponed(f"{trial.model} passed its trial, and meanwhile {error}") from error
            except UnderstandingUnavailable as error:
                if is_new:
                    await asyncio.to_thread(shutil.rmtree, self._store / trial.model, ignore_errors=True)
                raise LearningFailed(f"{trial.model} passed its trial but cannot be loaded: {error}") from error
            for version in await asyncio.to_thread(nlu.store.prune, self._store, KEPT):
                _log.info("model_removed", version=version)

    async def _run(self, taught: tuple[Taught, ...]) -> Result:
        task = Task(self._project.project.files.folder.resolve(), self._store.resolve(), self._cache.resolve(), taught)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "adapters.rasa.trial",
            stdin=asyncio.subprocess.PIPE,  # stays open: its end is the child's end
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(_ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        said: deque[str] = deque(maxlen=_LINES)
        try:
            async with asyncio.timeout(self._seconds):
                process.stdin.write(json.dumps(task.to_json()).encode() + b"\n")
                out, _, _ = await asyncio.gather(process.stdout.read(), _listen(process.stderr, said), process.wait())
        except TimeoutError as error:
            why = (
                f"the training took longer than {self._seconds / 60:.0f} minutes and was ended; approve again when the"
            )
            raise LearningFailed(f"{why} machine has less to do") from error
        except ConnectionError as error:
            raise LearningPostponed("the training process ended before it had its task; the log tells more") from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            process.stdin.close()
        answer = answer_in(out.decode(errors="replace"))
        if process.returncode == 0 and isinstance(answer, Result):
            return answer
        raise trial_end.failure(answer if isinstance(answer, Failure) else None, process.returncode, said)

    def _current(self) -> tuple[str, tuple[Taught, ...]]:
        """The model that is to answer, and the lessons that it knows."""
        try:
            model = nlu.store.resolve(self._store)
            if self._known[0] != model.name:  # a version never changes, and the janitor asks every few seconds
                self._known = model.name, known_to(model)
        except ModelError as error:
            raise LearningFailed(str(error)) from error
        return self._known

    def _list(self) -> Sequence[Teachable]:
        version, lessons = self._current()
        if self._teachable[0] != version:
            self._teachable = version, self._teachable_with(lessons)
        return self._teachable[1]

    def _teachable_with(self, lessons: Sequence[Taught]) -> Sequence[Teachable]:
        if self._grounds is None:
            try:
                self._grounds = Grounds.of(self._project.project, _read(self._project))
            except AssistantError as error:
                raise LearningFailed(f"the assistant's examples cannot be read: {error}") from error
        grounds = self._grounds
        found = {
            name: Teachable(name, example, grounds.answer_to(name))
            for name, example in grounds.firsts.items()
            if grounds.may_be_taught(name)
        }
        for lesson in lessons:
            if not lesson.answer:
                continue
            if lesson.intent not in found:
                found[lesson.intent] = Teachable(lesson.intent, lesson.texts[0], lesson.answer, is_learned=True)
            known = found[lesson.intent]
            if known.is_learned:
                found[lesson.intent] = replace(known, languages=known.languages | {lesson.language or self.language})
        return [found[name] for name in sorted(found)]

    def _clear(self) -> None:
        """Remove candidates, whoever left them: a trial that failed, or one that was killed."""
        place = self._store / CANDIDATES
        place.mkdir(parents=True, exist_ok=True)
        for left in place.iterdir():
            if left.name != MEASURED:
                shutil.rmtree(left, ignore_errors=True)

    def _take_in(self, version: str) -> bool:
        """Move a candidate among the models; False when it is one of them already."""
        if version in nlu.store.list_versions(self._store):
            return False
        candidate = self._store / CANDIDATES / version
        try:
            nlu.store.verify(candidate)
            nlu.store.keep(candidate, self._store, version)
        except ModelError as error:
            raise LearningFailed(f"{version} is not there as it was tried out; try again: {error}") from error
        except OSError as error:
            raise trial_end.of_machine(error.errno, str(error)) from error
        return True


async def _listen(stream: asyncio.StreamReader, said: deque[str]) -> None:
    async for line in stream:
        if text := line.decode(errors="replace").strip():
            said.append(text)


def fingerprint_of(project: RasaAssistant) -> str:
    """What an assistant's answers depend on: its files, and the code that learns."""
    files = project.project.files
    return fingerprint(files.config, [*files.domain, *files.data])


async def train_at_start(versions: VersionedAssistant, store: Path) -> Path:
    """Train the model where that is due, as `ensure_trained` does, with the lessons of the model before it.

    Lessons that do not go with the project as it is now are left out, with a notice. Returns the store; raises
    AssistantError.
    """
    project = versions.project
    config, sources = project.pipeline, project.training_files
    version = await asyncio.to_thread(nlu.store.current_version, store)
    try:
        known = await asyncio.to_thread(known_to, store / version) if version else ()
    except ModelError as error:
        if await asyncio.to_thread(is_trained_on, store, config, sources):
            return store  # whoever loads the model will say so, and nothing better is at hand
        _log.warning("lessons_lost", model=version, why=str(error))
        known = ()
    if not known:
        return await ensure_trained(config, sources, store)
    data = await asyncio.to_thread(_read, project)
    fitting = Grounds.of(project.project, data).fit(known)
    for number, why in sorted(fitting.refused.items()):
        _log.warning("lesson_left_out", lesson=number, why=why)
    as_it_is = not fitting.refused and await asyncio.to_thread(is_trained_on, store, config, sources)
    for lessons, train in ((fitting.lessons, not as_it_is), (fitting.lessons, True), ((), True)):
        if train:
            await _train(versions, store, replace(fitting, lessons=lessons))
        version = await asyncio.to_thread(nlu.store.current_version, store)
        try:
            await versions.prepare(store / (version or ""))
            break
        except UnderstandingUnavailable as error:  # a bot that has forgotten something is better than none
            _log.error("taught_model_unusable", model=version, why=str(error))
    return store


async def _train(versions: VersionedAssistant, store: Path, fitting: Fitting) -> None:
    config, sources = versions.project.pipeline, versions.project.training_files
    with tempfile.TemporaryDirectory() as folder:
        layer = Path(folder) / FOLDER if fitting.lessons else None
        if layer is not None:
            write_layer(fitting.lessons, layer, new=fitting.new, spare=fitting.spare, language=fitting.language)
        await ensure_trained(config, sources, store, layer=layer, anew=True)


def _read(project: RasaAssistant) -> TrainingData:
    try:
        return read_training_data(*project.training_files)
    except SourceError as error:
        raise AssistantError(str(problem) for problem in error.problems) from error
