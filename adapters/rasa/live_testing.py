"""Runs test stories as real conversations: messages understood, slots filled, custom actions run.

What `bot test --run-actions` does. A step fails when what happened differs from what the story says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from adapters.rasa.testing import Failure, Parse, Results
from bot.dialogue.acting import ActionFailed, ActionRejected, Actions
from bot.dialogue.domain import Domain
from bot.dialogue.events import UserUttered
from bot.dialogue.stories import ActionStep, OrStep, SlotStep, Step, Story, UserStep
from bot.dialogue.tracker import Tracker
from bot.dialogue.turn import Answering, Dialogue, Outcome
from nlu.payload import parse_payload
from nlu.types import Intent, ParseResult

_BEGIN = 1_700_000_000.0  # any time will do: stories know none
_BETWEEN = 5.0  # seconds between two messages


@dataclass(slots=True)
class _Passage:
    """One message, and what the story says comes of it."""

    step: UserStep
    number: int
    actions: list[tuple[int, ActionStep]] = field(default_factory=list["tuple[int, ActionStep]"])
    slots: list[tuple[int, SlotStep]] = field(default_factory=list["tuple[int, SlotStep]"])


async def run_live(
    dialogue: Dialogue,
    stories: Iterable[Story],
    parse: Parse | None,
    actions: Actions,
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> Results:
    """Talk every story through."""
    results = Results()
    for story in stories:
        progress(story.name)
        results.add(await _talk(dialogue, story, parse, actions))
    return results


async def _talk(dialogue: Dialogue, story: Story, parse: Parse | None, actions: Actions) -> list[Failure]:
    tracker = Tracker.new(dialogue.domain, f"test {story.name}")
    failures: list[Failure] = []
    at = _BEGIN
    for passage in _passages(story.steps):
        at += _BETWEEN
        step = passage.step
        understood = _understood(step, parse)
        wanted = step.full_intent or step.intent
        got = understood.intent.name
        if wanted and got not in (wanted, step.intent):
            failures.append(Failure(story.name, passage.number, wanted, got, "nlu", step.place))
        outcome = await drive(dialogue.answer(tracker, _message(step, understood, at)), actions)
        tracker = outcome.tracker
        failures.extend(_compare(story, passage, outcome, dialogue.domain))
    return failures


def _passages(steps: Sequence[Step]) -> list[_Passage]:
    found: list[_Passage] = []
    for number, step in enumerate(steps, start=1):
        one = next((o for o in step.options), step) if isinstance(step, OrStep) else step
        if isinstance(one, UserStep):
            found.append(_Passage(one, number))
        elif found and isinstance(one, ActionStep):
            found[-1].actions.append((number, one))
        elif found and isinstance(one, SlotStep):
            found[-1].slots.append((number, one))
    return found


def _understood(step: UserStep, parse: Parse | None) -> ParseResult:
    payload = parse_payload(step.text) if step.text else None
    if payload is not None:
        return payload
    if parse is not None and step.text:
        return parse(step.text)
    return ParseResult(step.text, Intent(step.full_intent or step.intent, 1.0), (), step.entities)


def _message(step: UserStep, understood: ParseResult, at: float) -> UserUttered:
    base, _, rest = understood.intent.name.partition("/")
    full = understood.intent.name if rest else next((r.key for r in understood.responses if r.intent == base), "")
    return UserUttered(
        step.text or f"/{base}",
        base,
        understood.intent.confidence,
        understood.entities,
        understood.ranking,
        full,
        at,
        "test",
        retrieved=understood.responses,
    )


def _compare(story: Story, passage: _Passage, outcome: Outcome, domain: Domain) -> list[Failure]:
    if outcome.failure is not None:
        wanted = ", ".join(a.name for _, a in passage.actions)
        return [Failure(story.name, passage.number, wanted, outcome.failure, "action", passage.step.place)]
    happened = list(outcome.actions)
    for number, action in passage.actions:
        while happened and happened[0] != action.name and domain.is_loop(happened[0]):
            happened.pop(0)  # a loop's happy turns need not be written down
        got = happened.pop(0) if happened else "action_listen"
        if got != action.name:
            return [Failure(story.name, number, action.name, got, "policy", action.place)]
    left = [name for name in happened if not domain.is_loop(name)]
    if left:
        number = passage.actions[-1][0] if passage.actions else passage.number
        return [Failure(story.name, number, "action_listen", left[0], "policy", passage.step.place)]
    return []


async def drive(answering: Answering, actions: Actions) -> Outcome:
    """Run the custom actions that a turn asks for."""
    try:
        call = next(answering)
        while True:
            try:
                result = await actions.run(call)
            except (ActionFailed, ActionRejected) as refused:
                call = answering.throw(refused)
            else:
                call = answering.send(result)
    except StopIteration as done:
        outcome: Outcome = done.value
        return outcome
