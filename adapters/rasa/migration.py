"""Rasa 2 domains as Rasa 3 means them, as `rasa data migrate` does it: mappings move from forms to slots.

In memory here; writing a migrated project out is a command's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from adapters.rasa.report import Report, flag, is_null, items
from adapters.rasa.slot_reader import read_mapping
from bot.dialogue.domain import MappingCondition, MappingKind, Slot, SlotMapping, SlotType
from bot.dialogue.json_value import Json
from nlu.sources.yaml_source import YamlMapping, YamlNode, YamlScalar, YamlSequence

_VERSIONS: Final = ("2", "3")
Pairs = Sequence[tuple[YamlScalar, YamlNode]]


def check_version(node: YamlNode, report: Report) -> None:
    """Note a format that nobody here reads."""
    written = node.raw.strip() if isinstance(node, YamlScalar) else ""
    if written.partition(".")[0] not in _VERSIONS:
        report.wrong(node, f"the format version '{written}' is not supported; 2.0 to 3.1 are")


def is_version_2(version: str, slots: Pairs, forms: Pairs) -> bool:
    """Whether a domain is in the format of Rasa 2: by its version and its shape.

    Slots with mappings of their own are Rasa 3's, whatever version stands above them: projects keep an old line.
    """
    if version and version.strip("'\"").split(".")[0] not in ("1", "2"):
        return False
    if any(_mapped_slots(value) for _, value in forms):
        return True
    own = [value for _, value in slots if isinstance(value, YamlMapping)]
    return bool(version or own) and not any("mappings" in value for value in own)


def _mapped_slots(form: YamlNode) -> tuple[tuple[YamlScalar, YamlNode], ...]:
    """The slots of a form that carry their mappings inside it."""
    if not isinstance(form, YamlMapping):
        return ()
    required = form.get("required_slots")
    if isinstance(required, YamlMapping):
        return required.entries
    if required is None and "ignored_intents" not in form:
        return form.entries
    return ()


def migrated_slots(
    pairs: Pairs, forms: Pairs, slots: dict[str, Slot], entities: frozenset[str], report: Report
) -> dict[str, Slot]:
    """The slots with the mappings that their forms held, and filled by entities of their name."""
    gathered: dict[str, list[SlotMapping]] = {name: list(slot.mappings) for name, slot in slots.items()}
    for key, form in forms:
        for slot, node in _mapped_slots(form):
            name = slot.raw.strip()
            if name not in gathered:
                gathered[name] = []
                slots[name] = Slot(name, SlotType.TEXT, influences=False)
            mappings = [read_mapping(m, report) for m in items(node, report, f"the mappings of '{name}'")]
            for mapping in mappings or [SlotMapping(MappingKind.FROM_ENTITY, entity=name)]:
                _add(gathered[name], _conditioned(mapping, key.raw.strip(), name))
    for key, node in pairs:
        name = key.raw.strip()
        auto = node.get("auto_fill") if isinstance(node, YamlMapping) else None
        fills = auto is None or is_null(auto) or flag(auto, report, "auto_fill", default=True)
        if name in entities and fills and not any(not m.conditions and m.entity == name for m in gathered[name]):
            gathered[name].append(SlotMapping(MappingKind.FROM_ENTITY, entity=name))
        if not gathered[name]:
            gathered[name].append(SlotMapping(MappingKind.CUSTOM))
    return {name: replace(slot, mappings=tuple(gathered[name])) for name, slot in slots.items()}


def _conditioned(mapping: SlotMapping, form: str, slot: str) -> SlotMapping:
    """Only while the form is active; what is no entity, only when the slot was asked for."""
    free = mapping.kind in (MappingKind.FROM_ENTITY, MappingKind.FROM_TRIGGER_INTENT)
    return replace(mapping, conditions=(MappingCondition(form, None if free else slot),))


def _add(known: list[SlotMapping], mapping: SlotMapping) -> None:
    for index, other in enumerate(known):
        if other.conditions and replace(other, conditions=()) == replace(mapping, conditions=()):
            known[index] = replace(other, conditions=(*other.conditions, *mapping.conditions))
            return
    known.append(mapping)


def form_to_json(form: YamlNode) -> Json:
    """A form as Rasa 3 has it."""
    if not isinstance(form, YamlMapping):
        return {}
    data: dict[str, Json] = {}
    ignored = form.get("ignored_intents")
    if ignored is not None:
        data["ignored_intents"] = ignored.plain()
    mapped = _mapped_slots(form)
    required = form.get("required_slots")
    if mapped:
        data["required_slots"] = [k.raw for k, _ in mapped]
    elif isinstance(required, YamlSequence):
        data["required_slots"] = required.plain()
    else:
        data["required_slots"] = []
    return data
