"""Does the writer ask for a human being? In English, German, French, Spanish, Portuguese and Italian.

It judges one message by its wording and knows nothing of the conversation. People as a topic are not people
asked for: "the delivery person was rude", "is there an agent fee" and "are you human?" ask for nobody.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from nlu.emotion.data import DATA
from nlu.emotion.lexicon import Lexicon, shipped_lexicon
from nlu.emotion.tokens import sentences
from nlu.gist import Balance, Floats, Gist
from nlu.labelled import read_labelled
from nlu.wording import Pair, Patterns, WordingModel, background, shipped_wording

TRAINING: Final = DATA / "asked.yml"
HELD_BACK: Final = DATA / "asked_heldout.yml"
PHRASINGS: Final = (DATA / "asked_phrasings.yml", DATA / "asked_phrasings_2.yml")
"""Measure too, each written at its time: one half of it was looked at for causes of mistakes, the other one never."""

PARAPHRASES: Final = DATA / "asked_paraphrases.yml"
"""Measures as well, in five languages: what hardly shares a word with the examples."""

OF_PEOPLE: Final = DATA / "asked_of_people.yml"
"""Measures: what a person is asked to do or say ("can a person check my order"), and what one can do at all."""

UNUSUAL: Final = DATA / "asked_unusual.yml"
"""Measures: ways to ask for a person that nobody foresaw ("pass it on to accounts"), and people as a topic."""

LEXICON: Final = DATA / "asked_lexicon.yml"

DEFAULT_THRESHOLD: Final = 0.6
"""From this probability on the writer asks for a person."""

YES: Final = "yes"
NO: Final = "no"

BALANCE: Final = Balance(words=0.25, least=-0.1, slope=2.3, threshold=DEFAULT_THRESHOLD)
"""With the encoder. `least` is where hardly more examples of the sample assistants that ask for nobody seem to than
by the words alone; folds gave the slope."""

_LONG: Final = 18
"""In more words than these the wish is one sentence among others, which drown it."""

_PLAINLY: Final = 0.9
"""A sentence of a long message, taken alone, has to be this plain: "please advise" alone is not."""

PATTERNS: Final = Patterns(
    pairs=(
        Pair("talk", "person", 6),
        Pair("talk", "anyone", 3),
        Pair("talk", "department", 3),
        Pair("talk", "bot", 4),
        Pair("talk", "topic", 2),
        Pair("connect", "person", 5),
        Pair("connect", "anyone", 3),
        Pair("connect", "department", 4),
        Pair("want", "person", 4),
        Pair("want", "talk", 4),
        Pair("want", "connect", 3),
        Pair("want", "callback", 4),
        Pair("anyone", "callback", 4),
        Pair("anyone", "real", 2),
        Pair("anyone", "talk", 4),
        Pair("person", "callback", 4),
        Pair("real", "person", 1),
        Pair("refuse", "bot", 6),
        Pair("refuse", "person", 5),
        Pair("refuse", "talk", 4),
        Pair("refuse", "connect", 3),
        Pair("bot", "person", 6),
        Pair("identity", "bot", 5),
        Pair("identity", "person", 3),
        Pair("another", "person", 1),
        Pair("person", "past", 4),
        Pair("past", "person", 5),
        Pair("person", "topic", 2),
        Pair("person", "act", 4),
        Pair("act", "person", 5),
        Pair("real", "act", 3),
        Pair("anyone", "act", 4),
        Pair("act", "anyone", 4),
        Pair("department", "act", 4),
        Pair("department", "callback", 4),
        Pair("yours", "person", 2),
        Pair("yours", "department", 2),
    ),
    alone=(
        frozenset({"person", "want", "hail", "real"}),
        frozenset({"person", "want", "hail", "real", "talk", "connect", "anyone", "refuse", "bot"}),
    ),
)


@lru_cache(maxsize=1)
def model() -> WordingModel:
    """The detector of our own examples: trained once per checkout (seconds), then read from the cache folder."""
    return shipped_wording("asked", TRAINING, LEXICON, PATTERNS, _train)


@lru_cache(maxsize=1)
def _lexicon() -> Lexicon:
    return Lexicon.load(LEXICON, tolerant=True, like=shipped_lexicon())


def _train() -> WordingModel:
    examples = [(text, label) for text, label, _ in read_labelled(TRAINING, "asks")]
    return WordingModel.fit(examples, _lexicon(), PATTERNS, everyday=[(text, NO) for text in everyday()])


@lru_cache(maxsize=1)
def everyday() -> tuple[str, ...]:
    """Everyday messages that name no people, of which detectors learn what asks for nobody."""
    return tuple(background(_lexicon(), frozenset({"person", "anyone", "talk", "callback"})))


def score(text: str, by: WordingModel | None = None, gist: Gist | None = None, numbers: Floats | None = None) -> float:
    """Probability that the writer asks for a person, 0 to 1, `by` the shipped model where no other is given.

    With a `gist` and the multilingual encoder's `numbers` (d,) of the text, both judge together. Never raises for any
    text; empty texts score 0.
    """
    if not text.strip():
        return 0.0
    detector = by or model()
    whole = detector.read(text).probabilities[YES]
    both = None if gist is None or numbers is None else BALANCE.probability(gist.score(numbers), whole)
    if len(text.split()) <= _LONG:
        return whole if both is None else both
    plainest = max((detector.read(s).probabilities[YES] for s in sentences(text)), default=0.0)
    return max(whole, both or 0.0, plainest if plainest >= _PLAINLY else 0.0)
