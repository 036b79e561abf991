"""Fills slots from a message, as `action_extract_slots` of Rasa 3 does: the first mapping that yields wins.

Custom mappings are not run here: their actions are named, and whoever drives the turn runs them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from bot.dialogue import names
from bot.dialogue.domain import Domain, MappingKind, Slot, SlotMapping, SlotType
from bot.dialogue.events import SlotSet, UserUttered
from bot.dialogue.json_value import Json
from bot.dialogue.tracker import Tracker


@dataclass(frozen=True, slots=True)
class Extracted:
    """The slots that a message fills, and the custom actions that may fill more."""

    slots: tuple[SlotSet, ...]
    actions: tuple[str, ...]


def extract(tracker: Tracker) -> Extracted:
    """Read the last message with the mappings of every slot."""
    message = tracker.now.message
    if message is None:
        return Extracted((), ())
    found: list[SlotSet] = []
    actions: dict[str, None] = {}
    for slot in tracker.domain.slots.values():
        for mapping in slot.mappings:
            if not _is_meant(slot, mapping, tracker, message):
                continue
            if mapping.kind is MappingKind.CUSTOM:
                if mapping.action:
                    actions[mapping.action] = None
                continue
            value = _value(slot, mapping, tracker, message)
            if value is not None:
                found.append(SlotSet(slot.name, value))
                break
    return Extracted(tuple(found), tuple(actions))


def _is_meant(slot: Slot, mapping: SlotMapping, tracker: Tracker, message: UserUttered) -> bool:
    return (
        _intent_fits(mapping, tracker, message)
        and _conditions_hold(slot, mapping, tracker)
        and not _is_ambiguous(slot, mapping, tracker)
    )


def _intent_fits(mapping: SlotMapping, tracker: Tracker, message: UserUttered) -> bool:
    form = tracker.domain.forms.get(tracker.now.loop or "")
    unwanted = mapping.not_intents | (form.ignored_intents if form else frozenset[str]())
    if mapping.intents:
        return message.intent in mapping.intents or message.full_intent in mapping.intents
    return message.intent not in unwanted


def _conditions_hold(slot: Slot, mapping: SlotMapping, tracker: Tracker) -> bool:
    if not mapping.conditions or mapping.kind is MappingKind.FROM_TRIGGER_INTENT:
        return True
    now = tracker.now
    requested = tracker.slot(names.REQUESTED_SLOT)
    if now.loop_rejected and requested == slot.name:
        return False
    for condition in mapping.conditions:
        if condition.active_loop != now.loop:
            continue
        if condition.active_loop is None or condition.requested_slot is None:
            return True
        if condition.requested_slot == requested:
            return True
    return False


def _is_ambiguous(slot: Slot, mapping: SlotMapping, tracker: Tracker) -> bool:
    """Whether an entity may be meant for several slots of the form, of which this one was not asked for."""
    if mapping.kind is not MappingKind.FROM_ENTITY:
        return False
    form = tracker.domain.forms.get(tracker.now.loop or "")
    if form is None or slot.name not in form.required_slots or tracker.slot(names.REQUESTED_SLOT) == slot.name:
        return False
    return any(
        other.kind is MappingKind.FROM_ENTITY
        and (other.entity, other.role, other.group) == (mapping.entity, mapping.role, mapping.group)
        for name in form.required_slots
        if name != slot.name and name in tracker.domain.slots
        for other in tracker.domain.slots[name].mappings
    )


def _value(slot: Slot, mapping: SlotMapping, tracker: Tracker, message: UserUttered) -> Json:
    match mapping.kind:
        case MappingKind.FROM_ENTITY:
            values = entity_values(mapping, message)
            if not values:
                return None
            return values if slot.type is SlotType.LIST else values[-1]
        case MappingKind.FROM_TEXT:
            return _listed(slot, message.text) if message.text else None
        case MappingKind.FROM_INTENT:
            return _listed(slot, mapping.value)
        case MappingKind.FROM_TRIGGER_INTENT:
            loops = {c.active_loop for c in mapping.conditions}
            loop = tracker.now.loop
            if loop is None or (loops and loop not in loops):
                return None
            requested = tracker.slot(names.REQUESTED_SLOT)
            return _listed(slot, mapping.value) if requested is None else None
        case MappingKind.CUSTOM:
            return None


def _listed(slot: Slot, value: Json) -> Json:
    if slot.type is SlotType.LIST and value is not None and not isinstance(value, list):
        return [value]
    return value


def entity_values(mapping: SlotMapping, message: UserUttered) -> list[Json]:
    """The values of the entities that a mapping asks for, in the order of the text."""
    return [
        _json(e.value)
        for e in message.entities
        if e.entity == mapping.entity and e.role == mapping.role and e.group == mapping.group
    ]


def _json(value: object) -> Json:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, Mapping):
        return {str(k): _json(v) for k, v in cast("Mapping[object, object]", value).items()}
    if isinstance(value, Sequence):
        return [_json(v) for v in cast("Sequence[object]", value)]
    return str(value)


def required_slots(domain: Domain, form: str) -> tuple[str, ...]:
    """The slots that a form asks for, in order."""
    known = domain.forms.get(form)
    return known.required_slots if known else ()
