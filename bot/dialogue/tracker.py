"""The tracker: everything that happened in a conversation, and what follows from it.

As in Rasa, the events are the truth and the rest is derived. Old events are folded into a snapshot,
so that the stored form stays small. A tracker lives for one turn; between turns it is a string.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bot.dialogue import names
from bot.dialogue.domain import Domain
from bot.dialogue.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    ConversationPaused,
    ConversationResumed,
    FollowupAction,
    LoopInterrupted,
    ReminderCancelled,
    ReminderScheduled,
    Restarted,
    SessionStarted,
    SlotSet,
    TrackerEvent,
    UserUtteranceReverted,
    UserUttered,
)
from bot.dialogue.json_value import Json

EXTERNAL: Final = "external"
"""The channel of messages that nobody typed: reminders that are due."""


@dataclass(slots=True)
class Moment:
    """Where a conversation stands after some events."""

    slots: dict[str, Json]
    touched: frozenset[str] = frozenset()
    message: UserUttered | None = None
    action: str = ""
    loop: str | None = None
    loop_rejected: bool = False
    loop_interrupted: bool = False
    followup: str | None = None
    paused: bool = False
    reminders: tuple[ReminderScheduled, ...] = ()

    def copy(self) -> Moment:
        """Return an independent copy."""
        return replace(self, slots=dict(self.slots))


def start_of(domain: Domain) -> Moment:
    """Where every conversation begins."""
    return Moment(domain.initial_slots())


_OF_REMINDERS: Final = (UserUttered, ReminderScheduled, ReminderCancelled, Restarted)
"""Events that plan reminders or end them."""


def advance(moment: Moment, event: TrackerEvent, domain: Domain) -> None:  # noqa: C901, PLR0912 - one case an event
    """Change `moment` by one event. Reverting events are the tracker's business and change nothing here."""
    match event:
        case UserUttered():
            moment.message = event
            moment.followup = None
            moment.reminders = tuple(r for r in moment.reminders if not r.kill or event.channel == EXTERNAL)
        case ActionExecuted():
            moment.action = event.name
            moment.followup = None
            moment.loop_interrupted = False
            if event.name == moment.loop:
                moment.loop_rejected = False
        case SlotSet():
            moment.slots[event.name] = event.value
            moment.touched = moment.touched | {event.name}
        case AllSlotsReset():
            moment.slots = domain.initial_slots()
            moment.touched = frozenset()
        case ActiveLoop():
            moment.loop = event.name
            moment.loop_rejected = False
            moment.loop_interrupted = False
        case LoopInterrupted():
            moment.loop_interrupted = event.interrupted
        case ActionExecutionRejected():
            moment.loop_rejected = moment.loop_rejected or event.name == moment.loop
        case FollowupAction():
            moment.followup = event.name
        case Restarted():
            _forget(moment, domain)
            moment.paused = False
            moment.reminders = ()
            moment.followup = names.SESSION_START
        case SessionStarted():
            _forget(moment, domain)
        case ReminderScheduled():
            moment.reminders = (*(r for r in moment.reminders if r.name != event.name), event)
        case ReminderCancelled():
            moment.reminders = tuple(r for r in moment.reminders if not _is_cancelled(r, event))
        case ConversationPaused():
            moment.paused = True
        case ConversationResumed():
            moment.paused = False
        case _:
            pass


def _is_cancelled(reminder: ReminderScheduled, by: ReminderCancelled) -> bool:
    return (not by.name or by.name == reminder.name) and (not by.intent or by.intent == reminder.intent)


def _forget(moment: Moment, domain: Domain) -> None:
    moment.slots = domain.initial_slots()
    moment.touched = frozenset()
    moment.message = None
    moment.action = ""
    moment.loop = None
    moment.loop_rejected = moment.loop_interrupted = False
    moment.followup = None


