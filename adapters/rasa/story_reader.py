"""Reads stories and rules (training and test files have the same shape) into `bot.dialogue.stories`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from adapters.rasa.report import Report, entries, flag, is_null, items, kind_of, text
from bot.dialogue import names
from bot.dialogue.domain import Slot, SlotType
from bot.dialogue.json_value import Json
from bot.dialogue.stories import ActionStep, CheckpointStep, LoopStep, OrStep, SlotStep, Step, Story, UserStep
from nlu.payload import parse_payload
from nlu.sources.markup import MarkupError, parse_markup
from nlu.sources.yaml_source import YamlMapping, YamlNode, YamlScalar, YamlSequence
from nlu.types import Entity

STORY_KEYS: Final = ("story", "steps", "metadata")
RULE_KEYS: Final = ("rule", "steps", "condition", "conversation_start", "wait_for_user_input", "metadata")
_STEP_KEYS: Final = ("intent", "user", "action", "bot", "slot_was_set", "active_loop", "checkpoint", "or")
_ENTITY_SETTINGS: Final = ("role", "group", "value", "start", "end", "extractor", "confidence")


def read_stories(node: YamlNode, slots: Mapping[str, Slot], report: Report) -> list[Story]:
    """Read the list under `stories`."""
    found: list[Story] = []
    for item in items(node, report, "stories"):
        story = _story(item, slots, report)
        if story is not None:
            found.append(story)
    return found


def read_rules(node: YamlNode, slots: Mapping[str, Slot], report: Report) -> list[Story]:
    """Read the list under `rules`."""
    found: list[Story] = []
    for item in items(node, report, "rules"):
        rule = _rule(item, slots, report)
        if rule is not None:
            found.append(rule)
    return found


def _story(node: YamlNode, slots: Mapping[str, Slot], report: Report) -> Story | None:
    if not isinstance(node, YamlMapping):
        report.wrong(node, f"a story must be a mapping with 'story' and 'steps', not {kind_of(node)}")
        return None
    for key, _ in node:
        if key.raw not in STORY_KEYS:
            report.unknown(key, STORY_KEYS, "a story")
    name = _name(node, "story", report)
    steps = _steps(node, name, slots, report)
    return Story(name, steps, report.place(node)) if steps else None


def _rule(node: YamlNode, slots: Mapping[str, Slot], report: Report) -> Story | None:
    if not isinstance(node, YamlMapping):
        report.wrong(node, f"a rule must be a mapping with 'rule' and 'steps', not {kind_of(node)}")
        return None
    for key, _ in node:
        if key.raw not in RULE_KEYS:
            report.unknown(key, RULE_KEYS, "a rule")
    name = _name(node, "rule", report)
    steps = _steps(node, name, slots, report)
    for step in steps:
        if isinstance(step, CheckpointStep):
            report.problems.append(f"{step.place}: a rule cannot have checkpoints; write '{name}' as a story")
    conditions = tuple(
        step
        for item in items(node.get("condition"), report, "condition")
        for step in _step(item, slots, report)
        if isinstance(step, SlotStep | LoopStep)
    )
    if not steps:
        return None
    return Story(
        name,
        steps,
        report.place(node),
        is_rule=True,
        conditions=conditions,
        conversation_start=flag(node.get("conversation_start"), report, "conversation_start", default=False),
        waits=flag(node.get("wait_for_user_input"), report, "wait_for_user_input", default=True),
    )


def _name(node: YamlMapping, key: str, report: Report) -> str:
    given = node.get(key)
    if given is None or is_null(given):
        report.wrong(node, f"a {key} needs a name: '{key}: what it is about'")
        return f"unnamed {key}"
    return text(given, report, f"the name of a {key}")


def _steps(node: YamlMapping, name: str, slots: Mapping[str, Slot], report: Report) -> tuple[Step, ...]:
    given = node.get("steps")
    if given is None or is_null(given) or (isinstance(given, YamlSequence) and not given.items):
        report.note(node, f"'{name}' has no steps and says nothing")
        return ()
    return tuple(step for item in items(given, report, f"the steps of '{name}'") for step in _step(item, slots, report))


def _step(node: YamlNode, slots: Mapping[str, Slot], report: Report) -> Sequence[Step]:
    if isinstance(node, YamlScalar) and node.raw.strip() == "...":
        return ()  # Rasa 1 and 2: what `wait_for_user_input` says now
    if not isinstance(node, YamlMapping):
        report.wrong(
            node, f"a step must be a mapping such as 'intent: greet' or 'action: utter_greet', not {kind_of(node)}"
        )
        return ()
    kinds = [k for k in _STEP_KEYS if k in node]
    place = report.place(node)
    match kinds:
        case []:
            _no_step(node, report)
        case ["intent"] | ["user"] | ["intent", "user"]:
            return _user(node, report)
        case ["action"]:
            _only(node, ("action", "metadata"), report)
            return (ActionStep(_action(node, report), place),)
        case ["bot"]:
            _only(node, ("bot",), report)
            return (ActionStep(text(node.get("bot"), report, "bot").strip(), place),)
        case ["slot_was_set"]:
            _only(node, ("slot_was_set",), report)
            return _slots_set(node.get("slot_was_set"), slots, report)
        case ["active_loop"]:
            _only(node, ("active_loop",), report)
            loop = node.get("active_loop")
            return (LoopStep(None if is_null(loop) else _known_as(text(loop, report, "active_loop")), place),)
        case ["checkpoint"] | ["slot_was_set", "checkpoint"]:
            conditions = _slots_set(node.get("slot_was_set"), slots, report)
            kept = tuple(s for s in conditions if isinstance(s, SlotStep))
            return (CheckpointStep(text(node.get("checkpoint"), report, "checkpoint"), kept, place),)
        case ["or"]:
            return _or(node, slots, report)
        case _:
            report.wrong(node, f"a step says one thing, not {' and '.join(kinds)}; make them separate steps")
    return ()


def _no_step(node: YamlMapping, report: Report) -> None:
    for key, _ in node:
        if key.raw in RULE_KEYS:
            report.wrong(key, f"'{key.raw}' stands beside 'steps', not in a step")
        else:
            report.unknown(key, _STEP_KEYS, "a step")


def _action(node: YamlMapping, report: Report) -> str:
    name = _known_as(text(node.get("action"), report, "action"))
    if name == names.UNLIKELY_INTENT:
        report.note(node, f"{name} is never predicted here, so what follows it is never said; leave it out")
    return name


def _known_as(action: str) -> str:
    """The name that Rasa 3 has for an action that was called differently in Rasa 2."""
    return names.TWO_STAGE_FALLBACK if action == "two_stage_fallback" else action


def _only(node: YamlMapping, allowed: tuple[str, ...], report: Report) -> None:
    for key, _ in node:
        if key.raw not in allowed:
            report.unknown(key, allowed, "this step")


def _or(node: YamlMapping, slots: Mapping[str, Slot], report: Report) -> Sequence[Step]:
    options: list[UserStep | SlotStep | LoopStep] = []
    for item in items(node.get("or"), report, "or"):
        for step in _step(item, slots, report):
            if isinstance(step, UserStep | SlotStep | LoopStep):
                options.append(step)
            else:
                report.wrong(item, "'or' chooses between intents, or between slot values; actions cannot stand in it")
    if not options:
        report.wrong(node, "'or' has nothing to choose from")
        return ()
    return (OrStep(tuple(options), report.place(node)),)


def _user(node: YamlMapping, report: Report) -> Sequence[Step]:
    _only(node, ("intent", "user", "entities", "metadata"), report)
    place = report.place(node)
    written, entities = "", list[Entity]()
    spoken = node.get("user")
    listed = [e for item in items(node.get("entities"), report, "entities") for e in _entity(item, report)]
    if spoken is not None:  # then the text says which entities there are, as in Rasa
        written, entities = _annotated(spoken, report)
    if not written:
        entities = listed
    given = node.get("intent")
    if given is None:
        return (UserStep("", written, tuple(entities), "", place),) if written else ()
    name = text(given, report, "intent").lstrip("/")
    base, _, rest = name.partition("/")
    return (UserStep(base, written, tuple(entities), name if rest else "", place),)


def _annotated(node: YamlNode, report: Report) -> tuple[str, list[Entity]]:
    marked = text(node, report, "user").strip()
    if marked.startswith("/"):
        payload = parse_payload(marked)
        return marked, list(payload.entities) if payload else []
    try:
        plain, annotations = parse_markup(marked)
    except MarkupError as error:
        report.wrong(node, f"the annotation cannot be read: {error}")
        return marked, []
    return plain, [
        Entity(a.entity, a.value, a.start, a.end, role=a.role, group=a.group, extractor="story") for a in annotations
    ]


def _entity(node: YamlNode, report: Report) -> list[Entity]:
    """`- city`, `- city: Rome`, `- city: Rome` with role and group beside it."""
    if isinstance(node, YamlScalar):
        return [Entity(text(node, report, "an entity"), "", 0, 0)]
    role = group = None
    named: list[tuple[str, YamlNode]] = []
    for key, value in entries(node, report, "an entity"):
        if key.raw == "role":
            role = text(value, report, "role")
        elif key.raw == "group":
            group = text(value, report, "group")
        elif key.raw == "entity":
            named.append((text(value, report, "entity"), value))
        elif key.raw not in _ENTITY_SETTINGS:
            named.append((key.raw, value))
    found: list[Entity] = []
    for name, value in named:
        given = value.plain()
        known = given if isinstance(given, str | int | float) else "" if given is None else str(given)
        found.append(Entity(name, known, 0, 0, role=role, group=group, extractor="story"))
    if not named:
        report.wrong(node, "an entity needs a name: '- city: Rome'")
    return found


def _slots_set(node: YamlNode | None, slots: Mapping[str, Slot], report: Report) -> Sequence[Step]:
    found: list[Step] = []
    given = (
        [node]
        if isinstance(node, YamlMapping | YamlScalar) and not is_null(node)
        else items(node, report, "slot_was_set")
    )
    for item in given:
        place = report.place(item)
        if isinstance(item, YamlScalar):
            name = text(item, report, "slot_was_set")
            found.append(SlotStep(name, _some_value(slots.get(name)), place))
            continue
        for key, value in entries(item, report, "slot_was_set"):
            found.append(SlotStep(key.raw.strip(), value.plain(), place))
    return found


def _some_value(slot: Slot | None) -> Json:
    """A value that stands for *it was set*, where a story only names the slot."""
    match slot.type if slot else SlotType.ANY:
        case SlotType.BOOL:
            return True
        case SlotType.FLOAT:
            return slot.max_value if slot else 1.0
        case SlotType.LIST:
            return ["…"]
        case SlotType.CATEGORICAL:
            return slot.values[0] if slot and slot.values else "…"
        case SlotType.TEXT | SlotType.ANY:
            return "…"
