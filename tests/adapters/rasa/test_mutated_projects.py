"""A project that works, with something in it changed at random: every command answers with mistakes, never a crash."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from adapters.rasa.commands import rasa_commands
from bot.errors import AssistantError

PROJECTS = Path(__file__).parents[2] / "projects"
FILES = ("config.yml", "domain.yml", "data/nlu.yml", "data/rules.yml", "tests/test_stories.yml")
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, -1, 10**30, 0.5, float("nan"), float("inf")]),
    st.text(max_size=8),
    st.sampled_from(["text", "utter_greet", "greet", "/greet{", "[x](e", "[x]{", "${X}", "{slot}", "*", "null", "a/b"]),
    st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=3)), max_size=2),
    st.dictionaries(st.text(max_size=3), st.one_of(st.none(), st.integers()), max_size=2),
)
CHANGES = st.tuples(
    st.sampled_from(FILES),
    st.integers(0, 400),
    st.sampled_from(["replace", "remove", "double", "rename", "nest"]),
    ODD,
)


def _yaml() -> Any:
    yaml: Any = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    return yaml


def places(node: Any) -> list[tuple[Any, Any]]:
    """Every place in a document: what holds it, and under which key or index."""
    keys: Any = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    return [place for key in keys for place in ((node, key), *places(node[key]))]


def changed(document: Any, where: int, how: str, odd: Any) -> Any:
    """The document with one place changed."""
    found = places(document)
    if not found:
        return odd
    holder, key = found[where % len(found)]
    match how:
        case "remove":
            del holder[key]
        case "double" if isinstance(holder, list):
            holder.append(holder[key])
        case "rename" if isinstance(holder, dict):
            holder[str(odd)[:12]] = holder.pop(key)
        case "nest":
            holder[key] = [holder[key]]
        case _:
            holder[key] = odd
    return document


def with_changes(folder: Path, changes: list[tuple[str, int, str, Any]]) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(PROJECTS / "helpdesk", folder, ignore=shutil.ignore_patterns("__pycache__"))
    config = _yaml().load((folder / "config.yml").read_text("utf-8"))
    documents = {name: _yaml().load((folder / name).read_text("utf-8")) for name in FILES}
    documents["config.yml"] = config | {"pipeline": "light"}  # seconds less for each
    for name, where, how, odd in changes:
        documents[name] = changed(documents[name], where, how, odd)
    for name, document in documents.items():
        stream = io.StringIO()
        _yaml().dump(document, stream)
        (folder / name).write_text(stream.getvalue(), "utf-8")
    return folder


def answer(command: str, folder: Path, *options: str | Path) -> Result:
    result = CliRunner().invoke(rasa_commands, [command, str(folder), *map(str, options)])
    if isinstance(result.exception, AssistantError):
        assert result.exception.problems
        assert all(": " in problem for problem in result.exception.problems)
    elif result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.mark.timeout(300)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(CHANGES, min_size=1, max_size=3))
@example([("data/nlu.yml", 0, "remove", None)])
def test_whatever_is_changed_commands_answer_with_mistakes(
    tmp_path: Path, changes: list[tuple[str, int, str, Any]]
) -> None:
    folder = with_changes(tmp_path / "odd", changes)
    models = tmp_path / "models"
    answer("validate", folder)
    answer("train", folder, "--models", models)
    answer("test", folder, "--json", "--models", models)
    answer("visualize", folder, "--out", tmp_path / "graph.svg")
    answer("migrate", folder)
