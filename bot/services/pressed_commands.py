"""Buttons that give a command wherever they stand: on a root card, under a question, below an answer.

Takes such presses out of what comes in and answers them as if the words had been typed there, to whoever pressed alone.
All else goes on to the engine. Roles are asked for by the commands themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import structlog

from bot.core.activity import Activity, Pressed
from bot.core.typed.commands import COMMAND
from bot.errors import DeliveryError, StoreUnavailable
from bot.ports import Answer, ChatAdapter, Commands, Intake
from bot.services.lately import Lately
from bot.services.requests import saying
from bot.services.whispers import Whispers
from bot.under_way import UnderWay

_log = structlog.get_logger("commands")

_NOT_KNOWN: Final = "Nobody can tell just now who you are here, so nothing was done. Press it again in a moment."


class PressedCommands:
    """`bot.ports.Intake` in front of another one."""

    def __init__(self, inner: Intake, commands: Commands, adapters: Mapping[str, ChatAdapter]) -> None:
        self._inner = inner
        self._commands = commands
        self._adapters = adapters
        self._whispers = Whispers(adapters)
        self._seen = Lately()
        self._under_way = UnderWay()

    async def take(self, activity: Activity) -> bool:
        """Begin to answer a pressed command; anything else is taken as it always is."""
        pressed = activity.content
        if not isinstance(pressed, Pressed) or pressed.action != COMMAND:
            return await self._inner.take(activity)
        if activity.id in self._seen:
            return False
        self._seen.add(activity.id)
        self._under_way.start(self._answer(activity, pressed.value))
        return True

    async def finish(self) -> None:
        """Wait for the answers that are under way."""
        await self._under_way.finish()

    async def _answer(self, activity: Activity, words: str) -> None:
        adapter = self._adapters.get(activity.place.platform)
        if adapter is None:
            return
        try:
            answer = await self._answer_of(adapter, activity, words)
            await self._whispers.show(activity, answer, key=f"command|{activity.id}")
            if answer.later is not None:
                await self._whispers.show(activity, await answer.later, key=f"command|{activity.id}|later")
        except (DeliveryError, StoreUnavailable) as error:
            _log.warning("command not answered", why=getattr(error, "why", type(error).__name__))
        except Exception:  # noqa: BLE001 - told here: nobody waits for this task
            _log.exception("command failed")

    async def _answer_of(self, adapter: ChatAdapter, activity: Activity, words: str) -> Answer:
        """The answer to somebody as their platform knows them: roles may go by e-mail address."""
        try:
            asker = await adapter.person(activity.author.tenant, activity.author.id)
            return await self._commands.run(asker, activity.place, words)
        except DeliveryError:
            return saying(_NOT_KNOWN)
