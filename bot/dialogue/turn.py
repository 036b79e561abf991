"""One turn of the assistant: from a message to what is said, action by action.

`Dialogue.answer` and its sisters are generators: they yield custom actions to run and return the
`Outcome`. All state is in the tracker; the same tracker and message always give the same turn.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from bot.dialogue import builtin, learned, memoization, names, rules
from bot.dialogue.acting import ActionCall, ActionFailed, ActionRejected, ActionResult, Running
from bot.dialogue.actions import running
from bot.dialogue.builtin import Context
from bot.dialogue.domain import Domain
from bot.dialogue.events import (
    ActionExecuted,
    ActionExecutionRejected,
    BotUttered,
    ConversationPaused,
    LoopInterrupted,
    ReminderScheduled,
    Restarted,
    SessionStarted,
    SlotSet,
    TrackerEvent,
    UserUtteranceReverted,
    UserUttered,
)
from bot.dialogue.json_value import Json, text_of
from bot.dialogue.policies import Policies
from bot.dialogue.prediction import Prediction
from bot.dialogue.responses import foreign
from bot.dialogue.tracker import Tracker
from nlu.types import NLU_FALLBACK

MAX_ACTIONS: Final = 10
"""Actions in one turn, as in Rasa; beyond, the assistant stops and listens."""

_WRITTEN: Final = frozenset({rules.POLICY, memoization.PLAIN, memoization.AUGMENTED})
_DOUBTS: Final[Mapping[str, frozenset[str]]] = {
    NLU_FALLBACK: _WRITTEN,
    names.OUT_OF_SCOPE_INTENT: _WRITTEN | {learned.POLICY},
}
"""Intents that say *nothing known is meant*, and the policies whose word on them is the author's."""


@dataclass(slots=True)
class Outcome:
    """What came of a turn. `tracker` is the state afterwards; `events` what the turn added to it."""

    tracker: Tracker
    said: list[BotUttered] = field(default_factory=list["BotUttered"])
    actions: list[str] = field(default_factory=list["str"])
    decided_by: list[str] = field(default_factory=list["str"])
    reminders: list[ReminderScheduled] = field(default_factory=list["ReminderScheduled"])
    failure: str | None = None
    hand_over: str | None = None
    hand_over_kind: str = ""
    desk: str = ""
    loops: set[str] = field(default_factory=set["str"])
    """Loops that were active before or after."""
    first: Prediction | None = None
    """What decided the first action that was carried out."""
    asks_back: bool = False
    """Whether the two-stage fallback is finding out what was meant, and has not given up."""


