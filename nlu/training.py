"""Trains a pipeline on training data and publishes the model. Deterministic for the same data and seed."""

from __future__ import annotations

import dataclasses
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

from nlu import asked, safety
from nlu.artifacts import ModelError, write_json
from nlu.config import ENGLISH_ENCODER, PipelineConfig
from nlu.emotion.encoder import installed_encoder, installed_multilingual
from nlu.emotion.training import shipped as shipped_emotion
from nlu.learning.encoders import usable
from nlu.learning.gist import asked_gist, danger_gist
from nlu.model import Model
from nlu.places import cache_folder
from nlu.progress import silent
from nlu.second_encoder import begin
from nlu.store import TRAINING, leave, locked, publish, seal, version_for
from nlu.training_data import TrainingData


@dataclass(frozen=True, slots=True)
class Summary:
    """What a training cost and gave. Times in seconds, memory in MiB (the process' peak)."""

    model: str
    path: str
    examples: int
    intents: int
    entities: int
    seconds: float
    cpu_seconds: float
    peak_memory_mb: float

    def to_json(self) -> dict[str, object]:
        """Return the summary as the last line of `python -m nlu train` prints it."""
        return dataclasses.asdict(self)


def prepare(config: PipelineConfig) -> None:
    """Make the shipped detectors of a pipeline, once for a machine: some seconds, then they are read."""
    names = {step.name for step in config.steps}
    multilingual = installed_multilingual() if config.hears_several else None
    if "EmotionDetector" in names:
        english = installed_encoder() if config.uses(ENGLISH_ENCODER) else None
        shipped_emotion(cache_folder(), english, multilingual)
    if "PersonRequestDetector" in names:
        asked.model()
        if multilingual is not None:
            asked_gist(multilingual)
    if "SafetyDetector" in names:
        safety.model()
        if multilingual is not None:
            danger_gist(multilingual)


def train(
    data: TrainingData,
    config: PipelineConfig,
    out: Path,
    *,
    seed: int = 0,
    notify: Callable[[str], None] = silent,
    enclosed: Path | None = None,
    candidate_in: Path | None = None,
) -> Summary:
    """Train and publish into the store at `out`; the new version becomes current at the very end.

    Who trains for the same store meanwhile is waited for: of two the one that began later stays current.

    `enclosed` is a folder that becomes part of the model, under its own name and under the manifest's hashes. With
    `candidate_in`, another folder, nothing is published: the model is left there under the version it would have.
    What is made once for a machine (encoder, shipped detectors) is made before the clock starts.
    Raises ModelError, before any work, when `out` cannot be made.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ModelError(f"cannot make a model store at {out} ({error.strerror}); name another folder") from error
    config = usable(config, data, notify)
    prepare(config)
    waiting = partial(notify, f"another process trains for {out}; waiting for it, so that the later one stays")
    with locked(out, TRAINING, waiting) if candidate_in is None else nullcontext():
        wall, cpu = time.perf_counter(), time.process_time()
        config, begun = begin(config, data, seed=seed, notify=notify)
        model = begun.model(config)
        try:
            version = save(model, data, config, out, seed=seed, enclosed=enclosed, candidate_in=candidate_in)
        except OSError as error:
            if error.filename is None:  # a write that failed does not say where
                raise OSError(error.errno, error.strerror, str(candidate_in or out)) from error
            raise
    return Summary(
        model=version,
        path=str((candidate_in or out) / version),
        examples=len(data.examples),
        intents=len(data.intents),
        entities=len(data.entities),
        seconds=round(time.perf_counter() - wall, 3),
        cpu_seconds=round(time.process_time() - cpu, 3),
        peak_memory_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    )


def save(
    model: Model,
    data: TrainingData,
    config: PipelineConfig,
    out: Path,
    *,
    seed: int,
    enclosed: Path | None = None,
    candidate_in: Path | None = None,
) -> str:
    """Write a model as a new version of the store at `out` and make it current, or as a candidate; see `train`."""
    place = candidate_in or out
    place.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".staging-", dir=place))
    try:
        entries: list[dict[str, str]] = []
        for number, (step, component) in enumerate(zip(config.steps, model.components, strict=True)):
            folder = staging / f"{number:02d}-{step.name}"
            folder.mkdir()
            component.save(folder)
            entries.append({"name": step.name, "folder": folder.name})
        write_json(staging / "config.json", config.to_json())
        if enclosed is not None:
            shutil.copytree(enclosed, staging / enclosed.name)
        seal(
            staging,
            {
                "components": entries,
                "language": config.language,
                "seed": seed,
                "data": data.fingerprint(),
                "config": sha256((staging / "config.json").read_bytes()).hexdigest(),
                "examples": len(data.examples),
                "intents": list(data.intents),
                "entities": list(data.entities),
            },
        )
        staging.chmod(0o755)
        if candidate_in is None:
            return publish(staging, out)
        version = version_for(staging, out)
        leave(staging, candidate_in, version)
        return version
    finally:
        shutil.rmtree(staging, ignore_errors=True)
