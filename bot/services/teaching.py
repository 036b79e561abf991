"""Teaching: which form opens for what, what it begins with, and what becomes of it once it was filled in.

A lesson is made of a case, of a conversation that is with the bot, or of a doubtful message; one that is there is
changed in the same form. Whoever may review needs nobody else to approve what they write in review.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.core import commands, escalation, teaching
from bot.core.activity import Person, Place
from bot.core.commands import COMMAND, Role
from bot.core.conversation import Conversation
from bot.core.effects import Body, Button, ButtonStyle
from bot.core.forms import Form
from bot.core.lessons import MAX_LESSONS, MAX_TEXTS, Doubt, Lesson, LessonState
from bot.core.policy import Policy
from bot.core.words import language_of
from bot.errors import DeliveryError, UnderstandingUnavailable
from bot.ports import Answer, ChatAdapter, Clock, DoubtBook, LessonBook, Records, Teachable, Understanding
from bot.services import lesson_form
from bot.services.lesson_form import Draft, Taught
from bot.services.repertoire import Repertoire
from bot.services.requests import saying
from nlu.types import ParseResult

DOUBT: Final = "teach_doubt"
"""Opens the form for a doubtful message, by its code."""
CHANGE: Final = "change_lesson"
"""Opens the form of a lesson, by its number."""
ACTIONS: Final = frozenset({teaching.TEACH, DOUBT, CHANGE})
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


_NOT_YET: Final = Refused("What the bot knows is being read just now. Try again in a moment; nothing was changed.")


@dataclass(frozen=True, slots=True)
class Submission:
    """What became of a form. `settles` is the number of the case whose question a new lesson answers, "" for none."""

    answer: Answer
    settles: str = ""


@dataclass(frozen=True, slots=True)
class Teaching:
    """The forms and what they do. `role_of` says who somebody is where they are, `may` what each command takes."""

    records: Records
    book: LessonBook
    doubts: DoubtBook
    repertoire: Repertoire
    understanding: Understanding
    policy: Policy
    adapters: Mapping[str, ChatAdapter]
    role_of: Callable[[Person, Place], Awaitable[Role]]
    may: Mapping[str, Role]
    clock: Clock

    async def opened(self, asker: Person, place: Place, action: str, value: str) -> Form | Refused:
        """The form that a button or a shortcut opens. Raises StoreUnavailable."""
        if why := await self.refusal(asker, place, action):
            return Refused(why)
        found = await self._subject(place, action, value)
        if isinstance(found, Refused):
            return found
        teachable = await self._teachable(found)
        return _NOT_YET if teachable is None else self._form(action, found, teachable)

    async def faults(
        self, asker: Person, place: Place, action: str, value: str, filled: Sequence[tuple[str, str]]
    ) -> lesson_form.Faults:
        """What is wrong with a filled-in form. Raises StoreUnavailable."""
        if why := await self.refusal(asker, place, action):
            return ((lesson_form.TEXTS, why),)
        found = await self._subject(place, action, value, again=True)
        if isinstance(found, Refused):
            return ((lesson_form.TEXTS, found.why),)
        return await self._faults(action, found, filled)

    async def submitted(
        self, asker: Person, place: Place, action: str, value: str, filled: Sequence[tuple[str, str]]
    ) -> Submission:
        """Write the lesson. What is kept is there when this returns. Raises StoreUnavailable."""
        if why := await self.refusal(asker, place, action):
            return Submission(saying(why))
        found = await self._subject(place, action, value, again=True)
        if isinstance(found, Refused):
            return Submission(saying(found.why))
        if wrong := await self._faults(action, found, filled):
            # somebody was faster: the window showed no fault
            return Submission(saying(f"Nothing was kept: {wrong[0][1]}"))
        taught = lesson_form.read(filled, found.name)
        reviews = await self._role(asker, place) >= commands.needed("review", self.may)
        if found.lesson is not None:
            return Submission(await self._changed(found.lesson, taught, reviews=reviews))
        return Submission(await self._added(found, taught, asker, reviews=reviews), case_of(value))

    async def refusal(self, asker: Person, place: Place, action: str) -> str | None:
        """Why somebody may not do that; None when they may."""
        verb = "teach" if action == teaching.TEACH else "review"
        return commands.refusal(verb, await self._role(asker, place), self.may)

    async def _role(self, asker: Person, place: Place) -> Role:
        adapter = self.adapters.get(asker.platform)
        try:
            known = await adapter.person(asker.tenant, asker.id) if adapter is not None else asker
        except DeliveryError:
            known = asker
        return await self.role_of(known, place)

    # what a form is about --------------------------------------------------------------------

    async def _subject(self, place: Place, action: str, value: str, *, again: bool = False) -> Subject | Refused:
        """`again`: the form comes back, so that nothing need be suggested."""
        match action:
            case "teach_doubt":
                doubt = next((one for one in await self.doubts.all() if one.code == value), None)
                if doubt is None:
                    return Refused("That message is not kept any more: people saw it, or it was taken back.")
                return _of_doubt(doubt)
            case "change_lesson":
                lesson = next((one for one in await self.book.all() if str(one.number) == value), None)
                if lesson is None:
                    return Refused(f"There is no lesson {value[:12]} any more.")
                return _of_lesson(lesson)
            case _:
                return await self._of_conversation(place, value, again=again)

    async def _of_conversation(self, place: Place, asked: str, *, again: bool) -> Subject | Refused:
        value = case_of(asked) or asked
        if value == SHORTCUT:
            found = await self.records.conversation_at(place)
        elif value.isdigit():
            found = await self.records.conversation_of(int(value))
        else:
            found = value.removeprefix("@")
        conversation = await self.records.conversation(found) if found else None
        if conversation is None or conversation.forgotten:
            return Refused(
                f"There is no case #{value}." if value.isdigit() else "That belongs to no conversation here."
            )
        case = int(value) if value.isdigit() else teaching.case_meant(conversation)
        words = teaching.words_of(conversation, case)
        if not words and not again:
            return Refused("Nothing of the customer's words is left there that could be taught.")
        answer = teaching.answer_of(conversation, case)
        draft = Draft((), answer=answer) if again else await self._draft(conversation, words, answer)
        return Subject(
            value=asked if value.isdigit() else (str(case) if case else f"@{conversation.id}"),
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
        asides = self.policy.handoff_intents | self.policy.unhelpful_intents | escalation.SMALL_TALK
        telling = [
            text for text in words if text not in parses or _base(parses[text].intent.name) not in asides
        ] or list(words)
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

    async def _teachable(self, subject: Subject) -> Sequence[Teachable] | None:
        """What can be chosen; a lesson that brings an intent is about that one as if it were not there yet."""
        found = await self.repertoire.now()
        if found is None:
            return None
        own = subject.lesson.intent if subject.lesson is not None and subject.lesson.answer else ""
        return [one for one in found if one.name != own]

    def _form(self, action: str, subject: Subject, teachable: Sequence[Teachable]) -> Form:
        submit = "Save" if subject.lesson is not None else "Teach"
        return lesson_form.form(action, subject.value, subject.title, subject.draft, teachable, submit=submit)

    async def _faults(self, action: str, subject: Subject, filled: Sequence[tuple[str, str]]) -> lesson_form.Faults:
        teachable, lessons = await self._teachable(subject), await self.book.all()
        if teachable is None:
            return ((lesson_form.TEXTS, _NOT_YET.why),)
        own = subject.lesson.number if subject.lesson is not None else 0
        wrong = lesson_form.faults(self._form(action, subject, teachable), filled, teachable, lessons, own)
        if not wrong and not own and len([one for one in lessons if one.is_wanted or one.waits]) >= MAX_LESSONS:
            return (
                (lesson_form.TEXTS, f"There are {MAX_LESSONS} lessons: put the older ones into the project first."),
            )
        return wrong

    # what becomes of it ----------------------------------------------------------------------

    async def _added(self, subject: Subject, taught: Taught, asker: Person, *, reviews: bool) -> Answer:
        now = self.clock.now()
        lesson = Lesson(
            number=0,
            texts=taught.texts,
            intent=taught.intent,
            answer=taught.answer,
            language=subject.language,
            case=subject.case,
            by=asker.label,
            at=now,
            news=await self._news(taught),
        )
        approved = reviews and subject.doubt is not None
        if approved:
            lesson = replace(lesson, state=LessonState.APPROVED, reviewer=asker.label, approved_at=now, settled_at=now)
        kept = await self.book.add(lesson, customer=subject.customer)
        if subject.doubt is not None:
            await self.doubts.remove(subject.doubt.id)
        kind = "new" if taught.is_new else "more"
        told = f"{kept.number} {kept.intent} {kind} {subject.case}"
        await self.records.tell(subject.conversation, teaching.TAUGHT, told, asker)
        if approved:
            return Answer(Body(f"✅ **Lesson {kept.number}** is approved: {summary(kept)}. {SOON}", buttons=_next()))
        text = f"🎓 **Lesson {kept.number}** is proposed: {summary(kept)}."
        if reviews:
            approve = Button("Approve", COMMAND, f"review approve {kept.number}", ButtonStyle.PRIMARY)
            return Answer(Body(f"{text} You may approve it yourself.", buttons=(approve,)))
        return Answer(Body(f"{text} A lead looks at it with `review`; until then nothing changes."))

    async def _changed(self, lesson: Lesson, taught: Taught, *, reviews: bool) -> Answer:
        state = LessonState.APPROVED if lesson.is_wanted and reviews else LessonState.PROPOSED
        now = self.clock.now()
        changed = replace(
            lesson,
            texts=taught.texts,
            intent=taught.intent,
            answer=taught.answer,
            state=state,
            why="",
            model="",
            news=await self._news(taught),
            approved_at=now if state is LessonState.APPROVED else 0.0,
            settled_at=now,
        )
        if not await self.book.put(changed):
            return Answer(Body(f"Somebody else changed lesson {lesson.number} just now: `review {lesson.number}`."))
        text = f"✏️ **Lesson {lesson.number}** says now: {summary(changed)}."
        if state is LessonState.APPROVED:
            return Answer(Body(f"{text} {SOON}", buttons=_next()))
        approve = Button("Approve", COMMAND, f"review approve {lesson.number}", ButtonStyle.PRIMARY)
        return Answer(Body(text, buttons=(approve, *_next())))

    async def _news(self, taught: Taught) -> float:
        """How little of it the bot knows yet: 1 less the mean probability that it gives to what is meant."""
        if taught.is_new:
            return 1.0
        parses = await self._parsed(taught.texts[:_UNDERSTOOD])
        shares = [_keyed(parse).get(taught.intent, 0.0) for parse in parses.values()]
        return round(1.0 - sum(shares) / len(shares), 4) if shares else 0.5


SOON: Final = (
    "A model that knows it is tried soon, and goes live only if nothing else gets worse; the desk hears of it."
)


def case_of(value: str) -> str:
    """The number of a case that a form answers the question about; "" where it is no answer to it."""
    number = value.removesuffix(teaching.AS_ANSWER)
    return number if number != value and number.isdigit() else ""


def summary(lesson: Lesson) -> str:
    """A lesson in a few words."""
    count = f"{len(lesson.texts)} message{'' if len(lesson.texts) == 1 else 's'}"
    return f"{count} mean{'s' if len(lesson.texts) == 1 else ''} `{lesson.intent}`" + (
        " (new)" if lesson.answer else ""
    )


def _next() -> tuple[Button, ...]:
    return (Button("Review the next", COMMAND, "review"),)


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


def _base(intent: str) -> str:
    return intent.split("/", maxsplit=1)[0]


def _keyed(parse: ParseResult) -> dict[str, float]:
    """The probability of each meaning, as it is called in lessons: for a question of a group, the question."""
    keys = {response.intent: response.key for response in parse.responses}
    return {keys.get(one.name, one.name): one.confidence for one in parse.ranking}


def _ranked(parse: ParseResult | None, policy: Policy) -> list[tuple[str, float]]:
    """What a message may be about, with the probability of each."""
    if parse is None:
        return []
    return list(_keyed(replace(parse, ranking=escalation.guessable(parse, policy))).items())
