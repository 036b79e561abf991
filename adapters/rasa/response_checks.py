"""What is wrong or doubtful in an assistant's responses: nobody says them, names in them that nothing stands for.

Pure over what was read. Words and buttons that an action's code puts together are not seen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from adapters.rasa.project import Project
from adapters.rasa.report import nearest
from bot.dialogue.domain import Domain, SlotType, Variation
from bot.dialogue.responses import fill
from nlu.payload import parse_payload

_FIELD: Final = re.compile(r"\{(\w[\w-]*)[^\n{}]*\}")  # {slot}, {slot[key]}, {slot.key}
_KEPT: Final = re.compile(r"\{\{[^\n{}]*\}\}")  # {{so}} is read with its braces
_STANDARD: Final = {"utter_default", "utter_restart", "utter_back", "utter_ask_rephrase", "utter_please_rephrase"}


def missing_responses(project: Project, used: Mapping[str, str]) -> list[str]:
    """Errors: what is listed under actions and written nowhere, or has no wording. `used` are actions of stories."""
    domain = project.domain
    found = [
        f"{project.where('action', action)}: the response '{action}' is used but not written under responses"
        for action in sorted(set(domain.actions) - used.keys())
        if action.startswith("utter_") and action not in domain.responses and domain.retrieved_by(action) is None
    ]
    return found + [
        f"{project.where('response', name)}: the response '{name}' has no wording"
        for name, wordings in domain.responses.items()
        if not wordings
    ]


def doubtful_responses(project: Project, used: Mapping[str, str], in_code: frozenset[str]) -> list[str]:
    """Warnings. `in_code` are the responses that the code of actions names: it may fill fields of its own in them."""
    domain, found = project.domain, list["str"]()
    needed = {*used, *_questions(domain), *_STANDARD, *in_code}
    for name, wordings in domain.responses.items():
        where, is_said = project.where("response", name), name in needed or "/" in name
        if not is_said:
            found.append(f"{where}: the response '{name}' is in no rule or story, and no action's code names it")
        said_in = {wording.language for wording in wordings}
        lacking = [tag for tag in project.config.additional_languages if tag not in said_in]
        if lacking and any(wording.text for wording in wordings):
            found.append(f"{where}: the response '{name}' has no translation into {', '.join(lacking)}")
        found += [f"{where}: {doubt}" for doubt in _doubts(name, wordings, domain, may_be_given=name in in_code)]
    return list(dict.fromkeys(found))


def _questions(domain: Domain) -> Iterator[str]:
    """What forms ask with. One with a validator may ask for any slot: the validator may say so."""
    for form in domain.forms.values():
        for slot in domain.slots if f"validate_{form.name}" in domain.actions else form.required_slots:
            yield f"utter_ask_{slot}"
            yield f"utter_ask_{form.name}_{slot}"


def _doubts(name: str, wordings: tuple[Variation, ...], domain: Domain, *, may_be_given: bool) -> list[str]:
    found: list[str] = []
    if wordings and all(wording.conditions for wording in wordings) and not _covers_all(wordings, domain):
        found.append(f"every wording of '{name}' has a condition; where none holds, nothing is said")
    pressed: set[str] = set()
    for wording in wordings:
        found += [
            f"a condition of '{name}' names the slot '{slot}', not in the domain{nearest(slot, domain.slots)}"
            for slot, _ in wording.conditions
            if slot not in domain.slots
        ]
        found += _doubtful_fields(name, wording.text, domain, may_be_given=may_be_given)
        for button in wording.buttons:
            if button.payload not in pressed:  # translated buttons send the same
                found += [
                    f"the button '{button.title}' of '{name}' {d}" for d in payload_doubts(button.payload, domain)
                ]
            pressed.add(button.payload)
    return found


def _covers_all(wordings: tuple[Variation, ...], domain: Domain) -> bool:
    """Whether the conditions have every value of one slot, which has a value from the beginning."""
    slot = domain.slots.get(wordings[0].conditions[0][0])
    if slot is None or slot.initial_value is None or any(len(w.conditions) != 1 for w in wordings):
        return False
    wanted = {str(value).casefold() for w in wordings for name, value in w.conditions if name == slot.name}
    possible = (True, False) if slot.type is SlotType.BOOL else slot.values
    return bool(possible) and wanted >= {str(value).casefold() for value in possible}


def _doubtful_fields(name: str, text: str, domain: Domain, *, may_be_given: bool) -> list[str]:
    read = _KEPT.sub("", text)
    found = [
        f"'{name}' says {{{field}}}, and no slot is called so{nearest(field, domain.slots)}"
        for field in _FIELD.findall(read)
        if field not in domain.slots and not may_be_given
    ]
    rest = _FIELD.sub("", read)
    if "{" in rest or "}" in rest:
        found.append(f"'{name}' has a brace without its other half; write {{{{ and }}}} for braces that are to be read")
    return found


def payload_doubts(payload: str, domain: Domain) -> list[str]:
    """What a button would send that nobody understands. One that sends words has no such doubts."""
    said = fill(payload, dict.fromkeys(domain.slots, "…"))
    read = parse_payload(said) if said.startswith("/") else None
    if read is None:
        return []
    found: list[str] = []
    if read.intent.name.partition("/")[0] not in domain.intents:
        found.append(
            f"means '{read.intent.name}', an intent not in the domain{nearest(read.intent.name, domain.intents)}"
        )
    if "{" in said and not _is_object(said[said.index("{") :]):
        found.append(
            f"has entities that cannot be read: {payload}; they are JSON, with double quotes around names and texts"
        )
    return found + [
        f"names the entity '{entity.entity}', not in the domain{nearest(entity.entity, domain.entities)}"
        for entity in read.entities
        if entity.entity not in domain.entities
    ]


def _is_object(written: str) -> bool:
    try:
        read: object = json.loads(written)
    except (ValueError, RecursionError):
        return False
    return isinstance(read, dict)
