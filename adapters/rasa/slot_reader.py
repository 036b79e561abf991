"""Reads the slots of a domain with their mappings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from adapters.rasa.report import Report, entries, flag, is_null, items, number, text, texts
from bot.dialogue.domain import MappingCondition, MappingKind, Slot, SlotMapping, SlotType
from bot.dialogue.json_value import Json
from nlu.sources.yaml_source import YamlMapping, YamlNode, YamlScalar

SLOT_KEYS: Final = (
    "type",
    "mappings",
    "initial_value",
    "influence_conversation",
    "values",
    "min_value",
    "max_value",
    "auto_fill",
    "validation",
    "shared_for_coexistence",
)
MAPPING_KEYS: Final = ("type", "entity", "role", "group", "intent", "not_intent", "value", "conditions", "action")
_TYPES: Final = {
    **{t.value: t for t in SlotType},
    "unfeaturized": SlotType.ANY,
}
_CLASSES: Final = {
    "TextSlot": SlotType.TEXT,
    "BooleanSlot": SlotType.BOOL,
    "CategoricalSlot": SlotType.CATEGORICAL,
    "FloatSlot": SlotType.FLOAT,
    "ListSlot": SlotType.LIST,
    "AnySlot": SlotType.ANY,
    "UnfeaturizedSlot": SlotType.ANY,
}
_MODULES: Final = ("rasa.shared.core.slots", "rasa.core.slots", "rasa_core.slots")
"""Where Rasa 2 and 3, Rasa 1, and what came before it have the classes, as domains that tools wrote name them."""


def read_slots(pairs: Sequence[tuple[YamlScalar, YamlNode]], report: Report) -> dict[str, Slot]:
    """Read every slot."""
    found: dict[str, Slot] = {}
    for key, value in pairs:
        name = key.raw.strip()
        if name in found:
            report.note(key, f"the slot '{name}' is given twice; the later one counts")
        found[name] = _slot(name, key, value, report)
        report.declare("slot", name, key)
    return found


def _slot(name: str, key: YamlScalar, node: YamlNode, report: Report) -> Slot:
    settings = dict[str, YamlNode]()
    if isinstance(node, YamlScalar) and node.value is not None:  # `name: text`
        settings["type"] = node
    else:
        for inner, value in entries(node, report, f"the slot '{name}'"):
            if inner.raw in SLOT_KEYS:
                settings[inner.raw] = value
            else:
                report.unread(inner, SLOT_KEYS, "a slot")
    kind = _type(name, settings.get("type"), key, report)
    initial = settings.get("initial_value")
    influences = flag(settings.get("influence_conversation"), report, "influence_conversation", default=True)
    values = tuple(i.plain() for i in items(settings.get("values"), report, "values"))
    if kind is SlotType.CATEGORICAL and not values:
        report.wrong(key, f"the categorical slot '{name}' has no values; list them under 'values'")
    low = number(settings.get("min_value"), report, "min_value", default=0.0)
    high = number(settings.get("max_value"), report, "max_value", default=1.0)
    if low >= high and kind is SlotType.FLOAT:
        report.wrong(key, f"the slot '{name}' has a min_value that is not below its max_value")
    return Slot(
        name,
        kind,
        tuple(read_mapping(m, report) for m in items(settings.get("mappings"), report, "mappings")),
        initial.plain() if initial is not None else None,
        influences and kind is not SlotType.ANY,
        values,
        low,
        high,
    )


def _type(name: str, node: YamlNode | None, key: YamlScalar, report: Report) -> SlotType:
    if node is None or is_null(node):
        report.wrong(key, f"the slot '{name}' has no type; give one of {', '.join(t.value for t in SlotType)}")
        return SlotType.ANY
    written = text(node, report, "a slot's type")
    if written in _TYPES:
        return _TYPES[written]
    module, _, name_of_class = written.rpartition(".")
    if module in _MODULES and name_of_class in _CLASSES:
        return _CLASSES[name_of_class]
    if module:
        report.note(node, f"the slot type '{written}' is code of the project; the slot is kept but influences nothing")
        return SlotType.ANY
    report.wrong(node, f"'{written}' is not a slot type; allowed are {', '.join(t.value for t in SlotType)}")
    return SlotType.ANY


def read_mapping(node: YamlNode, report: Report) -> SlotMapping:
    """Read one mapping."""
    found: dict[str, YamlNode] = {}
    for key, value in entries(node, report, "a slot mapping"):
        if key.raw in MAPPING_KEYS:
            found[key.raw] = value
        else:
            report.unread(key, MAPPING_KEYS, "a slot mapping")
    written = text(found.get("type"), report, "a mapping's type")
    kind = next((k for k in MappingKind if k.value == written), None)
    if kind is None:
        allowed = ", ".join(k.value for k in MappingKind)
        report.wrong(node, f"'{written}' is not a type of slot mapping; allowed are {allowed}")
        kind = MappingKind.CUSTOM
    entity = text(found.get("entity"), report, "entity")
    if kind is MappingKind.FROM_ENTITY and not entity:
        report.wrong(node, "a mapping of type from_entity needs an entity")
    given = found.get("value")
    if kind in (MappingKind.FROM_INTENT, MappingKind.FROM_TRIGGER_INTENT) and given is None:
        report.wrong(node, f"a mapping of type {kind.value} needs a value")
    return SlotMapping(
        kind,
        entity,
        _optional(found.get("role"), report, "role"),
        _optional(found.get("group"), report, "group"),
        frozenset(texts(found.get("intent"), report, "intent")),
        frozenset(texts(found.get("not_intent"), report, "not_intent")),
        given.plain() if given is not None else None,
        tuple(_condition(c, report) for c in items(found.get("conditions"), report, "conditions")),
        text(found.get("action"), report, "action"),
    )


def _optional(node: YamlNode | None, report: Report, what: str) -> str | None:
    return None if node is None or is_null(node) else text(node, report, what)


def _condition(node: YamlNode, report: Report) -> MappingCondition:
    allowed = ("active_loop", "requested_slot")
    for key, _ in entries(node, report, "a condition"):
        if key.raw not in allowed:
            report.unknown(key, allowed, "a mapping's condition")
    if not isinstance(node, YamlMapping):
        return MappingCondition(None)
    loop = _optional(node.get("active_loop"), report, "active_loop")
    requested = _optional(node.get("requested_slot"), report, "requested_slot")
    if requested is not None and loop is None:
        report.wrong(node, "a condition with requested_slot needs the active_loop that asks for it")
    return MappingCondition(loop, requested)


def slot_to_json(slot: Slot) -> Json:
    """A slot as Rasa's domain has it, for custom actions and for writing it out."""
    data: dict[str, Json] = {
        "type": slot.type.value,
        "initial_value": slot.initial_value,
        "influence_conversation": slot.influences,
        "mappings": [mapping_to_json(m) for m in slot.mappings],
    }
    if slot.values:
        data["values"] = list(slot.values)
    if slot.type is SlotType.FLOAT:
        data |= {"min_value": slot.min_value, "max_value": slot.max_value}
    return data


def mapping_to_json(mapping: SlotMapping) -> Json:
    """A mapping as Rasa's domain has it."""
    data: dict[str, Json] = {"type": mapping.kind.value}
    if mapping.entity:
        data["entity"] = mapping.entity
    if mapping.role is not None:
        data["role"] = mapping.role
    if mapping.group is not None:
        data["group"] = mapping.group
    if mapping.intents:
        data["intent"] = list[Json](sorted(mapping.intents))
    if mapping.not_intents:
        data["not_intent"] = list[Json](sorted(mapping.not_intents))
    if mapping.value is not None:
        data["value"] = mapping.value
    if mapping.action:
        data["action"] = mapping.action
    if mapping.conditions:
        data["conditions"] = [
            {"active_loop": c.active_loop, "requested_slot": c.requested_slot}
            if c.requested_slot
            else {"active_loop": c.active_loop}
            for c in mapping.conditions
        ]
    return data
