"""A message that leans on the turn before: *and for kids?*, *how much is that?* (ellipsis and anaphora).

One that leans by its shape is understood a second time, joined to the question that was answered last; what both
readings say decides what it means in its context (contextual query rewriting). What is sure alone stays as it is, but
for words that name nothing of their own. Danger, a wish for a person and moods are seen in the message alone.
`python -m benchmarks.follow_ups` measures it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import IntEnum
from typing import Final

from bot.core.conversation import Conversation, Question
from bot.core.customers import danger, escalation
from bot.core.customers.customary import ON_THE_WAY, OUT_OF_SCOPE, SMALL_TALK
from bot.core.customers.leaning_words import BARE, CONNECTIVE, POINTERS, PREPOSITIONS
from bot.core.policy import Policy
from nlu.types import NLU_FALLBACK, Entity, Intent, ParseResult

_LASTS: Final = 3600.0
"""Seconds for which a question can be leaned on."""
_MOST_LETTERS: Final = 300
"""Letters of a question that can be leaned on: a longer one tells a story, and would drown what follows it."""
_MOST_WORDS: Final = 8
_FEW_WORDS: Final = 5
"""Words of a message, without what connects it, that leans though it names something."""
_SURE: Final = 0.9
_FOREIGN: Final = 0.4
"""A meaning is not sure where the message means none of the trained intents with such a probability."""

_OVERRULES: Final = 0.75
"""How sure the reading in context must be to stand against one that is sure alone."""
_NOTHING: Final = 0.04
"""The share of the meaning alone, in context, below which context speaks against it."""
_CARRIES: Final = 0.85
"""How sure the reading in context must be where it is the question's own meaning."""
_AGREES: Final = 0.5
"""The same, where it is one of the likeliest meanings alone, or nothing is named that could have another."""
_CERTAIN: Final = 0.9
"""The same, for a message that only is not understood alone, and leans by no sign."""
_SUPPORTS: Final = 0.2
"""The share of the meaning alone, in context, above which context does not contradict it."""
_NAMED: Final = 0.7
"""How sure it must be that a message only names something that a form or an action goes on with."""
_CANDIDATES: Final = 3

_WORDS: Final = re.compile(r"[^\W_]+", re.UNICODE)


class Sign(IntEnum):
    """By what a message leans, the strongest last."""

    NONE = 0
    UNKNOWN = 1
    """It is short, and not understood alone."""
    POINTS = 2
    """It goes on (*and …*), or a pronoun stands for something said before."""
    FRAGMENT = 3
    """It goes on with a mere prepositional phrase: *and for kids?*."""
    BARE = 4
    """It asks for a property and names nothing that has it: *how long does that take?*."""


def sign_of(alone: ParseResult) -> Sign:
    """By what a message leans on the turn before, if it does."""
    words = [word.casefold() for word in _WORDS.findall(alone.text)]
    if not words or len(words) > _MOST_WORDS:
        return Sign.NONE
    joint = CONNECTIVE.match(alone.text)
    rest = [word.casefold() for word in _WORDS.findall(alone.text[joint.end() :])] if joint else words
    if len(words) > 1 and BARE.issuperset(words):
        return Sign.BARE
    if not rest or len(rest) > _FEW_WORDS:
        return Sign.NONE
    if joint and rest[0] in PREPOSITIONS:
        return Sign.FRAGMENT
    if not _is_foreign(alone):
        return Sign.NONE
    if joint or POINTERS.intersection(words):
        return Sign.POINTS
    return Sign.UNKNOWN if alone.is_fallback and len(words) > 1 else Sign.NONE


def question_of(conversation: Conversation) -> str:
    """The question that can be leaned on, in the customer's words; "" for none."""
    return conversation.question.text if conversation.question else ""


def joined(conversation: Conversation, alone: ParseResult, at: float, policy: Policy) -> str:
    """The text to be understood in place of a message that leans on the turn before; "" for one that stands alone."""
    question = conversation.question
    if not policy.follow_ups or question is None or conversation.returned or at - question.at > _LASTS:
        return ""
    sign = sign_of(alone)
    if sign is Sign.NONE or _is_settled(alone, policy):
        return ""
    return f"{_stem(question)}{alone.text.strip()}"


def in_context(
    conversation: Conversation, alone: ParseResult, joint: ParseResult, policy: Policy
) -> ParseResult | None:
    """What a message means after the question that was answered last; None where it means what it means alone.

    `joint` is what the text of `joined` means. Not understood even so, it is `nlu_fallback`, with the likeliest
    meanings of both readings in its ranking.
    """
    question = conversation.question
    if question is None:
        return None
    meant, own = joint.meaning_of(joint.intent.name), alone.meaning_of(alone.intent.name)
    known = not joint.is_fallback and _may_be_meant(joint.intent, policy)
    share = _share(joint, own)
    if _is_sure(alone):
        same = known and meant == question.meaning and joint.intent.confidence >= _OVERRULES
        return _read(alone, joint, question) if same and share < _NOTHING else None
    if known and meant == own:
        return _read(alone, joint, question)
    if known and joint.intent.confidence >= _needed(sign_of(alone), alone, meant, question, policy):
        return _read(alone, joint, question)
    if not alone.is_fallback and share >= _SUPPORTS and sign_of(alone) is not Sign.BARE:
        return None
    return _undecided(alone, joint)


