"""A turn for a message that asks for several things: a turn for each, until the customer is asked something.

What can simply be said comes first, what may ask back last, so that the question is what the customer reads last.
Nothing is tried out: an action runs once, or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.dialogue import names
from bot.dialogue.events import ActionExecuted, BotUttered, TrackerEvent, UserUttered
from bot.dialogue.responses import buttons_of
from bot.dialogue.tracker import Tracker
from bot.dialogue.turn import Answering, Dialogue, Outcome


@dataclass(slots=True)
class Answered:
    """Which requests were taken, and which have to wait: their places in the message, in the order of answering."""

    taken: list[int] = field(default_factory=list["int"])
    waiting: list[int] = field(default_factory=list["int"])


def answer_each(dialogue: Dialogue, tracker: Tracker, requests: Sequence[UserUttered], answered: Answered) -> Answering:
    """Answer one request after the other; `answered` is filled while they are.

    Stops where the customer has to say something first, where people are asked for, and where an action failed.
    """
    whole = Outcome(tracker)
    asking = [not _is_said_at_once(dialogue, tracker, request) for request in requests]
    answered.waiting[:] = sorted(range(len(requests)), key=asking.__getitem__)
    while answered.waiting and not _waits_for_customer(whole):
        answered.taken.append(answered.waiting.pop(0))
        one = yield from dialogue.answer(tracker, requests[answered.taken[-1]])
        _join(whole, one)
    return whole


def _is_said_at_once(dialogue: Dialogue, tracker: Tracker, request: UserUttered) -> bool:
    """Whether a request is answered by a response that asks nothing."""
    ahead: list[TrackerEvent] = [] if tracker.now.action == names.LISTEN else [ActionExecuted(names.LISTEN)]
    action = dialogue.policies.predict(tracker.branch([*ahead, request])).action
    domain = dialogue.domain
    name = f"utter_{request.full_intent}" if domain.retrieved_by(action) is not None else action
    wordings = domain.responses.get(name, ())
    return bool(wordings) and not any(w.buttons or _is_question(w.text) for w in wordings)


def _waits_for_customer(so_far: Outcome) -> bool:
    now = so_far.tracker.now
    if so_far.failure or so_far.hand_over is not None or so_far.asks_back or now.loop or now.paused:
        return True
    return bool(so_far.said) and _asks(so_far.said[-1])


def _asks(said: BotUttered) -> bool:
    return bool(buttons_of(said.data)) or _is_question(said.text)


def _is_question(text: str) -> bool:
    return text.rstrip(" *_").endswith("?")


def _join(whole: Outcome, one: Outcome) -> None:
    whole.tracker = one.tracker
    whole.said += one.said
    whole.actions += one.actions
    whole.decided_by += [source for source in one.decided_by if source not in whole.decided_by]
    whole.reminders += one.reminders
    whole.loops |= one.loops
    whole.first = whole.first or one.first
    whole.asks_back = one.asks_back
    whole.failure = one.failure
    whole.hand_over, whole.hand_over_kind, whole.desk = one.hand_over, one.hand_over_kind, one.desk
