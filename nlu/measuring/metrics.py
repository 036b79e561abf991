"""Figures of merit, as functions of values: accuracy, F1, calibration, ranking of the foreign, significance."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nlu.training_data import Example
from nlu.types import Entity, ParseResult

BY_RULES = frozenset({"DucklingEntityExtractor", "PersonExtractor"})
"""Extractors that learn nothing from examples."""

BINS = 15
"""Equal-width bins of the calibration error (Guo et al. 2017)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One tested text: the example, and what was understood of it."""

    example: Example
    result: ParseResult

    @property
    def predicted(self) -> str:
        """The best intent, whether or not it was certain enough."""
        return self.result.ranking[0].name if self.result.ranking else self.result.intent.name

    @property
    def confidence(self) -> float:
        """The confidence of `predicted`."""
        return self.result.ranking[0].confidence if self.result.ranking else 0.0

    @property
    def correct(self) -> bool:
        """Whether the best intent is the right one."""
        return self.predicted == self.example.base_intent


def accuracy(outcomes: Sequence[Outcome]) -> float:
    """Return the share of right intents; 0 of nothing."""
    return sum(o.correct for o in outcomes) / len(outcomes) if outcomes else 0.0


def macro_f1(outcomes: Sequence[Outcome]) -> float:
    """Return the unweighted mean of the F1 of each intent that occurs in the test."""
    right: Counter[str] = Counter(o.predicted for o in outcomes if o.correct)
    given: Counter[str] = Counter(o.example.base_intent for o in outcomes)
    said: Counter[str] = Counter(o.predicted for o in outcomes)
    return sum(2 * right[i] / (given[i] + said[i]) for i in given) / len(given) if given else 0.0


def judged_entities(outcomes: Sequence[Outcome]) -> list[set[tuple[int, int, str]]]:
    """Return the (start, end, type) that was found in each text, of types the test annotates.

    Where an extractor that learns finds a type, rules are not judged on it, as in `rasa test`: data that marks
    `nine am` as `time` means that, and not the `at nine am` that is a time for everybody.
    """
    return [{(e.start, e.end, e.entity) for e in found} for found in _judged(outcomes)]


def _judged(outcomes: Sequence[Outcome]) -> list[list[Entity]]:
    types = {a.entity for o in outcomes for a in o.example.annotations}
    learnt = {e.entity for o in outcomes for e in o.result.entities if e.extractor not in BY_RULES}
    return [
        [e for e in o.result.entities if e.entity in types and not (e.extractor in BY_RULES and e.entity in learnt)]
        for o in outcomes
    ]


def entity_scores(outcomes: Sequence[Outcome]) -> tuple[float, float, float] | None:
    """Return precision, recall and F1 of entities, micro, exact span and type, of types the test annotates.

    None where the test annotates nothing: then nothing was measured.
    """
    if not any(o.example.annotations for o in outcomes):
        return None
    right = said = given = 0
    for o, found in zip(outcomes, judged_entities(outcomes), strict=True):
        gold = {(a.start, a.end, a.entity) for a in o.example.annotations}
        right += len(gold & found)
        said += len(found)
        given += len(gold)
    precision = right / said if said else 0.0
    recall = right / given
    return precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0


def role_f1(outcomes: Sequence[Outcome]) -> float | None:
    """Return the F1 of entities that asks for role and group as well as for the exact span and type, micro.

    None where the test gives none a role or a group.
    """
    if not any(a.role or a.group for o in outcomes for a in o.example.annotations):
        return None
    right = judged = 0
    for o, entities in zip(outcomes, _judged(outcomes), strict=True):
        gold = {(a.start, a.end, a.entity, a.role, a.group) for a in o.example.annotations}
        found = {(e.start, e.end, e.entity, e.role, e.group) for e in entities}
        right += len(gold & found)
        judged += len(gold) + len(found)
    return 2 * right / judged


def calibration_error(outcomes: Sequence[Outcome]) -> float:
    """Return the expected calibration error of the best intents' confidences, 0 to 1."""
    bins: list[list[Outcome]] = [[] for _ in range(BINS)]
    for o in outcomes:
        bins[min(int(o.confidence * BINS), BINS - 1)].append(o)
    return sum(abs(sum(o.correct for o in part) - sum(o.confidence for o in part)) for part in bins) / max(
        1, len(outcomes)
    )


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float | None:
    """Return the probability that a foreign text scores above an own one, ties half (Mann and Whitney 1947).

    None where there are no texts of either kind.
    """
    if not inside or not outside:
        return None
    ranked = sorted([(s, 0) for s in inside] + [(s, 1) for s in outside])
    total, i = 0.0, 0
    while i < len(ranked):
        j = i
        while j < len(ranked) and ranked[j][0] == ranked[i][0]:
            j += 1
        total += sum(kind for _, kind in ranked[i:j]) * (i + 1 + j) / 2
        i = j
    return (total - len(outside) * (len(outside) + 1) / 2) / (len(inside) * len(outside))


def recall_at_kept(inside: Sequence[float], outside: Sequence[float], kept: float = 0.95) -> float | None:
    """Return the share of foreign texts found at the threshold that keeps `kept` of the own ones.

    None where there are no texts of either kind.
    """
    if not inside or not outside:
        return None
    threshold = sorted(inside)[min(len(inside) - 1, math.ceil(kept * len(inside)) - 1)]
    return sum(score > threshold for score in outside) / len(outside)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0 to 1) of all lie, by linear interpolation; 0 of nothing."""
    if not values:
        return 0.0
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def sign_test(won: int, lost: int) -> float:
    """Return the two-sided p-value that as uneven a split of changed answers is chance (exact McNemar test)."""
    changed = won + lost
    if changed == 0:
        return 1.0
    smaller = min(won, lost)
    if changed > 1_000:  # the exact sum of large binomials is slow; the normal limit is exact enough
        return math.erfc((abs(won - lost) - 1) / math.sqrt(2 * changed))
    ways = sum(math.comb(changed, k) for k in range(smaller + 1))
    return min(1.0, float(2 * ways / (1 << changed)))
