"""Reads a domain (one file or a folder of files, split or not) into `bot.dialogue.domain.Domain`.

Every mistake is reported with file and line; a 2.x domain is migrated on the way (`migration`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from adapters.rasa import migration, response_reader, slot_reader
from adapters.rasa.report import Report, entries, flag, is_null, items, nearest, number, text, texts
from bot.dialogue import names
from bot.dialogue.domain import Domain, Form, IntentSettings, SessionSettings, Slot, SlotType, Variation
from bot.dialogue.json_value import Json
from nlu.sources.yaml_source import YamlMapping, YamlNode, YamlScalar

DOMAIN_KEYS: Final = (
    "version",
    "intents",
    "entities",
    "slots",
    "responses",
    "templates",
    "actions",
    "forms",
    "e2e_actions",
    "session_config",
    "config",
    "imports",
)
_INTENT_KEYS: Final = ("use_entities", "ignore_entities", "is_retrieval_intent", "triggers")
_ENTITY_KEYS: Final = ("roles", "groups", "influence_conversation")
_SESSION_KEYS: Final = ("session_expiration_time", "carry_over_slots_to_new_session", "start_session_after_expiry")
_FORM_KEYS: Final = ("required_slots", "ignored_intents")


@dataclass(slots=True)
class Sections:
    """The sections of all domain files, entry by entry."""

    version: str = ""
    intents: list[YamlNode] = field(default_factory=list["YamlNode"])
    entities: list[YamlNode] = field(default_factory=list["YamlNode"])
    actions: list[YamlNode] = field(default_factory=list["YamlNode"])
    e2e_actions: list[YamlNode] = field(default_factory=list["YamlNode"])
    slots: list[tuple[YamlScalar, YamlNode]] = field(default_factory=list["tuple[YamlScalar, YamlNode]"])
    responses: list[tuple[YamlScalar, YamlNode]] = field(default_factory=list["tuple[YamlScalar, YamlNode]"])
    forms: list[tuple[YamlScalar, YamlNode]] = field(default_factory=list["tuple[YamlScalar, YamlNode]"])
    session: YamlNode | None = None


def read_domain(files: Sequence[Path], responses: Sequence[YamlMapping], report: Report) -> Domain:
    """Read the domain from its files, and responses that stand with the training data."""
    sections = Sections()
    for path in files:
        root = report.load(path)
        if root is not None and not is_null(root):
            _collect(root, sections, report)
    for mapping in responses:
        sections.responses.extend(mapping.entries)
    return _build(sections, report)


def _collect(root: YamlNode, into: Sections, report: Report) -> None:  # noqa: C901, PLR0912 - one case a key
    for key, value in entries(root, report, "a domain file"):
        match key.raw:
            case "version":
                migration.check_version(value, report)
                into.version = into.version or text(value, report, "version")
            case "intents":
                into.intents.extend(items(value, report, "intents"))
            case "entities":
                into.entities.extend(items(value, report, "entities"))
            case "actions":
                into.actions.extend(items(value, report, "actions"))
            case "e2e_actions":
                into.e2e_actions.extend(items(value, report, "e2e_actions"))
            case "slots":
                into.slots.extend(entries(value, report, "slots"))
            case "responses" | "templates":
                into.responses.extend(entries(value, report, "responses"))
            case "forms":
                _collect_forms(value, into, report)
            case "session_config":
                into.session = value
            case "config":
                report.note(key, "the domain's 'config' (store_entities_as_slots) has no meaning since Rasa 3; ignored")
            case "imports":
                report.note(key, "'imports' is not followed; only the files of the project's own folder are read")
            case _:
                report.unread(key, DOMAIN_KEYS, "a domain")


def _collect_forms(value: YamlNode, into: Sections, report: Report) -> None:
    if isinstance(value, YamlMapping):
        into.forms.extend(value.entries)
        return
    for item in items(value, report, "forms"):  # Rasa 1: a list of names
        if isinstance(item, YamlScalar):
            into.forms.append((item, YamlMapping((), item.file, item.line)))
        else:
            into.forms.extend(entries(item, report, "a form"))


def _build(sections: Sections, report: Report) -> Domain:
    entities, ignored, labels = _entities(sections.entities, report)
    intents = _intents(sections.intents, labels, report)
    responses = _responses(sections.responses, report)
    forms = _forms(sections.forms, report)
    slots = slot_reader.read_slots(sections.slots, report)
    if migration.is_version_2(sections.version, sections.slots, sections.forms):
        slots = migration.migrated_slots(sections.slots, sections.forms, slots, entities, report)
        where = f"{sections.slots[0][0].file.name}: " if sections.slots else ""
        report.notices.append(
            f"{where}a Rasa 2 domain, migrated in memory; `python -m bot migrate` writes it in the 3.1 format"
        )
    _check_forms(sections.forms, forms, slots, report)
    _with_standard_slots(slots)
    actions = _names(sections.actions, report, "action")
    retrieval = {n.removeprefix("utter_").partition("/")[0] for n in responses if "/" in n}
    e2e = frozenset(_names(sections.e2e_actions, report, "e2e action"))
    return Domain(
        intents,
        entities,
        ignored,
        slots,
        responses,
        forms,
        tuple(actions),
        e2e,
        frozenset(retrieval),
        _session(sections.session, report),
        _raw(sections, actions, slots),
    )


def _entities(nodes: Sequence[YamlNode], report: Report) -> tuple[frozenset[str], frozenset[str], dict[str, set[str]]]:
    """The names, those that do not influence policies, and each one's labels with roles and groups."""
    labels: dict[str, set[str]] = {}
    ignored: set[str] = set()
    for node in nodes:
        for name, settings in _named(node, report, "an entity"):
            labels.setdefault(name, {name})
            report.declare("entity", name, node)
            for key, value in settings:
                if key.raw in ("roles", "groups"):
                    labels[name].update(f"{name}#{r}" for r in texts(value, report, key.raw))
                elif key.raw == "influence_conversation":
                    if not flag(value, report, key.raw, default=True):
                        ignored.add(name)
                else:
                    report.unread(key, _ENTITY_KEYS, "an entity")
    return frozenset(labels), frozenset(x for n in ignored for x in labels[n]), labels


