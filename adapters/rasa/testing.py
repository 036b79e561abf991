"""Runs a project's end-to-end test stories the way `rasa test` does, and says where each diverged.

Each step is predicted from what the story says had happened before; a wrong prediction is noted, and the
story goes on as written. Custom actions are not run (`run_actions` in `live_testing` does that).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product

from bot.dialogue import names
from bot.dialogue.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    LoopInterrupted,
    SlotSet,
    UserUttered,
)
from bot.dialogue.json_value import Json
from bot.dialogue.slot_filling import filled_in_stories
from bot.dialogue.stories import (
    ActionStep,
    CheckpointStep,
    LoopStep,
    OrStep,
    Place,
    SlotStep,
    Step,
    Story,
    UserStep,
)
from bot.dialogue.tracker import Tracker
from bot.dialogue.turn import Dialogue
from nlu.payload import parse_payload
from nlu.types import Entity, ParseResult

Parse = Callable[[str], ParseResult]
_MAX_VARIANTS = 64  # of one test story, through its `or` steps
_OTHERS_EXTRACTORS = frozenset({"DucklingEntityExtractor", "DucklingHTTPExtractor", "SpacyEntityExtractor"})


@dataclass(frozen=True, slots=True)
class Failure:
    """Where a story diverged. `step` counts from 1; `kind` is `nlu` or `policy`."""

    story: str
    step: int
    expected: str
    got: str
    kind: str
    place: Place = field(default_factory=Place)

    def to_json(self) -> dict[str, Json]:
        """The failure as `--json` prints it."""
        return {"story": self.story, "step": self.step, "expected": self.expected, "got": self.got, "kind": self.kind}


@dataclass(slots=True)
class Results:
    """What came of all test stories. `failed` holds the failures of each story that has any."""

    total: int = 0
    failed: list[list[Failure]] = field(default_factory=list["list[Failure]"])

    @property
    def passed(self) -> int:
        """Stories without any failure."""
        return self.total - len(self.failed)

    @property
    def failures(self) -> list[Failure]:
        """All failures of all stories."""
        return [failure for story in self.failed for failure in story]

    def add(self, failures: Sequence[Failure]) -> None:
        """Count one story."""
        self.total += 1
        if failures:
            self.failed.append(list(failures))

    def to_json(self) -> dict[str, Json]:
        """The results as `--json` prints them: each failed story with the first step where it diverged."""
        first: list[Json] = [story[0].to_json() for story in self.failed]
        return {"total": self.total, "passed": self.passed, "failed": first}


def run_stories(
    dialogue: Dialogue,
    stories: Iterable[Story],
    parse: Parse | None,
    *,
    learnable: frozenset[str] = frozenset(),
    progress: Callable[[str], None] = lambda _: None,
) -> Results:
    """Run test stories. Without `parse` the messages' intents and entities are taken as the story says.

    `learnable` are the entities that the training examples annotate: a marked entity that is none of
    them could only come from Duckling or spaCy and is not held against the story.
    """
    results = Results()
    for story in stories:
        progress(story.name)
        failures: list[Failure] = []
        for steps in _variants(story.steps):
            failures.extend(f for f in _run(dialogue, story, steps, parse, learnable) if f not in failures)
        results.add(failures)
    return results


def _variants(steps: Sequence[Step]) -> list[tuple[tuple[int, Step], ...]]:
    numbered: list[list[tuple[int, Step]]] = []
    for number, step in enumerate(steps, start=1):
        options: Sequence[Step] = step.options if isinstance(step, OrStep) else (step,)
        numbered.append([(number, option) for option in options])
    variants: list[tuple[tuple[int, Step], ...]] = []
    for combination in product(*numbered):
        variants.append(combination)
        if len(variants) == _MAX_VARIANTS:
            break
    return variants


def _run(  # noqa: C901 - one case a step
    dialogue: Dialogue,
    story: Story,
    steps: Sequence[tuple[int, Step]],
    parse: Parse | None,
    learnable: frozenset[str],
) -> list[Failure]:
    tracker = Tracker.new(dialogue.domain, "test", [ActionExecuted(names.LISTEN)])
    failures: list[Failure] = []

    def expect(action: str, number: int, place: Place) -> None:
        got = predicted(dialogue, tracker, action)
        if got != action:
            failures.append(Failure(story.name, number, action, got, "policy", place))

    begun = False
    last, last_place = 0, story.place
    for number, step in steps:
        last, last_place = number, step.place
        match step:
            case UserStep():
                if begun and tracker.now.action != names.LISTEN:
                    expect(names.LISTEN, number, step.place)
                failures.extend(_understand(story, number, step, parse, learnable))
                tracker.extend([_uttered(step), *filled_in_stories(dialogue.domain, step.entities)])
                begun = True
            case ActionStep():
                if step.name != names.UNLIKELY_INTENT:
                    expect(step.name, number, step.place)
                begun = True
            case SlotStep():
                tracker.update(SlotSet(step.name, step.value))
            case LoopStep():
                if tracker.now.loop != step.name:
                    tracker.update(ActiveLoop(step.name))
            case CheckpointStep() | OrStep():
                pass
    if tracker.now.action != names.LISTEN:
        expect(names.LISTEN, last, last_place)
    return failures


def predicted(dialogue: Dialogue, tracker: Tracker, expected: str) -> str:
    """What is predicted where a story says `expected`; the tracker goes on as the story says.

    A loop that is predicted instead may have refused: then it is asked again, as Rasa does. Stories see
    all turns here, those of rules included, as in `rasa test`.
    """
    prediction = dialogue.policies.predict(tracker)
    if prediction.action != expected and prediction.action == tracker.now.loop:
        tracker.update(ActionExecutionRejected(prediction.action))
        prediction = dialogue.policies.predict(tracker)
    if prediction.interrupted:
        tracker.update(LoopInterrupted(interrupted=True))
    tracker.update(ActionExecuted(expected, prediction.policy, prediction.confidence))
    return prediction.action


def _uttered(step: UserStep) -> UserUttered:
    return UserUttered(
        step.text,
        step.intent,
        1.0,
        step.entities,
        full_intent=step.full_intent,
        featurize_text=bool(step.text) and not step.intent,
    )


def _understand(
    story: Story, number: int, step: UserStep, parse: Parse | None, learnable: frozenset[str]
) -> list[Failure]:
    """Compare what is understood of a message with what the story says it means."""
    if parse is None or not step.text or not step.intent:
        return []
    result = parse_payload(step.text) or parse(step.text)
    failures: list[Failure] = []
    wanted = step.full_intent or step.intent
    got = result.intent.name
    if wanted != got:
        got = next((r.key for r in result.responses if r.intent == got.partition("/")[0]), got)
    if wanted != got:
        failures.append(Failure(story.name, number, wanted, got, "nlu", step.place))
    expected = sorted(_shown(e) for e in step.entities if e.entity in learnable)
    found = sorted(_shown(e) for e in _counted(result.entities, step.entities, learnable))
    if not _same_entities(step, result, learnable):
        failures.append(Failure(story.name, number, ", ".join(expected), ", ".join(found), "nlu", step.place))
    return failures


def _counted(found: Iterable[Entity], marked: Sequence[Entity], learnable: frozenset[str]) -> list[Entity]:
    """The found entities that a story is judged by: not what only another extractor could have found."""
    names_marked = {e.entity for e in marked}
    return [
        e
        for e in found
        if e.extractor not in _OTHERS_EXTRACTORS or (e.entity in names_marked and e.entity in learnable)
    ]


def _same_entities(step: UserStep, result: ParseResult, learnable: frozenset[str]) -> bool:
    wanted = [e for e in step.entities if e.entity in learnable]
    found = _counted(result.entities, step.entities, learnable)
    for entity in wanted:
        match = next((f for f in found if _same(entity, f)), None)
        if match is None:
            return False
        found = [f for f in found if not _same(entity, f)]
    unlearnable = {e.entity for e in step.entities if e.entity not in learnable}
    return not [f for f in found if f.entity not in unlearnable]


def _same(marked: Entity, found: Entity) -> bool:
    if (marked.entity, marked.role, marked.group) != (found.entity, found.role, found.group):
        return False
    overlaps = marked.end > 0 and marked.start < found.end and found.start < marked.end
    return overlaps or str(marked.value).casefold() == str(found.value).casefold() or marked.value == ""


def _shown(entity: Entity) -> str:
    role = f"#{entity.role}" if entity.role else ""
    return f"{entity.entity}{role}={entity.value}"
