"""What the form of a lesson is about: a case, a conversation, a doubtful message or a lesson; and what it begins with.

Understands words to suggest what they mean, as far as that is known in time. Writes nothing.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.core.activity import Place
from bot.core.conversation import Conversation
from bot.core.customers import escalation
from bot.core.customers.customary import SMALL_TALK
from bot.core.learning import teaching
from bot.core.learning.lessons import MAX_TEXTS, Doubt, Lesson
from bot.core.policy import Policy
from bot.core.typed.case_numbers import case_number
from bot.core.wording.words import language_of
from bot.errors import UnderstandingUnavailable
from bot.ports import DoubtBook, LessonBook, Records, Understanding
from bot.services.lesson_form import Draft, Taught
from nlu.types import ParseResult

DOUBT: Final = "teach_doubt"
"""Opens the form for a doubtful message, by its code."""
CHANGE: Final = "change_lesson"
"""Opens the form of a lesson, by its number."""
SHORTCUT: Final = ""
"""The value of a form that was asked for in the menu of a message."""

_UNDERSTOOD: Final = 8
"""Messages that are understood to guess what a case was about."""
_GUESS_SECONDS: Final = 0.4


@dataclass(frozen=True, slots=True)
class Subject:
    """What a form is about. `value` names it when the form comes back; `case` is 0 where it is about no case."""

    value: str
    title: str
    draft: Draft
    case: int = 0
    conversation: str = ""
    customer: str = ""
    name: str = ""
    language: str = ""
    lesson: Lesson | None = None
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Why there is no form; its asker alone is told."""

    why: str


@dataclass(frozen=True, slots=True)
class Subjects:
    """Finds them."""

    records: Records
    book: LessonBook
    doubts: DoubtBook
    understanding: Understanding
    policy: Policy

    async def find(self, place: Place, action: str, value: str, *, again: bool = False) -> Subject | Refused:
        """What a form is about. `again`: it comes back, so that nothing need be suggested. Raises StoreUnavailable."""
        if action == DOUBT:
            doubt = next((one for one in await self.doubts.all() if one.code == value), None)
            if doubt is None:
                return Refused("That message is not kept any more: people saw it, or it was taken back.")
            return _of_doubt(doubt)
        if action == CHANGE:
            lesson = next((one for one in await self.book.all() if str(one.number) == value), None)
            if lesson is None:
                return Refused(f"There is no lesson {value[:12]} any more.")
            return _of_lesson(lesson)
        return await self._of_conversation(place, value, again=again)

    async def _of_conversation(self, place: Place, asked: str, *, again: bool) -> Subject | Refused:
        value = case_of(asked) or asked
        number = case_number(value)
        conversation = await conversation_meant(self.records, place, value)
        if conversation is None:
            return Refused(f"There is no case #{number}." if number else "That belongs to no conversation here.")
        case = number or teaching.case_meant(conversation)
        words = teaching.words_of(conversation, case)
        if not words and not again:
            return Refused("Nothing of the customer's words is left there that could be taught.")
        answer = teaching.answer_of(conversation, case)
        draft = Draft((), answer=answer) if again else await self._draft(conversation, words, answer)
        return Subject(
            value=asked if number else (str(case) if case else meaning(conversation)),
            title=f"Teach from #{case}" if case else "Teach the bot",
            draft=draft,
            case=case,
            conversation=conversation.id,
            customer=conversation.customer.key,
            name=conversation.customer.name,
            language=language_of(conversation.language, conversation.customer.locale, self.policy),
        )

    async def _draft(self, conversation: Conversation, words: tuple[str, ...], answer: str) -> Draft:
        """The customer's words that are about something, what they seem to mean, and what people answered."""
        parses = await self._parsed(words[:_UNDERSTOOD])
        asides = self.policy.handoff_intents | self.policy.unhelpful_intents | SMALL_TALK
        telling = [text for text in words if text not in parses or parses[text].intent.base not in asides] or list(
            words
        )
        votes: Counter[str] = Counter()
        for text in telling:
            for intent, share in _ranked(parses.get(text), self.policy):
                votes[intent] += round(share * 1000)
        best = votes.most_common(1)[0][0] if votes else conversation.need.intent
        # had the best guess been right, nobody would have needed a person: it comes first, and is not chosen
        return Draft(tuple(telling[:MAX_TEXTS]), best, answer=answer, is_likely=False)

    async def _parsed(self, texts: Sequence[str]) -> Mapping[str, ParseResult]:
        """What the bot understands of these now, as far as it says so in time."""
        found: dict[str, ParseResult] = {}
        try:
            async with asyncio.timeout(_GUESS_SECONDS):
                for text in texts:
                    found[text] = await self.understanding.parse(text)
        except (UnderstandingUnavailable, TimeoutError):
            pass
        return found

    async def news(self, taught: Taught) -> float:
        """How little of it the bot knows yet: 1 less the mean probability that it gives to what is meant."""
        if taught.is_new:
            return 1.0
        parses = await self._parsed(taught.texts[:_UNDERSTOOD])
        shares = [_keyed(parse).get(taught.intent, 0.0) for parse in parses.values()]
        return round(1.0 - sum(shares) / len(shares), 4) if shares else 0.5


async def conversation_meant(records: Records, place: Place, value: str) -> Conversation | None:
    """The conversation of a case's number, of what `meaning` wrote, or for "" that of a place; None when it is gone.

    So it is when its customer was forgotten and has begun anew: what was written of it before is not of this one.
    """
    began = ""
    if value == SHORTCUT:
        found = await records.conversation_at(place)
    elif (number := case_number(value)) is not None:
        found = await records.conversation_of(number)
    else:
        began, _, found = value.removeprefix("@").partition("@")
    conversation = await records.conversation(found) if found else None
    if conversation is None or conversation.forgotten:
        return None
    return conversation if began in {"", _began(conversation)} else None


def meaning(conversation: Conversation) -> str:
    """What a button or a form says that is about a conversation, and not about a case of it."""
    return f"@{_began(conversation)}@{conversation.id}"


def _began(conversation: Conversation) -> str:
    return f"{conversation.opened_at:.6f}"


def case_of(value: str) -> str:
    """The number of a case that a form answers the question about; "" where it is no answer to it."""
    number = value.removesuffix(teaching.AS_ANSWER)
    return number if number != value and case_number(number) else ""


def _of_doubt(doubt: Doubt) -> Subject:
    return Subject(
        value=doubt.code,
        title="Teach the bot",
        draft=Draft((doubt.text,), doubt.suggested),
        conversation=doubt.conversation,
        customer=doubt.customer,
        language=doubt.language,
        doubt=doubt,
    )


def _of_lesson(lesson: Lesson) -> Subject:
    name = lesson.intent if lesson.answer else ""
    return Subject(
        value=str(lesson.number),
        title=f"Lesson {lesson.number}",
        draft=Draft(lesson.texts, "" if name else lesson.intent, name, lesson.answer),
        case=lesson.case,
        language=lesson.language,
        lesson=lesson,
    )


def _keyed(parse: ParseResult) -> dict[str, float]:
    """The probability of each meaning, as it is called in lessons: for a question of a group, the question."""
    return {parse.meaning_of(one.name): one.confidence for one in parse.ranking}


def _ranked(parse: ParseResult | None, policy: Policy) -> list[tuple[str, float]]:
    """What a message may be about, with the probability of each."""
    if parse is None:
        return []
    return [(meaning.name, meaning.confidence) for meaning in escalation.guessable(parse, policy)]
