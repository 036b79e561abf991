"""Who is in a channel, asked once a minute. Never asked before an acknowledgement."""

from __future__ import annotations

from typing import Final

from adapters.slack.calls.web_api import RefusedBySlack, WebApi
from bot.core.platforms.json_values import as_list, as_object, as_text
from bot.ports import Clock

KEEP_SECONDS: Final = 60.0
_PAGE: Final = "200"
_MOST_PAGES: Final = 20
_CLOSED_TO_US: Final = frozenset({"channel_not_found", "not_in_channel"})


class Members:
    """The members of channels."""

    def __init__(self, api: WebApi, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        self._kept: dict[str, tuple[float, frozenset[str]]] = {}

    async def has(self, channel: str, user: str) -> bool:
        """Whether somebody is in a channel. Raises Throttled, NotDone, Refused."""
        until, known = self._kept.get(channel, (0.0, frozenset[str]()))
        if self._clock.now() >= until:
            known = await self._asked(channel)
            self._kept[channel] = (self._clock.now() + KEEP_SECONDS, known)
        return user in known

    async def probe(self, channel: str) -> None:
        """Ask whether the app may write in a channel. Raises Refused where it may not; Throttled, NotDone."""
        asked = "conversations.info"
        found = as_object((await self._api.read(asked, {"channel": channel})).get("channel"))
        if found.get("is_archived") is True:
            raise RefusedBySlack(asked, "is_archived")
        if found.get("is_member") is False:
            raise RefusedBySlack(asked, "not_in_channel")

    async def _asked(self, channel: str) -> frozenset[str]:
        found: set[str] = set()
        cursor = ""
        for _ in range(_MOST_PAGES):
            arguments = {"channel": channel, "limit": _PAGE} | ({"cursor": cursor} if cursor else {})
            try:
                answer = await self._api.read("conversations.members", arguments)
            except RefusedBySlack as error:
                if error.code in _CLOSED_TO_US:
                    break
                raise
            found |= {as_text(user) for user in as_list(answer.get("members"))}
            cursor = as_text(as_object(answer.get("response_metadata")).get("next_cursor"))
            if not cursor:
                break
        return frozenset(found)
