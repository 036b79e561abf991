"""Measures a pipeline: trains it on one part, asks it about another, and says how good, sure, fast and large it is.

It decides nothing: thresholds and constants are chosen elsewhere, on other data.
"""

from __future__ import annotations

import resource
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from nlu.artifacts import ModelError
from nlu.config import PipelineConfig
from nlu.fitting import fit
from nlu.learning.corpus import folds
from nlu.learning.encoders import usable
from nlu.measuring.measure import Measured, measure
from nlu.measuring.metrics import (
    Outcome,
    accuracy,
    auroc,
    calibration_error,
    entity_scores,
    macro_f1,
    percentile,
    recall_at_kept,
    role_f1,
)
from nlu.progress import silent
from nlu.second_encoder import settled
from nlu.store import resolve
from nlu.training import train
from nlu.training_data import Example, TrainingData

Figures: TypeAlias = dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`figures` are what the command prints, by their stable names; `outcomes` what they were taken from.

    A figure is None when the test held nothing to take it from: 0 would be a lie.
    """

    figures: Figures
    outcomes: tuple[Outcome, ...]
    outside: tuple[Outcome, ...]


def sample_shots(data: TrainingData, shots: int, seed: int) -> TrainingData:
    """Keep `shots` examples of each intent, drawn without repetition; all of an intent that has no more."""
    spread = _order_within(data, seed)
    kept = [e for e, place in zip(data.examples, spread, strict=True) if place < shots]
    return data.with_examples(kept)


def _order_within(data: TrainingData, seed: int) -> list[int]:
    labels = [e.base_intent for e in data.examples]
    order = folds(labels, len(labels), seed)  # a random permutation within each intent, consecutive from an offset
    by_label: dict[str, list[int]] = {}
    for i, label in enumerate(labels):
        by_label.setdefault(label, []).append(i)
    places = [0] * len(labels)
    for members in by_label.values():
        for place, i in enumerate(sorted(members, key=lambda i: int(order[i]))):
            places[i] = place
    return places


def evaluate(
    config: PipelineConfig,
    data: TrainingData,
    test: TrainingData,
    *,
    outside: Sequence[Example] = (),
    foreign_intent: str | None = None,
    seed: int = 0,
    shots: int | None = None,
    notify: Callable[[str], None] = silent,
) -> Evaluation:
    """Train on `data`, test on `test`. Examples of `foreign_intent` are never trained on and count as out of scope."""
    known = data.with_examples(e for e in data.examples if e.base_intent != foreign_intent)
    if shots is not None:
        known = sample_shots(known, shots, seed)
    with tempfile.TemporaryDirectory() as folder:
        summary = train(known, config, Path(folder), seed=seed, notify=notify)
        result = evaluate_model(Path(folder), test, outside=outside, foreign_intent=foreign_intent)
    result.figures["train_cpu_s"] = round(summary.cpu_seconds, 2)
    result.figures["train_peak_rss_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    return result


def evaluate_model(
    model_dir: Path, test: TrainingData, *, outside: Sequence[Example] = (), foreign_intent: str | None = None
) -> Evaluation:
    """Test a trained model in a process of its own."""
    inside = [e for e in test.examples if e.base_intent != foreign_intent]
    strangers = [e for e in test.examples if e.base_intent == foreign_intent] + list(outside)
    measured = measure(model_dir, [e.text for e in (*inside, *strangers)])
    outcomes = [Outcome(e, r) for e, r in zip((*inside, *strangers), measured.results, strict=True)]
    figures = {**figures_of(outcomes[: len(inside)], outcomes[len(inside) :]), **_costs(measured)}
    folder = resolve(model_dir)
    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    figures["model_mb"] = round(size / 2**20, 2)
    return Evaluation(figures, tuple(outcomes[: len(inside)]), tuple(outcomes[len(inside) :]))


def figures_of(outcomes: Sequence[Outcome], outside: Sequence[Outcome] = ()) -> Figures:
    """Return the figures of quality, shares from 0 to 1, None for what these outcomes do not tell."""
    precision, recall, f1 = entity_scores(outcomes) or (None, None, None)
    own = [o.result.out_of_scope for o in outcomes]
    foreign = [o.result.out_of_scope for o in outside]
    figures: Figures = {
        "accuracy": accuracy(outcomes) if outcomes else None,
        "macro_f1": macro_f1(outcomes) if outcomes else None,
        "entity_precision": precision,
        "entity_recall": recall,
        "entity_f1": f1,
        "entity_role_f1": role_f1(outcomes),
        "ece": calibration_error(outcomes) if outcomes else None,
        "oos_auroc": auroc(own, foreign),
        "oos_recall_at_95": recall_at_kept(own, foreign),
        "fallback_rate": sum(o.result.is_fallback for o in outcomes) / len(outcomes) if outcomes else None,
        "test_examples": float(len(outcomes)),
    }
    return {name: None if value is None else round(value, 5) for name, value in figures.items()}


def _costs(measured: Measured) -> Figures:
    def at(values: Sequence[float], share: float) -> float | None:
        return round(percentile(values, share), 3) if values else None

    return {
        "parse_cpu_ms_p50": at(measured.cpu_ms, 0.5),
        "parse_cpu_ms_p99": at(measured.cpu_ms, 0.99),
        "parse_ms_p50": at(measured.wall_ms, 0.5),
        "parse_ms_p99": at(measured.wall_ms, 0.99),
        "peak_rss_mb": round(measured.peak_rss_mb, 1),
    }


def cross_validate(
    config: PipelineConfig,
    data: TrainingData,
    count: int,
    *,
    seed: int = 0,
    notify: Callable[[str], None] = silent,
) -> Evaluation:
    """Test each of `count` folds by a model of the others, intents spread evenly; figures over all examples.

    There are never more folds than examples: they would train models that nothing is asked.
    Raises ModelError for a single example, which cannot be asked of a model that learnt from it.
    """
    if len(data.examples) < 2:
        raise ModelError("one example alone cannot be cross-validated: it is needed to learn from; give two or more")
    if count > len(data.examples):
        count = len(data.examples)
        notify(f"there are as many folds as examples: {count}")
    alone = sorted(intent for intent, given in Counter(e.base_intent for e in data.examples).items() if given == 1)
    if alone:
        notify(
            f"of {len(alone)} intents there is one example, which no model knows that is asked it "
            f"and which counts as not understood: {', '.join(alone[:8])}{', …' if len(alone) > 8 else ''}"
        )
    config = settled(usable(config, data, notify), data, seed=seed, notify=notify)
    assigned = folds([e.intent for e in data.examples], count, seed)
    outcomes: list[Outcome] = []
    for fold in range(count):
        known = data.with_examples(e for e, f in zip(data.examples, assigned, strict=True) if f != fold)
        model = fit(known, config, seed=seed, notify=notify)
        held = [e for e, f in zip(data.examples, assigned, strict=True) if f == fold]
        outcomes += [Outcome(e, model.parse(e.text)) for e in held]
        notify(f"fold {fold + 1} of {count} done")
    return Evaluation(figures_of(outcomes), tuple(outcomes), ())
