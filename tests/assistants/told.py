"""The words of what an action says by a response that holds data, for tests that run actions without the dialogue."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.dialogue.responses import utter
from tests.assistants.visit import assistant_in


@cache
def sentences(folder: Path) -> frozenset[str]:
    """The names of the responses that hold data, of the assistant in that folder."""
    written = (folder / "domain" / "responses_with_data.yml").read_text(encoding="utf-8")
    return frozenset(YAML(typ="safe").load(written)["responses"])


def worded(folder: Path, message: Mapping[str, Any], language: str) -> str:
    """The message in that language where it holds data, else the name of its response, which says it all."""
    name = str(message.get("response") or "")
    if name not in sentences(folder):
        return name
    domain = assistant_in(folder).dialogue.domain
    said = utter(domain, name, message, channel="web", seed="", at=0.0, language=language)
    assert said is not None
    return said.text
