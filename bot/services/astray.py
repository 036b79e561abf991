"""Tells agents where their words went when they wrote outside of a case's thread: in the channel itself, or to the app.

Nothing of it reaches a customer in the first place, and in the second they are customers themselves. It is said to
them alone, and once while this process runs; whoever calls the app in the channel waits for an answer, and has one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, Final

import structlog

from bot.core.activity import Activity, Said
from bot.core.effects import Body, Button
from bot.core.live import Live
from bot.core.policy import Desk, Policy
from bot.core.typed.commands import COMMAND
from bot.errors import DeliveryError, StoreUnavailable
from bot.ports import Answer, ChatAdapter, Intake
from bot.services.lately import Lately
from bot.services.whispers import Whispers
from bot.under_way import UnderWay

_log = structlog.get_logger("commands")

_IN_THE_CHANNEL: Final = (
    "What you write in the channel itself stays here: no customer reads it. To answer one, write in the thread under "
    "their card. Commands begin with `/support`: `/support help` lists them."
)
_TO_THE_APP: Final = (
    "You answer customers at {desk}. Here you are a customer yourself: the bot answers, and if it hands over, the desk "
    "reads it. The cases of others are in the desk's channel, each in its thread; `/support help` lists what you can "
    "ask for, here as well."
)


class Astray:
    """`bot.ports.Intake` in front of another one."""

    def __init__(
        self, inner: Intake, live: Callable[[], Awaitable[Live]], policy: Policy, adapters: Mapping[str, ChatAdapter]
    ) -> None:
        """`live` tells which cases are open, as far as that is known now."""
        self._inner = inner
        self._live = live
        self._desks = {desk.place.root.key: desk for desk in policy.desks}
        self._whispers = Whispers(adapters)
        self._agents: dict[str, Desk] = {}
        self._told = Lately()
        self._under_way = UnderWay()

    async def take(self, activity: Activity) -> bool:
        """Take it as it is, and begin to tell its author what they may not know."""
        taken = await self._inner.take(activity)
        desk, author = self._desks.get(activity.place.root.key), activity.author
        if author.is_bot or ("late", "1") in activity.metadata:
            return taken
        if desk is not None:
            self._agents[author.key] = desk
        if not isinstance(activity.content, Said):
            return taken
        if desk is not None and not activity.place.thread:
            name = activity.content.ref.key if activity.addressed else f"channel|{author.key}"
            self._begin(name, self._in_the_channel(activity, desk))
        elif activity.direct and author.key in self._agents:
            self._begin(f"app|{author.key}", self._to_the_app(activity, self._agents[author.key]))
        return taken

    async def finish(self) -> None:
        """Wait for what is under way."""
        await self._under_way.finish()

    async def _in_the_channel(self, activity: Activity, desk: Desk) -> bool:
        if not activity.addressed and not any(case.desk == desk.name for case in (await self._live()).cases):
            return False  # there is nobody whom they could have meant to answer
        return await self._say(activity, Body(_IN_THE_CHANNEL))

    async def _to_the_app(self, activity: Activity, desk: Desk) -> bool:
        cases = Button("My cases and the queue", COMMAND, "home")
        return await self._say(activity, Body(_TO_THE_APP.format(desk=desk.title or desk.name), buttons=(cases,)))

    def _begin(self, name: str, telling: Coroutine[Any, Any, bool]) -> None:
        """Tell it, unless that was begun under this name before."""
        if name in self._told:
            telling.close()
            return
        self._told.add(name)
        self._under_way.start(self._finished(name, telling))

    async def _finished(self, name: str, telling: Coroutine[Any, Any, bool]) -> None:
        try:
            if not await telling:
                self._told.discard(name)
        except (DeliveryError, StoreUnavailable) as error:
            _log.info("not told", about=name, why=str(error))
        except Exception:  # noqa: BLE001 - told here: nobody waits for this task
            _log.exception("not told", about=name)

    async def _say(self, activity: Activity, body: Body) -> bool:
        await self._whispers.show(activity, Answer(body, private=True), key=f"astray|{activity.id}")
        return True
