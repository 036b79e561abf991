"""What the bot is taught, decoded: `bot.ports.LessonBook` on a store. Read anew only when something has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from bot.core.learning.lessons import Lesson
from bot.engine.codec import write
from bot.engine.damage import Rows
from bot.ports import Lessons


class StoredLessons:
    """`bot.ports.LessonBook`. Safe to share among tasks: the janitor and `/metrics` ask every few seconds."""

    def __init__(self, lessons: Lessons) -> None:
        self.lessons = lessons
        self._known: tuple[Lesson, ...] = ()
        self._rows = Rows("lesson", Lesson)
        self._changes = -1
        self._reading = asyncio.Lock()

    async def all(self) -> Sequence[Lesson]:
        async with self._reading:
            # asked before: what changes while the rows are read is read again the next time
            changes = await self.lessons.changes()
            # whoever repairs a damaged row by hand counts no change
            if changes != self._changes or self._rows.damaged:
                rows = await self.lessons.rows()
                found = self._rows.read({str(number): one.row for number, one in rows.items()})
                numbered = sorted((int(number), lesson) for number, lesson in found.items())
                self._known = tuple(replace(lesson, version=rows[number].version) for number, lesson in numbered)
                self._changes = changes
            return self._known

    async def damaged(self) -> Mapping[int, str]:
        await self.all()
        return {int(number): why for number, why in sorted(self._rows.damaged.items())}

    async def forgettings(self) -> int:
        return await self.lessons.forgettings()

    async def add(self, lesson: Lesson, *, customer: str, forgettings: int) -> Lesson | None:
        numbered = replace(lesson, number=await self.lessons.number(), version=0)
        row = write(numbered, Lesson)
        kept = await self.lessons.put(numbered.number, row, customer=customer, expected=0, forgettings=forgettings)
        return replace(numbered, version=1) if kept else None

    async def put(self, lesson: Lesson) -> bool:
        encoded = write(replace(lesson, version=0), Lesson)
        return await self.lessons.put(lesson.number, encoded, customer="", expected=lesson.version)

    async def keep_learned(self, intents: Collection[str]) -> None:
        await self.lessons.keep_learned(intents)

    async def lease(self, owner: str, seconds: float) -> bool:
        return await self.lessons.lease(owner, seconds)

    async def release(self, owner: str) -> None:
        await self.lessons.release(owner)