@dataclass(slots=True)
class Tracker:
    """One conversation during one turn. `base` is what came before the first of `events`.

    `turns` counts the customer's messages, `refusals` how often in a row a loop's question was not answered.
    """

    domain: Domain
    sender: str
    base: Moment
    events: list[TrackerEvent] = field(default_factory=list["TrackerEvent"])
    turns: int = 0
    refusals: int = 0
    now: Moment = field(init=False)

    def __post_init__(self) -> None:
        self._replay()

    @classmethod
    def new(cls, domain: Domain, sender: str, events: Iterable[TrackerEvent] = ()) -> Tracker:
        """A conversation that begins with these events."""
        return cls(domain, sender, start_of(domain), list(events))

    def update(self, event: TrackerEvent) -> None:
        """Take in one event."""
        self.events.append(event)
        if isinstance(event, UserUtteranceReverted | ActionReverted):
            self._replay()
        else:
            advance(self.now, event, self.domain)

    def extend(self, events: Iterable[TrackerEvent]) -> None:
        """Take in events in order."""
        for event in events:
            self.update(event)

    def slot(self, name: str) -> Json:
        """The slot's value; None when it has none or does not exist."""
        return self.now.slots.get(name)

    def branch(self, events: Iterable[TrackerEvent] = ()) -> Tracker:
        """A copy in which more happened, for asking what would be."""
        copy = Tracker(self.domain, self.sender, self.base, [], self.turns, self.refusals)
        copy.events = list(self.events)
        copy.now = self.now.copy()
        copy.extend(events)
        return copy

    def applied(self) -> list[TrackerEvent]:
        """The events that still count, the asked-and-answered turns inside a loop left out, as in Rasa."""
        return applied_events(self.events)

    def since_last_message(self) -> list[TrackerEvent]:
        """The events after the customer's last message."""
        for index in range(len(self.events) - 1, -1, -1):
            if isinstance(self.events[index], UserUttered):
                return self.events[index + 1 :]
        return list(self.events)

    def folded(self, keep: int) -> Tracker:
        """The same conversation with at most the last `keep` messages and what belongs to them as events.

        What is folded away still counts in the snapshot: slots, loop, pause.
        """
        uttered = [i for i, e in enumerate(self.events) if isinstance(e, UserUttered)]
        if len(uttered) <= keep:
            return self
        cut = uttered[-keep]
        while cut > 0 and not isinstance(self.events[cut], ActionExecuted):
            cut -= 1
        base = Tracker(self.domain, self.sender, self.base, self.events[:cut])
        return Tracker(self.domain, self.sender, base.now, self.events[cut:], self.turns, self.refusals)

    def _replay(self) -> None:
        self.now = self.base.copy()
        for event in effective_events(self.events):
            advance(self.now, event, self.domain)
        # whatever became of a message later, it ended the reminders that end with the next one
        lived = self.base.copy()
        for event in self.events:
            if isinstance(event, _OF_REMINDERS):
                advance(lived, event, self.domain)
        self.now.reminders = lived.reminders


def effective_events(events: Sequence[TrackerEvent]) -> list[TrackerEvent]:
    """The events that count, of all sessions: as in `applied_events`, with every restart, to be applied."""
    ended, present = _sessions(events)
    return [*ended, *present]


def applied_events(events: Sequence[TrackerEvent]) -> list[TrackerEvent]:
    """The events that policies see: since the last session, nothing reverted, loops without their happy turns."""
    return _sessions(events)[1]


def _sessions(events: Sequence[TrackerEvent]) -> tuple[list[TrackerEvent], list[TrackerEvent]]:
    """What counts of the sessions that are over, with the events that ended them, and of the present one."""
    loops = {e.name for e in events if isinstance(e, ActiveLoop) and e.name}
    ended: list[TrackerEvent] = []
    kept: list[TrackerEvent] = []
    for event in events:
        match event:
            case Restarted() | SessionStarted():
                ended += [*kept, event]
                kept.clear()
            case ActionReverted():
                _undo(kept, ActionExecuted)
            case UserUtteranceReverted():
                _undo(kept, UserUttered)
                _undo(kept, ActionExecuted)
            case ActionExecuted(name=name) if name in loops and not _begins_or_returns(name, kept):
                _undo_to_loop(name, kept)
            case _:
                kept.append(event)
    return ended, kept


def _undo(kept: list[TrackerEvent], kind: type[ActionExecuted | UserUttered]) -> None:
    for index in range(len(kept) - 1, -1, -1):
        if isinstance(kept[index], kind):
            del kept[index:]
            return
    if kind is UserUttered:
        kept.clear()


def _undo_to_loop(name: str, kept: list[TrackerEvent]) -> None:
    """Drop messages and actions back to the loop's last run; what they changed stays."""
    for index in range(len(kept) - 1, -1, -1):
        event = kept[index]
        if isinstance(event, ActionExecuted) and event.name == name:
            return
        if isinstance(event, ActionExecuted | UserUttered):
            del kept[index]


def _begins_or_returns(name: str, kept: Sequence[TrackerEvent]) -> bool:
    """Whether this run of a loop is its first, or one that comes back from something else."""
    following: str | None = None
    for event in reversed(kept):
        match event:
            case ActiveLoop(name=None):
                return True
            case ActionExecutionRejected(name=rejected) if rejected == name:
                return True
            case UserUttered() if following is not None and following != name:
                return True
            case ActionExecuted():
                if event.name == name:
                    return False
                following = event.name
            case _:
                pass
    return True
