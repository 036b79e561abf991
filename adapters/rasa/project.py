"""A Rasa project on disk: which files it has and what they say, all mistakes reported at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from adapters.rasa.config_reader import AssistantConfig, read_config
from adapters.rasa.deployment_reader import note_credentials, note_endpoints
from adapters.rasa.domain_reader import read_domain
from adapters.rasa.escalation_reader import Escalation, read_escalation
from adapters.rasa.migration import check_version
from adapters.rasa.playground_reader import Tries, read_tries
from adapters.rasa.report import Report, entries, is_null
from adapters.rasa.story_reader import read_rules, read_stories
from bot.dialogue.domain import Domain, Slot
from bot.dialogue.stories import Place, Story
from bot.errors import AssistantError
from nlu.sources.other_formats import holds_training_data
from nlu.sources.yaml_source import YamlMapping

DATA_KEYS: Final = ("version", "nlu", "stories", "rules", "responses")
_DOMAIN_ONLY: Final = ("intents", "entities", "slots", "actions", "forms", "session_config", "e2e_actions")
_TESTS: Final = ("tests", "test", "test_stories", "e2e")  # Rasa looks into `tests`; projects use others, too


@dataclass(frozen=True, slots=True)
class Files:
    """Where everything of a project is. Missing optional files are None."""

    folder: Path
    config: Path
    domain: tuple[Path, ...]
    data: tuple[Path, ...]
    tests: tuple[Path, ...]
    endpoints: Path | None
    credentials: Path | None
    escalation: Path | None
    has_actions: bool
    layer: Path | None = None
    """A folder with files of the same kinds that are read after the project's own: what the bot was taught."""
    playground: Path | None = None
    json: tuple[Path, ...] = ()
    """Examples in Rasa's older format, which Rasa 3 still reads."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project that was read without mistakes. `training_files` are those with NLU data."""

    files: Files
    domain: Domain
    stories: tuple[Story, ...]
    config: AssistantConfig
    escalation: Escalation
    training_files: tuple[Path, ...]
    notices: tuple[str, ...]
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict["tuple[str, str]", "Place"])
    tries: Tries = field(default_factory=dict[str, "tuple[tuple[str, str], ...]"])
    """What the playground offers its customers to begin with."""

    def where(self, kind: str, name: str) -> str:
        """Where something of the domain or of `escalation.yml` is written, as `file:line`."""
        place = self.places.get((kind, name)) or self.places.get((kind, ""))
        return str(place) if place else "domain"


def find_files(folder: Path, report: Report, layer: Path | None = None) -> Files:
    """Look around in a project's folder; what every project needs and is not there is reported.

    `layer` is a folder whose `domain.yml`, `nlu.yml` and `rules.yml` are read as if they were the project's.
    """
    config = folder / "config.yml"
    if not folder.is_dir():
        report.problems.append(f"{folder}: is not a folder; name the folder of a Rasa project")
    elif not config.is_file():
        report.problems.append(f"config.yml: is missing; every Rasa project has one{_alike(folder, 'config')}")
    parts = _yaml_files(folder / "domain")
    domain = _yaml_files(folder / "domain.yml") or parts
    if parts and domain != parts:
        report.notices.append("domain: is not read beside domain.yml, as in Rasa; remove one of them")
    if not domain and folder.is_dir():
        report.problems.append(f"domain.yml: is missing, and so is a folder 'domain'{_alike(folder, 'domain')}")
    data = _yaml_files(folder / "data")
    older = sorted((folder / "data").rglob("*.md"))
    if not data and older:
        report.problems.append(
            "data: has Markdown only, which is Rasa 1's; convert it with `rasa data convert` of Rasa 2 (nlu and core)"
        )
    elif not data and folder.is_dir():
        report.problems.append("data: has no .yml files; training data, stories and rules are expected there")
    tests = tuple(p for name in _TESTS for p in _yaml_files(folder / name))
    tests += tuple(p for p in data if p.name.startswith("test_"))
    tests += tuple(sorted(p for s in (".yml", ".yaml") for p in folder.glob(f"stories/test_*{s}") if p.is_file()))
    for path in older:
        shown = path.relative_to(folder).as_posix()
        report.notices.append(f"{shown}: Markdown is Rasa 1's and is not read; convert it with `rasa data convert`")
    endpoints = folder / "endpoints.yml"
    credentials = folder / "credentials.yml"
    escalation = folder / "escalation.yml"
    playground = folder / "playground.yml"
    return Files(
        folder,
        config,
        domain + _of_layer(layer, "domain.yml"),
        tuple(p for p in data if not p.name.startswith("test_")) + _of_layer(layer, "nlu.yml", "rules.yml"),
        tests,
        endpoints if endpoints.is_file() else None,
        credentials if credentials.is_file() else None,
        escalation if escalation.is_file() else None,
        (folder / "actions").is_dir() or (folder / "actions.py").is_file(),
        layer,
        playground if playground.is_file() else None,
        tuple(p for p in sorted((folder / "data").rglob("*.json")) if p.is_file() and holds_training_data(p)),
    )


