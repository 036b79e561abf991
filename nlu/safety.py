"""Finds words of self-harm, of an emergency (of health, fire, gas) and of threats, in the six languages we ship.

The only reason that hands over before anything else is asked, so it leans towards finding: a figure of speech
taken at its word costs an agent a minute. Still, "this app is killing me" and a bill for an ambulance are
no emergencies. It judges wording alone and gives no advice: what is said to the customer is the assistant's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from nlu.emotion.data import DATA
from nlu.emotion.evidence import evidence_of
from nlu.emotion.lexicon import Lexicon, shipped_lexicon
from nlu.wording import Pair, Patterns, WordingModel, background, read_labelled, shipped_wording

TRAINING: Final = DATA / "safety.yml"
HELD_BACK: Final = DATA / "safety_heldout.yml"
PHRASINGS: Final = (DATA / "safety_phrasings.yml", DATA / "safety_phrasings_2.yml")
"""Measure too, each written at its time: one half of it was looked at for causes of mistakes, the other one never."""

LEXICON: Final = DATA / "safety_lexicon.yml"

NONE: Final = "none"
DEFAULT_THRESHOLD: Final = 0.35
"""From this probability of danger (all kinds together) on, there is a finding, if a word of danger carries it."""

_CUE_WEIGHT: Final = 0.6
_DANGER: Final = frozenset(
    {"suicide", "kill", "die", "weapon", "body", "rescue", "means", "hopeless", "poison", "hazard", "substance", "life"}
)
"""Word classes of which one at least must occur: ordinary words alone never make a finding."""


class SafetyKind(StrEnum):
    """What kind of danger the words speak of."""

    SELF_HARM = "self_harm"
    EMERGENCY = "emergency"
    THREAT = "threat"


@dataclass(frozen=True, slots=True)
class SafetyFinding:
    """Words of danger: of which kind, how probable (0 to 1), and the words as they were typed."""

    kind: SafetyKind
    confidence: float
    evidence: tuple[str, ...]


PATTERNS: Final = Patterns(
    pairs=(
        Pair("intent", "suicide", 4),
        Pair("intent", "die", 3),
        Pair("intent", "kill", 3),
        Pair("kill", "you", 2),
        Pair("you", "kill", 3),
        Pair("kill", "self", 2),
        Pair("self", "die", 3),
        Pair("you", "die", 3),
        Pair("die", "you", 2),
        Pair("suicide", "figure", 4),
        Pair("figure", "suicide", 4),
        Pair("figure", "kill", 4),
        Pair("kill", "figure", 4),
        Pair("figure", "die", 4),
        Pair("die", "figure", 4),
        Pair("body", "figure", 4),
        Pair("figure", "body", 4),
        Pair("rescue", "figure", 3),
        Pair("figure", "rescue", 3),
        Pair("body", "past", 5),
        Pair("past", "body", 5),
        Pair("someone_dear", "body", 6),
        Pair("someone_dear", "suicide", 6),
        Pair("self", "body", 3),
        Pair("body", "body", 6),
        Pair("now", "rescue", 4),
        Pair("intent", "weapon", 5),
        Pair("weapon", "you", 4),
        Pair("leak", "hazard", 4),
        Pair("hazard", "leak", 3),
        Pair("hazard", "hazard", 4),
        Pair("swallow", "substance", 4),
        Pair("substance", "swallow", 4),
        Pair("no_more", "life", 4),
        Pair("life", "no_more", 3),
        Pair("self", "hopeless", 4),
        Pair("someone_dear", "swallow", 4),
        Pair("someone_dear", "poison", 5),
        Pair("self", "means", 4),
        Pair("weapon", "figure", 2),
        Pair("figure", "hazard", 3),
        Pair("hazard", "figure", 2),
        Pair("hazard", "trade", 2),
        Pair("trade", "hazard", 4),
    )
)


@lru_cache(maxsize=1)
def model() -> WordingModel:
    """The detector of our own examples: trained once per checkout (seconds), then read from the cache folder."""
    return shipped_wording("safety", TRAINING, LEXICON, PATTERNS, _train)


def _train() -> WordingModel:
    lexicon = Lexicon.load(LEXICON, tolerant=True, like=shipped_lexicon())
    examples = [(text, label) for text, label, _ in read_labelled(TRAINING, "kind")]
    everyday = [(text, NONE) for text in background(lexicon, frozenset({"suicide", "weapon", "rescue"}))]
    return WordingModel.fit(examples, lexicon, PATTERNS, everyday=everyday, cue_weight=_CUE_WEIGHT)


def find(text: str, by: WordingModel | None = None) -> SafetyFinding | None:
    """The danger that `text` speaks of, or None, `by` the shipped model where no other is given.

    Never raises for any text.
    """
    if not text.strip():
        return None
    detector = by or model()
    reading = detector.read(text)
    danger = 1.0 - reading.probabilities[NONE]
    if danger < DEFAULT_THRESHOLD or not any(hit.name in _DANGER for hit in reading.cues.hits):
        return None
    kind = max(SafetyKind, key=lambda k: reading.probabilities[k.value])
    carried = detector.trace(reading, kind.value, NONE)
    return SafetyFinding(kind, danger, evidence_of(reading.tokens, carried))
