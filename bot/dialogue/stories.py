"""Stories and rules as written, and the training conversations they stand for.

`or` and checkpoints multiply: every path through them becomes one conversation. Too many paths, and
checkpoints that nobody reaches, are reported, not guessed at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Final, assert_never

from bot.dialogue import names
from bot.dialogue.domain import Domain
from bot.dialogue.events import ActionExecuted, ActiveLoop, SlotSet, TrackerEvent, UserUttered
from bot.dialogue.json_value import Json
from bot.dialogue.slot_filling import filled_in_stories
from nlu.types import Entity

MAX_PATHS: Final = 20_000
"""Training conversations of one project; beyond, `or` and checkpoints have run away."""

MAX_EVENTS: Final = 400_000
"""What happens in all of them; likewise."""

MAX_STEPS: Final = 2_000
"""What happens in one of them: learning looks back from each step at all before it."""

_MAX_ALTERNATIVES: Final = 512  # of one story
_VISITS: Final = 2  # of one story block on one path: a cycle is followed once


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is written. `line` counts from 1."""

    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class UserStep:
    """The customer says something: an intent, or (end-to-end) a text."""

    intent: str = ""
    text: str = ""
    entities: tuple[Entity, ...] = ()
    full_intent: str = ""
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class ActionStep:
    """An action runs; for a step `bot: …` the name is the text itself."""

    name: str
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class SlotStep:
    """A slot has a value, or (None) has none."""

    name: str
    value: Json = None
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class LoopStep:
    """A loop is active, or (None) none is."""

    name: str | None
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class OrStep:
    """One of several."""

    options: tuple[UserStep | SlotStep | LoopStep, ...]
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class CheckpointStep:
    """A seam between stories."""

    name: str
    slots: tuple[SlotStep, ...] = ()
    place: Place = Place()


Simple = UserStep | ActionStep | SlotStep | LoopStep
Step = Simple | OrStep | CheckpointStep


@dataclass(frozen=True, slots=True)
class Story:
    """A story or a rule as written. `waits` and `conversation_start` are rules' settings."""

    name: str
    steps: tuple[Step, ...]
    place: Place = Place()
    is_rule: bool = False
    conditions: tuple[SlotStep | LoopStep, ...] = ()
    conversation_start: bool = False
    waits: bool = True


@dataclass(frozen=True, slots=True)
class Path:
    """One training conversation. `name` has the stories that it leads through, `place` is the last one's."""

    name: str
    events: tuple[TrackerEvent, ...]
    is_rule: bool
    place: Place


@dataclass(slots=True)
class Unfolded:
    """All training conversations, and what is wrong with how stories hang together."""

    paths: list[Path] = field(default_factory=list["Path"])
    problems: list[str] = field(default_factory=list["str"])
    notices: list[str] = field(default_factory=list["str"])


def unfold(stories: Sequence[Story], domain: Domain) -> Unfolded:
    """Turn stories and rules into training conversations, in which entities fill the slots of the domain."""
    done = Unfolded()
    for rule in (s for s in stories if s.is_rule):
        for steps in _alternatives(rule, done):
            events = tuple(_rule_events(rule, steps))
            done.paths.append(Path(rule.name, events, is_rule=True, place=rule.place))
    _unfold_stories([s for s in stories if not s.is_rule], done)
    done.paths = [replace(path, events=tuple(_with_slots(path.events, domain))) for path in done.paths]
    return done


def _with_slots(events: Iterable[TrackerEvent], domain: Domain) -> Iterator[TrackerEvent]:
    for event in events:
        yield event
        if isinstance(event, UserUttered) and event.entities:
            yield from filled_in_stories(domain, event.entities)


def _alternatives(story: Story, done: Unfolded) -> list[tuple[Simple | CheckpointStep, ...]]:
    count = 1
    for step in story.steps:
        count *= len(step.options) if isinstance(step, OrStep) else 1
    if count > _MAX_ALTERNATIVES:
        done.problems.append(
            f"{story.place}: '{story.name}' has {count} combinations of its 'or' steps; "
            f"at most {_MAX_ALTERNATIVES} are allowed: split it"
        )
        return []
    choices = [s.options if isinstance(s, OrStep) else (s,) for s in story.steps]
    return list(product(*choices))


def _rule_events(rule: Story, steps: Sequence[Simple | CheckpointStep]) -> Iterator[TrackerEvent]:
    if not rule.conversation_start:
        yield ActionExecuted(names.SNIPPET, unpredictable=True)
    for condition in rule.conditions:
        yield _event(condition, in_rule=True)
    yield from _with_listens([s for s in steps if not isinstance(s, CheckpointStep)], in_rule=True)
    yield ActionExecuted(names.LISTEN if rule.waits else names.SNIPPET)


def _with_listens(steps: Iterable[Simple], *, in_rule: bool) -> Iterator[TrackerEvent]:
    """The events of steps; before every message the assistant listened."""
    for step in steps:
        if isinstance(step, UserStep):
            yield ActionExecuted(names.LISTEN)
        yield _event(step, in_rule=in_rule)


