"""Who somebody is on Slack, asked once and remembered for minutes.

Before an acknowledgement only the names of strangers whom a message mentions are asked for, briefly, as Slack waits.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Mapping
from typing import Final

import structlog

from adapters.slack.calls.web_api import RefusedBySlack, WebApi
from bot.core.activity import Person
from bot.core.platforms.json_values import as_list, as_object, as_text
from bot.errors import DeliveryError
from bot.ports import Clock

KEEP_SECONDS: Final = 600.0
MAX_KEPT: Final = 20_000
ASK_SECONDS: Final = 0.8
"""Of the three seconds that Slack waits for an acknowledgement."""
REST_SECONDS: Final = 60.0
"""While Slack does not tell names, one message in so long waits for them, and no other."""
_MOST_ASKED: Final = 10
_NOBODY: Final = frozenset({"user_not_found", "user_not_visible", "users_not_found"})

_log = structlog.get_logger("slack")


class People:
    """Accounts of one Slack app's workspaces."""

    def __init__(self, api: WebApi, clock: Clock, platform: str) -> None:
        self._api = api
        self._clock = clock
        self._platform = platform
        self._kept: OrderedDict[str, tuple[float, Person]] = OrderedDict()
        self._rests_until = 0.0

    def name(self, id: str) -> str:
        """The display name, as far as it is remembered; else the id."""
        kept = self._kept.get(id)
        return kept[1].label if kept else id

    async def meet(self, tenant: str, ids: Collection[str]) -> None:
        """Learn the names of those who are not known yet; whoever Slack does not tell of in time goes by the id.

        After that nobody is asked for a while, lest each message waits for what does not come.
        """
        strangers = [one for one in ids if one not in self._kept][:_MOST_ASKED]
        if not strangers or self._clock.now() < self._rests_until:
            return
        asked = [asyncio.ensure_future(self.person(tenant, one)) for one in strangers]
        try:
            async with asyncio.timeout(ASK_SECONDS):
                await asyncio.gather(*asked)
        except (DeliveryError, TimeoutError) as error:
            self._rests_until = self._clock.now() + REST_SECONDS
            _log.info("names not known", why=type(error).__name__)
            for one in asked:
                one.cancel()
            await asyncio.gather(*asked, return_exceptions=True)

    async def person(self, tenant: str, id: str) -> Person:
        """Who that is. An unknown account gives one with the id alone. Raises Throttled, NotDone, Refused."""
        kept = self._kept.get(id)
        if kept and self._clock.now() - kept[0] < KEEP_SECONDS:
            return kept[1]
        try:
            answer = await self._api.read("users.info", {"user": id, "include_locale": "true"})
            person = person_of(as_object(answer.get("user")), self._platform, tenant, id)
        except RefusedBySlack as error:
            if error.code not in _NOBODY:
                raise
            person = Person(self._platform, tenant, id, is_unknown=True)
        self._kept[id] = (self._clock.now(), person)
        self._kept.move_to_end(id)
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        return person


def person_of(user: Mapping[str, object], platform: str, tenant: str, id: str) -> Person:
    """The `user` object of users.info as a Person. Somebody of another company proves nothing by their e-mail.

    In an Enterprise organisation `team_id` is where the account was made; `enterprise_user.teams` is where it belongs.
    """
    profile = as_object(user.get("profile"))
    team = as_text(user.get("team_id")) or as_text(profile.get("team"))
    workspaces = as_list(as_object(user.get("enterprise_user")).get("teams"))
    is_outsider = user.get("is_stranger") is True or bool(team and team != tenant and tenant not in workspaces)
    return Person(
        platform,
        tenant,
        id,
        name=as_text(profile.get("display_name")) or as_text(user.get("real_name")) or as_text(user.get("name")),
        locale=as_text(user.get("locale")),
        timezone=as_text(user.get("tz")),
        picture=as_text(profile.get("image_72")),
        email="" if is_outsider else as_text(profile.get("email")),
        is_bot=user.get("is_bot") is True,
        is_guest=user.get("is_restricted") is True or user.get("is_ultra_restricted") is True,
        is_outsider=is_outsider,
    )
