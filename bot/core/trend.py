"""Weighs the last turns of a conversation into one probability: is this customer upset by now?

No single message is proof, and a mood lasts longer than a message: "ok" after two angry ones is no calm customer. So a
mood is followed from turn to turn (the forward pass of a hidden Markov model with two states, Rabiner 1989): from one
turn to the next it mostly stays, and each turn's own calibrated probability is evidence for or against it, in log-odds
less the prior. One turn alone gives exactly its own probability; a calm turn brings the score down.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from bot.core.conversation import Mood

WINDOW: Final = 6
"""How many of the last turns are read."""

PRIOR: Final = 0.2
"""Share of upset messages that tells nothing about a conversation: the usual share in support chats."""

STAYS: Final = 0.8
"""How likely an upset customer still is so in the next turn."""

BECOMES: Final = 0.1
"""How likely a calm one is upset in the next turn. Both were chosen where they tell the turns of the seen half of
`nlu/data/emotion_chats.yml` apart best; its labels themselves say 0.59 and 0.14, but a mood outlasts a polite word."""


def trend(moods: Sequence[Mood]) -> float:
    """Probability, 0 to 1, that the customer is upset after `moods` (oldest first). No turns give 0."""
    if not moods:
        return 0.0
    prior = _log_odds(PRIOR)
    upset = PRIOR
    for position, mood in enumerate(moods[-WINDOW:]):
        expected = upset * STAYS + (1.0 - upset) * BECOMES if position else PRIOR
        upset = 1.0 / (1.0 + math.exp(prior - _log_odds(expected) - _log_odds(mood.upset)))
    return upset


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 0.01), 0.99) if math.isfinite(probability) else PRIOR
    return math.log(bounded / (1 - bounded))
