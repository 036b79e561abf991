"""Reads the assistant's folder as plain data, with no loader of the product in between.

So these tests hold the project to Rasa's format even where the product's own reader would be lenient.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

PROJECT = Path(__file__).parents[3] / "assistants" / "ecommerce"

BY_REMINDER = "EXTERNAL_"
"""How intents begin that nobody says and a reminder brings, as in Rasa's own examples."""

_MARKED = re.compile(r"\[(?P<text>[^\]]+)\](?:\((?P<entity>\w+)(?::[^)]*)?\)|(?P<json>\{[^}]*\}))")


@dataclass(frozen=True, slots=True)
class Project:
    """The files' content: `examples` by intent (sub-intents of retrieval intents apart), each with its markup."""

    domain: dict[str, Any]
    examples: dict[str, list[str]]
    rules: list[dict[str, Any]]
    stories: list[dict[str, Any]]
    test_stories: list[dict[str, Any]]
    held_out: dict[str, list[str]]
    escalation: dict[str, Any]
    config: dict[str, Any]


@cache
def read_project(folder: Path = PROJECT) -> Project:
    domain: dict[str, Any] = {}
    for path in sorted((folder / "domain").glob("*.yml")):
        for key, value in _read(path).items():
            match domain.get(key):
                case list() as known:
                    known.extend(value)
                case dict() as known:
                    assert not known.keys() & value.keys(), f"{path} defines {known.keys() & value.keys()} again"
                    known.update(value)
                case _:
                    domain[key] = value
    examples: dict[str, list[str]] = {}
    rules: list[dict[str, Any]] = []
    stories: list[dict[str, Any]] = []
    for path in sorted((folder / "data").rglob("*.yml")):
        content = _read(path)
        rules += content.get("rules", [])
        stories += content.get("stories", [])
        for item in content.get("nlu", []):
            if "intent" in item:
                examples.setdefault(item["intent"], []).extend(_lines(item["examples"]))
    test_stories = [s for path in sorted((folder / "tests").glob("test_*.yml")) for s in _read(path)["stories"]]
    held_out: dict[str, list[str]] = {}
    for path in sorted((folder / "tests").glob("messages_held_out*.yml")):
        for item in _read(path)["nlu"]:
            held_out.setdefault(item["intent"], []).extend(_lines(item["examples"]))
    held_out: dict[str, list[str]] = {}
    for path in sorted((folder / "tests").glob("messages_held_out*.yml")):
        for item in _read(path)["nlu"]:
            held_out.setdefault(item["intent"], []).extend(_lines(item["examples"]))
    return Project(
        domain=domain,
        examples=examples,
        rules=rules,
        stories=stories,
        test_stories=test_stories,
        held_out=held_out,
        escalation=_read(folder / "escalation.yml"),
        config=_read(folder / "config.yml"),
    )


def plain(example: str) -> str:
    """The words as a customer types them, without the markup."""
    return _MARKED.sub(r"\g<text>", example)


def entities(example: str) -> set[str]:
    """The names of the entities that are marked in the example."""
    found: set[str] = set()
    for mark in _MARKED.finditer(example):
        named = mark["entity"] or re.search(r'"entity":\s*"(\w+)"', mark["json"] or "")
        found.add(named if isinstance(named, str) else named[1] if named else "")
    return found


def intents(project: Project) -> set[str]:
    """The intents that the domain declares and customers have."""
    return {name for name in all_intents(project) if not name.startswith(BY_REMINDER)}


def all_intents(project: Project) -> set[str]:
    """The same with those that only a reminder brings."""
    return {next(iter(i)) if isinstance(i, dict) else i for i in project.domain["intents"]}


def actions(project: Project) -> set[str]:
    """Everything that may stand behind `action:` in a step."""
    of_responses = {name.split("/")[0] for name in project.domain["responses"]}
    built_in = {"action_deactivate_loop", "action_listen", "action_restart", "action_default_fallback"}
    return {*project.domain["actions"], *project.domain["forms"], *of_responses, *built_in}


def _lines(block: str) -> list[str]:
    return [line.strip().removeprefix("- ") for line in block.splitlines() if line.strip()]


def _read(path: Path) -> dict[str, Any]:
    return YAML(typ="safe").load(path.read_text("utf-8"))
