"""Two-stage fallback: ask whether the best guess was meant, then to rephrase, then about a second guess; give up."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import names
from bot.dialogue.acting import Running
from bot.dialogue.builtin import Context, ask_affirmation, ask_rephrase, custom, default_fallback
from bot.dialogue.events import (
    ActionExecuted,
    ActiveLoop,
    Restarted,
    TrackerEvent,
    UserUtteranceReverted,
    UserUttered,
)
from bot.dialogue.tracker import Tracker
from nlu.types import NLU_FALLBACK


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
    ending: list[TrackerEvent] = [ActiveLoop(None)]
    if _gave_up(tracker):
        said = yield from _run(names.DEFAULT_FALLBACK, tracker.branch(ending), context)
        return [*ending, *said]
    ending.append(UserUtteranceReverted())  # the loop's turns are one: all that was asked and said in it
    clarified = tracker.now.message
    if clarified is not None:
        ending += [ActionExecuted(names.LISTEN), replace(clarified, confidence=1.0)]
    return ending


def _is_done(tracker: Tracker) -> bool:
    return _last_intent(tracker) not in (NLU_FALLBACK, names.OUT_OF_SCOPE_INTENT) or _gave_up(tracker)


def _gave_up(tracker: Tracker) -> bool:
    """Whether other words were not understood either, or a second guess was denied."""
    return _last_intents(tracker, 2) == [NLU_FALLBACK, NLU_FALLBACK] or _last_intents(tracker, 3) == [
        names.OUT_OF_SCOPE_INTENT,
        NLU_FALLBACK,
        names.OUT_OF_SCOPE_INTENT,
    ]


def _last_intents(tracker: Tracker, count: int) -> list[str]:
    """What the last messages meant; fewer where one of them was taken back, as in Rasa."""
    happened: list[UserUttered | UserUtteranceReverted] = []
    for event in tracker.events:
        if isinstance(event, Restarted):
            happened.clear()
        elif isinstance(event, UserUttered | UserUtteranceReverted):
            happened.append(event)
    return [e.intent for e in happened[-count:] if isinstance(e, UserUttered)]


def _last_intent(tracker: Tracker) -> str:
    return tracker.now.message.intent if tracker.now.message else ""
