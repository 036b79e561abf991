"""Asks Slack for what was written before: in which rooms the app is, what people wrote there, which copies are ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from adapters.slack.calls.identity import Identity
from adapters.slack.calls.looking import Looking
from adapters.slack.envelope import PLATFORM, Hearing
from adapters.slack.inbound import activity_of
from adapters.slack.recalling import report_of, threads_in, written_since
from bot.core.activity import Activity, Place
from bot.core.platforms.json_values import as_text
from bot.ports import Posted

_ROOMS: Final = {"types": "im,mpim,public_channel,private_channel", "exclude_archived": "true"}


class History:
    """The same as `bot.ports.Recaller`. `hearing` tells what is known of the platform at that moment."""

    def __init__(self, looking: Looking, identity: Identity, hearing: Callable[[], Hearing]) -> None:
        self._looking = looking
        self._identity = identity
        self._hearing = hearing

    async def rooms(self) -> Sequence[Place]:
        """The direct chats and channels that the app is in. Raises DeliveryError."""
        team = await self._identity.team()
        found = self._looking.pages("users.conversations", _ROOMS, "channels")
        return [Place(PLATFORM, team, as_text(room.get("id"))) async for room in found]

    async def recall(self, place: Place, since: float) -> Sequence[Activity]:
        """What people wrote there, in its threads too, as Slack would have reported it. Raises DeliveryError."""
        us = await self._identity.whole()
        hearing = replace(self._hearing(), us=us)
        shown = [message async for message in self._looking.history(place, since)]
        found = [activity_of(report_of(m, place, us), hearing) for m in written_since(shown, since)]
        activities = {activity.id: activity for activity in found if activity is not None}
        for thread in threads_in(shown, place, since):
            # its first message is shown with it
            activities |= {activity.id: activity for activity in await self.recall(thread, since)}
        return sorted(activities.values(), key=lambda activity: activity.at)

    async def copies(self, place: Place, trace: str, since: float) -> Sequence[Posted]:
        """Our messages whose key ends so. Raises DeliveryError."""
        return await self._looking.traced(place, trace, since)
