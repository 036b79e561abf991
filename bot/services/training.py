"""Carries approved lessons through: a model that knows them is trained and measured, and answers if it passed.

One process at a time does it, under a lease in the store; what is approved is tried again at the next start, whoever
died meanwhile. A lesson that is to blame for a refusal is held back with the reason, and the others are tried once more
without it. Lessons that the model which answers does not know, because somebody rolled back, are held back, too, and
live again with a model that knows them; one that was taken back or forgotten is trained out again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Final

import structlog

from bot.core.effects import Body
from bot.core.learning.lessons import Lesson, LessonState
from bot.core.policy import Policy
from bot.errors import LearningFailed, LearningPostponed, StoreUnavailable
from bot.ports import ChatAdapter, Clock, DoubtBook, Errands, Learner, LessonBook
from bot.services.announcing import tell_desks
from bot.services.lesson_cards import first_words

_log = structlog.get_logger("learning")

_LOOK_SECONDS: Final = 5.0
_LEASE_SECONDS: Final = 60.0
_SETTLED_SECONDS: Final = 120.0
"""A lesson that went live a moment ago may not have reached this process: it is not yet taken for rolled back."""
_AGAIN_SECONDS: Final = 3600.0
"""A failure to train something out again is tried again after so long."""
_POSTPONED_SECONDS: Final = 60.0
"""What could not be tried at all is tried again after so long, and then after twice as long each time."""
_LONGEST_WAIT_SECONDS: Final = 900.0
"""A training that fails over and over takes a twentieth of a processor at most, and works soon after it can."""
_SURPRISED_SECONDS: Final = 600.0
"""And what ended in nobody knows what: meeting that again takes a minute of computing."""
_MOST_WHY: Final = 400


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. `held` has the reason of each lesson that was held back, `model` is "" when none went live."""

    model: str = ""
    live: Sequence[Lesson] = ()
    held: Mapping[int, str] = field(default_factory=dict[int, str])
    report: Sequence[str] = ()


