"""The whole way with a trained model: the projects' test stories, their words understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.rasa.compiling import compile_project, with_learned
from adapters.rasa.golden import annotated_entities, read_test_stories
from adapters.rasa.learning import rows_of, train
from adapters.rasa.project import read_project
from adapters.rasa.testing import run_stories
from adapters.rasa.understanding import model_of

PROJECTS = Path(__file__).parents[2] / "projects"


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["florist", "tables", "bank", "helpdesk", "moods"])
def test_a_project_passes_its_test_stories_in_words(name: str, tmp_path: Path) -> None:
    project = read_project(PROJECTS / name)
    compiled = compile_project(project)
    learned = train(rows_of(compiled)) if project.config.policies.learned else None
    model = model_of(project, tmp_path)
    assert model is not None
    again = model_of(project, tmp_path)
    assert again is not None
    assert again.parse("hello").model == model.parse("hello").model, "what was trained on this data is used again"
    results = run_stories(
        with_learned(compiled, learned).dialogue,
        read_test_stories(project),
        model.parse,
        learnable=frozenset(annotated_entities(project)),
    )
    assert results.to_json()["failed"] == []
