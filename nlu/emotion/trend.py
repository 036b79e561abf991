"""Weighs the last turns of a conversation into one probability: is this customer upset by now?

No single message is proof. Each turn brings its own calibrated probability; turns are combined as
evidence, in log-odds, each less its prior, and the turns before the last one count less, because the
moods of neighbouring turns are not independent. Three things that people do when they lose patience
add to it: they ask for the same thing again, they answer shorter and shorter, and they have waited long.

By design: one turn alone gives exactly its own probability; a turn as upset as the average customer
changes nothing; a calm turn brings the score down; repeats, waiting and shortening only ever raise it.

Standard library only, and pure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WINDOW: Final = 6
"""How many of the last turns are read."""

PRIOR: Final = 0.2
"""Share of upset messages that tells nothing about a conversation: the usual share in support chats."""

EARLIER: Final = 0.5
FADING: Final = 0.6
"""The turn before the last one counts `EARLIER` as much as the last one, each older one `FADING` of the next."""

REPEAT: Final = 0.6
MOST_REPEATS: Final = 3
"""Each repeat of the same need multiplies the odds by e^0.6 = 1.8; the fourth adds nothing new."""

WAITING: Final = 0.25
MOST_WAITING: Final = 1.0
"""Log-odds per doubling of (1 + waiting/10 minutes), at most a factor of e = 2.7."""

SHORTENING: Final = 0.4
"""Log-odds for answers that shrink to less than half over three turns."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the customer.

    `upset` is its calibrated probability, `characters` its length, `seconds` the time since the customer
    first asked in this conversation, `repeated` whether it asks for the same need as an earlier one.
    """

    upset: float
    characters: int = 0
    seconds: float = 0.0
    repeated: bool = False


def trend(turns: Sequence[Turn]) -> float:
    """Probability, 0 to 1, that the customer is upset after `turns` (oldest first). No turns give 0."""
    if not turns:
        return 0.0
    recent = list(turns)[-WINDOW:]
    prior = _log_odds(PRIOR)
    score = prior
    weight = 1.0
    for turn in reversed(recent):
        score += weight * (_log_odds(turn.upset) - prior)
        weight *= EARLIER if weight == 1.0 else FADING
    score += REPEAT * min(sum(t.repeated for t in recent), MOST_REPEATS)
    last = recent[-1]
    if last.upset >= PRIOR:  # a calm customer who waits, or says "ok", is a calm customer
        minutes = max(0.0, last.seconds) / 60 if math.isfinite(last.seconds) else 0.0
        score += min(MOST_WAITING, WAITING * math.log2(1 + minutes / 10)) if len(recent) > 1 else 0.0
        score += SHORTENING if is_shortening([t.characters for t in recent]) else 0.0
    return 1.0 / (1.0 + math.exp(-score))


def is_shortening(lengths: Sequence[int]) -> bool:
    """Whether the last three lengths shrink each time, to less than half."""
    if len(lengths) < 3:
        return False
    first, second, third = lengths[-3:]
    return first > second > third and third * 2 < first


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 0.01), 0.99) if math.isfinite(probability) else PRIOR
    return math.log(bounded / (1 - bounded))
