"""Message shortcuts: what somebody chose in the menu of a message. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.slack.envelope import PLATFORM, Json
from adapters.slack.moments import as_seconds
from bot.core.activity import Place, Ref
from bot.core.platforms.json_values import as_object, as_text


@dataclass(frozen=True, slots=True)
class Chosen:
    """A shortcut: `name` is its callback_id, `ref` the message, in the thread that it is in or would open."""

    name: str
    team: str
    user: str
    ref: Ref
    response_url: str


def chosen_of(payload: Json) -> Chosen | None:
    """What a `message_action` payload reports; None when it names no message."""
    message, channel = as_object(payload.get("message")), as_text(as_object(payload.get("channel")).get("id"))
    ts = as_text(message.get("ts")) or as_text(payload.get("message_ts"))
    team, user = as_text(as_object(payload.get("team")).get("id")), as_text(as_object(payload.get("user")).get("id"))
    name = as_text(payload.get("callback_id"))
    if not (name and channel and team and user and as_seconds(ts)):
        return None
    thread = as_text(message.get("thread_ts")) or ts
    place = Place(PLATFORM, team, channel, thread)
    return Chosen(name, team, user, Ref(place, ts), as_text(payload.get("response_url")))
