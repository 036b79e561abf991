"""Publishes App Homes: when one is opened, when something is pressed there, and while somebody looks and it changes.

Never before an acknowledgement, and a page that did not change is not published again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import structlog

from adapters.slack.home import home_view
from bot.core.activity import Person
from bot.core.effects import Body
from bot.errors import DeliveryError, StoreUnavailable
from bot.ports import Clock, Commands

LOOKING_SECONDS: Final = 900.0
"""Slack does not say when somebody turns away: after so long without a sign they have."""

_MOST_LOOKING: Final = 200
_AWAY: Final = Body("The store cannot be reached right now, so this page is not up to date. Open it again in a moment.")

_log = structlog.get_logger("slack")


class HomePages:
    """The pages of one app. `publish` shows a view to a person."""

    def __init__(
        self,
        commands: Commands,
        asker: Callable[[str, str], Awaitable[Person]],
        publish: Callable[[str, Mapping[str, object]], Awaitable[None]],
        clock: Clock,
        *,
        every: float,
    ) -> None:
        """`every` so many seconds, pages that somebody looks at are looked at for changes."""
        self._commands = commands
        self._asker = asker
        self._publish = publish
        self._clock = clock
        self._every = every
        self._looking: dict[tuple[str, str], tuple[float, str]] = {}
        self._showing = asyncio.Lock()

    async def open(self, tenant: str, user: str, *, notice: Body | None = None) -> None:
        """Show somebody their page as it is now, below a notice if there is one."""
        self._looking.pop((tenant, user), None)
        while len(self._looking) >= _MOST_LOOKING:
            self._looking.pop(next(iter(self._looking)))
        self._looking[tenant, user] = (self._clock.now() + LOOKING_SECONDS, "")
        await self._show(tenant, user, notice)

    async def press(self, tenant: str, user: str, words: str) -> None:
        """Give the command of a button, and show the page with the answer on top."""
        if not words:
            return
        answer = await self._commands.run_at_home(await self._asker(tenant, user), words)
        await self.open(tenant, user, notice=answer.body)
        if answer.later is not None:
            await self.open(tenant, user, notice=(await answer.later).body)

    async def keep_true(self) -> None:
        """Publish what changed on pages that somebody looks at, for ever."""
        while True:
            await asyncio.sleep(self._every)
            now = self._clock.now()
            for tenant, user in [who for who, (until, _) in self._looking.items() if until > now]:
                await self._show(tenant, user, None)
            self._looking = {who: kept for who, kept in self._looking.items() if kept[0] > now}

    async def _show(self, tenant: str, user: str, notice: Body | None) -> None:
        # one page at a time: an older page must not be published over a newer one
        async with self._showing:
            await self._show_now(tenant, user, notice)

    async def _show_now(self, tenant: str, user: str, notice: Body | None) -> None:
        try:
            bodies = await self._commands.home(await self._asker(tenant, user))
        except StoreUnavailable:
            bodies = (_AWAY,)
        view = home_view((notice, *bodies) if notice else bodies)
        written = json.dumps(view)
        until, shown = self._looking.get((tenant, user), (0.0, ""))
        if written == shown:
            return
        try:
            await self._publish(user, view)
        except DeliveryError as error:
            _log.warning("home not published", why=error.why)
        else:
            self._looking[tenant, user] = (until, written)