def _named(node: YamlNode, report: Report, what: str) -> list[tuple[str, tuple[tuple[YamlScalar, YamlNode], ...]]]:
    """A list's item that is a name, or a name with settings."""
    if isinstance(node, YamlMapping):
        return [(key.raw.strip(), entries(value, report, f"the settings of {key.raw}")) for key, value in node]
    name = text(node, report, what)
    return [(name, ())] if name else []


def _intents(nodes: Sequence[YamlNode], labels: dict[str, set[str]], report: Report) -> dict[str, IntentSettings]:
    found: dict[str, IntentSettings] = {}
    for node in nodes:
        for name, settings in _named(node, report, "an intent"):
            if name in found:
                report.note(node, f"the intent '{name}' is given twice")
            found[name] = _intent(settings, labels, report)
            report.declare("intent", name, node)
    for name in names.DEFAULT_INTENTS:
        found.setdefault(name, IntentSettings())
    return found


def _intent(
    settings: tuple[tuple[YamlScalar, YamlNode], ...], labels: dict[str, set[str]], report: Report
) -> IntentSettings:
    used: set[str] | None = None
    ignored: set[str] = set()
    for key, value in settings:
        match key.raw:
            case "use_entities":
                used = _entity_labels(value, labels, report)
            case "ignore_entities":
                ignored = _entity_labels(value, labels, report) or set()
            case "triggers":
                report.note(key, "'triggers' of an intent is Rasa 1; write a rule instead. Ignored")
            case "is_retrieval_intent":
                pass
            case _:
                report.unread(key, _INTENT_KEYS, "an intent")
    if used is None and not ignored:
        return IntentSettings()
    everything = {label for group in labels.values() for label in group}
    return IntentSettings(frozenset((everything if used is None else used) - ignored))


def _entity_labels(node: YamlNode, labels: dict[str, set[str]], report: Report) -> set[str] | None:
    if isinstance(node, YamlScalar) and isinstance(node.value, bool):
        return None if node.value else set()
    found: set[str] = set()
    for item in items(node, report, "use_entities and ignore_entities"):
        for name, _ in _named(item, report, "an entity"):
            if name.partition("#")[0] not in labels:
                report.note(item, f"the entity '{name}' is not listed under entities")
            found.update(labels.get(name, {name}))
    return found