class Training:
    """The janitor's part of learning. `owner` is unlike any other process' name."""

    def __init__(
        self,
        *,
        book: LessonBook,
        doubts: DoubtBook,
        learner: Learner,
        policy: Policy,
        adapters: Mapping[str, ChatAdapter],
        errands: Errands,
        clock: Clock,
        owner: str,
        quiet_seconds: float,
    ) -> None:
        """A candidate is tried `quiet_seconds` after the last lesson was approved."""
        self._book = book
        self._doubts = doubts
        self._learner = learner
        self._policy = policy
        self._adapters = adapters
        self._errands = errands
        self._clock = clock
        self._owner = owner
        self._quiet_seconds = quiet_seconds
        self._not_before = 0.0
        self._unlearn_not_before = 0.0
        self._patience = _POSTPONED_SECONDS
        self._told_why = ""
        """What the desks were last told that approved lessons wait for, "" once they do not wait any more."""

    async def run(self) -> None:
        """Look for ever. What goes wrong is logged, and looked at again."""
        while True:
            try:
                await self.look()
            except StoreUnavailable as error:
                _log.warning("store_unavailable", doing="learning", why=str(error))
            except Exception:  # noqa: BLE001 - one surprise must not end learning for good
                _log.exception("learning_failed")
            await asyncio.sleep(_LOOK_SECONDS)

    async def look(self) -> None:
        """Do what is due. Raises StoreUnavailable."""
        await self._doubts.drop_old(self._clock.now())
        lessons = await self._book.all()
        known = await self._known()
        if known is not None:
            lessons = await self._follow_model(lessons, known)
        damaged = frozenset(await self._book.damaged())
        if not self._is_due(lessons, (known or frozenset()) - damaged):
            return
        async with self._alone() as mine:
            if mine:
                await self._carry_through()

    def _is_due(self, lessons: Sequence[Lesson], known: frozenset[int]) -> bool:
        now = self._clock.now()
        if now < self._not_before:
            return False
        if approved := [lesson for lesson in lessons if lesson.state is LessonState.APPROVED]:
            return max(lesson.approved_at for lesson in approved) + self._quiet_seconds <= now
        if now < self._unlearn_not_before:
            return False
        return bool(known - {lesson.number for lesson in lessons if lesson.is_wanted})

    async def _known(self) -> frozenset[int] | None:
        """The lessons that the model which answers knows; None where that cannot be told."""
        try:
            return await self._learner.known()
        except LearningFailed as error:
            _log.warning("lessons_of_model_unknown", why=str(error))
            return None

    async def _follow_model(self, lessons: Sequence[Lesson], known: frozenset[int]) -> Sequence[Lesson]:
        """The lessons as they stand with the model that answers, also after a rollback, or back from one."""
        now = self._clock.now()
        found = [_with_model(lesson, known, now) for lesson in lessons]
        changed = [new for old, new in zip(lessons, found, strict=True) if new is not old]
        if changed:
            # first what is counted: whoever dies behind it leaves lessons that the next look finds as this one did
            await self._keep_learned([lesson for lesson in found if lesson.state is LessonState.LIVE])
        for lesson in changed:
            await self._book.put(lesson)
        return found

    @asynccontextmanager
    async def _alone(self) -> AsyncGenerator[bool]:
        """Whether we are the one to train; nobody else is until this ends, or until we die."""
        if not await self._book.lease(self._owner, _LEASE_SECONDS):
            yield False
            return
        renewing = asyncio.create_task(self._renew())
        try:
            yield True
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
            await self._book.release(self._owner)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(_LEASE_SECONDS / 4)
            try:
                await self._book.lease(self._owner, _LEASE_SECONDS)
            except StoreUnavailable as error:
                _log.warning("store_unavailable", doing="lease for training", why=str(error))

    async def _carry_through(self) -> None:
        lessons = [lesson for lesson in await self._book.all() if lesson.is_wanted]
        damaged = frozenset(await self._book.damaged())
        approved = [lesson for lesson in lessons if lesson.state is LessonState.APPROVED]
        _log.info("learning", lessons=len(lessons), new=len(approved))
        try:
            outcome = await self._tried(lessons, damaged)
        except LearningPostponed as error:
            await self._postpone(str(error), approved, self._patience)
            self._patience = min(2 * self._patience, _LONGEST_WAIT_SECONDS)
            return
        except Exception as error:  # noqa: BLE001 - told here, and tried again
            _log.exception("trial_failed")
            why = f"the training met something unexpected ({type(error).__name__}), which the log tells"
            await self._postpone(why, approved, _SURPRISED_SECONDS)
            return
        self._told_why, self._patience = "", _POSTPONED_SECONDS
        await self._settle(lessons, outcome)
        _log.info("learned", model=outcome.model or "none", live=len(outcome.live), held=len(outcome.held))
        if approved or outcome.model:
            await self._tell(self._told(approved, outcome))

    async def _postpone(self, why: str, approved: Sequence[Lesson], seconds: float) -> None:
        """Leave everything as it stands for so long, and say once why what was approved waits."""
        _log.warning("learning_postponed", why=why)
        self._not_before = self._clock.now() + seconds
        if approved and why != self._told_why:
            stays = "What is approved stays so, and is tried again by itself."
            text = f"🎓 **{_count(len(approved))} not learned yet:** {why}. {stays}"
            self._told_why = why
            await self._tell(text)

    async def _tried(self, lessons: Sequence[Lesson], damaged: Collection[int]) -> Outcome:
        """Try all of them, and once more without those that are to blame. Raises LearningPostponed.

        What the bot knows of those that are `damaged` is neither lost nor changed.
        """
        held: dict[int, str] = {}
        report: list[str] = []
        left = list(lessons)
        for _ in range(2):
            try:
                trial = await self._learner.try_out(left, keep=damaged)
                report += trial.report
                held |= {number: why for number, why in trial.refused.items() if number in {x.number for x in left}}
                if trial.passed:
                    await self._learner.go_live(trial)
                    live = [lesson for lesson in left if lesson.number not in held]
                    return Outcome(trial.model, live, held, report)
            except LearningPostponed:
                raise
            except LearningFailed as error:
                _log.warning("not_learned", why=str(error))
                return Outcome(held=held | _all_new(left, held, f"no model could be made: {error}"), report=report)
            remaining = [lesson for lesson in left if lesson.number not in held]
            if len(remaining) == len(left) or not any(x.state is LessonState.APPROVED for x in remaining):
                break
            left = remaining
        why = "the model with it did worse than the one that answers, and it is not known which lesson is to blame."
        return Outcome(held=held | _all_new(left, held, why), report=report)

    async def _settle(self, lessons: Sequence[Lesson], outcome: Outcome) -> None:
        """Write down what came of each; one that somebody changed meanwhile stays as they left it."""
        now = self._clock.now()
        live = {lesson.number for lesson in outcome.live}
        if outcome.model:
            # first what is counted: whoever dies behind it leaves lessons that are tried again, which is soon done
            await self._keep_learned(outcome.live)
        elif not any(lesson.state is LessonState.APPROVED for lesson in lessons):
            self._unlearn_not_before = now + _AGAIN_SECONDS
        for lesson in lessons:
            if lesson.number in outcome.held:
                why = outcome.held[lesson.number].strip()[:_MOST_WHY]
                await self._book.put(replace(lesson, state=LessonState.HELD, why=why, model="", settled_at=now))
            elif lesson.number in live and lesson.state is LessonState.APPROVED:
                await self._book.put(
                    replace(lesson, state=LessonState.LIVE, model=outcome.model, why="", settled_at=now)
                )

    async def _keep_learned(self, lessons: Collection[Lesson]) -> None:
        """Which intents the model that answers has from these lessons, for whoever counts what they spare."""
        await self._book.keep_learned({lesson.intent for lesson in lessons if lesson.answer})

    def _told(self, approved: Sequence[Lesson], outcome: Outcome) -> str:
        """What the desks are told: what went live, what was held back and why, and what changed."""
        new = [lesson for lesson in outcome.live if lesson.state is LessonState.APPROVED]
        parts: list[str] = []
        if outcome.model and new:
            parts.append(f"🎓 **The bot has learned {_count(len(new))}** and answers with model `{outcome.model}` now.")
            parts.append("\n".join(_line(lesson) for lesson in new))
        elif outcome.model:
            parts.append(f"🎓 **The bot has unlearned what was taken back** and answers with `{outcome.model}` now.")
        else:
            parts.append(
                f"🎓 **Nothing changed:** no model with {_count(len(approved))} passed. The old one answers on."
            )
        if outcome.held:
            lines = [f"- lesson {number}: {why}" for number, why in sorted(outcome.held.items())]
            parts.append(
                "\n".join([f"⚠️ **Held back** (`review` shows {'it' if len(lines) == 1 else 'them'}):", *lines])
            )
        if outcome.report:
            lines = [line if line.startswith("- ") else f"- {line}" for line in outcome.report]
            parts.append("\n".join(["**What was measured**", *lines]))
        if outcome.model:
            parts.append("`model rollback` goes back to the model before.")
        return "\n\n".join(parts)

    async def _tell(self, text: str) -> None:
        key = f"learned|{self._owner}|{self._clock.now():.6f}"
        await tell_desks(self._policy, self._adapters, self._errands, Body(text), key=key)


