"""Finds out how a project's custom actions are run, and gets them ready."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from adapters.actions.over_http import Endpoint, HttpActions
from bot.dialogue.acting import TIME_LIMIT, Actions
from bot.errors import AssistantError
from nlu.sources.yaml_source import SourceError, YamlMapping, YamlNode, YamlScalar, load_yaml

_VARIABLE: Final = re.compile(r"\$\{(\w+)\}|\$(\w+)")


def open_actions(
    folder: Path, *, seconds: float = TIME_LIMIT, server: bool = False, environment: Mapping[str, str] = os.environ
) -> Actions | None:
    """Get a project's actions ready: its own `actions` code in this process, else its action server.

    With `server` the action server of `endpoints.yml` is used even if the code is there. None when there
    are neither. Raises AssistantError when the code cannot be imported or the endpoint cannot be read.
    """
    own = (folder / "actions").is_dir() or (folder / "actions.py").is_file()
    if own and not server:
        from adapters.actions.loading import load_actions  # noqa: PLC0415 - rasa_sdk loads sanic: a second

        return load_actions(folder, seconds=seconds)
    endpoint = read_endpoint(folder / "endpoints.yml", environment)
    return HttpActions(endpoint, seconds=seconds) if endpoint else None


def read_endpoint(path: Path, environment: Mapping[str, str]) -> Endpoint | None:
    """Read `action_endpoint` of an `endpoints.yml`; `${NAME}` is taken from the environment."""
    if not path.is_file():
        return None
    try:
        root = load_yaml(path)
    except SourceError as error:
        raise AssistantError(str(p) for p in error.problems) from error
    node = root.get("action_endpoint") if isinstance(root, YamlMapping) else None
    if not isinstance(node, YamlMapping):
        return None
    url = _text(node.get("url"), environment)
    if not url.startswith(("http://", "https://")):
        raise AssistantError(
            [f"{path.name}:{node.line}: action_endpoint needs a url that begins with http:// or https://"]
        )
    basic = node.get("basic_auth")
    token = _text(node.get("token"), environment)
    params = _texts(node.get("params"), environment)
    if token:
        params[_text(node.get("token_name"), environment) or "token"] = token
    return Endpoint(
        url,
        _texts(node.get("headers"), environment),
        params,
        (_text(basic.get("username"), environment), _text(basic.get("password"), environment))
        if isinstance(basic, YamlMapping)
        else None,
        _text(node.get("cafile"), environment),
    )


def _text(node: YamlNode | None, environment: Mapping[str, str]) -> str:
    if not isinstance(node, YamlScalar) or node.value is None:
        return ""
    return _VARIABLE.sub(lambda m: environment.get(m.group(1) or m.group(2), m.group(0)), node.raw.strip())


def _texts(node: YamlNode | None, environment: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(node, YamlMapping):
        return {}
    return {key.raw: _text(value, environment) for key, value in node}
