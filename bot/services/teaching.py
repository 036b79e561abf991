"""Teaching: which form opens for what, what it begins with, and what becomes of it once it was filled in.

A lesson is made of a case, of a conversation that is with the bot, or of a doubtful message; one that is there is
changed in the same form. Whoever may review needs nobody else to approve what they write in review.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.core.activity import Person, Place
from bot.core.cases.pack import tongue_named
from bot.core.effects import Body, Button
from bot.core.forms import Form
from bot.core.learning import teaching
from bot.core.learning.lessons import MAX_LESSONS, Lesson, LessonState
from bot.core.typed import verbs
from bot.core.typed.commands import COMMAND
from bot.core.typed.verbs import Role
from bot.errors import DeliveryError
from bot.ports import Answer, ChatAdapter, Clock, DoubtBook, LessonBook, Records, Teachable
from bot.services import lesson_form
from bot.services.lesson_cards import approval
from bot.services.lesson_form import Taught
from bot.services.lesson_subjects import CHANGE, DOUBT, Refused, Subject, Subjects, case_of
from bot.services.repertoire import Repertoire
from bot.services.requests import saying

ACTIONS: Final = frozenset({teaching.TEACH, DOUBT, CHANGE})

_TRIES: Final = 3
"""How often a lesson is tried, each time with its words looked up anew, while customers are being forgotten."""

_NOT_YET: Final = Refused("What the bot knows is being read just now. Try again in a moment; nothing was changed.")


@dataclass(frozen=True, slots=True)
class Submission:
    """What became of a form. `settles` is the number of the case whose question a new lesson answers, "" for none."""

    answer: Answer
    settles: str = ""


@dataclass(frozen=True, slots=True)
class Teaching:
    """The forms and what they do. `role_of` says who somebody is where they are, `may` what each command takes.

    `language` is the assistant's own.
    """

    subjects: Subjects
    records: Records
    book: LessonBook
    doubts: DoubtBook
    repertoire: Repertoire
    adapters: Mapping[str, ChatAdapter]
    role_of: Callable[[Person, Place], Awaitable[Role]]
    may: Mapping[str, Role]
    language: str
    clock: Clock

    async def opened(self, asker: Person, place: Place, action: str, value: str) -> Form | Refused:
        """The form that a button or a shortcut opens. Raises StoreUnavailable."""
        if why := await self.refusal(asker, place, action):
            return Refused(why)
        found = await self.subjects.find(place, action, value)
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
        found = await self.subjects.find(place, action, value, again=True)
        if isinstance(found, Refused):
            return ((lesson_form.TEXTS, found.why),)
        return await self._faults(action, found, filled)

    async def submitted(
        self, asker: Person, place: Place, action: str, value: str, filled: Sequence[tuple[str, str]]
    ) -> Submission:
        """Write the lesson. What is kept is there when this returns. Raises StoreUnavailable."""
        if why := await self.refusal(asker, place, action):
            return Submission(saying(why))
        for _ in range(_TRIES):
            if (done := await self._submitted(asker, place, action, value, filled)) is not None:
                return done
        return Submission(
            saying("Nothing was kept: customers are being forgotten just now. Open the form again in a minute.")
        )

    async def _submitted(
        self, asker: Person, place: Place, action: str, value: str, filled: Sequence[tuple[str, str]]
    ) -> Submission | None:
        """The same once; None when a customer was forgotten meanwhile, who may be this one."""
        # before anything is looked up: what was found after somebody had been forgotten is not theirs
        forgettings = await self.book.forgettings()
        found = await self.subjects.find(place, action, value, again=True)
        if isinstance(found, Refused):
            return Submission(saying(found.why))
        if wrong := await self._faults(action, found, filled):
            # somebody was faster: the window showed no fault
            return Submission(saying(f"Nothing was kept: {wrong[0][1]}"))
        teachable = await self._teachable(found) or ()
        lacks = lesson_form.lacking(teachable, found.language)
        taught = lesson_form.read(self._form(action, found, teachable), filled, found.name, lacks)
        reviews = await self._role(asker, place) >= verbs.needed("review", self.may)
        if found.lesson is not None:
            return Submission(await self._changed(found.lesson, taught, asker, reviews=reviews))
        answer = await self._added(found, taught, asker, forgettings, reviews=reviews)
        return None if answer is None else Submission(answer, case_of(value))

    async def refusal(self, asker: Person, place: Place, action: str) -> str | None:
        """Why somebody may not do that; None when they may."""
        verb = "teach" if action == teaching.TEACH else "review"
        return verbs.refusal(verb, await self._role(asker, place), self.may)

    async def _role(self, asker: Person, place: Place) -> Role:
        adapter = self.adapters.get(asker.platform)
        try:
            known = await adapter.person(asker.tenant, asker.id) if adapter is not None else asker
        except DeliveryError:
            known = asker
        return await self.role_of(known, place)

    async def _teachable(self, subject: Subject) -> Sequence[Teachable] | None:
        """What can be chosen; a lesson that brings an intent is about that one as if it were not there yet."""
        found = await self.repertoire.now()
        if found is None:
            return None
        own = subject.lesson.intent if subject.lesson is not None and subject.lesson.answer else ""
        return [one for one in found if one.name != own]

    def _form(self, action: str, subject: Subject, teachable: Sequence[Teachable]) -> Form:
        submit = "Save" if subject.lesson is not None else "Teach"
        only_for = tongue_named(subject.language) if subject.language != self.language else ""
        return lesson_form.form(
            action, subject.value, subject.title, subject.draft, teachable, submit=submit, only_for=only_for
        )

    async def _faults(self, action: str, subject: Subject, filled: Sequence[tuple[str, str]]) -> lesson_form.Faults:
        teachable, lessons = await self._teachable(subject), await self.book.all()
        if teachable is None:
            return ((lesson_form.TEXTS, _NOT_YET.why),)
        own = subject.lesson.number if subject.lesson is not None else 0
        opened = self._form(action, subject, teachable)
        # beside the loop: with thousands of lessons there is much to compare
        wrong = await asyncio.to_thread(lesson_form.faults, opened, filled, teachable, lessons, own, subject.language)
        if not wrong and not own and len([one for one in lessons if one.is_wanted or one.waits]) >= MAX_LESSONS:
            return (
                (lesson_form.TEXTS, f"There are {MAX_LESSONS} lessons: put the older ones into the project first."),
            )
        return wrong

    # what becomes of it ----------------------------------------------------------------------

    async def _added(
        self, subject: Subject, taught: Taught, asker: Person, forgettings: int, *, reviews: bool
    ) -> Answer | None:
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
            news=await self.subjects.news(taught),
        )
        approved = reviews and subject.doubt is not None
        if approved:
            lesson = replace(lesson, state=LessonState.APPROVED, reviewer=asker.label, approved_at=now, settled_at=now)
        kept = await self.book.add(lesson, customer=subject.customer, forgettings=forgettings)
        if kept is None:
            return None
        if subject.doubt is not None:
            await self.doubts.remove(subject.doubt.id)
        kind = "new" if taught.is_new else "more"
        told = f"{kept.number} {kept.intent} {kind} {subject.case}"
        await self.records.tell(subject.conversation, teaching.TAUGHT, told, asker)
        if approved:
            return Answer(Body(f"✅ **Lesson {kept.number}** is approved: {summary(kept)}. {SOON}", buttons=_next()))
        text = f"🎓 **Lesson {kept.number}** is proposed: {summary(kept)}."
        if reviews:
            return Answer(Body(f"{text} You may approve it yourself.", buttons=(approval(kept),)))
        return Answer(Body(f"{text} A lead looks at it with `review`; until then nothing changes."))

    async def _changed(self, lesson: Lesson, taught: Taught, asker: Person, *, reviews: bool) -> Answer:
        approved, now = lesson.is_wanted and reviews, self.clock.now()
        changed = replace(
            lesson,
            texts=taught.texts,
            intent=taught.intent,
            answer=taught.answer,
            state=LessonState.APPROVED if approved else LessonState.PROPOSED,
            reviewer=asker.label if approved else "",
            why="",
            model="",
            news=await self.subjects.news(taught),
            approved_at=now if approved else 0.0,
            settled_at=now,
        )
        if not await self.book.put(changed):
            return Answer(Body(f"Somebody else changed lesson {lesson.number} just now: `review {lesson.number}`."))
        text = f"✏️ **Lesson {lesson.number}** says now: {summary(changed)}."
        if approved:
            return Answer(Body(f"{text} {SOON}", buttons=_next()))
        put = replace(changed, version=lesson.version + 1)
        return Answer(Body(text, buttons=(approval(put), *_next())))


SOON: Final = (
    "A model that knows it is tried soon, and goes live only if nothing else gets worse; the desk hears of it."
)


def summary(lesson: Lesson) -> str:
    """A lesson in a few words."""
    count = f"{len(lesson.texts)} message{'' if len(lesson.texts) == 1 else 's'}"
    return f"{count} mean{'s' if len(lesson.texts) == 1 else ''} `{lesson.intent}`" + (
        " (new)" if lesson.answer else ""
    )


def _next() -> tuple[Button, ...]:
    return (Button("Review the next", COMMAND, "review"),)