def _alike(folder: Path, name: str) -> str:
    """What a project has in the place of a file, as one that was used with `--domain` or `--config` may."""
    found = sorted(p.name for p in folder.glob(f"{name}*") if p.is_dir() or p.suffix in (".yml", ".yaml"))
    return f"; rename '{found[0]}' if that is it" if found else ""


def _of_layer(layer: Path | None, *names: str) -> tuple[Path, ...]:
    return tuple(p for p in (layer / name for name in names) if p.is_file()) if layer else ()


def _yaml_files(path: Path) -> tuple[Path, ...]:
    if path.is_dir():
        return tuple(sorted(p for p in path.rglob("*") if p.suffix in (".yml", ".yaml") and p.is_file()))
    return (path,) if path.is_file() else ()


def read_project(folder: Path, layer: Path | None = None) -> Project:
    """Read everything but the NLU examples and the tests. Raises AssistantError with all mistakes."""
    report = Report(folder)
    project = survey(folder, report, layer)
    if report.problems:
        raise AssistantError(report.problems)
    return project


def survey(folder: Path, report: Report, layer: Path | None = None) -> Project:
    """Read what can be read, however much is wrong; mistakes and notices go into the report."""
    files = find_files(folder, report, layer)
    config_root = report.load(files.config) if files.config.is_file() else None
    escalation_root = report.load(files.escalation) if files.escalation else None
    config = read_config(config_root, report)
    roots = _data_roots(files.data, report)
    responses = [r for root in roots if isinstance(r := root.get("responses"), YamlMapping)]
    domain = read_domain(files.domain, responses, report)
    stories = _stories(roots, domain.slots, report)
    with_nlu = tuple(root.file for root in roots if root.get("nlu") is not None) + files.json
    escalation = read_escalation(escalation_root, report)
    tries = read_tries(report.load(files.playground) if files.playground else None, report)
    if files.endpoints:
        note_endpoints(report.load(files.endpoints), report, has_actions=files.has_actions)
    if files.credentials:
        note_credentials(report.load(files.credentials), report)
    return Project(
        files, domain, tuple(stories), config, escalation, with_nlu, tuple(report.notices), report.declared, tries
    )


def _data_roots(paths: Iterable[Path], report: Report) -> list[YamlMapping]:
    roots: list[YamlMapping] = []
    for path in paths:
        root = report.load(path)
        if root is None or is_null(root):
            continue
        if not isinstance(root, YamlMapping):
            report.wrong(root, f"a data file must be a mapping with {', '.join(DATA_KEYS)}")
            continue
        _check_keys(root, report)
        roots.append(root)
    return roots


def _check_keys(root: YamlMapping, report: Report) -> None:
    for key, value in entries(root, report, "a data file"):
        if key.raw == "version":
            check_version(value, report)
        elif key.raw in _DOMAIN_ONLY:
            report.note(key, f"'{key.raw}' belongs into the domain; in data files it is not read")
        elif key.raw not in DATA_KEYS:
            report.unread(key, DATA_KEYS, "a data file")
    responses = root.get("responses")
    if responses is not None and not is_null(responses) and not isinstance(responses, YamlMapping):
        report.wrong(responses, "responses must be a mapping from names to wordings")


def _stories(roots: Iterable[YamlMapping], slots: Mapping[str, Slot], report: Report) -> list[Story]:
    found: list[Story] = []
    for root in roots:
        stories, rules = root.get("stories"), root.get("rules")
        if stories is not None:
            found.extend(read_stories(stories, slots, report))
        if rules is not None:
            found.extend(read_rules(rules, slots, report))
    return found
