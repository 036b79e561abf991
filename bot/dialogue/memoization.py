"""The memoization policies: what a story says when the conversation went exactly as the story did.

With Rasa's augmentation, when the whole remembered history fits no story, ever shorter ones are tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bot.dialogue import names
from bot.dialogue.events import ActionExecuted, TrackerEvent
from bot.dialogue.prediction import Prediction
from bot.dialogue.rule_training import Example
from bot.dialogue.state import Hidden, State, visible_states_from, visible_states_of
from bot.dialogue.tracker import Tracker

PLAIN: Final = "MemoizationPolicy"
AUGMENTED: Final = "AugmentedMemoizationPolicy"
_LONGEST: Final = 40  # states; without a max_history this bounds how far back is looked


@dataclass(frozen=True, slots=True)
class Memory:
    """What comes after each history of a story, and the story's name. `max_history` None means all of it."""

    table: Mapping[tuple[State, ...], tuple[str, str]] = field(default_factory=dict[tuple[State, ...], tuple[str, str]])
    max_history: int | None = None
    augmented: bool = False
    """Whether shorter histories are tried."""

    texts: bool = False
    """Whether any story has a text in the place of an intent."""

    def predict(self, tracker: Tracker, hidden: Hidden, *, rule_turns: bool = False) -> Prediction | None:
        """What a story says must come next; None when none went like this conversation.

        With `rule_turns` the turns that only rules decided count, too.
        """
        if not self.table:
            return None
        seen = visible_states_of(tracker, hidden, rule_turns=rule_turns)
        said = tracker.now.message.text if self.texts and tracker.now.message else ""
        found = self._recall(seen, said)
        if found is None and self.augmented:
            found = self._recall_shorter(tracker, hidden, rule_turns=rule_turns)
        if found is None:
            return None
        return Prediction(found[0], 1.0, AUGMENTED if self.augmented else PLAIN, found[1])

    def _recall(self, states: Sequence[State], said: str) -> tuple[str, str] | None:
        """Look up a history, first with the very words of the last turn, then with what they were taken to mean."""
        limit = self.max_history or _LONGEST
        if said:
            turn = next((i for i in range(len(states) - 1, -1, -1) if states[i].previous == names.LISTEN), 0)
            in_words = [*states[:turn], *(replace(s, intent="", text=said) for s in states[turn:])]
            found = self.table.get(tuple(in_words[-limit:]))
            if found is not None:
                return found
        return self.table.get(tuple(states[-limit:]))

    def _recall_shorter(self, tracker: Tracker, hidden: Hidden, *, rule_turns: bool) -> tuple[str, str] | None:
        """Forget the beginning, slots set there included, and look again."""
        applied = tracker.applied()
        said = tracker.now.message.text if self.texts and tracker.now.message else ""
        before: Sequence[State] = ()
        for start in _starts(applied, self.max_history or _LONGEST):
            states = visible_states_from(applied[start:], tracker.domain, hidden, rule_turns=rule_turns)
            if states == before:
                continue
            found = self._recall(states, said)
            if found is not None:
                return found
            before = states
        return None


def _starts(applied: Sequence[TrackerEvent], limit: int) -> list[int]:
    """Where a shorter history may begin: at each of the last `limit` actions and those before, back to a listening.

    As Rasa cuts: the earliest of them is a turn's beginning, so that its message is seen.
    """
    starts: list[int] = []
    for index in range(len(applied) - 1, -1, -1):
        event = applied[index]
        if isinstance(event, ActionExecuted):
            starts.append(index)
            if len(starts) > limit and event.name == names.LISTEN:
                break
    return starts[::-1]


def disagreements(examples: Iterable[Example], hidden: Hidden) -> list[str]:
    """Where two stories go on differently after the same conversation: neither is remembered there."""
    first: dict[tuple[State, ...], Example] = {}
    found: dict[str, None] = {}
    for example in examples:
        if example.action == names.UNLIKELY_INTENT:
            continue
        other = first.setdefault(_key(example, hidden, _LONGEST), example)
        if other.action != example.action:
            found[
                f"{example.path.place}: the story '{example.path.name}' goes on with '{example.action}', where "
                f"'{other.path.name}' ({other.path.place}) goes on with '{other.action}' after the same conversation"
            ] = None
    return list(found)


def _key(example: Example, hidden: Hidden, limit: int) -> tuple[State, ...]:
    return tuple(s.forgetting(hidden.slots, hidden.loops) for s in example.states[-limit:])


def memorise(examples: Iterable[Example], hidden: Hidden, max_history: int | None, *, augmented: bool) -> Memory:
    """Learn every history of the stories; histories after which stories differ are left out."""
    limit = max_history or _LONGEST
    known: dict[tuple[State, ...], tuple[str, str]] = {}
    ambiguous: set[tuple[State, ...]] = set()
    for example in examples:
        if example.action == names.UNLIKELY_INTENT:
            continue
        key = _key(example, hidden, limit)
        if key in ambiguous:
            continue
        if key in known and known[key][0] != example.action:
            ambiguous.add(key)
            del known[key]
        else:
            known.setdefault(key, (example.action, example.path.name))
    return Memory(known, max_history, augmented, texts=any(state.text for key in known for state in key))
