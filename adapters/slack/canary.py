"""The message in a channel of its own that is edited now and then, so that Slack has to report it. Pure."""

from __future__ import annotations

from typing import Final

from bot.core.platforms.json_values import Json, as_object, as_text

_BEGINS: Final = "Warmline listens here: "


def text_of(word: str) -> str:
    """What the message says. No emoji: Slack writes them in other words when it reports them."""
    return f"{_BEGINS}{word}"


def word_in(payload: Json, channel: str) -> str:
    """The word that an event brings back from that channel; "" for any other event."""
    event = as_object(payload.get("event"))
    if not channel or event.get("type") != "message" or event.get("channel") != channel:
        return ""
    said = as_object(event.get("message")) if event.get("subtype") == "message_changed" else event
    text = as_text(said.get("text"))
    return text.removeprefix(_BEGINS) if text.startswith(_BEGINS) else ""