def _event(step: Simple, *, in_rule: bool) -> TrackerEvent:
    match step:
        case UserStep():
            return UserUttered(
                text=step.text,
                intent=step.intent,
                entities=step.entities,
                full_intent=step.full_intent,
                featurize_text=bool(step.text) and not step.intent,
            )
        case ActionStep():
            return ActionExecuted(step.name)
        case SlotStep():
            return SlotSet(step.name, names.UNSET if step.value is None and in_rule else step.value)
        case LoopStep():
            return ActiveLoop(names.UNSET if step.name is None and in_rule else step.name)
    assert_never(step)


@dataclass(frozen=True, slots=True)
class _Block:
    """A story, or what of it stands between two checkpoints: `opening` and `closing`, where there are any."""

    story: Story
    opening: CheckpointStep | None
    steps: tuple[Simple, ...]
    closing: CheckpointStep | None

    @classmethod
    def of(cls, story: Story, segment: Sequence[Simple | CheckpointStep]) -> _Block:
        first, last = segment[0], segment[-1]
        opening = first if isinstance(first, CheckpointStep) else None
        closing = last if isinstance(last, CheckpointStep) and len(segment) > 1 else None
        conditions = opening.slots if opening else ()
        return cls(story, opening, (*conditions, *(s for s in segment if not isinstance(s, CheckpointStep))), closing)


def _unfold_stories(stories: Sequence[Story], done: Unfolded) -> None:
    """Follow every way through the checkpoints to its end."""
    blocks = [
        _Block.of(story, segment)
        for story in stories
        for steps in _alternatives(story, done)
        for segment in _segments(steps)
    ]
    starts: dict[str, list[int]] = defaultdict(list)
    for index, block in enumerate(blocks):
        starts[block.opening.name if block.opening else ""].append(index)
    reached: set[int] = set()
    size = 0
    stack: list[tuple[int, tuple[Simple, ...], tuple[int, ...]]] = [(i, (), ()) for i in reversed(starts.get("", []))]
    while stack:
        index, before, visited = stack.pop()
        reached.add(index)
        block, way, steps = blocks[index], (*visited, index), (*before, *blocks[index].steps)
        following = starts.get(block.closing.name, []) if block.closing else []
        if block.closing and not following:
            done.notices.append(f"{block.closing.place}: no story begins with the checkpoint '{block.closing.name}'")
        onward = [i for i in following if visited.count(i) < _VISITS]
        if onward:
            stack.extend((i, steps, way) for i in reversed(onward))
            continue
        events, place = (*_story_events(steps), ActionExecuted(names.LISTEN)), block.story.place
        if len(events) > MAX_STEPS:
            done.problems.append(
                f"{place}: '{block.story.name}' leads to a conversation of {len(events):,} steps; "
                f"at most {MAX_STEPS:,} are allowed: split it"
            )
            continue
        title = " > ".join(dict.fromkeys(blocks[i].story.name for i in way))
        done.paths.append(Path(title, events, is_rule=False, place=place))
        size += len(events)
        if len(done.paths) > MAX_PATHS or size > MAX_EVENTS:
            done.problems.append(
                f"{place}: 'or' steps and checkpoints lead to more than {MAX_PATHS:,} conversations or "
                f"{MAX_EVENTS:,} steps; use fewer checkpoints"
            )
            done.paths = [p for p in done.paths if p.is_rule]  # not worth learning from, and it would take minutes
            return
    _report_unreached(blocks, reached, done)


def _story_events(steps: Sequence[Simple]) -> Iterator[TrackerEvent]:
    """The events of a story. An action that it begins with cannot be predicted: nobody knows what was before."""
    first = next((i for i, s in enumerate(steps) if isinstance(s, UserStep | ActionStep)), None)
    opening = steps[first] if first is not None else None
    if first is None or not isinstance(opening, ActionStep):
        yield from _with_listens(steps, in_rule=False)
        return
    yield from _with_listens(steps[:first], in_rule=False)
    yield ActionExecuted(opening.name, unpredictable=True)
    yield from _with_listens(steps[first + 1 :], in_rule=False)


def _report_unreached(blocks: Sequence[_Block], reached: set[int], done: Unfolded) -> None:
    ends = {block.closing.name for block in blocks if block.closing}
    for index, block in enumerate(blocks):
        if index in reached or block.opening is None:
            continue
        place, name = block.opening.place, block.opening.name
        if name in ends:
            done.problems.append(
                f"{place}: the checkpoint '{name}' is only reached from itself, so '{block.story.name}' "
                "can never begin; let a story without a checkpoint at its start lead to it"
            )
        else:
            done.notices.append(
                f"{place}: no story leads to the checkpoint '{name}', so '{block.story.name}' is never used"
            )


def _segments(steps: Sequence[Simple | CheckpointStep]) -> Iterator[tuple[Simple | CheckpointStep, ...]]:
    """Cut at checkpoints in the middle: each piece ends with the one that the next begins with."""
    piece: list[Simple | CheckpointStep] = []
    for position, step in enumerate(steps):
        piece.append(step)
        if isinstance(step, CheckpointStep) and 0 < position < len(steps) - 1:
            yield tuple(piece)
            piece = [step]
    if piece:
        yield tuple(piece)
