"""What is worth remembering of a case that people solved, and which of those are like a new one.

The question in the customer's words and the agent's answer, both masked: they are shown with other customers' cases.
Likeness is the cosine of the encoder's vectors where both texts have one, else of their words (TF-IDF). Pure.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import mul
from typing import Final

from bot.core.conversation import Case, Conversation, Line, Similar, Speaker, Status
from bot.core.policy import Policy
from bot.core.veil import veiled_text

_LONGEST_QUESTION: Final = 600
_LONGEST_ANSWER: Final = 1500
_LEAST_WORDS: Final = 4
"""Shorter texts of an agent (*Hello!*, *One moment.*) are no answer, of a customer no question."""

_QUESTION_LINES: Final = 3
_MOST_FOUND: Final = 3
_LIKE_BY_MEANING: Final = 0.55
_LIKE_BY_WORDS: Final = 0.3
"""From here on two texts are alike enough to be shown. Set by judgement: too few cases are there yet to measure on."""

_SAME_INTENT: Final = 0.05
"""What understanding both as the same wish adds."""

_WORD: Final = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A text as the sentence encoder of that name sees it: numbers of unit length."""

    encoder: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class SolvedCase:
    """What is remembered. `customer` is the person's key, `at` seconds since 1970."""

    number: int
    customer: str
    question: str
    answer: str
    at: float
    intent: str = ""
    language: str = ""
    agent: str = ""
    meaning: Meaning | None = None


def solved_by(before: Conversation | None, after: Conversation, policy: Policy) -> SolvedCase | None:
    """The case that was solved between these two, None when none was, or when nobody answered it in words."""
    case = after.case
    if case is None or after.status is not Status.RESOLVED or case.resolved_at is None:
        return None
    if before is not None and before.status is Status.RESOLVED:
        return None
    answers = [line for line in _of_the_case(after, case) if line.speaker is Speaker.AGENT and _says_something(line)]
    asked = question(after, policy)
    if not asked or not answers:
        return None
    answer = max(answers, key=lambda line: len(line.text))
    return SolvedCase(
        number=case.number,
        customer=after.customer.key,
        question=asked,
        answer=veiled_text(answer.text.strip()[:_LONGEST_ANSWER], policy),
        at=case.resolved_at,
        intent=case.need.intent,
        language=after.language,
        agent=answer.name,
    )


def reopened(before: Conversation | None, after: Conversation) -> int | None:
    """The number of a case that turned out not to be solved."""
    if before is None or before.status is not Status.RESOLVED or before.case is None or after.case is None:
        return None
    return after.case.number if after.case.reopened > before.case.reopened else None


def question(conversation: Conversation, policy: Policy) -> str:
    """What the customer asked that brought the case to people: their last words before it that say something."""
    case = conversation.case
    until = case.opened_at if case else math.inf
    lines = [
        line
        for line in conversation.transcript
        if line.speaker is Speaker.CUSTOMER and line.at <= until and _says_something(line)
    ]
    said = "\n".join(" ".join(line.text.split()) for line in lines[-_QUESTION_LINES:])
    return veiled_text(said[-_LONGEST_QUESTION:], policy)


def nearest(
    asked: str, meaning: Meaning | None, intent: str, cases: Sequence[SolvedCase], *, apart_from: str = ""
) -> tuple[Similar, ...]:
    """The solved cases that are like this question, most alike first. `apart_from` is a customer's key."""
    others = [case for case in cases if case.customer != apart_from]
    by_words = _by_words(asked, others)
    found: list[tuple[float, SolvedCase]] = []
    for n, case in enumerate(others):
        both = meaning is not None and case.meaning is not None and meaning.encoder == case.meaning.encoder
        likeness = _cosine(meaning, case.meaning) if both else by_words[n]
        likeness += _SAME_INTENT if intent and intent == case.intent else 0.0
        if likeness >= (_LIKE_BY_MEANING if both else _LIKE_BY_WORDS):
            found.append((min(likeness, 1.0), case))
    found.sort(key=lambda pair: (-pair[0], -pair[1].at))
    return tuple(_shown(likeness, case) for likeness, case in _each_answer_once(found))


def _each_answer_once(found: Sequence[tuple[float, SolvedCase]]) -> Iterator[tuple[float, SolvedCase]]:
    seen: set[str] = set()
    for likeness, case in found:
        if case.answer not in seen:
            seen.add(case.answer)
            yield likeness, case
        if len(seen) == _MOST_FOUND:
            return


def _shown(likeness: float, case: SolvedCase) -> Similar:
    return Similar(f"#{case.number}", case.question, case.answer, round(likeness, 3), case.language)


def _cosine(one: Meaning | None, other: Meaning | None) -> float:
    if one is None or other is None:
        return 0.0
    return float(sum(map(mul, one.values, other.values)))


def _by_words(asked: str, cases: Sequence[SolvedCase]) -> list[float]:
    """Cosines of TF-IDF weights: words that few questions have count most."""
    bags = [Counter(_words(case.question)) for case in cases]
    seen_in = Counter(word for bag in bags for word in bag)
    wanted = _weights(Counter(_words(asked)), seen_in, len(bags))
    length = math.sqrt(sum(w * w for w in wanted.values()))
    found: list[float] = []
    for bag in bags:
        theirs = _weights(bag, seen_in, len(bags))
        shared = sum(weight * theirs[word] for word, weight in wanted.items() if word in theirs)
        norm = length * math.sqrt(sum(w * w for w in theirs.values()))
        found.append(shared / norm if norm else 0.0)
    return found


def _weights(bag: Mapping[str, int], seen_in: Mapping[str, int], total: int) -> dict[str, float]:
    return {
        word: (1 + math.log(count)) * (1 + math.log((1 + total) / (1 + seen_in.get(word, 0))))
        for word, count in bag.items()
    }


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _says_something(line: Line) -> bool:
    return len(_WORD.findall(line.text)) >= _LEAST_WORDS


def _of_the_case(conversation: Conversation, case: Case) -> Iterator[Line]:
    return (line for line in conversation.transcript if line.at >= case.opened_at)
