"""The learned policy: what most likely comes next where no story matches exactly.

A linear classifier over what policies see of the last moments. Its weights are trained elsewhere
(`adapters.rasa.learning`) from the stories of the project; here they are only applied.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.dialogue import names
from bot.dialogue.prediction import Prediction
from bot.dialogue.state import Hidden, State, visible_states_of
from bot.dialogue.tracker import Tracker

POLICY: Final = "LearnedPolicy"
_DEPTH: Final = 5  # how many states back are looked at


@dataclass(frozen=True, slots=True)
class Learned:
    """Weights per feature, one number an action; `bias` likewise. Empty: nothing was learned."""

    actions: tuple[str, ...] = ()
    weights: Mapping[str, tuple[float, ...]] = field(default_factory=dict[str, tuple[float, ...]])
    bias: tuple[float, ...] = ()

    def predict(self, tracker: Tracker, hidden: Hidden, *, rule_turns: bool = False) -> Prediction | None:
        """The likeliest next action; None when nothing was learned. `rule_turns` as for memory."""
        if not self.actions:
            return None
        action, confidence = self.likeliest(visible_states_of(tracker, hidden, rule_turns=rule_turns))
        return Prediction(action, confidence, POLICY, "likeliest by the stories")

    def likeliest(self, states: Sequence[State]) -> tuple[str, float]:
        """The likeliest action after these states and its probability."""
        scores = list(self.bias)
        for name, value in features(states).items():
            row = self.weights.get(name)
            if row is not None:
                scores = [s + value * w for s, w in zip(scores, row, strict=True)]
        shares = [1.0 / (1.0 + math.exp(min(-s, 50.0))) for s in scores]  # one-against-rest, made to sum to 1
        best = max(range(len(shares)), key=shares.__getitem__)
        return self.actions[best], shares[best] / sum(shares)


def features(states: Sequence[State]) -> dict[str, float]:
    """What the classifier sees: the present in detail and in pairs, the past with less weight."""
    seen: dict[str, float] = {}
    recent = states[-_DEPTH:]
    for back, state in enumerate(reversed(recent)):
        weight = 1.0 if back == 0 else 0.6**back
        for item in _items(state):
            seen[f"{back}:{item}"] = weight
    last = recent[-1]
    before = recent[-2].previous if len(recent) > 1 else ""
    seen[f"turn:{last.previous}|{last.intent or last.text}"] = 2.0
    seen[f"pair:{before}|{last.previous}|{last.intent or last.text}"] = 1.0
    for name, value in last.slots:
        seen[f"slot:{last.previous}|{last.intent}|{name}={value}"] = 0.7
    for entity in last.entities:
        seen[f"entity:{last.previous}|{last.intent}|{entity}"] = 0.7
    if last.loop:
        seen[f"loop:{last.previous}|{last.intent}|{last.loop}"] = 1.0
    _add_past(states, seen)
    return seen


def _add_past(states: Sequence[State], seen: dict[str, float]) -> None:
    """The way so far: which loops were entered, in order, and what the customer said last."""
    loops = [s.loop for s in states if s.loop]
    entered = [name for i, name in enumerate(loops) if i == 0 or loops[i - 1] != name]
    for name in entered:
        seen[f"was in:{name}"] = 0.7
    if entered:
        seen[f"way:{states[-1].previous}|{states[-1].intent}|{'>'.join(entered[-3:])}"] = 1.0
    said = [s.intent or s.text for s in states if s.previous == names.LISTEN]
    for length in (2, 3):
        if len(said) >= length:
            seen[f"said:{states[-1].previous}|{'>'.join(said[-length:])}"] = 0.7


def _items(state: State) -> list[str]:
    items = [f"action={state.previous}", f"intent={state.intent or state.text}", f"loop={state.loop}"]
    items.extend(f"entity={e}" for e in state.entities)
    items.extend(f"{name}={value}" for name, value in state.slots)
    return items
