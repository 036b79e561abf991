"""Weighs the last turns of a conversation into one probability: is this customer upset by now?

No single message is proof, and a mood lasts longer than a message. Each turn brings its own calibrated probability;
turns are combined as evidence, in log-odds, each less its prior, and the turns before the last one count less, because
the moods of neighbouring turns are not independent. One turn alone gives exactly its own probability; a turn as upset
as the average customer's changes nothing; a calm turn brings the score down.
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

EARLIER: Final = 0.5
FADING: Final = 0.6
"""The turn before the last one counts `EARLIER` as much as the last one, each older one `FADING` of the next."""


def trend(moods: Sequence[Mood]) -> float:
    """Probability, 0 to 1, that the customer is upset after `moods` (oldest first). No turns give 0."""
    if not moods:
        return 0.0
    prior = _log_odds(PRIOR)
    score = prior
    for position, mood in enumerate(reversed(moods[-WINDOW:])):
        weight = EARLIER * FADING ** (position - 1) if position else 1.0
        score += weight * (_log_odds(mood.upset) - prior)
    return 1.0 / (1.0 + math.exp(-score))


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 0.01), 0.99) if math.isfinite(probability) else PRIOR
    return math.log(bounded / (1 - bounded))
