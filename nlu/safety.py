"""Finds words of self-harm, of an emergency (of health, fire, gas) and of threats, in the six languages we ship.

The only reason that hands over before anything else is asked, so it leans towards finding: a figure of speech
taken at its word costs an agent a minute. Still, "this app is killing me" and a bill for an ambulance are
no emergencies. It judges wording and, where the multilingual encoder runs, what is meant (`nlu.gist`). It gives no
advice: what is said to the customer is the assistant's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from operator import itemgetter
from typing import Final

from nlu.emotion.data import DATA
from nlu.emotion.evidence import evidence_of
from nlu.emotion.lexicon import Lexicon, shipped_lexicon
from nlu.emotion.tokens import LONG, sentences
from nlu.gist import Balance, Floats, Gist
from nlu.labelled import read_labelled
from nlu.wording import (
    Pair,
    Patterns,
    Reading,
    WordingModel,
    background,
    shipped_wording,
)

TRAINING: Final = DATA / "safety.yml"
MEANINGS: Final = DATA / "safety_meanings.yml"
"""More examples, for the multilingual encoder's ear alone: the words get no better by them."""

HELD_BACK: Final = DATA / "safety_heldout.yml"
PHRASINGS: Final = (DATA / "safety_phrasings.yml", DATA / "safety_phrasings_2.yml")
"""Measure too, each written at its time: one half of it was looked at for causes of mistakes, the other one never."""

PARAPHRASES: Final = DATA / "safety_paraphrases.yml"
"""Measures as well: what hardly shares a word with the examples. Its kinds are `danger` and `none`."""

LEXICON: Final = DATA / "safety_lexicon.yml"

NONE: Final = "none"
DEFAULT_THRESHOLD: Final = 0.35
"""From this probability of danger (all kinds together) on, there is a finding, if a word of danger carries it."""

CUE_WEIGHT: Final = 0.6

_PLAINLY: Final = 0.6
"""So probable a danger has to be in one sentence of a long message."""

_SURELY: Final = 0.9
"""So probable the words have to make a danger in a short message where the encoder hears none."""

BALANCE: Final = Balance(words=0.16, least=-0.2, slope=3.3, threshold=DEFAULT_THRESHOLD)
"""With the encoder. `least` is where no more calm examples of the sample assistants make a finding than do by the words
alone; folds gave the slope."""

_QUOTED: Final = 120
"""So many characters of the message stand for the words, where no single ones of them carry the finding."""
_NAMES: Final = frozenset(
    {
        *("suicide", "kill", "die", "weapon", "body", "rescue", "means", "hopeless", "poison", "hazard", "substance"),
        *("life", "alarm"),
    }
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


@lru_cache(maxsize=1)
def _lexicon() -> Lexicon:
    return Lexicon.load(LEXICON, tolerant=True, like=shipped_lexicon())


def _train() -> WordingModel:
    examples = [(text, label) for text, label, _ in read_labelled(TRAINING, "kind")]
    calm = [(text, NONE) for text in everyday()]
    return WordingModel.fit(examples, _lexicon(), PATTERNS, everyday=calm, cue_weight=CUE_WEIGHT)


@lru_cache(maxsize=1)
def everyday() -> tuple[str, ...]:
    """Everyday messages without the plainest words of danger, of which detectors learn what is none."""
    return tuple(background(_lexicon(), frozenset({"suicide", "weapon", "rescue"})))


def find(
    text: str, by: WordingModel | None = None, gist: Gist | None = None, numbers: Floats | None = None
) -> SafetyFinding | None:
    """The danger that `text` speaks of, or None, `by` the shipped model where no other is given.

    With a `gist` and the multilingual encoder's `numbers` (d,) of the text, both judge together, which finds danger in
    words that nobody has foreseen. Never raises for any text.
    """
    if not text.strip():
        return None
    detector = by or model()
    whole = detector.read(text)
    is_long = len(text.split()) > LONG
    named = _named(whole, DEFAULT_THRESHOLD)
    if is_long and _has_word(whole):  # most long messages have none, and cost no more
        named += [found for each in sentences(text) for found in _named(detector.read(each), _PLAINLY)]
    danger, carrier = max(named, key=itemgetter(0), default=(0.0, whole))
    kind = max(SafetyKind, key=lambda k: carrier.probabilities[k.value])
    if gist is not None and numbers is not None:
        heard = BALANCE.probability(gist.score(numbers), _danger(whole))
        if heard >= DEFAULT_THRESHOLD:
            danger, kind = max(danger, heard), SafetyKind(gist.kind(numbers))
        elif not is_long and danger < _SURELY:
            return None
    if danger < DEFAULT_THRESHOLD:
        return None
    evidence = evidence_of(carrier.found.tokens, detector.trace(carrier, kind.value, NONE)) if named else ()
    return SafetyFinding(kind, danger, evidence or (text.strip()[:_QUOTED],))


def _danger(reading: Reading) -> float:
    return 1.0 - reading.probabilities[NONE]


def _named(reading: Reading, least: float) -> list[tuple[float, Reading]]:
    """How probable the words make a danger and what was read, if as probable as that and a word of danger is there."""
    return [(_danger(reading), reading)] if _danger(reading) >= least and _has_word(reading) else []


def _has_word(reading: Reading) -> bool:
    return any(hit.name in _NAMES for hit in reading.found.cues.hits)