Answering: TypeAlias = "Generator[ActionCall, ActionResult, Outcome]"


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A project that is ready to talk."""

    domain: Domain
    policies: Policies = field(default_factory=Policies)
    handoff_actions: frozenset[str] = frozenset({names.HUMAN_HANDOFF})
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    labels_in: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """What intents are called in a language, by language, where it is not as in `labels`."""
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """The project's own wordings of Warmline's fixed texts, by language and name."""

    def answer(self, tracker: Tracker, message: UserUttered) -> Answering:
        """Take in a message, fill slots, and act until it is the customer's turn again."""
        outcome = Outcome(tracker)
        tracker.turns += 1
        context = self._context(tracker, message)
        try:
            yield from self._ensure_session(outcome, message.at, context)
            tracker.update(message)
            if tracker.now.paused:
                return outcome
            requested = tracker.slot(names.REQUESTED_SLOT)
            loop = tracker.now.loop
            outcome.loops.update({loop} if loop else ())
            known = self._told(tracker, loop)
            extracted = yield from builtin.extract_slots(tracker, context)
            self._take(outcome, extracted)
            yield from self._act(outcome, context)
            outcome.loops.update({tracker.now.loop} if tracker.now.loop else ())
            told = any(value is not None and value != known[slot] for slot, value in self._told(tracker, loop).items())
            _count_refusals(outcome, loop, text_of(requested), told=told)
        except ActionFailed as failed:
            self._fail(outcome, failed)
        return outcome

    def remind(self, tracker: Tracker, name: str, message: UserUttered) -> Answering:
        """Let a reminder happen; one that was cancelled meanwhile does nothing."""
        outcome = Outcome(tracker)
        due = next((r for r in tracker.now.reminders if r.name == name), None)
        if due is None or tracker.now.paused:
            return outcome
        tracker.now.reminders = tuple(r for r in tracker.now.reminders if r.name != name)
        tracker.base.reminders = tuple(r for r in tracker.base.reminders if r.name != name)
        tracker.events = [e for e in tracker.events if not (isinstance(e, ReminderScheduled) and e.name == name)]
        tracker.turns += 1
        context = self._context(tracker, message)
        try:
            tracker.update(message)
            extracted = yield from builtin.extract_slots(tracker, context)
            self._take(outcome, extracted)
            yield from self._act(outcome, context)
        except ActionFailed as failed:
            self._fail(outcome, failed)
        return outcome

    def has_answer_to_doubt(self, outcome: Outcome, intent: str) -> bool:
        """Whether the project itself says what follows a message that was not understood, or that is out of scope.

        A rule or a story does, or, for what is out of scope, what was learned from stories; the standard fallback
        and a form that asks again do not.
        """
        first = outcome.first
        if first is None or intent not in _DOUBTS or first.policy not in _DOUBTS[intent]:
            return False
        if first.action == names.TWO_STAGE_FALLBACK:
            return outcome.asks_back
        if first.action in (names.DEFAULT_FALLBACK, self.policies.settings.fallback_action):
            return first.action in self.domain.actions
        return first.action != names.LISTEN and not self.domain.is_loop(first.action)

    def _context(self, tracker: Tracker, message: UserUttered) -> Context:
        seed, tongue = f"{tracker.sender}/{tracker.turns}", dict(message.metadata).get("language", "")
        labels = {**self.labels, **self.labels_in.get(tongue, {})}
        return Context(self.domain, message.channel, seed, message.at, labels, tongue, self.texts)

    def _ensure_session(self, outcome: Outcome, at: float, context: Context) -> Running:
        tracker = outcome.tracker
        minutes = self.domain.session.expiration_minutes
        last = tracker.now.message
        expired = last is not None and minutes > 0 and at - last.at > minutes * 60.0
        begun = bool(tracker.events) or bool(tracker.base.action)
        if begun and (not expired or tracker.now.paused):
            return []
        reminders = tracker.now.reminders
        yield from self._execute(outcome, Prediction(names.SESSION_START, 1.0, "", "a session begins"), context)
        tracker.now.reminders = reminders
        if tracker.now.action != names.LISTEN:
            tracker.update(ActionExecuted(names.LISTEN, at=at))
        return []

    def _act(self, outcome: Outcome, context: Context) -> Running:
        tracker = outcome.tracker
        for _ in range(MAX_ACTIONS):
            prediction = self.policies.predict(tracker)
            goes_on = yield from self._execute(outcome, prediction, context)
            if not goes_on:
                break
        if tracker.now.action != names.LISTEN:
            # where a message was taken back, the one before it is waited after again: seen by stories or not, as before
            wait = self.policies.predict(tracker)
            hidden = wait.hidden and wait.action == names.LISTEN
            tracker.update(ActionExecuted(names.LISTEN, hidden=hidden, at=context.at))
        return []

    def _execute(
        self, outcome: Outcome, prediction: Prediction, context: Context
    ) -> Generator[ActionCall, ActionResult, bool]:
        """Run one action and take in what it did; whether another one is to be predicted."""
        tracker = outcome.tracker
        name = prediction.action
        ahead: list[TrackerEvent] = [LoopInterrupted(interrupted=True)] if prediction.interrupted else []
        try:
            events = yield from running(self.domain, name, tracker.branch(ahead), context)
        except ActionRejected:
            tracker.update(ActionExecutionRejected(name))
            return True
        if not any(isinstance(e, ActionExecutionRejected) and e.name == name for e in events):
            tracker.extend(ahead)
            executed = ActionExecuted(
                name, prediction.policy, prediction.confidence, hidden=prediction.hidden, at=context.at
            )
            tracker.update(executed)
            if name != names.SESSION_START:
                outcome.first = outcome.first or prediction
        self._take(outcome, events)
        if any(isinstance(e, UserUttered) for e in events):  # what the action says for the customer fills slots, too
            extracted = yield from builtin.extract_slots(tracker, context)
            self._take(outcome, extracted)
        if name not in (names.LISTEN, names.SESSION_START):
            outcome.actions.append(name)
            if prediction.source and prediction.source not in outcome.decided_by:
                outcome.decided_by.append(prediction.source)
        if name in self.handoff_actions:
            outcome.hand_over = text_of(tracker.slot(names.REASON_SLOT)) or outcome.hand_over or ""
            outcome.hand_over_kind = text_of(tracker.slot(names.KIND_SLOT))
            outcome.desk = text_of(tracker.slot(names.DESK_SLOT))
        if outcome.hand_over is None and not any(isinstance(e, BotUttered) for e in events):
            outcome.hand_over = self._said_elsewhere(name, tracker, context)
        outcome.asks_back = outcome.asks_back or (name == names.TWO_STAGE_FALLBACK and not _took_back(events))
        if _took_back(events):
            return tracker.now.followup is not None
        return name not in (names.LISTEN, names.SESSION_START)

    def _told(self, tracker: Tracker, loop: str | None) -> dict[str, Json]:
        """What the slots of a form hold."""
        form = self.domain.forms.get(loop or "")
        return {slot: tracker.slot(slot) for slot in form.required_slots} if form else {}

    def _said_elsewhere(self, name: str, tracker: Tracker, context: Context) -> str | None:
        """Why people are needed where a response says nothing: it has words, but none for this customer's language."""
        message = tracker.now.message
        full = f"utter_{message.full_intent}" if message and self.domain.retrieved_by(name) is not None else name
        languages = foreign(self.domain, full, context.language)
        known = full.removeprefix("utter_")
        return f"its answer to `{known}` is in other languages only ({', '.join(languages)})" if languages else None

    def _take(self, outcome: Outcome, events: list[TrackerEvent]) -> None:
        for event in events:
            outcome.tracker.update(event)
            match event:
                case BotUttered():
                    outcome.said.append(event)
                case ReminderScheduled():
                    outcome.reminders.append(event)
                case ConversationPaused():
                    outcome.hand_over = outcome.hand_over or ""
                case _:
                    pass

    def _fail(self, outcome: Outcome, failed: ActionFailed) -> None:
        outcome.failure = str(failed)
        outcome.actions.append(failed.name)
        tracker = outcome.tracker
        if tracker.now.action != names.LISTEN:
            tracker.update(ActionExecuted(names.LISTEN))


def _took_back(events: list[TrackerEvent]) -> bool:
    """Whether the message was reverted, or all forgotten, and no other message took its place."""
    for event in reversed(events):
        match event:
            case UserUtteranceReverted() | Restarted() | SessionStarted():
                return True
            case SlotSet() | ActionExecuted(name=names.LISTEN):
                continue
            case _:
                return False
    return False


def _count_refusals(outcome: Outcome, loop: str | None, requested: str, *, told: bool) -> None:
    """Count a loop's question that was asked again; a digression that was answered does not count.

    Nor does a message that `told` the loop something else: who is asked what for and says when, has not refused.
    """
    tracker = outcome.tracker
    same = loop is not None and tracker.now.loop == loop and tracker.slot(names.REQUESTED_SLOT) == requested
    if not same or not requested or told:
        tracker.refusals = 0
    elif all(action in (loop, names.DEFAULT_FALLBACK) for action in outcome.actions):
        tracker.refusals += 1
