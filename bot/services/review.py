"""Answers `teach` and `review`: what agents propose is looked at one by one, then what the bot was not sure of.

Shows the most informative first, with what can be done about it. Writes only states: what a lesson says is changed in
its form. Whether somebody may review is asked before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.core.cases.cards import dated_time
from bot.core.effects import Body, Button, ButtonStyle
from bot.core.learning import teaching
from bot.core.learning.lessons import Doubt, Lesson, LessonState
from bot.core.typed.case_numbers import case_number
from bot.errors import LearningFailed
from bot.ports import Answer, Clock, DoubtBook, Learner, LessonBook, Records
from bot.services.lesson_cards import Waiting, first_words, listed, name_of, overview, shown_item
from bot.services.lesson_subjects import conversation_meant, meaning
from bot.services.requests import Answering, Request, saying
from bot.services.teaching import SOON, summary

_HOW: Final = "`review` · `review N` · `review approve N` · `review reject N why` · `review skip CODE` · `review list`"
_NOTHING: Final = (
    "**Nothing waits for review.** Lessons come from cases: solve one and press *Yes, teach it*, type `teach N`, or "
    "choose *Teach the bot* in the menu of a message. What the bot is not sure of and nobody saw comes here by itself."
)
_MOST_LISTED: Final = 25


@dataclass(frozen=True, slots=True)
class ReviewAnswers:
    """The answers."""

    book: LessonBook
    doubts: DoubtBook
    learner: Learner
    records: Records
    clock: Clock

    def answers(self) -> Mapping[str, Answering]:
        """Who answers what."""
        return {"teach": self.teach, "review": self.review}

    async def teach(self, request: Request) -> Answer:
        """The words of a case, and the button that opens the form."""
        words = request.command.argument.split()
        number = case_number(words[0]) if words else None
        if words and number is None:
            return saying(f"“{words[0][:40]}” is no case number. For example `teach 1042`.")
        conversation = await conversation_meant(self.records, request.place, str(number or ""))
        if conversation is None:
            there = f"There is no case #{number}." if number else "Which case? For example `teach 1042`."
            return saying(f"{there} In a case's thread `teach` alone means that case.")
        case = number or teaching.case_meant(conversation)
        texts = teaching.words_of(conversation, case)
        if not texts:
            return saying("Nothing of the customer's words is left there that could be taught.")
        value = str(case) if case else meaning(conversation)
        which = f"#{case}" if case else "this conversation"
        button = Button("Teach the bot", teaching.TEACH, value, ButtonStyle.PRIMARY, asks=True)
        return Answer(Body(f"**What {which} could teach**\n\n{listed(texts)}", buttons=(button,)))

    async def review(self, request: Request) -> Answer:
        """Whatever follows the word `review`."""
        match request.command.argument.split():
            case []:
                return await self._show(request, None)
            case ["list" | "all"]:
                return await self._list(request)
            case ["next", name]:
                return await self._show(request, name)
            case ["approve", number]:
                return await self._decide(request, number, "", approve=True)
            case ["approve", number, shown]:
                return await self._decide(request, number, "", approve=True, shown=shown)
            case ["reject", number, *why]:
                return await self._decide(request, number, " ".join(why), approve=False)
            case ["skip", code]:
                return await self._skip(request, code)
            case ["approve" | "reject" | "skip" as verb]:
                return saying(f"`review {verb}` needs what it is about behind it. {_HOW}")
            case [name]:
                return await self._one(request, name)
            case _:
                return saying(f"“{request.command.argument[:40]}” says nothing here. {_HOW}")

    async def waiting(self) -> Waiting:
        """What waits, most informative first. Raises StoreUnavailable."""
        return _waiting(await self.book.all(), await self.doubts.all())

    async def _show(self, request: Request, after: str | None, lead: str = "") -> Answer:
        """The next one behind `after`, or the first, below what was just done."""
        waiting = await self.waiting()
        item = waiting.after(after) if after is not None else next(iter(waiting.items), None)
        if item is None and waiting.items:
            item, lead = waiting.items[0], f"{lead}\n\nThat was the last; from the beginning:".strip()
        if item is None:
            return saying(f"{lead}\n\n{_NOTHING}".strip())
        return _answer(request, item, waiting, lead, overview(waiting))

    async def _one(self, request: Request, name: str) -> Answer:
        lessons = await self.book.all()
        waiting = _waiting(lessons, await self.doubts.all())
        number = name.removeprefix("#").lower()
        every: Sequence[Lesson | Doubt] = (*lessons, *waiting.doubts)
        item = next((one for one in every if name_of(one) == number), None)
        if (unreadable := await self._unreadable(number)) is not None:
            return unreadable
        if item is None:
            return saying(f"There is no lesson and no doubtful message “{name[:40]}”. {_HOW}")
        return _answer(request, item, waiting)

    async def _decide(self, request: Request, name: str, why: str, *, approve: bool, shown: str = "") -> Answer:
        """`shown` is the version that whoever pressed a button had before them; "" for a command that names none."""
        lessons = await self.book.all()
        number = name.removeprefix("#")
        lesson = next((one for one in lessons if str(one.number) == number), None)
        if (unreadable := await self._unreadable(number)) is not None:
            return unreadable
        if lesson is None:
            return saying(f"There is no lesson {name[:20]}. {_HOW}")
        wanted = {LessonState.APPROVED, LessonState.LIVE} if approve else {LessonState.REJECTED}
        if lesson.state in wanted:
            return await self._show(request, name, f"Lesson {lesson.number} is {lesson.state.value} already.")
        if shown and shown != f"v{lesson.version}":
            lead = f"Lesson {lesson.number} was changed since you were shown it. This is what it says now:"
            return _answer(request, lesson, _waiting(lessons, await self.doubts.all()), lead)
        now, by = self.clock.now(), request.asker.label
        if approve:
            decided = replace(
                lesson, state=LessonState.APPROVED, reviewer=by, why="", model="", approved_at=now, settled_at=now
            )
            done = f"✅ **Lesson {lesson.number}** is approved: {summary(lesson)}. {SOON}"
        else:
            decided = replace(lesson, state=LessonState.REJECTED, reviewer=by, why=why, settled_at=now)
            done = f"🗑️ **Lesson {lesson.number}** is rejected" + (f": {why}." if why else ".")
            if lesson.state is LessonState.LIVE:
                done += " The bot knows it until a model without it was tried, soon."
        follower = _waiting(lessons, await self.doubts.all()).after(str(lesson.number))
        if not await self.book.put(decided):
            return saying(f"Somebody else changed lesson {lesson.number} just now: `review {lesson.number}`.")
        waiting = await self.waiting()
        if follower is None or name_of(follower) not in {name_of(one) for one in waiting.items}:
            return await self._show(request, None, done)
        return _answer(request, follower, waiting, done, overview(waiting))

    async def _skip(self, request: Request, code: str) -> Answer:
        waiting = await self.waiting()
        doubt = next((one for one in waiting.doubts if one.code == code.lower()), None)
        if doubt is None:
            return await self._show(request, None, "That message is not kept any more.")
        await self.doubts.remove(doubt.id)
        return await self._show(request, None, "Skipped: it teaches nothing.")

    async def _unreadable(self, number: str) -> Answer | None:
        """What is said of a lesson that is kept and cannot be read; None for all others."""
        why = (await self.book.damaged()).get(int(number)) if number.isdecimal() else None
        return saying(_damaged(int(number), why)) if why is not None else None

    async def _list(self, request: Request) -> Answer:
        lessons, damaged = await self.book.all(), await self.book.damaged()
        if not lessons and not damaged:
            return saying(_NOTHING)
        try:
            known: frozenset[int] | None = await self.learner.known()
        except LearningFailed:
            known = None
        lines: list[str] = []
        for state in (s for s in _TITLES if any(one.state is s for one in lessons)):
            group = [one for one in lessons if one.state is state]
            lines += ["", f"**{_TITLES[state]}** ({len(group)})"]
            lines += [_line(one, known, request.asker.timezone) for one in group[-_MOST_LISTED:]]
            if len(group) > _MOST_LISTED:
                lines.append(f"- … and {len(group) - _MOST_LISTED} older ones")
        if damaged:
            lines += ["", f"**Cannot be read** ({len(damaged)})"]
            lines += [f"- {_damaged(number, why)}" for number, why in list(damaged.items())[:_MOST_LISTED]]
        return saying("\n".join([f"**{len(lessons)} lesson{'' if len(lessons) == 1 else 's'}**", *lines, "", _HOW]))


_TITLES: Final = {
    LessonState.PROPOSED: "Proposed",
    LessonState.HELD: "Held back",
    LessonState.APPROVED: "Approved, to be tried",
    LessonState.LIVE: "Live",
    LessonState.REJECTED: "Rejected",
}


def _damaged(number: int, why: str) -> str:
    return (
        f"⚠️ Lesson **{number}** cannot be read ({why}). It is kept as it is, the bot goes on with what it knows of it, "
        "and all other lessons go on. The manual says how to mend it: docs/operating.md, *Rows that cannot be read*."
    )


def _waiting(lessons: Sequence[Lesson], doubts: Sequence[Doubt]) -> Waiting:
    ordered = sorted(
        (lesson for lesson in lessons if lesson.waits),
        key=lambda one: (one.state is LessonState.HELD, -one.news, one.number),
    )
    return Waiting(ordered, doubts)


def _answer(request: Request, item: Lesson | Doubt, waiting: Waiting, *leads: str) -> Answer:
    return Answer(shown_item(item, waiting, request.asker.timezone, *leads))


def _line(lesson: Lesson, known: frozenset[int] | None, zone: str) -> str:
    new = ", new" if lesson.answer else ""
    who = f"{lesson.by}, {dated_time(lesson.at, zone)}"
    line = f"- **{lesson.number}** `{lesson.intent}`{new}: {first_words(lesson)} · {who}"
    if lesson.state is LessonState.LIVE:
        asleep = known is not None and lesson.number not in known
        return f"{line} · model `{lesson.model}`" + (", which does not answer now" if asleep else "")
    return f"{line} · {lesson.why}" if lesson.why else line
