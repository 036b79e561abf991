"""What policies see of a conversation: one state before each action, as Rasa featurises it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.dialogue import names
from bot.dialogue.domain import Domain, Feature
from bot.dialogue.events import ActionExecuted, Restarted, SessionStarted, TrackerEvent
from bot.dialogue.tracker import Moment, Tracker, advance, start_of


@dataclass(frozen=True, slots=True)
class State:
    """One moment as policies see it. `previous` is the last action, empty at the very start.

    `slots` holds the features of slots that say something, sorted by name; in rules None stands for
    *must not be set*, and `loop` may be `names.UNSET` for the same.
    """

    previous: str = ""
    intent: str = ""
    text: str = ""
    entities: tuple[str, ...] = ()
    slots: tuple[tuple[str, Feature | None], ...] = ()
    loop: str = ""

    def forgetting(self, slots: frozenset[str], loops: frozenset[str]) -> State:
        """The state without what only rules know."""
        kept = tuple(pair for pair in self.slots if pair[0] not in slots)
        loop = "" if self.loop in loops else self.loop
        if len(kept) == len(self.slots) and loop == self.loop:
            return self
        return State(self.previous, self.intent, self.text, self.entities, kept, loop)


def state_of(moment: Moment, domain: Domain, *, only_touched: bool = False) -> State:
    """The state at a moment. With `only_touched` slots count that were set by an event (for rules)."""
    slots: list[tuple[str, Feature | None]] = []
    for name, value in moment.slots.items():
        if value is None or (only_touched and name not in moment.touched):
            continue
        slot = domain.slots.get(name)
        if slot is None:
            continue
        if value == names.UNSET:
            if slot.influences:
                slots.append((name, None))
            continue
        feature = slot.feature(value)
        if any(feature):
            slots.append((name, feature))
    slots.sort(key=lambda pair: pair[0])
    message = moment.message
    if not moment.action or message is None:
        return State(moment.action, "", "", (), tuple(slots), moment.loop or "")
    entities = domain.used_entities(message.intent, message.labels) if message.entities else ()
    as_text = message.featurize_text
    return State(
        moment.action,
        "" if as_text else message.intent,
        message.text if as_text else "",
        entities,
        tuple(slots),
        moment.loop or "",
    )


@dataclass(frozen=True, slots=True)
class Hidden:
    """What policies that learn from stories do not see: slots and loops that only rules name."""

    slots: frozenset[str] = frozenset()
    loops: frozenset[str] = frozenset()


def states_of(tracker: Tracker) -> list[State]:
    """Every state of the conversation, oldest first; the last is now."""
    return _states(tracker.applied(), tracker.domain, _opening(tracker))


def visible_states_of(tracker: Tracker, hidden: Hidden, *, rule_turns: bool = False) -> list[State]:
    """The states without turns that only rules decided: what story policies predict from.

    With `rule_turns` those are seen, too.
    """
    events, domain = tracker.applied(), tracker.domain
    states = _visible(events, _opening(tracker), domain, hidden, rule_turns=rule_turns)
    if _begins_hidden(events) and not rule_turns:  # what went before is forgotten, and its end was not seen
        states.insert(0, state_of(start_of(domain), domain).forgetting(hidden.slots, hidden.loops))
    return states


def visible_states_from(
    events: Sequence[TrackerEvent], domain: Domain, hidden: Hidden, *, rule_turns: bool
) -> list[State]:
    """The same of the last events alone, as if nothing had gone before, slots and loops included."""
    return _visible(events, start_of(domain), domain, hidden, rule_turns=rule_turns)


def _visible(
    events: Sequence[TrackerEvent], moment: Moment, domain: Domain, hidden: Hidden, *, rule_turns: bool
) -> list[State]:
    states: list[State] = []
    visible_action = ""
    turn_hidden = _begins_hidden(events) and not rule_turns

    def seen(*, hide: bool) -> None:
        nonlocal visible_action, turn_hidden
        if not turn_hidden:
            visible_action = moment.action
        if not moment.followup and moment.action != moment.loop:
            turn_hidden = hide
        if turn_hidden:
            return
        state = state_of(moment, domain).forgetting(hidden.slots, hidden.loops)
        if visible_action and state.previous and state.previous != visible_action:
            state = State(visible_action, state.intent, state.text, state.entities, state.slots, state.loop)
        states.append(state)

    for event in events:
        if isinstance(event, ActionExecuted):
            seen(hide=event.hidden and not rule_turns)
        advance(moment, event, domain)
    seen(hide=False)
    return states


def _begins_hidden(events: Sequence[TrackerEvent]) -> bool:
    first = next((e for e in events if isinstance(e, ActionExecuted)), None)
    return first is not None and first.hidden


def states_of_events(events: Sequence[TrackerEvent], domain: Domain, *, only_touched: bool = False) -> list[State]:
    """The states of a training conversation, one before each action and one at the end."""
    return _states(events, domain, start_of(domain), only_touched=only_touched)


def _opening(tracker: Tracker) -> Moment:
    """The moment before the first event that counts."""
    if any(isinstance(e, Restarted | SessionStarted) for e in tracker.events):
        return start_of(tracker.domain)
    return tracker.base.copy()


def _states(
    events: Sequence[TrackerEvent], domain: Domain, moment: Moment, *, only_touched: bool = False
) -> list[State]:
    states: list[State] = []
    for event in events:
        if isinstance(event, ActionExecuted):
            states.append(state_of(moment, domain, only_touched=only_touched))
        advance(moment, event, domain)
    states.append(state_of(moment, domain, only_touched=only_touched))
    return states
