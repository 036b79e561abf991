"""The NLU model of a project, for commands that run in the terminal: trained when its data changed, then loaded.

`nlu` is imported when it is needed, because scikit-learn takes a second. The server does the same beside
its loop (`bot.training.models`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.rasa.project import Project
from adapters.rasa.report import Report
from bot.errors import AssistantError
from nlu.types import Parser

if TYPE_CHECKING:
    from nlu.config import PipelineConfig
    from nlu.training_data import TrainingData


def model_of(
    project: Project, store: Path, *, notify: Callable[[str], None] = lambda _: None, fresh: bool = False
) -> Parser | None:
    """Load the project's model, training it first when there is none for its data as it is now.

    What is trained becomes current, unless another model became so meanwhile: one that was taught while this went on
    must not be put aside by it. None when the project has no NLU data. Raises AssistantError for mistakes in the data
    or the pipeline.
    """
    if not project.training_files:
        return None
    from nlu.artifacts import ModelError  # noqa: PLC0415 - see the module's docstring
    from nlu.model import load  # noqa: PLC0415

    report = Report(project.files.folder)
    data, config = read_sources(project, report)
    if data is None or config is None:
        raise AssistantError(report.problems)
    for notice in config.notices:
        notify(str(notice))
    wanted = data.fingerprint()
    if not fresh:
        try:
            known = load(store)
        except (ModelError, OSError):
            pass
        else:
            if known.manifest.get("data") == wanted and known.manifest.get("config") == _digest(config.to_json()):
                return known
    from nlu.store import OvertakenError, current_version, publish  # noqa: PLC0415
    from nlu.training import train  # noqa: PLC0415

    try:
        store.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        problem = f"cannot make a model store at {store} ({error.strerror}); name another folder with --models"
        raise AssistantError([problem]) from error
    before = current_version(store)
    notify("training the understanding ...")
    with tempfile.TemporaryDirectory(prefix=".training-", dir=store) as aside:
        try:
            summary = train(data, config, store, notify=notify, candidate_in=Path(aside))
        except ModelError as error:
            raise AssistantError([str(error)]) from error
        cost = f"{summary.examples} examples, {summary.intents} intents, {summary.cpu_seconds:.1f} s of CPU"
        notify(f"understanding: {cost}")
        try:
            return load(store / publish(Path(summary.path), store, among=(before,)))
        except OvertakenError:
            now = current_version(store)
            notify(f"{now} went live meanwhile and stays: what was trained is used by this command alone")
            return load(Path(summary.path))


def problems_of_understanding(project: Project) -> list[str]:
    """What is wrong with the examples and the pipeline, each with its place, without training."""
    report = Report(project.files.folder)
    if project.training_files:
        read_sources(project, report)
    return report.problems


def read_sources(project: Project, report: Report) -> tuple[TrainingData | None, PipelineConfig | None]:
    """Read the training data and the pipeline; None, with the mistakes noted, for what cannot be read."""
    from nlu.config import read_config  # noqa: PLC0415 - see the module's docstring
    from nlu.sources.yaml_source import SourceError  # noqa: PLC0415
    from nlu.training_data import read_training_data  # noqa: PLC0415

    data = config = None
    try:
        data = read_training_data(*project.training_files)
    except SourceError as error:
        report.take(error.problems)
    try:
        config = read_config(project.files.config)
    except SourceError as error:
        report.take(error.problems)
    return data, config


def _digest(config: dict[str, object]) -> str:
    """The hash under which a model's manifest knows its configuration."""
    from nlu.artifacts import write_json  # noqa: PLC0415 - see the module's docstring

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config.json"
        write_json(path, config)
        return sha256(path.read_bytes()).hexdigest()
