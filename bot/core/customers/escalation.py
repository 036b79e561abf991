"""When the bot hands over: an ordered list of questions; the first that says yes is *the* reason.

`before_turn` asks what needs no answer of the assistant (so that an action is not even started),
`after_turn` what needs it. Both only look; `machine` acts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bot.core.conversation import Conversation, HandOver, Reason
from bot.core.customers.customary import ON_THE_WAY, OUT_OF_SCOPE, SMALL_TALK
from bot.core.customers.danger import feared, is_danger
from bot.core.customers.insisting import asks_the_same
from bot.core.events import Turn
from bot.core.policy import Policy
from bot.core.trend import trend
from bot.core.wording.shortening import on_one_line
from nlu.types import NLU_FALLBACK, Intent, ParseResult

_QUOTED: Final = 200
_KINDS: Final = {"self_harm": "self-harm", "emergency": "an emergency", "threat": "a threat"}

_Question = Callable[[Conversation, str, ParseResult, Policy], HandOver | None]


def before_turn(conversation: Conversation, text: str, parse: ParseResult, policy: Policy) -> HandOver | None:
    """Reasons that hold whatever the assistant would say. `conversation.moods` includes this message's."""
    for question in _BEFORE:
        if why := question(conversation, text, parse, policy):
            return why
    return None


def after_turn(
    conversation: Conversation, text: str, parse: ParseResult, turn: Turn, policy: Policy
) -> HandOver | None:
    """Reasons that show in the assistant's turn."""
    return (
        _stuck(conversation, text, parse, turn, policy)
        or _unsure(conversation, parse, turn, policy)
        or failed(turn)
        or _rule(conversation, text, policy)
    )


def is_unsure(parse: ParseResult, turn: Turn) -> bool:
    """Whether nobody knows what the customer wants: no certain intent, and no form took the words."""
    return (parse.is_fallback or parse.intent.name in OUT_OF_SCOPE) and not turn.filled


def is_again(conversation: Conversation, parse: ParseResult, turn: Turn) -> bool:
    """Whether the turn gives the answer that was given last; greetings, and what a form took, may repeat."""
    answer = answer_of(turn)
    small = parse.intent.base in SMALL_TALK
    return bool(answer) and answer == conversation.last_answer and not small and not turn.filled


def guessable(parse: ParseResult, policy: Policy) -> tuple[Intent, ...]:
    """What the customer may have meant, best first: what one can want, not what one says on the way to it.

    A retrieval intent stands there as its answers, each with its share of the intent's confidence.
    """
    barred = {NLU_FALLBACK, *OUT_OF_SCOPE, *SMALL_TALK, *ON_THE_WAY}
    barred |= policy.handoff_intents | policy.unhelpful_intents
    answers = {r.intent: r.ranking or (Intent(r.key, r.confidence),) for r in parse.responses}
    meanings = (
        Intent(meaning.name, intent.confidence * meaning.confidence)
        for intent in parse.ranking
        if intent.base not in barred
        for meaning in answers.get(intent.name, (Intent(intent.name, 1.0),))
    )
    return tuple(sorted(meanings, key=lambda meaning: -meaning.confidence))


def _safety(_c: Conversation, text: str, parse: ParseResult, policy: Policy) -> HandOver | None:
    if not is_danger(parse, policy):
        return None
    if parse.safety is not None:
        kind = _KINDS.get(parse.safety.kind, parse.safety.kind)
        return HandOver(Reason.SAFETY, f"The customer's words point to {kind}.", parse.safety.evidence)
    # the assistant knows dangers of its own field that no general detector can
    words = tuple(text[e.start : e.end] for e in parse.entities if e.entity in policy.emergency_entities)
    meant = feared(parse, policy) or parse.intent
    why = policy.always_human.get(meant.name, "The customer's words point to an emergency.")
    doubtful = _sure_of(meant, text, policy, parse) if parse.is_fallback else (_quote(text),)
    return HandOver(Reason.SAFETY, why, words or doubtful)


def _policy(_c: Conversation, text: str, parse: ParseResult, policy: Policy) -> HandOver | None:
    meant = feared(parse, policy) or parse.intent
    why = policy.always_human.get(meant.name)
    return HandOver(Reason.POLICY, why, _sure_of(meant, text, policy, parse)) if why else None


