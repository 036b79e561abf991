"""Reads `config.yaml`: every setting in one place, checked before anything starts.

All mistakes are reported at once, each with its path in the file, its line and what is allowed. Unknown
keys are refused. Secrets are written as `${NAME}` and come from the environment; they are looked up
only for platforms that are switched on, and never kept in a message or a log.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.config.coherence import Problem, contradictions
from bot.config.sections import VARIABLE, PlatformsSection, Settings
from bot.errors import ConfigError
from nlu.sources.yaml_source import SourceError, YamlMapping, YamlNode, YamlSequence, load_yaml

_NUMBER: Final = "must be a number"
_WHOLE: Final = "must be a whole number"
_SWITCH: Final = "must be true or false"
_LIST: Final = "must be a list, such as [a, b]"
_DATE: Final = "must be a date, such as 2026-12-24"
_WORDS: Final[Mapping[str, str]] = {
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "bool_type": _SWITCH,
    "bool_parsing": _SWITCH,
    "string_type": "must be a text; put it in quotes",
    "tuple_type": _LIST,
    "dict_type": "must be a mapping (key: value)",
    "model_type": "must be a mapping (key: value)",
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "greater_than_equal": "must be {ge:g} or more",
    "greater_than": "must be more than {gt:g}",
    "less_than_equal": "must be {le:g} or less",
    "less_than": "must be less than {lt:g}",
    "too_short": "needs {min_length} or more",
    "string_too_short": "must not be empty",
}
"""What a mistake is called, by pydantic's name for it; others are in sentences of our own."""


class Configuration:
    """Settings that passed, the folder that relative paths start from, and the secrets they name."""

    def __init__(self, settings: Settings, folder: Path, secrets: Mapping[str, str]) -> None:
        self.settings = settings
        self.folder = folder
        self._secrets = secrets

    def path(self, written: str) -> Path:
        """A path of the file, absolute."""
        return (self.folder / written).resolve()

    @property
    def assistant_data(self) -> Path:
        """Where the sample assistants' actions keep what they write, unless `WARMLINE_DATA` names another folder."""
        return self.path(self.settings.data_folder) / "assistant"

    def secret(self, reference: str) -> str:
        """What `${NAME}` stands for; empty for an empty reference, and for one that nothing needs."""
        found = VARIABLE.match(reference)
        return self._secrets.get(found[1], "") if found else ""


def load(path: Path, environment: Mapping[str, str]) -> Configuration:
    """Read and check a configuration file. Raises ConfigError with every mistake in it."""
    if not path.exists():
        raise ConfigError([f"{path}: there is no such file; start in Warmline's folder, or name it with --config"])
    try:
        node = load_yaml(path)
    except SourceError as error:
        raise ConfigError([str(problem) for problem in error.problems]) from error
    plain = node.plain()
    if plain is None:
        plain = {}
    if not isinstance(plain, dict):
        raise ConfigError([f"{path}:1: a configuration is a mapping of settings, such as `assistant: assistants/x`"])
    try:
        settings = Settings.model_validate(plain)
    except ValidationError as error:
        details = error.errors()
        inner = {detail["loc"][:n] for detail in details for n in range(1, len(detail["loc"]))}
        raise ConfigError([_sentence(path, node, d) for d in details if d["loc"] not in inner]) from error
    secrets, missing = _secrets(settings, environment)
    if problems := [*contradictions(settings), *missing]:
        raise ConfigError([_placed(path, node, loc, text) for loc, text in problems])
    return Configuration(settings, path.resolve().parent, secrets)


def _secrets(settings: Settings, environment: Mapping[str, str]) -> tuple[dict[str, str], list[Problem]]:
    found: dict[str, str] = {}
    missing: list[Problem] = []
    for setting, reference in _wanted(settings.platforms):
        match = VARIABLE.match(reference)
        value = environment.get(match[1], "") if match else ""
        if match and value:
            found[match[1]] = value
        else:
            name = match[1] if match else "NAME"
            said = f"set {name} in the environment (the file says {reference or 'nothing'})"
            missing.append((tuple(setting.split(".")), said))
    return found, missing


def _wanted(platforms: PlatformsSection) -> list[tuple[str, str]]:
    """The secrets that what is switched on cannot do without, with their settings."""
    slack, teams = platforms.slack, platforms.teams
    wanted: list[tuple[str, str]] = []
    if slack.enabled:
        wanted.append(("platforms.slack.bot_token", slack.bot_token))
        if slack.mode == "socket":
            wanted.append(("platforms.slack.app_token", slack.app_token))
        else:
            wanted.append(("platforms.slack.signing_secret", slack.signing_secret))
        if slack.old_signing_secret:
            wanted.append(("platforms.slack.old_signing_secret", slack.old_signing_secret))
        if slack.mark_secret:
            wanted.append(("platforms.slack.mark_secret", slack.mark_secret))
    if teams.enabled and teams.app_type != "managed_identity" and not teams.insecure_local:
        name = "certificate" if teams.certificate else "secret"
        wanted.append((f"platforms.teams.{name}", teams.certificate or teams.secret))
    if teams.enabled and teams.mark_secret:
        wanted.append(("platforms.teams.mark_secret", teams.mark_secret))
    return wanted


def _sentence(path: Path, node: YamlNode, detail: ErrorDetails) -> str:
    kind, loc = detail["type"], detail["loc"]
    if kind == "extra_forbidden":
        beside = _names_beside(loc)
        near = get_close_matches(str(loc[-1]), beside, 1)
        hint = f"did you mean {near[0]}?" if near else f"allowed here: {', '.join(beside)}"
        text = f"there is no such setting; {hint}"
    elif kind == "missing":
        text = "is missing"
    elif kind in _WORDS:
        text = f"{_WORDS[kind].format_map(detail.get('ctx', {}))} (it is {detail['input']!r:.80})"
    else:
        text = detail["msg"].removeprefix("Value error, ")
    return _placed(path, node, loc, text)


def _placed(path: Path, node: YamlNode, loc: tuple[int | str, ...], text: str) -> str:
    place = ".".join(str(part) for part in loc)
    return f"{path}:{_line(node, loc)}: {place + ': ' if place else ''}{text}"


def _line(node: YamlNode, loc: tuple[int | str, ...]) -> int:
    line = node.line
    for part in loc:
        if isinstance(node, YamlMapping):
            found = next(((key, value) for key, value in node.entries if key.raw == part), None)
            if found is None:
                return line
            line, node = found[0].line, found[1]
        elif isinstance(node, YamlSequence) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
            line = node.line
    return line


def _names_beside(loc: tuple[int | str, ...]) -> list[str]:
    model: Any = Settings
    for part in loc[:-1]:
        if isinstance(part, int):
            continue
        annotation = model.model_fields[part].annotation
        arguments = getattr(annotation, "__args__", ())
        model = next((a for a in (annotation, *arguments) if hasattr(a, "model_fields")), Settings)
    return sorted(model.model_fields)
