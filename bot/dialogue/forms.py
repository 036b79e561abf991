"""Forms: loops that ask for slots until all are filled, validated by the project's own actions.

As Rasa's FormAction: activation reads slots from the message that began it, a message that fills
nothing makes the form refuse, so that other rules and stories may answer, and it asks again later.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialogue import names
from bot.dialogue.acting import ActionCall, ActionRejected, Running
from bot.dialogue.builtin import Context, custom, extract_slots, messages, respond
from bot.dialogue.events import ActionExecuted, ActionExecutionRejected, ActiveLoop, SlotSet, TrackerEvent
from bot.dialogue.json_value import Json, text_of
from bot.dialogue.slot_filling import required_slots
from bot.dialogue.tracker import Tracker
from bot.dialogue.tracker_json import action_payload


def run_form(name: str, tracker: Tracker, context: Context) -> Running:
    """Run a form once. Raises ActionRejected when the customer's message was no answer to its question."""
    events: list[TrackerEvent] = []
    current = tracker
    if tracker.now.loop != name:
        events.append(ActiveLoop(name))
        current = tracker.branch(events)
        events.extend((yield from _activate(name, current, context)))
    elif current.now.action == names.LISTEN and not current.now.loop_interrupted:
        events.extend((yield from _validate_answer(name, current, context)))
    else:  # back from an interruption: nothing to validate, but the validator says what is asked for next
        events.extend((yield from _validated(name, {}, current, context)))
    if not _is_done(events) and not any(isinstance(e, ActionExecutionRejected) for e in events):
        events.extend((yield from _ask_next(name, tracker, events, context)))
    if _is_done(events):
        if not _says_none_active(events):
            events.append(ActiveLoop(None))
        events.append(SlotSet(names.REQUESTED_SLOT, None))
    return events


def _activate(name: str, tracker: Tracker, context: Context) -> Running:
    """Take what is known already, from before and from the message that began the form, and validate it."""
    found = yield from extract_slots(tracker, context)
    extracted = [e for e in found if isinstance(e, SlotSet)]  # what is said of them was said when the message came
    ahead = tracker.branch(extracted)
    known = {slot: ahead.slot(slot) for slot in required_slots(context.domain, name) if ahead.slot(slot) is not None}
    # also when nothing is known: a validator may decide which slots there are to ask for, or that there are none
    validated = yield from _validated(name, known, ahead, context)
    names_validated = {e.name for e in validated if isinstance(e, SlotSet)}
    kept = [e for e in extracted if e.name not in names_validated]
    return [*kept, *validated]


def _validate_answer(name: str, tracker: Tracker, context: Context) -> Running:
    """Validate the slots that the last message filled; refuse when it filled none of the form's."""
    asked = text_of(tracker.slot(names.REQUESTED_SLOT))
    own = {*required_slots(context.domain, name), asked}  # a validator may ask for slots of its own
    filled = {e.name: e.value for e in tracker.since_last_message() if isinstance(e, SlotSet) and e.name in own}
    filled.pop(names.REQUESTED_SLOT, None)
    events = yield from _validated(name, filled, tracker, context)
    # a validator that says nothing of a slot has nothing against it
    answered = bool(filled) or any(isinstance(e, SlotSet) and e.name != names.REQUESTED_SLOT for e in events)
    ended = any(
        isinstance(e, ActiveLoop | ActionExecutionRejected)
        or (isinstance(e, SlotSet) and e.name == names.REQUESTED_SLOT and e.value is None)
        for e in events
    )
    if asked and not answered and not ended:
        raise ActionRejected(name)
    return events


def _validated(name: str, filled: dict[str, Json], tracker: Tracker, context: Context) -> Running:
    """Let `validate_<form>` look at the slots; without one nothing happens, for they are filled already."""
    validator = f"validate_{name}"
    if validator not in context.domain.actions:
        return []
    candidates = [SlotSet(k, v) for k, v in filled.items()]
    requested = SlotSet(names.REQUESTED_SLOT, tracker.slot(names.REQUESTED_SLOT))
    # as Rasa hands them to the validator: it looks at the slots that stand at the end, after the form
    ahead = tracker.branch([requested, ActionExecuted(name), *candidates])
    result = yield ActionCall(validator, action_payload(validator, ahead))
    return [*messages(result, tracker, context), *result.events]


def _ask_next(name: str, tracker: Tracker, so_far: Sequence[TrackerEvent], context: Context) -> Running:
    """Ask for the next empty slot; with none left the form is done.

    Whatever asks still sees the slot that was asked for before, as in Rasa: so it knows that it asks again.
    """
    before = tracker.slot(names.REQUESTED_SLOT) if tracker.now.loop == name else None
    asking = tracker.branch([SlotSet(names.REQUESTED_SLOT, before), ActionExecuted(name), *so_far])
    chosen = next((e.value for e in so_far if isinstance(e, SlotSet) and e.name == names.REQUESTED_SLOT), None)
    events: list[TrackerEvent] = []
    wanted = chosen if isinstance(chosen, str) else None
    if wanted is None:
        empty = (s for s in required_slots(context.domain, name) if asking.slot(s) is None)
        wanted = next(empty, None)
        events.append(SlotSet(names.REQUESTED_SLOT, wanted))
    if wanted is None:
        return events
    question = question_for(name, wanted, context)
    if question is None:
        return events
    said = yield from (
        respond(question, asking, context)
        if question in context.domain.responses
        else custom(question, asking, context)
    )
    return [*events, *said]


def question_for(form: str, slot: str, context: Context) -> str | None:
    """The action that asks for a slot, by Rasa's naming; None when there is none."""
    for name in (
        f"action_ask_{form}_{slot}",
        f"utter_ask_{form}_{slot}",
        f"action_ask_{slot}",
        f"utter_ask_{slot}",
    ):
        if name in context.domain.responses or name in context.domain.actions:
            return name
    return None


def _is_done(events: Sequence[TrackerEvent]) -> bool:
    requested = [e for e in events if isinstance(e, SlotSet) and e.name == names.REQUESTED_SLOT]
    loops = [e for e in events if isinstance(e, ActiveLoop)]
    return bool(requested and requested[-1].value is None) or bool(loops and loops[-1].name is None)


def _says_none_active(events: Sequence[TrackerEvent]) -> bool:
    loops = [e for e in events if isinstance(e, ActiveLoop)]
    return bool(loops and loops[-1].name is None)
