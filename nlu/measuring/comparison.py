"""Compares two models on the same messages: what flipped, by intent, and whether the difference can be chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nlu.measuring.measure import measure
from nlu.measuring.metrics import Outcome, accuracy, entity_scores, sign_test
from nlu.training_data import TrainingData

SIGNIFICANT: Final = 0.05


@dataclass(frozen=True, slots=True)
class Flip:
    """A message that the two models understand differently."""

    text: str
    intent: str
    before: str
    after: str
    place: str

    @property
    def better(self) -> bool | None:
        """True when it became right, False when it became wrong, None when both are wrong."""
        if self.after == self.intent:
            return True
        return False if self.before == self.intent else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`p_value` is of the exact McNemar test over the messages that became right or wrong.

    F1 is None where the test annotates no entities.
    """

    before_accuracy: float
    after_accuracy: float
    before_entity_f1: float | None
    after_entity_f1: float | None
    by_intent: dict[str, tuple[float, float]]
    flips: tuple[Flip, ...]
    p_value: float

    @property
    def is_significant(self) -> bool:
        """Whether chance explains the difference in fewer than 5 % of cases."""
        return self.p_value < SIGNIFICANT

    def to_json(self) -> dict[str, object]:
        """Return the comparison as `python -m nlu compare --json` prints it."""
        return {
            "accuracy": [self.before_accuracy, self.after_accuracy],
            "entity_f1": [self.before_entity_f1, self.after_entity_f1],
            "p_value": self.p_value,
            "significant": self.is_significant,
            "by_intent": {name: list(pair) for name, pair in self.by_intent.items()},
            "flips": [
                {"text": f.text, "intent": f.intent, "before": f.before, "after": f.after, "place": f.place}
                for f in self.flips
            ],
        }

    def describe(self) -> str:
        """Return the comparison in words."""
        verdict = "significant" if self.is_significant else "may be chance"
        lines = [
            f"accuracy   {self.before_accuracy:.4f} -> {self.after_accuracy:.4f}  (p = {self.p_value:.3g}, {verdict})",
        ]
        if self.before_entity_f1 is not None and self.after_entity_f1 is not None:
            lines.append(f"entity F1  {self.before_entity_f1:.4f} -> {self.after_entity_f1:.4f}")
        changed = {name: pair for name, pair in self.by_intent.items() if pair[0] != pair[1]}
        lines += [f"  {name:40} {a:.3f} -> {b:.3f}" for name, (a, b) in changed.items()]
        marks = {True: "+", False: "-", None: "~"}
        lines += [
            f"{marks[f.better]} {f.text!r}: {f.before} -> {f.after} (is {f.intent}, {f.place})" for f in self.flips
        ]
        return "\n".join(lines)


def compare_models(before: Path, after: Path, test: TrainingData) -> Comparison:
    """Ask both models about every test example. Raises ModelError when one cannot be loaded."""
    texts = [e.text for e in test.examples]
    old, new = (
        [Outcome(e, r) for e, r in zip(test.examples, measure(model, texts).results, strict=True)]
        for model in (before, after)
    )
    return compare_outcomes(old, new)


def compare_outcomes(old: Sequence[Outcome], new: Sequence[Outcome]) -> Comparison:
    """Compare answers to the same examples in the same order."""
    flips = tuple(
        Flip(a.example.text, a.example.base_intent, a.predicted, b.predicted, a.example.place)
        for a, b in zip(old, new, strict=True)
        if a.predicted != b.predicted
    )
    turned = Counter(f.better for f in flips)
    names = sorted({o.example.base_intent for o in old})
    by_intent = {
        name: (
            accuracy([o for o in old if o.example.base_intent == name]),
            accuracy([o for o in new if o.example.base_intent == name]),
        )
        for name in names
    }
    before, after = entity_scores(old), entity_scores(new)
    return Comparison(
        accuracy(old),
        accuracy(new),
        None if before is None else before[2],
        None if after is None else after[2],
        by_intent,
        flips,
        sign_test(turned[True], turned[False]),
    )
