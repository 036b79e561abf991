"""What the bot is taught: the book of lessons as the store keeps it and as services use it, and what learns from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.core.learning.lessons import Lesson
from bot.ports.versioned import VersionedRow


class Lessons(Protocol):
    """Encoded rows by number. Every method raises StoreUnavailable, and may be done twice."""

    async def number(self) -> int:
        """A number that no lesson has, from 1."""
        ...

    async def put(self, number: int, row: str, *, customer: str, expected: int, forgettings: int | None = None) -> bool:
        """Make a row the newest version of a lesson that has had `expected` versions; False when it has others by now.

        The row that is the newest already is not put twice, and gives True. `customer` is the key of whose words they
        are, "" to leave it as it is. A version of a lesson that was removed cannot be put: that gives False. With
        `forgettings`, what that was before the words were read, it gives False when somebody was forgotten since: the
        words may be theirs.
        """
        ...

    async def changes(self) -> int:
        """How often rows were put, removed and forgotten: while that is the same, so are the rows."""
        ...

    async def forgettings(self) -> int:
        """How often `forget` was asked for, whoever it was."""
        ...

    async def rows(self) -> Mapping[int, VersionedRow]:
        """The newest row of each lesson, by its number."""
        ...

    async def remove(self, number: int) -> None:
        """Forget one lesson."""
        ...

    async def forget(self, customer: str) -> int:
        """Forget every lesson with that customer's words; how many there were."""
        ...

    async def customers(self) -> Collection[str]:
        """The keys of those whose words are in lessons."""
        ...

    async def keep_learned(self, intents: Collection[str]) -> None:
        """Write down, over what was there, which intents the model that answers has from lessons."""
        ...

    async def learned(self) -> Collection[str]:
        """The intents that the model that answers has from lessons."""
        ...

    async def lease(self, owner: str, seconds: float) -> bool:
        """Whether `owner` alone may train for so long: taken, or renewed when it is the owner's already."""
        ...

    async def release(self, owner: str) -> None:
        """Give the lease back, if it is the owner's."""
        ...


class LessonBook(Protocol):
    """The lessons, read and written. Every method raises StoreUnavailable."""

    async def all(self) -> Sequence[Lesson]:
        """Every lesson that can be read, oldest first."""
        ...

    async def damaged(self) -> Mapping[int, str]:
        """The lessons that are kept and cannot be read, by number, each with why."""
        ...

    async def forgettings(self) -> int:
        """How often customers were forgotten: to be read before the words of a new lesson are."""
        ...

    async def add(self, lesson: Lesson, *, customer: str, forgettings: int) -> Lesson | None:
        """Write a new lesson with words of that customer (a person's key); it comes back with its number.

        None, and nothing is written, when there were more `forgettings` since: the words are to be read again.
        """
        ...

    async def put(self, lesson: Lesson) -> bool:
        """Write the version behind `lesson.version`; False when somebody else did meanwhile, or it is gone."""
        ...

    async def keep_learned(self, intents: Collection[str]) -> None:
        """Write down, over what was there, which intents the model that answers has from lessons."""
        ...

    async def lease(self, owner: str, seconds: float) -> bool:
        """Whether `owner` alone may train for so long: taken, or renewed when it is the owner's already."""
        ...

    async def release(self, owner: str) -> None:
        """Give the lease back, if it is the owner's."""
        ...


@dataclass(frozen=True, slots=True)
class Teachable:
    """An intent that can be taught: an example of it, and what the bot answers, "" where that is not one fixed text.

    Of one that was learned, `languages` are those in which it has an answer.
    """

    name: str
    example: str
    answer: str
    is_learned: bool = False
    languages: frozenset[str] = frozenset()

    def lacks(self, language: str) -> bool:
        """Whether it has no answer in that language yet, and may be given one."""
        return self.is_learned and language not in self.languages


@dataclass(frozen=True, slots=True)
class Trial:
    """How a candidate did against the model that answers.

    `report` is Markdown, a line each, that says what changed. `refused` has the lessons that are to blame where that is
    known, by number, each with the reason.
    """

    model: str
    passed: bool
    report: tuple[str, ...]
    refused: Mapping[int, str] = field(default_factory=dict[int, str])


class Learner(Protocol):
    """What trains models that know lessons, measures them, and lets them answer."""

    @property
    def language(self) -> str:
        """The assistant's own: an answer in it is for everybody who has none in theirs."""
        ...

    async def teachable(self) -> Sequence[Teachable]:
        """The intents that the bot knows now and that can be taught."""
        ...

    async def known(self) -> frozenset[int]:
        """The numbers of the lessons that the model that answers knows, as all processes will in a moment.

        Raises LearningFailed when that cannot be told.
        """
        ...

    async def try_out(self, lessons: Sequence[Lesson], *, keep: Collection[int] = ()) -> Trial:
        """Train a candidate that knows exactly these lessons, and measure it against the one that answers.

        What that one knows of the lessons numbered in `keep`, of which nobody knows any more what they say, goes along.
        Takes minutes, beside the loop. Raises LearningFailed when it could not be trained or measured, and of these
        LearningPostponed when that is not the lessons' fault: then they are to be tried again.
        """
        ...

    async def go_live(self, trial: Trial) -> None:
        """Let a candidate that passed answer from now on, here and in other processes. Raises as `try_out` does."""
        ...
