"""What is wrong or doubtful in a project beyond what reading finds: names that do not fit together.

Pure over what was read: it opens no files. Errors would make conversations fail; warnings are worth a look.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from adapters.rasa.project import Project
from adapters.rasa.report import nearest
from adapters.rasa.response_checks import doubtful_responses, missing_responses
from bot.dialogue import names
from bot.dialogue.domain import Domain, MappingKind
from bot.dialogue.stories import ActionStep, LoopStep, OrStep, SlotStep, Step, Story, UserStep

_FEW: Final = 2  # examples of an intent: Rasa warns below so many, too


@dataclass(slots=True)
class Findings:
    """Sentences with their places."""

    errors: list[str] = field(default_factory=list["str"])
    warnings: list[str] = field(default_factory=list["str"])


@dataclass(frozen=True, slots=True)
class Said:
    """One training example, as far as validation cares."""

    text: str
    intent: str
    place: str
    entities: frozenset[str] = frozenset()
    """What is marked in it."""


def check(
    project: Project, examples: Iterable[Said], annotated: frozenset[str], in_code: frozenset[str] = frozenset()
) -> Findings:
    """Look at a whole project. `in_code` are the names of responses that the code of its actions names."""
    findings = Findings()
    domain = project.domain
    examples = tuple(examples)
    used = _used(project.stories)
    _stories(project, findings)
    _intents(project, used, examples, findings)
    findings.errors.extend(missing_responses(project, used.actions))
    findings.warnings.extend(doubtful_responses(project, used.actions, in_code))
    _entities(domain, annotated, examples, findings)
    _slots(project, findings)
    _forms(project, findings)
    _escalation(project, findings)
    return findings


@dataclass(slots=True)
class _Used:
    intents: set[str] = field(default_factory=set["str"])
    actions: dict[str, str] = field(default_factory=dict["str", "str"])
    """Each action, and where it is first used."""


def steps_of(story: Story) -> list[Step]:
    """Every step of a story, those inside `or` and conditions included."""
    found: list[Step] = [*story.conditions]
    for step in story.steps:
        found.extend(step.options if isinstance(step, OrStep) else (step,))
    return found


def _used(stories: Iterable[Story]) -> _Used:
    used = _Used()
    for story in stories:
        for step in steps_of(story):
            if isinstance(step, UserStep):
                used.intents.add(step.intent)
            elif isinstance(step, ActionStep):
                used.actions.setdefault(step.name, str(step.place))
    return used


def _stories(project: Project, findings: Findings) -> None:
    domain = project.domain
    seen: dict[str, str] = {}
    for story in project.stories:
        kind = "rule" if story.is_rule else "story"
        if story.name in seen:
            findings.warnings.append(
                f"{story.place}: the {kind} '{story.name}' has the name of another in {seen[story.name]}"
            )
        seen.setdefault(story.name, str(story.place))
        if story.is_rule and isinstance(story.steps[-1], UserStep | OrStep):
            findings.warnings.append(f"{story.place}: the rule '{story.name}' ends with a message that nothing answers")
        for step in steps_of(story):
            match step:
                case UserStep(intent=intent) if intent and intent not in domain.intents:
                    findings.errors.append(
                        f"{step.place}: the intent '{intent}' is not in the domain{nearest(intent, domain.intents)}"
                    )
                case ActionStep(name=name) if not domain.knows_action(name) and " " not in name:
                    findings.errors.append(f"{step.place}: {_unknown_action(name, domain)}")
                case SlotStep(name=name) if name not in domain.slots:
                    near = nearest(name, domain.slots)
                    findings.warnings.append(
                        f"{step.place}: the slot '{name}' is not in the domain, so it is never set{near}"
                    )
                case LoopStep(name=str(name)) if not domain.is_loop(name):
                    near = nearest(name, domain.forms)
                    findings.errors.append(f"{step.place}: the form '{name}' is not in the domain{near}")
                case _:
                    pass


def _unknown_action(name: str, domain: Domain) -> str:
    if name.startswith("utter_"):
        return f"the response '{name}' is used but not written under responses{nearest(name, domain.responses)}"
    near = nearest(name, {*domain.actions, *domain.forms, *names.DEFAULT_ACTIONS})
    return f"the action '{name}' is not in the domain, nor a response or form{near}"


def _intents(project: Project, used: _Used, examples: Iterable[Said], findings: Findings) -> None:
    domain = project.domain
    taught: dict[str, str] = {}
    times = Counter["str"]()
    mappings = [m for slot in domain.slots.values() for m in slot.mappings]
    mapped = {intent for m in mappings for intent in (*m.intents, *m.not_intents)}
    own = project.escalation
    escalating = {*own.always_human, *own.handoff_intents, *own.unhelpful_intents, *own.emergency_intents}
    filling = {m.entity for m in mappings if m.kind is MappingKind.FROM_ENTITY}
    for example in examples:
        taught.setdefault(example.intent.partition("/")[0], example.place)
        times[example.intent.partition("/")[0]] += 1
        if example.entities & filling:
            mapped.add(example.intent.partition("/")[0])  # it answers what a form asks
    for intent, place in taught.items():
        if intent not in domain.intents:
            near = nearest(intent, set(domain.intents) - taught.keys())
            findings.errors.append(f"{place}: the intent '{intent}' has examples but is not in the domain{near}")
    findings.warnings.extend(
        f"{taught[intent]}: the intent '{intent}' has a single example; nothing can be learnt from one"
        for intent, count in times.items()
        if count < _FEW
    )
    unread = bool(project.training_files) and not taught  # then an intent may well fill a slot
    for intent in domain.intents:
        if intent in names.DEFAULT_INTENTS:
            continue
        if taught and intent not in taught and not intent.startswith(names.EXTERNAL):
            findings.warnings.append(
                f"{project.where('intent', intent)}: the intent '{intent}' has no examples, so it is never understood"
            )
        if not unread and intent not in used.intents | mapped | escalating:
            findings.warnings.append(f"{project.where('intent', intent)}: the intent '{intent}' is in no rule or story")
    _ambiguous(examples, findings)


def _ambiguous(examples: Iterable[Said], findings: Findings) -> None:
    meanings: dict[str, dict[str, str]] = defaultdict(dict)
    for example in examples:
        meanings[" ".join(example.text.casefold().split())].setdefault(example.intent, example.place)
    for text, found in meanings.items():
        if len(found) > 1:
            where = ", ".join(f"'{intent}' in {place}" for intent, place in found.items())
            findings.warnings.append(
                f"{next(iter(found.values()))}: the example '{text}' stands for several intents: {where}"
            )


def _entities(domain: Domain, annotated: frozenset[str], examples: Sequence[Said], findings: Findings) -> None:
    for entity in sorted(annotated - domain.entities):
        where = next((example.place for example in examples if entity in example.entities), "domain")
        near = nearest(entity, domain.entities)
        findings.warnings.append(f"{where}: the entity '{entity}' is annotated in examples but not in the domain{near}")


def _slots(project: Project, findings: Findings) -> None:
    domain = project.domain
    for slot in domain.slots.values():
        where = project.where("slot", slot.name)
        for mapping in slot.mappings:
            if mapping.kind is MappingKind.FROM_ENTITY and mapping.entity not in domain.entities:
                findings.warnings.append(
                    f"{where}: the slot '{slot.name}' is filled from the entity '{mapping.entity}', not in the domain"
                    f"{nearest(mapping.entity, domain.entities)}"
                )
            if mapping.action and mapping.action not in domain.actions:
                findings.errors.append(
                    f"{where}: the slot '{slot.name}' is filled by '{mapping.action}', not listed under actions"
                )
            findings.errors.extend(
                f"{where}: a mapping of the slot '{slot.name}' names the form '{c.active_loop}', not in the domain"
                for c in mapping.conditions
                if c.active_loop is not None and not domain.is_loop(c.active_loop)
            )
            findings.warnings.extend(
                f"{where}: a mapping of the slot '{slot.name}' names the intent '{intent}', not in the domain"
                for intent in sorted(mapping.intents | mapping.not_intents)
                if intent.partition("/")[0] not in domain.intents
            )


def _forms(project: Project, findings: Findings) -> None:
    domain = project.domain
    for form in domain.forms.values():
        where = project.where("form", form.name)
        if not form.required_slots and f"validate_{form.name}" not in domain.actions:
            findings.warnings.append(f"{where}: {asks_nothing(form.name)}")
        for slot in form.required_slots:
            asks = (
                f"action_ask_{form.name}_{slot}",
                f"utter_ask_{form.name}_{slot}",
                f"action_ask_{slot}",
                f"utter_ask_{slot}",
            )
            if not any(a in domain.responses or a in domain.actions for a in asks):
                findings.warnings.append(
                    f"{where}: nothing asks for the slot '{slot}' of the form '{form.name}'; write 'utter_ask_{slot}'"
                )
            if slot in domain.slots and not domain.slots[slot].mappings:
                findings.warnings.append(
                    f"{where}: the slot '{slot}' of the form '{form.name}' has no mappings, so no message fills it"
                )


def asks_nothing(form: str) -> str:
    """What is said of a form without slots."""
    return f"the form '{form}' asks for nothing; list slots under its required_slots"


def _escalation(project: Project, findings: Findings) -> None:
    domain, own = project.domain, project.escalation
    for section, intents in (
        ("always_human", own.always_human),
        ("desks", own.desks),
        ("handoff_intents", own.handoff_intents),
        ("unhelpful_intents", own.unhelpful_intents),
        ("emergency_intents", own.emergency_intents),
        ("first_words", own.first_words),
        ("intent_labels", own.intent_labels),
    ):
        findings.warnings.extend(
            f"{project.where(section, intent)}: {section} names the intent '{intent}', not in the domain"
            for intent in sorted(intents)
            if intent.partition("/")[0] not in {*domain.intents, *names.DEFAULT_INTENTS}
        )
    findings.warnings.extend(
        f"{project.where('emergency_entities', entity)}: emergency_entities names '{entity}', not in the domain"
        for entity in sorted(own.emergency_entities - domain.entities)
    )
    findings.warnings.extend(
        f"{project.where('handoff_actions', action)}: handoff_actions names the action '{action}', not in the domain"
        for action in sorted(own.handoff_actions)
        if not domain.knows_action(action)
    )
    if "handoff_kind" not in domain.slots:  # with it, a rule may say that an intent is a matter of policy
        findings.warnings.extend(
            f"{project.where('first_words', intent)}: the first_words of '{intent}' are never said: "
            "it is not under always_human"
            for intent in sorted(own.first_words.keys() - own.always_human.keys())
            if intent in domain.intents
        )


def known_actions(domain: Domain, offered: frozenset[str]) -> Mapping[str, bool]:
    """Every custom action of the domain, and whether the project's code has it."""
    custom = [
        a
        for a in domain.actions
        if a not in names.DEFAULT_ACTIONS
        and a not in domain.forms
        and not a.startswith("utter_")
        and domain.retrieved_by(a) is None
    ]
    return {action: action in offered for action in custom}
