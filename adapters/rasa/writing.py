"""Writes Rasa's files: a project's domain in the 3.1 format, and people's words so that they are read as they are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from adapters.rasa.slot_reader import slot_to_json
from bot.dialogue import names
from bot.dialogue.domain import Domain
from bot.dialogue.json_value import Json
from nlu.sources.markup import MarkupError, parse_markup

_ADDED: Final = (names.REQUESTED_SLOT, names.LAST_CASE_SLOT)
_FIELD: Final = re.compile(r"\{([^\n{}]+?)\}")
_RASAS_OWN: Final = "session_started_metadata"  # Rasa adds it itself, and refuses a domain that names it


def migrated_domain(domain: Domain) -> dict[str, Json]:
    """The migrated domain as a 3.1 document, without slots that the project does not name."""
    raw = dict(domain.raw)
    slots: dict[str, Json] = {
        name: _slim(slot_to_json(slot))
        for name, slot in domain.slots.items()
        if name != _RASAS_OWN and (slot.mappings or name not in _ADDED)
    }
    document: dict[str, Json] = {"version": "3.1"}
    for key in ("intents", "entities", "e2e_actions"):
        if raw.get(key):
            document[key] = raw[key]
    document["slots"] = slots
    for key in ("forms", "responses", "actions", "session_config"):
        if raw.get(key):
            document[key] = raw[key]
    return document


def _slim(slot: Json) -> Json:
    """Leave out what is the default anyway."""
    if not isinstance(slot, dict):
        return slot
    kept = {k: v for k, v in slot.items() if not (k == "initial_value" and v is None)}
    if kept.get("influence_conversation") is True:
        del kept["influence_conversation"]
    if kept.get("type") == "any":
        kept.pop("influence_conversation", None)
    return kept


def write_yaml(document: dict[str, Json], path: Path) -> None:
    """Write a document, keys in their order."""
    yaml: Any = YAML()
    yaml.default_flow_style = False
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(document, file)


def plain_example(text: str) -> str:
    """Write a text as a training example that is read as it stands: `[so](so)` is no entity, `- so` no list."""
    try:
        is_plain = not parse_markup(text)[1]
    except MarkupError:
        is_plain = False
    written = text if is_plain else text.replace("[", "(").replace("]", ")")
    return written.lstrip("- ") or written


def escaped_answer(text: str) -> str:
    """Write a text as a response that is said as it stands: `{name}` is no slot."""
    return _FIELD.sub(r"{{\1}}", text)
