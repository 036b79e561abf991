"""Teams' conversation ids and ours. Pure.

A channel's conversation is `19:…@thread.tacv2`, a thread in it `19:…@thread.tacv2;messageid=1700000000000`, a group
chat `19:…@thread.v2`, a personal chat `a:…`. Place.channel is the part before the semicolon, Place.thread
the message id; a message that opens a thread is itself at the channel's root.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from bot.core.activity import Place

PLATFORM: Final = "teams"
PERSON: Final = "29:"
"""Begins the connector's id of a person, by which mentions name them, too."""
_THREAD: Final = ";messageid="


class Kind(StrEnum):
    """The kinds of conversation, as Teams names them in `conversationType`."""

    PERSONAL = "personal"
    GROUP = "groupChat"
    CHANNEL = "channel"


def kind_of(channel: str, said: str = "") -> Kind:
    """What kind of conversation an id is; `said` is the activity's conversationType, when there is one."""
    for kind in Kind:
        if said == kind.value:
            return kind
    if channel.endswith(("@thread.tacv2", "@thread.skype")):
        return Kind.CHANNEL
    return Kind.GROUP if channel.startswith("19:") else Kind.PERSONAL


def place_of(tenant: str, conversation: str, message: str) -> Place:
    """The place of a message: a thread's own root is at the channel's root."""
    channel, _, thread = conversation.partition(_THREAD)
    return Place(PLATFORM, tenant, channel, "" if thread == message else thread)


def conversation_of(place: Place, kind: Kind, message: str = "") -> str:
    """The conversation id to call with: of the place's thread, or of the one that `message` opens in a channel."""
    thread = place.thread or (message if kind is Kind.CHANNEL else "")
    return f"{place.channel}{_THREAD}{thread}" if thread else place.channel


def thread_of(conversation: str) -> tuple[str, str]:
    """A conversation id as channel and thread."""
    channel, _, thread = conversation.partition(_THREAD)
    return channel, thread