def remembered(
    conversation: Conversation, text: str, parse: ParseResult, at: float, *, leaned: bool, waits: bool
) -> Question | None:
    """What the next message may lean on, after this one was answered as `parse`.

    `leaned` says that it leaned on the question before, `waits` that a form waits for an answer now.
    """
    before, base = conversation.question, parse.intent.base
    if waits or parse.is_fallback or base in OUT_OF_SCOPE:
        return None
    if base in SMALL_TALK or base in ON_THE_WAY:
        return before
    meaning = parse.meaning_of(parse.intent.name)
    if leaned and before is not None:
        text = before.text if before.meaning == meaning else f"{_stem(before)}{text.strip()}"
    return Question(text.strip(), meaning, at) if text.strip() and len(text) <= _MOST_LETTERS else None


def _needed(sign: Sign, alone: ParseResult, meant: str, question: Question, policy: Policy) -> float:
    """How sure the reading in context must be."""
    likely = [intent.name for intent in escalation.guessable(alone, policy)[:_CANDIDATES]]
    if sign is Sign.UNKNOWN:
        return _CERTAIN if meant == question.meaning or meant in likely else 2.0
    if meant in likely or (sign is Sign.BARE and meant == question.meaning):
        return _AGREES
    return _CARRIES if meant == question.meaning else _SURE


def _stem(question: Question) -> str:
    return question.text.rstrip(" .?!…;,") + " "


def _is_settled(alone: ParseResult, policy: Policy) -> bool:
    """Whether what a message means alone is no matter of context: danger, people, small talk, what a form takes."""
    if danger.feared(alone, policy) is not None:
        return True
    if alone.is_fallback:
        return False
    base = alone.intent.base
    if base in OUT_OF_SCOPE:
        return alone.intent.confidence >= _SURE
    if base in ON_THE_WAY:  # "and last month": what is named goes on with the topic, as the assistant's author says
        return base != "inform" or (bool(alone.entities) and alone.intent.confidence >= _NAMED)
    return not _may_be_meant(alone.intent, policy)


def _may_be_meant(intent: Intent, policy: Policy) -> bool:
    barred = policy.always_human.keys() | policy.emergency_intents | policy.handoff_intents | policy.unhelpful_intents
    return intent.name not in barred and intent.base not in SMALL_TALK | ON_THE_WAY | OUT_OF_SCOPE


def _is_sure(alone: ParseResult) -> bool:
    return (
        not alone.is_fallback
        and alone.intent.base not in OUT_OF_SCOPE | ON_THE_WAY
        and alone.intent.confidence >= _SURE
        and alone.out_of_scope < _FOREIGN
    )


def _is_foreign(alone: ParseResult) -> bool:
    """Whether a message is not known to mean anything by itself."""
    return alone.is_fallback or alone.intent.base in OUT_OF_SCOPE | ON_THE_WAY or alone.out_of_scope >= _FOREIGN


def _share(joint: ParseResult, meaning: str) -> float:
    """The probability of a meaning in a reading."""
    base = meaning.partition("/")[0]
    intent = next((each.confidence for each in joint.ranking if each.name == base), 0.0)
    answers = next((r.ranking or (Intent(r.key, r.confidence),) for r in joint.responses if r.intent == base), ())
    return intent * next((each.confidence for each in answers if each.name == meaning), 0.0 if answers else 1.0)


def _read(alone: ParseResult, joint: ParseResult, question: Question) -> ParseResult:
    """The message, with its mood, as it is understood in its context."""
    return replace(
        alone,
        intent=joint.intent,
        ranking=joint.ranking,
        responses=joint.responses,
        out_of_scope=joint.out_of_scope,
        entities=_entities(alone, joint, len(_stem(question))),
    )


def _entities(alone: ParseResult, joint: ParseResult, begins: int) -> tuple[Entity, ...]:
    """What the message names, and what the question named of other types. The latter stand nowhere in the text."""
    length, seen = len(alone.text), {(e.entity, e.start) for e in alone.entities}
    found = [replace(e, start=e.start - begins, end=e.end - begins) for e in joint.entities if e.start >= begins]
    new = (*alone.entities, *(e for e in found if (e.entity, e.start) not in seen and e.end <= length))
    types = {entity.entity for entity in new}
    kept = (e for e in joint.entities if e.end <= begins and e.entity not in types)
    return (*new, *(replace(e, start=0, end=0) for e in kept))


def _undecided(alone: ParseResult, joint: ParseResult) -> ParseResult:
    """Not understood, with the likeliest meanings of both readings."""
    shares: dict[str, float] = {}
    for intent in (*_candidates(joint), *_candidates(alone)):
        shares[intent.name] = shares.get(intent.name, 0.0) + intent.confidence / 2
    ranking = tuple(sorted((Intent(n, c) for n, c in shares.items()), key=lambda i: (-i.confidence, i.name)))
    doubt = Intent(NLU_FALLBACK, alone.intent.confidence if alone.is_fallback else 1.0 - alone.intent.confidence)
    return replace(alone, intent=doubt, ranking=ranking, responses=joint.responses)


def _candidates(parse: ParseResult) -> Sequence[Intent]:
    return [intent for intent in parse.ranking if intent.name != NLU_FALLBACK]