def _responses(pairs: Sequence[tuple[YamlScalar, YamlNode]], report: Report) -> dict[str, tuple[Variation, ...]]:
    found: dict[str, tuple[Variation, ...]] = {}
    for key, value in pairs:
        name = key.raw.strip()
        if name in found:
            report.note(key, f"the response '{name}' is given twice; the later one counts")
        if not name.startswith("utter_"):
            report.note(key, f"the response '{name}' does not begin with 'utter_': only an action can say it")
        found[name] = response_reader.read_variations(name, value, report)
        report.declare("response", name, key)
    return found


def _forms(pairs: Sequence[tuple[YamlScalar, YamlNode]], report: Report) -> dict[str, Form]:
    found: dict[str, Form] = {}
    for key, value in pairs:
        name = key.raw.strip()
        if name in found:
            report.note(key, f"the form '{name}' is given twice; the later one counts")
        required: tuple[str, ...] = ()
        ignored: tuple[str, ...] = ()
        old_style = isinstance(value, YamlMapping) and value.entries and not any(k in value for k in _FORM_KEYS)
        if old_style and isinstance(value, YamlMapping):
            required = value.keys()
        else:
            for inner, node in entries(value, report, f"the form '{name}'"):
                match inner.raw:
                    case "required_slots":
                        required = (
                            node.keys() if isinstance(node, YamlMapping) else texts(node, report, "required_slots")
                        )
                    case "ignored_intents":
                        ignored = texts(node, report, "ignored_intents")
                    case _:
                        report.unknown(inner, _FORM_KEYS, "a form")
        found[name] = Form(name, required, frozenset(ignored))
        report.declare("form", name, key)
    return found


def _check_forms(
    pairs: Sequence[tuple[YamlScalar, YamlNode]],
    forms: dict[str, Form],
    slots: dict[str, Slot],
    report: Report,
) -> None:
    for key, _ in pairs:
        form = forms[key.raw.strip()]
        for slot in form.required_slots:
            if slot not in slots:
                near = nearest(slot, (*_FORM_KEYS, *slots))
                report.wrong(
                    key, f"the form '{form.name}' asks for the slot '{slot}', which is not in the domain{near}"
                )


def _with_standard_slots(slots: dict[str, Slot]) -> None:
    slots.setdefault(names.REQUESTED_SLOT, Slot(names.REQUESTED_SLOT, SlotType.TEXT, influences=False))
    for name in ("session_started_metadata", names.LAST_CASE_SLOT):
        slots.setdefault(name, Slot(name, SlotType.ANY, influences=False))


def _names(nodes: Sequence[YamlNode], report: Report, what: str) -> list[str]:
    """A list of names; an item may be a mapping (`action: {send_domain: true}`)."""
    found: dict[str, None] = {}
    for node in nodes:
        for name, _ in _named(node, report, f"an {what}"):
            if name in found:
                report.note(node, f"the {what} '{name}' is given twice")
            found[name] = None
            report.declare(what, name, node)
    return list(found)


def _session(node: YamlNode | None, report: Report) -> SessionSettings:
    minutes, carry = 60.0, True
    for key, value in entries(node, report, "session_config"):
        match key.raw:
            case "session_expiration_time":
                minutes = number(value, report, key.raw, default=minutes)
            case "carry_over_slots_to_new_session":
                carry = flag(value, report, key.raw, default=carry)
            case "start_session_after_expiry":
                pass
            case _:
                report.unread(key, _SESSION_KEYS, "session_config")
    return SessionSettings(minutes, carry)


def _raw(sections: Sections, actions: list[str], slots: dict[str, Slot]) -> dict[str, Json]:
    """The domain as Rasa hands it to custom actions."""
    return cast(
        "dict[str, Json]",
        {
            "version": sections.version or "3.1",
            "intents": [n.plain() for n in sections.intents],
            "entities": [n.plain() for n in sections.entities],
            "slots": {name: slot_reader.slot_to_json(slot) for name, slot in slots.items()},
            "responses": {k.raw: v.plain() for k, v in sections.responses},
            "actions": list(actions),
            "forms": {k.raw: migration.form_to_json(v) for k, v in sections.forms},
            "e2e_actions": [n.plain() for n in sections.e2e_actions],
            "session_config": sections.session.plain() if sections.session else {},
        },
    )
