"""One message that asks for several things: *where is my order, and do you ship to Austria?*

A message is cut where sentences and clauses end, each piece is understood by itself, and what is found holds only if
the whole agrees: it must be unsure which of the two is meant. That tells two questions from one that is told in two
sentences (*I got my new card. How do I activate it?*), of which the whole is certain. `python -m benchmarks.several`
measures both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from bot.core.customers.customary import ON_THE_WAY, OUT_OF_SCOPE, SMALL_TALK
from nlu.types import ParseResult

_CERTAIN: Final = 0.99
"""A whole message that is so sure of one meaning has no other."""
_NEARLY_CERTAIN: Final = 0.97
_LEAST_SHARE: Final = 0.002
"""What the whole must see in each piece's meaning: a piece that it knows nothing of was misunderstood when cut off."""
_SURE: Final = 0.7
_QUITE_SURE: Final = 0.9
"""How sure each piece must be, and how sure where the whole is nearly certain of one of them."""
_MOST_PIECES: Final = 4
_MOST_SENTENCES_CUT: Final = 3
_LEAST_WORDS: Final = 2
_MOST_DIVISIONS: Final = 6
_LONGEST: Final = 600
"""Letters of a message that may be cut; a longer one tells a story."""

_SENTENCE_ENDS: Final = re.compile(r"(?<=[.!?…;])\s+(?=\S)|\s*\n\s*")
_JOINTS: Final = re.compile(
    r"[\s,]+(?:and also|and then|and|also|plus|oh and|btw|by the way"
    r"|und auch|und außerdem|und|außerdem|ausserdem|et aussi|et|y también|y|además"
    r"|e também|e anche|e|também|ed|inoltre)[\s,:]+",
    re.IGNORECASE,
)
"""Words of our six languages between two clauses. What they wrongly cut (*black and white*) is not understood."""
_NO_REQUEST: Final = SMALL_TALK | ON_THE_WAY


def divisions(whole: ParseResult) -> tuple[tuple[str, ...], ...]:
    """The ways to cut a message into pieces that are worth being understood; none where one meaning is certain."""
    text = whole.text
    if _best(whole) >= _CERTAIN or len(text) > _LONGEST:
        return ()
    sentences = tuple(piece for piece in (part.strip() for part in _SENTENCE_ENDS.split(text)) if piece)
    found = [sentences] if 1 < len(sentences) <= _MOST_PIECES else []
    if len(sentences) <= _MOST_SENTENCES_CUT:
        for number, sentence in enumerate(sentences):
            for joint in _JOINTS.finditer(sentence):
                clauses = (sentence[: joint.start()].strip(" ,"), sentence[joint.end() :].strip(" ,"))
                if all(len(clause.split()) >= _LEAST_WORDS for clause in clauses):
                    found.append((*sentences[:number], *clauses, *sentences[number + 1 :]))
    return tuple(found[:_MOST_DIVISIONS])


def requests_in(whole: ParseResult, pieces: Sequence[ParseResult]) -> tuple[ParseResult, ...]:
    """What the pieces of a message ask for, in their order, where that is more than one thing; else nothing."""
    asked = tuple(piece for piece in pieces if piece.intent.base not in _NO_REQUEST)
    meanings = {piece.meaning_of(piece.intent.name) for piece in asked}
    needed = _QUITE_SURE if _best(whole) >= _NEARLY_CERTAIN else _SURE
    if len(asked) < 2 or len(meanings) < len(asked) or any(_sure(piece) < needed for piece in asked):
        return ()
    shares = {intent.name: intent.confidence for intent in whole.ranking}
    if any(shares.get(piece.intent.name, 0.0) < _LEAST_SHARE for piece in asked):
        return ()
    return asked


def heard_apart(whole: ParseResult, parse: Callable[[str], ParseResult]) -> tuple[ParseResult, ...]:
    """What a message asks for where that is several things, by an understanding that is at hand; else nothing."""
    ways = (requests_in(whole, [parse(piece) for piece in pieces]) for pieces in divisions(whole))
    return next((found for found in ways if found), ())


def meaning(whole: ParseResult, request: ParseResult) -> ParseResult:
    """The whole message, with its mood and all that is named in it, meaning that request."""
    return replace(whole, intent=request.intent, ranking=request.ranking, responses=request.responses)


def _best(whole: ParseResult) -> float:
    return max((intent.confidence for intent in whole.ranking), default=1.0)


def _sure(piece: ParseResult) -> float:
    """How sure the intent is and, where an answer was chosen for it, that; 0 where nothing was understood."""
    if piece.is_fallback or piece.intent.name in OUT_OF_SCOPE:
        return 0.0
    chosen = (response.confidence for response in piece.responses if response.intent == piece.intent.name)
    return min(piece.intent.confidence, *chosen, 1.0)