def _sure_of(meant: Intent, text: str, policy: Policy, parse: ParseResult) -> tuple[str, ...]:
    label = policy.intent_labels.get(meant.name, meant.name.replace("_", " "))
    doubt = "not understood for certain, but perhaps: " if parse.is_fallback else ""
    return (f"{doubt}{label} ({meant.confidence:.0%} sure)", _quote(text))


def _asked(_c: Conversation, text: str, parse: ParseResult, policy: Policy) -> HandOver | None:
    if parse.intent.name not in policy.handoff_intents and parse.asked_for_person < policy.thresholds.asked:
        return None
    return HandOver(Reason.ASKED, "The customer asked for a person.", (_quote(text),))


def _upset(conversation: Conversation, text: str, parse: ParseResult, policy: Policy) -> HandOver | None:
    feeling = parse.emotion
    words = feeling.evidence or (_quote(text),)
    if feeling.upset >= policy.thresholds.upset:
        sentence = f"The customer sounds {feeling.label.value} ({feeling.upset:.0%})."
        return HandOver(Reason.UPSET, sentence, words)
    over_turns = trend(conversation.moods)
    if len(conversation.moods) > 1 and over_turns >= policy.thresholds.upset_trend:
        sentence = f"The customer has been getting upset over the last turns ({over_turns:.0%})."
        earlier = tuple(word for mood in conversation.moods[-3:] for word in mood.evidence)
        return HandOver(Reason.UPSET, sentence, earlier or words)
    return None


_BEFORE: Final[tuple[_Question, ...]] = (_safety, _policy, _asked, _upset)


def _stuck(conversation: Conversation, text: str, parse: ParseResult, turn: Turn, policy: Policy) -> HandOver | None:
    intent = parse.intent.name
    if intent in policy.unhelpful_intents and conversation.last_answer:
        return HandOver(Reason.STUCK, "The customer said that the answer did not help.", (_quote(text),))
    if turn.refused_slots >= policy.thresholds.refusals:
        sentence = f"A question of the assistant was left unanswered {turn.refused_slots} times."
        return HandOver(Reason.STUCK, sentence, (_quote(text),))
    said = normal(text)
    same = sum(1 for earlier in conversation.last_texts if earlier == said)
    if said and same >= policy.thresholds.repeats:
        return HandOver(Reason.STUCK, f"The customer wrote the same {same + 1} times.", (_quote(text),))
    if not is_again(conversation, parse, turn):
        return None
    insists = (
        not turn.refused_slots and bool(conversation.last_texts) and asks_the_same(said, conversation.last_texts[-1])
    )
    if insists or conversation.same_answers + 1 >= policy.thresholds.repeats:
        return HandOver(Reason.STUCK, "The bot was about to give the same answer again.", (_quote(answer_of(turn)),))
    return None


def _unsure(conversation: Conversation, parse: ParseResult, turn: Turn, policy: Policy) -> HandOver | None:
    if not is_unsure(parse, turn) or turn.asks_back or conversation.doubts + 1 < policy.thresholds.doubts:
        return None
    guesses = tuple(f"{i.name.replace('_', ' ')} ({i.confidence:.0%})" for i in guessable(parse, policy)[:3])
    return HandOver(Reason.UNSURE, f"The bot did not understand {conversation.doubts + 1} messages in a row.", guesses)


def failed(turn: Turn) -> HandOver | None:
    """Whether an action of the assistant raised or took too long."""
    if turn.failure is None:
        return None
    return HandOver(Reason.FAILED, "An action of the assistant failed.", (turn.failure,))


def _rule(conversation: Conversation, text: str, policy: Policy) -> HandOver | None:
    if conversation.customer.tier in policy.vip_tiers:
        return HandOver(Reason.RULE, f"Customers of tier {conversation.customer.tier} are served by people.")
    lowered = text.casefold()
    hit = next((word for word in policy.keywords if word.casefold() in lowered), None)
    return HandOver(Reason.RULE, "A configured keyword came up.", (hit,)) if hit else None


def answer_of(turn: Turn) -> str:
    """The whole answer of a turn as one text, to be compared with the last one."""
    return "\n".join(reply.text for reply in turn.replies)


def normal(text: str) -> str:
    """A text as it compares: case, punctuation and spacing folded."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def _quote(text: str) -> str:
    return f"“{on_one_line(text, _QUOTED)}”"
