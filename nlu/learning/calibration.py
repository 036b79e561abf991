"""Learns how sure is sure: the six numbers of `nlu.components.confidence`, on scores of texts the model had not seen.

They are those that make the right intents most likely, held at what was found customary. A few hundred texts, right or
wrong, tell little of six numbers: with ten texts for each of 77 intents the share of right answers alone is known to
within 1.2 points. What differs little between subjects is held strongly, what each subject has for itself weakly.
The values were fitted, and their spread seen, on training parts only: BANKING77, SNIPS, the shop of this project and
GoEmotions, whole and in parts of 4 to 25 intents, with 5, 10, 20 and all texts an intent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlu.components.confidence import SHARPEST, Confidence, Custom, places
from nlu.draft import Floats
from nlu.learning.linear import minimise_smooth


@dataclass(frozen=True, slots=True)
class Usual:
    """What is customary: the formula's numbers, its sharpness with one text an intent.

    That falls by so much with the logarithm of the number of texts an intent: with more texts scores lie further apart.
    """

    sharpness: float
    fall: float
    by_score: float
    by_nearness: float
    crowding: float
    lead: float
    by_size: float


USUAL_ENCODED: Final = Usual(2.07, 0.145, -0.05, -0.13, 0.8, -0.15, -0.3)
"""Of the kernel machine over sentence encoders and the linear machine together."""

USUAL_STATIC: Final = Usual(1.67, 0.08, -0.1, -0.07, 0.55, -0.24, -0.3)
"""The same over static embeddings."""

USUAL_LETTERS: Final = Usual(2.07, 0.145, -0.12, 0.04, 0.5, -0.1, -0.3)
"""Of the linear machine alone."""

STIFFNESS: Final = (8.0, 200.0, 200.0, 8.0, 22.0, 22.0)
"""How strongly each number is held: half the inverse of its variance between subjects. In the formula's order."""

GROWTH: Final = 1.2
"""What one more text an intent adds to the sharpness, times the square of their number: learning curves flatten so.

Chosen on draws of 3, 5 and 8 texts an intent of BANKING77, SNIPS, the three samples and GoEmotions.
"""

LEAST_SPREAD: Final = 1e-3


def customary(per_intent: float, usual: Usual) -> Confidence:
    """Return what is customary with so many texts an intent."""
    sharpness = usual.sharpness - usual.fall * float(np.log(max(per_intent, 1.0)))
    return Confidence(sharpness, usual.by_score, usual.by_nearness, usual.crowding, usual.lead, usual.by_size)


def of_all(fitted: Confidence, per_intent: float) -> Confidence:
    """Return the confidences of the model of all texts, `per_intent` of each intent, from those of texts left out.

    Of three texts an intent, one that is left out takes a third of what is known with it: the model that has it is
    surer, and right to be. From ten on this is nothing.
    """
    return replace(fitted, sharpness=fitted.sharpness + GROWTH / max(per_intent, 2.0) ** 2)


def sizes(target: NDArray[np.int64], classes: int) -> NDArray[np.float64]:
    """Return the logarithm of each intent's number of texts, shape (c,), less its mean over all texts, of intents (n,).

    All nought where every intent has as many.
    """
    logarithms = np.log(np.maximum(np.bincount(target, minlength=classes), 1).astype(np.float64))
    centred: NDArray[np.float64] = logarithms - logarithms[target].mean()
    return centred


def fit_confidence(
    scores: Floats,
    target: NDArray[np.int64],
    nearness: Floats,
    prior: Confidence,
    size: NDArray[np.float64],
    repeats: float = 1.0,
) -> Confidence:
    """Return the confidences that fit scores (n, c), intents (n,) and nearness (n,) of texts left out.

    `size` (c,) is the intents', as `sizes` has it. The same texts may be there several times, on average `repeats`, as
    different models scored them. Without any text the prior.
    """
    if not len(target):
        return prior
    order = np.argsort(-scores, axis=1, kind="stable")
    ranked = np.take_along_axis(scores, order, axis=1).astype(np.float64)
    near = nearness.astype(np.float64)
    custom = Custom(*_centre(ranked[:, 0]), *_centre(near))
    deviations = np.column_stack([np.ones(len(target)), *custom.deviations(ranked[:, 0], near)])
    behind, place = ranked - ranked[:, :1], places(scores.shape[1])
    right, large = order == target[:, None], size[order[:, 0]]
    held = np.array([prior.sharpness, prior.by_score, prior.by_nearness, prior.crowding, prior.lead, prior.by_size])
    stiffness = np.array(STIFFNESS)

    def loss(at: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        exponent = deviations @ at[:3]
        stretched = np.exp(np.clip(exponent, -SHARPEST, SHARPEST))[:, None] * behind
        lead = at[4] + at[5] * large
        overtaken = stretched[:, 1] > lead
        stretched[overtaken, 0] = stretched[overtaken, 1]  # as `Confidence.of` does: the second must not overtake
        logits = stretched - at[3] * place
        logits[~overtaken, 0] = lead[~overtaken]
        logits -= logits.max(axis=1, keepdims=True)
        total = np.log(np.exp(logits).sum(axis=1, keepdims=True))
        excess = np.exp(logits - total) - right  # the slope of the loss by each logit
        by_exponent = np.where(np.abs(exponent) < SHARPEST, (excess * stretched).sum(axis=1), 0.0)
        by_lead = np.where(overtaken, 0.0, excess[:, 0])
        slope = np.array([*(by_exponent @ deviations), -(excess @ place).sum(), by_lead.sum(), float(by_lead @ large)])
        value = float(total.sum() - logits[right].sum())
        away = at - held
        return value / repeats + float(stiffness @ away**2), slope / repeats + 2.0 * stiffness * away

    bounds = [(None, None)] * 3 + [(0.0, None), (None, None), (None, None)]
    sharpness, by_score, by_nearness, crowding, lead, by_size = minimise_smooth(loss, held, bounds)
    return Confidence(sharpness, by_score, by_nearness, crowding, lead, by_size, custom)


def _centre(values: NDArray[np.float64]) -> tuple[float, float]:
    return float(values.mean()), max(float(values.std()), LEAST_SPREAD)
