"""What the bot is taught, decoded: `bot.ports.LessonBook` on a store."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.core.lessons import Lesson
from bot.engine.codec import read, write
from bot.ports import Lessons


@dataclass(frozen=True, slots=True)
class StoredLessons:
    """`bot.ports.LessonBook`."""

    lessons: Lessons

    async def all(self) -> Sequence[Lesson]:
        rows = await self.lessons.rows()
        return [replace(read(row, Lesson), version=count) for _, (count, row) in sorted(rows.items())]

    async def add(self, lesson: Lesson, *, customer: str) -> Lesson:
        numbered = replace(lesson, number=await self.lessons.number(), version=0)
        await self.lessons.put(numbered.number, write(numbered, Lesson), customer=customer, expected=0)
        return replace(numbered, version=1)

    async def put(self, lesson: Lesson) -> bool:
        encoded = write(replace(lesson, version=0), Lesson)
        return await self.lessons.put(lesson.number, encoded, customer="", expected=lesson.version)

    async def keep_learned(self, intents: Collection[str]) -> None:
        await self.lessons.keep_learned(intents)

    async def lease(self, owner: str, seconds: float) -> bool:
        return await self.lessons.lease(owner, seconds)

    async def release(self, owner: str) -> None:
        await self.lessons.release(owner)
