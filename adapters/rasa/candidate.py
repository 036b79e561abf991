"""A project with lessons as it answers: the model, and the dialogue that goes with it. Opened or trained here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.rasa import learning
from adapters.rasa.compiling import Compiled, compile_project, with_learned
from adapters.rasa.grounds import Fitting
from adapters.rasa.lessons import EXAMPLES, FOLDER, Taught, layer_of, write_layer
from adapters.rasa.project import Project, read_project
from adapters.rasa.task import CANDIDATES
from adapters.rasa.testing import Parse
from bot.errors import AssistantError
from nlu.config import PipelineConfig
from nlu.model import load
from nlu.training import train
from nlu.training_data import Example, TrainingData, read_training_data
from nlu.types import ParseResult


@dataclass(frozen=True, slots=True)
class Ground:
    """A project without lessons, what it is trained on, and where its models are. `cache` keeps learned dialogue."""

    project: Project
    data: TrainingData
    config: PipelineConfig
    store: Path
    cache: Path | None


@dataclass(frozen=True, slots=True)
class Contender:
    """One of the two that are compared. `added` are its lessons' examples; what was parsed once is remembered."""

    version: str
    parse: Parse
    compiled: Compiled
    added: Sequence[Example]


def opened(ground: Ground, model: Path) -> Contender:
    """Load a model and compile the dialogue with its lessons. Raises ModelError and AssistantError."""
    layer = layer_of(model)
    project = read_project(ground.project.files.folder, layer) if layer else ground.project
    compiled = compile_project(project)
    if compiled.problems:
        raise AssistantError(compiled.problems)
    if project.config.policies.learned:
        compiled = with_learned(compiled, learning.learn(compiled, ground.cache))
    return Contender(model.name, _remembering(load(model).parse), compiled, examples_of(layer))


def trained(
    ground: Ground, fitting: Fitting, lessons: Sequence[Taught], work: Path, notify: Callable[[str], None]
) -> Path:
    """Train a candidate that knows some of the lessons that fit; its folder. Raises ModelError.

    `work` is an empty folder.
    """
    sources = list(ground.project.training_files)
    layer = None
    if lessons:
        layer = work / FOLDER
        write_layer(lessons, layer, new=fitting.new, spare=fitting.spare, language=fitting.language)
        sources += [p for p in (layer / EXAMPLES,) if p.is_file()]
    summary = train(
        read_training_data(*sources),
        ground.config,
        ground.store,
        notify=notify,
        enclosed=layer,
        candidate_in=ground.store / CANDIDATES,
    )
    return Path(summary.path)


def examples_of(layer: Path | None) -> Sequence[Example]:
    """The examples of a layer."""
    path = layer / EXAMPLES if layer else None
    return read_training_data(path).examples if path and path.is_file() else ()


def _remembering(parse: Parse) -> Parse:
    known: dict[str, ParseResult] = {}

    def remembered(text: str) -> ParseResult:
        if text not in known:
            known[text] = parse(text)
        return known[text]

    return remembered
