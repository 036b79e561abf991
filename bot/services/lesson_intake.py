"""Lessons between the platforms and the rest: their forms are opened and taken in here, everything else goes on.

A lesson is in the store before its window closes; when the store is away the window stays open with what was typed.
Whoever sent it hears what became of it, alone.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

import structlog

from bot.core.activity import Activity, Person, Place, Pressed, Ref, Submitted
from bot.core.effects import Body
from bot.core.forms import Form
from bot.errors import DeliveryError
from bot.ports import Answer, Forms, Intake
from bot.services.forms import WITHIN_SECONDS, at_most
from bot.services.lately import Lately
from bot.services.lesson_subjects import Refused
from bot.services.requests import saying
from bot.services.teaching import ACTIONS, Teaching
from bot.services.whispers import Whispers
from bot.under_way import UnderWay

_log = structlog.get_logger("commands")

_PARTS: Final = 2
"""How much longer than other forms a lesson's may take: what is not understood in time is not suggested."""


@dataclass(frozen=True, slots=True)
class LessonForms:
    """`bot.ports.Forms` in front of another one. `within` is how long a platform waits for the store, in seconds."""

    inner: Forms
    teaching: Teaching
    within: float = WITHIN_SECONDS

    async def form(self, asker: Person, place: Place, ref: Ref | None, action: str, value: str) -> Form | None:
        """The form of a lesson; None where there is none, which the intake explains."""
        if action not in ACTIONS:
            return await self.inner.form(asker, place, ref, action, value)
        async with at_most(_PARTS * self.within):
            found = await self.teaching.opened(asker, place, action, value)
        return None if isinstance(found, Refused) else found

    async def filled(self, asker: Person, place: Place, submitted: Submitted) -> Form | None:
        """See `bot.ports.Forms`: no choice in a lesson fills in anything."""
        return None if submitted.action in ACTIONS else await self.inner.filled(asker, place, submitted)

    async def faults(self, asker: Person, place: Place, submitted: Submitted) -> tuple[tuple[str, str], ...]:
        """What is wrong with a lesson; see `bot.ports.Forms`."""
        if submitted.action not in ACTIONS:
            return await self.inner.faults(asker, place, submitted)
        async with at_most(_PARTS * self.within):
            return await self.teaching.faults(asker, place, submitted.action, submitted.value, submitted.fields)


class LessonIntake:
    """`bot.ports.Intake` in front of another one."""

    def __init__(self, inner: Intake, teaching: Teaching, whispers: Whispers) -> None:
        self._inner = inner
        self._teaching = teaching
        self._whispers = whispers
        self._seen = Lately()
        self._one = asyncio.Lock()
        self._under_way = UnderWay()

    async def take(self, activity: Activity) -> bool:
        """Write a lesson, or say why none can be written; anything else is taken as it always is."""
        content = activity.content
        if not isinstance(content, Pressed | Submitted) or content.action not in ACTIONS:
            return await self._inner.take(activity)
        async with self._one:  # what comes again meanwhile waits until this is written, or was not
            if activity.id in self._seen:
                return False
            answer = await self._taken(activity, content)
            self._seen.add(activity.id)
        self._under_way.start(self._say(activity, answer))
        return True

    async def _taken(self, activity: Activity, content: Pressed | Submitted) -> Answer:
        asker, place = activity.author, activity.place
        if isinstance(content, Pressed):
            found = await self._teaching.opened(asker, place, content.action, content.value)
            why = found.why if isinstance(found, Refused) else "The form cannot be shown here. Type `teach N` instead."
            return saying(why)
        done = await self._teaching.submitted(asker, place, content.action, content.value, content.fields)
        if done.settles:
            text = f"🎓 Could the bot have answered #{done.settles}? Yes: it is taught."
            self._under_way.start(self._close(content.ref, text))
        return done.answer

    async def finish(self) -> None:
        """Wait for the answers that are under way."""
        await self._under_way.finish()

    async def _close(self, ref: Ref, text: str) -> None:
        """Take the buttons off the question that was answered."""
        try:
            await self._whispers.change(ref, Body(text))
        except DeliveryError as error:
            _log.info("question not closed", why=error.why)

    async def _say(self, activity: Activity, answer: Answer) -> None:
        try:
            await self._whispers.show(activity, answer, key=f"lesson|{activity.id}")
        except DeliveryError as error:
            _log.warning("lesson not confirmed", why=error.why)
        except Exception:  # noqa: BLE001 - told here: nobody waits for this task
            _log.exception("lesson not confirmed")
