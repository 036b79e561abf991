"""What was written before, as Slack shows it, in the shape in which Slack reports what is written. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from adapters.slack.envelope import Us
from adapters.slack.moments import as_seconds
from bot.core.activity import Place
from bot.core.platforms.json_values import Json, as_text

_DIRECT: Final = "D"


def report_of(message: Json, place: Place, us: Us) -> dict[str, object]:
    """The event that a message of a history was. It has no id of its own: it is known by channel and time."""
    channel = place.channel
    kind = {"channel_type": "im"} if channel.startswith(_DIRECT) else {}
    return {
        "type": "event_callback",
        "api_app_id": us.app_id,
        "team_id": place.tenant,
        "event": {**message, "type": "message", "channel": channel, **kind},
    }


def written_since(messages: Sequence[Json], since: float) -> list[Json]:
    """Those of a history that are not older, the oldest first. A thread is always shown with its first message."""
    found = [message for message in messages if as_seconds(message.get("ts")) >= since]
    return sorted(found, key=lambda message: as_seconds(message.get("ts")))


def threads_in(messages: Sequence[Json], place: Place, since: float) -> list[Place]:
    """The threads of a channel that somebody has written in since then."""
    return [
        Place(place.platform, place.tenant, place.channel, as_text(message.get("ts")))
        for message in messages
        if not place.thread and message.get("latest_reply") and as_seconds(message.get("latest_reply")) >= since
    ]