def _with_model(lesson: Lesson, known: frozenset[int], now: float) -> Lesson:
    """The lesson, held back where the model that answers does not know it, and live again where that is over."""
    is_known = lesson.number in known
    if lesson.state is LessonState.LIVE and not is_known and now - lesson.settled_at >= _SETTLED_SECONDS:
        gone = f"the model that answers now does not know it: {lesson.model} was rolled back, or no longer fits."
        why = f"{gone} Back with {lesson.model} it is live."
        return replace(lesson, state=LessonState.HELD, why=why, settled_at=now)
    # what the gate holds back has no model
    if lesson.state is LessonState.HELD and is_known and lesson.model:
        return replace(lesson, state=LessonState.LIVE, why="", settled_at=now)
    return lesson


def _all_new(lessons: Sequence[Lesson], held: Mapping[int, str], why: str) -> dict[int, str]:
    """That reason for each lesson that was to become live and has none of its own."""
    return {x.number: why for x in lessons if x.state is LessonState.APPROVED and x.number not in held}


def _count(n: int) -> str:
    return f"{n} lesson{'' if n == 1 else 's'}"


def _line(lesson: Lesson) -> str:
    new = ", new" if lesson.answer else ""
    return f"- lesson {lesson.number}, {lesson.by}: {first_words(lesson, 80)} → `{lesson.intent}`{new}"
