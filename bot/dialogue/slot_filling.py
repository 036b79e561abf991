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
from nlu.types import Entity


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
            values = _values(slot, mapping, tracker, message)
            value = values if slot.type is SlotType.LIST else values[-1] if values else None
            if values and (value is not None or tracker.slot(slot.name) is not None):
                found.append(SlotSet(slot.name, value))
                break
    return Extracted(tuple(found), tuple(actions))


def _is_meant(slot: Slot, mapping: SlotMapping, tracker: Tracker, message: UserUttered) -> bool:
    return (
        _is_in_domain(mapping, tracker.domain)
        and _intent_fits(mapping, tracker, message)
        and _conditions_hold(slot, mapping, tracker)
        and not _is_ambiguous(slot, mapping, tracker)
    )


def _is_in_domain(mapping: SlotMapping, domain: Domain) -> bool:
    """Rasa passes over mappings that name what the domain does not have."""
    if mapping.kind is MappingKind.FROM_ENTITY:
        return mapping.entity in domain.entities
    return mapping.kind is not MappingKind.FROM_INTENT or all(i in domain.intents for i in mapping.intents)


def _intent_fits(mapping: SlotMapping, tracker: Tracker, message: UserUttered) -> bool:
    loop = tracker.now.loop
    form = tracker.domain.forms.get(loop or "")
    unwanted = mapping.not_intents
    if form and (not mapping.conditions or any(c.active_loop == loop for c in mapping.conditions)):
        unwanted |= form.ignored_intents
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
    """Whether the same mapping stands at several slots of the form, of which this one was not asked for."""
    if mapping.kind is not MappingKind.FROM_ENTITY:
        return False
    domain = tracker.domain
    form = domain.forms.get(tracker.now.loop or "")
    if form is None or slot.name not in form.required_slots or tracker.slot(names.REQUESTED_SLOT) == slot.name:
        return False
    alike = [m for name in form.required_slots if name in domain.slots for m in domain.slots[name].mappings]
    return alike.count(mapping) > 1


def _values(slot: Slot, mapping: SlotMapping, tracker: Tracker, message: UserUttered) -> list[Json]:
    match mapping.kind:
        case MappingKind.FROM_ENTITY:
            return entity_values(mapping, message)
        case MappingKind.FROM_TEXT:
            return [message.text] if message.text else []
        case MappingKind.FROM_INTENT:
            return _listed(slot, mapping.value)
        case MappingKind.FROM_TRIGGER_INTENT:
            loops = {c.active_loop for c in mapping.conditions}
            loop = tracker.now.loop
            return [] if loop is None or (loops and loop not in loops) else _listed(slot, mapping.value)
        case MappingKind.CUSTOM:
            return []


def _listed(slot: Slot, value: Json) -> list[Json]:
    if slot.type is SlotType.LIST and isinstance(value, list):
        return value
    return [] if value is None else [value]


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


def filled_in_stories(domain: Domain, entities: Sequence[Entity]) -> tuple[SlotSet, ...]:
    """What the entities of a message in a story or rule fill without `slot_was_set`, whatever its intent, as in Rasa.

    Mappings for a loop are left out: there a story says so itself.
    """
    found: list[SlotSet] = []
    for slot in domain.slots.values():
        values = [
            _json(e.value)
            for m in slot.mappings
            if m.kind is MappingKind.FROM_ENTITY and not (m.conditions and m.conditions[0].active_loop)
            for e in entities
            if (e.entity, e.role, e.group) == (m.entity, m.role, m.group)
        ]
        if values:
            found.append(SlotSet(slot.name, values if slot.type is SlotType.LIST else values[-1]))
    return tuple(found)


def required_slots(domain: Domain, form: str) -> tuple[str, ...]:
    """The slots that a form asks for, in order."""
    known = domain.forms.get(form)
    return known.required_slots if known else ()
