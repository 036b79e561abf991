"""The rule policy: what rules say must come next, with Rasa's precedence.

Default actions come before everything; then the active loop, unless it refused; then the most specific
rule that fits. `rule_training` builds the tables; nothing here learns.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from bot.dialogue import names
from bot.dialogue.state import Hidden, State
from bot.dialogue.tracker import Moment

POLICY: Final = "RulePolicy"
Key = tuple[State, ...]


class Unhappy(Enum):
    """What a training conversation shows of a loop that was left."""

    INTERRUPTED = "loop was interrupted"
    NOT_THE_LOOP = "do not predict the loop"


@dataclass(frozen=True, slots=True)
class Rule:
    """One learned rule: after these states, this action. `length` ranks it: the longest is the most specific."""

    key: Key
    action: str
    name: str
    length: int


@dataclass(frozen=True, slots=True)
class Found:
    """What the rules say at one moment.

    `key` is the rule's (or the states', when none fits), None when something before the rules decided,
    which `cause` then tells.
    """

    action: str | None
    key: Key | None = None
    cause: tuple[str, ...] = ()
    name: str = ""
    interrupted: bool = False

    @property
    def source(self) -> object:
        """What decided, to be compared only."""
        return self.key if self.key is not None else self.cause


@dataclass(frozen=True, slots=True)
class RulePolicy:
    """All rules, indexed by the last action they follow and the intent they need ("" for any)."""

    rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict[str, tuple[Rule, ...]])
    unhappy: Mapping[str, tuple[tuple[Key, Unhappy], ...]] = field(
        default_factory=dict[str, tuple[tuple[Key, Unhappy], ...]]
    )
    hidden: Hidden = field(default_factory=Hidden)
    not_in_stories: frozenset[object] = frozenset()
    texts: bool = False
    """Whether any rule begins with a text instead of an intent."""

    def find(self, now: Moment, states: Callable[[], Sequence[State]]) -> Found:
        """Look for the next action at a moment; `states` is only called when rules have to be matched."""
        by_text = Found(None)
        if self.texts and now.action == names.LISTEN and now.message is not None and now.message.text:
            seen = states()
            last = replace(seen[-1], intent="", text=now.message.text)
            by_text = self._match([*seen[:-1], last], now)
        default = _default_action(now)
        if default is not None and by_text.action is None:
            return default
        happy = _loop_happy_path(now)
        if happy is not None:
            return happy
        if by_text.action is not None:
            return by_text
        found = self._match(states(), now)
        return replace(found, interrupted=found.interrupted or by_text.interrupted)

    def _match(self, states: Sequence[State], now: Moment) -> Found:
        best: Rule | None = None
        last = states[-1]
        for rule in self.rules.get(last.previous, ()):
            if (best is None or rule.length > best.length) and applies(rule.key, states):
                best = rule
        action = best.action if best else None
        key = best.key if best else feature_key(states)
        name = best.name if best else ""
        loop = _loop_of(now)
        if loop is None:
            return Found(action, key, name=name)
        conditions = self._unhappy_at(states)
        if best is not None and action == names.LISTEN and best.key[-1].loop in ("", names.UNSET):
            if Unhappy.NOT_THE_LOOP not in conditions:
                return Found(loop, key, name=name)
            action = None
        return Found(action, key, name=name, interrupted=Unhappy.INTERRUPTED in conditions)

    def _unhappy_at(self, states: Sequence[State]) -> set[Unhappy]:
        return {kind for key, kind in self.unhappy.get(states[-1].previous, ()) if applies(key, states)}


def _loop_of(now: Moment) -> str | None:
    return None if now.loop in (None, names.UNSET) else now.loop


def _default_action(now: Moment) -> Found | None:
    if now.action != names.LISTEN or now.message is None:
        return None
    action = names.ACTION_OF_INTENT.get(now.message.intent)
    if action is None:
        return None
    return Found(action, cause=("default", now.message.intent), name=f"default action of /{now.message.intent}")


def _loop_happy_path(now: Moment) -> Found | None:
    loop = _loop_of(now)
    if loop is None or now.loop_rejected:
        return None
    if now.action != loop:
        return Found(loop, cause=("loop", loop), name=f"loop {loop}")
    return Found(names.LISTEN, cause=("loop", loop, names.LISTEN), name=f"loop {loop}")


def applies(key: Key, states: Sequence[State]) -> bool:
    """Whether the conversation ends in the way that `key` describes."""
    if len(key) > len(states):
        return False
    return all(_fits(rule, state) for rule, state in zip(reversed(key), reversed(states), strict=False))


def _fits(rule: State, state: State) -> bool:
    if not rule.previous or not state.previous:
        return rule.previous == state.previous
    if rule.previous != state.previous:
        return False
    if (rule.intent and rule.intent != state.intent) or (rule.text and rule.text != state.text):
        return False
    if rule.entities and rule.entities != state.entities:
        return False
    if rule.loop == names.UNSET:
        if state.loop not in ("", names.UNSET):
            return False
    elif rule.loop and rule.loop != state.loop:
        return False
    if not rule.slots:
        return True
    features = dict(state.slots)
    for name, wanted in rule.slots:
        value = features.get(name)
        if (value is not None) if wanted is None else (value != wanted):
            return False
    return True


def feature_key(states: Sequence[State]) -> Key | None:
    """The states since the rule began: what stands before `...` does not count."""
    kept: list[State] = []
    for state in reversed(states):
        if state.previous == names.SNIPPET:
            break
        kept.append(state)
    return tuple(reversed(kept)) or None


def specificity(key: Key) -> int:
    """How much a rule asks for: the length of its states written out, which is how Rasa ranks rules."""
    written: list[dict[str, object]] = []
    for state in key:
        one: dict[str, object] = {}
        if state.loop:
            one["active_loop"] = {"name": state.loop}
        if state.previous:
            one["prev_action"] = {"action_name": state.previous}
        if state.slots:
            one["slots"] = {n: names.UNSET if f is None else list(f) for n, f in state.slots}
        user: dict[str, object] = {}
        if state.entities:
            user["entities"] = list(state.entities)
        if state.intent:
            user["intent"] = state.intent
        if state.text:
            user["text"] = state.text
        if user:
            one["user"] = user
        written.append(one)
    return len(json.dumps(written, sort_keys=True))
