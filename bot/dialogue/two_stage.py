"""Two-stage fallback: ask whether the best guess was meant, then to rephrase, then give up."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import names
from bot.dialogue.acting import Running
from bot.dialogue.builtin import Context, ask_affirmation, ask_rephrase, custom, default_fallback
from bot.dialogue.events import (
    ActionExecuted,
    ActiveLoop,
    SlotSet,
    TrackerEvent,
    UserUtteranceReverted,
    UserUttered,
)
from bot.dialogue.tracker import Tracker
from nlu.types import NLU_FALLBACK

_UNCLEAR = (NLU_FALLBACK, names.OUT_OF_SCOPE_INTENT)


def run_two_stage(tracker: Tracker, context: Context) -> Running:
    """Run the loop once."""
    events: list[TrackerEvent] = []
    begins = tracker.now.loop != names.TWO_STAGE_FALLBACK
    if begins:
        events.append(ActiveLoop(names.TWO_STAGE_FALLBACK))
    elif _is_done(tracker):
        return (yield from _leave(tracker, context))
    current = tracker.branch(events)
    if begins or _last_intent(current) == NLU_FALLBACK:
        said = yield from _run(names.ASK_AFFIRMATION, current, context)
    else:
        said = yield from _run(names.ASK_REPHRASE, current, context)
    return [*events, *said]


def _run(name: str, tracker: Tracker, context: Context) -> Running:
    if name in context.domain.actions:
        return (yield from custom(name, tracker, context))
    if name == names.ASK_AFFIRMATION:
        return (yield from ask_affirmation(tracker, context))
    if name == names.ASK_REPHRASE:
        return (yield from ask_rephrase(tracker, context))
    return (yield from default_fallback(tracker, context))


def _leave(tracker: Tracker, context: Context) -> Running:
    ending: list[TrackerEvent] = [ActiveLoop(None), SlotSet(names.REQUESTED_SLOT, None)]
    if _gave_up(tracker):
        said = yield from _run(names.DEFAULT_FALLBACK, tracker.branch(ending), context)
        return [*ending, *said]
    clarified = tracker.now.message
    reverts: list[TrackerEvent] = [UserUtteranceReverted(), UserUtteranceReverted()]
    present = sum(isinstance(e, UserUttered) for e in tracker.events)  # what is folded away cannot be reverted
    while len(reverts) < present and not _is_clear(tracker.branch(reverts)):
        reverts.append(UserUtteranceReverted())
    again: list[TrackerEvent] = []
    if clarified is not None:
        again = [ActionExecuted(names.LISTEN), replace(clarified, confidence=1.0)]
    return [*ending, *reverts, *again]


def _is_clear(tracker: Tracker) -> bool:
    return tracker.now.message is None or _is_done(tracker)


def _is_done(tracker: Tracker) -> bool:
    return _last_intent(tracker) not in _UNCLEAR or _gave_up(tracker)


def _gave_up(tracker: Tracker) -> bool:
    uttered = [e.intent for e in tracker.events if isinstance(e, UserUttered)]
    two = uttered[-2:] == [NLU_FALLBACK, NLU_FALLBACK]
    return two or uttered[-3:] == [NLU_FALLBACK, names.OUT_OF_SCOPE_INTENT, NLU_FALLBACK]


def _last_intent(tracker: Tracker) -> str:
    return tracker.now.message.intent if tracker.now.message else ""
