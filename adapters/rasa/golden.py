"""The golden set: an assistant's own test stories, and what changes in them from one model to another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.rasa.project import Project
from adapters.rasa.report import Report
from adapters.rasa.story_reader import read_stories
from adapters.rasa.testing import Failure, Parse, run_stories
from bot.dialogue.stories import Story
from bot.dialogue.turn import Dialogue
from bot.errors import AssistantError
from nlu.sources.yaml_source import SourceError, YamlMapping
from nlu.training_data import TrainingData, read_training_data


def read_test_stories(project: Project, paths: tuple[Path, ...] = ()) -> list[Story]:
    """Read the test stories of a project, or of the given files. Raises AssistantError."""
    report = Report(project.files.folder)
    stories: list[Story] = []
    for path in paths or project.files.tests:
        root = report.load(path)
        found = root.get("stories") if isinstance(root, YamlMapping) else None
        if found is not None:
            stories.extend(read_stories(found, project.domain.slots, report))
    if report.problems:
        raise AssistantError(report.problems)
    return stories


def annotated_entities(project: Project) -> frozenset[str]:
    """The entities that the project's training data can teach: annotated, looked up or matched."""
    if not project.training_files:
        return frozenset()
    try:
        return learnable_entities(read_training_data(*project.training_files))
    except SourceError as error:
        raise AssistantError(str(p) for p in error.problems) from error


def learnable_entities(data: TrainingData) -> frozenset[str]:
    """The same, of training data that was read."""
    return frozenset((*data.entities, *(p.name for p in data.patterns), *(t.name for t in data.lookups)))


@dataclass(frozen=True, slots=True)
class Outcome:
    """How each story went: None where it passed, else its first failure. In the order of the stories."""

    stories: Sequence[Story]
    failures: Sequence[Failure | None]

    @property
    def passed(self) -> int:
        """How many passed."""
        return sum(failure is None for failure in self.failures)

    def lost(self, later: Outcome) -> list[tuple[Story, Failure]]:
        """The stories that passed here and fail there, with how they fail."""
        return [
            (story, after)
            for story, before, after in zip(self.stories, self.failures, later.failures, strict=True)
            if before is None and after is not None
        ]


def play(
    dialogue: Dialogue,
    stories: Iterable[Story],
    parse: Parse,
    learnable: frozenset[str],
    *,
    notify: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Run every story by itself."""
    played = list(stories)
    failures: list[Failure | None] = []
    for story in played:
        notify(story.name)
        found = run_stories(dialogue, [story], parse, learnable=learnable).failures
        failures.append(found[0] if found else None)
    return Outcome(played, failures)
