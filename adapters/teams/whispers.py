"""What is said to one person alone goes to their private chat; its buttons remember the place that they are about.

The place travels in the button, signed together with the account: a press that comes from somebody else, or with
another place, is none of ours. Pure.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from typing import Final

from adapters.teams.places import PLATFORM
from adapters.teams.text.rich_text import Element
from bot.core.activity import Activity, Place, Pressed, Ref
from bot.core.platforms.json_values import Json, as_object, as_text

PREFIX: Final = "whisper:"
"""How the id of a message begins that one person alone was shown, as a Ref in the place that it is about."""


def marked(activity: Element, about: Place, person: str, secret: str) -> Element:
    """The activity with every button naming its place."""
    mark: Json = {"channel": about.channel, "thread": about.thread, "mac": _mac(about, person, secret)}
    _mark(activity.get("attachments"), mark)
    return activity


def _mark(value: object, mark: Json) -> None:
    if isinstance(value, list):
        for inner in value:  # pyright: ignore[reportUnknownVariableType]  # JSON of our own making
            _mark(inner, mark)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, dict):
        ours = value.get("data")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        if isinstance(ours, dict):
            ours["about"] = dict(mark)
        for inner in list(value.values()):  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
            _mark(inner, mark)  # pyright: ignore[reportUnknownArgumentType]


def moved(activity: Activity, data: Json, secret: str) -> Activity | None:
    """A press of a whisper's button, in the place that it is about; None when its mark is not ours.

    `data` is what the button brought with it.
    """
    about = as_object(data.get("about"))
    content = activity.content
    if not about or not isinstance(content, Pressed):
        return activity
    place = Place(PLATFORM, activity.place.tenant, as_text(about.get("channel")), as_text(about.get("thread")))
    expected = _mac(place, activity.author.id, secret)
    if not hmac.compare_digest(expected.encode(), as_text(about.get("mac")).encode()):
        return None
    ref = Ref(place, whisper_id(activity.place.channel, content.ref.id))
    return replace(activity, place=place, content=replace(content, ref=ref), direct=False)


def whisper_id(chat: str, message: str) -> str:
    """The id of a message in a private chat, for a Ref elsewhere."""
    return f"{PREFIX}{message}|{chat}"


def whispered(id: str) -> tuple[str, str] | None:
    """The private chat and the message that such an id stands for; None for any other id."""
    if not id.startswith(PREFIX):
        return None
    message, _, chat = id.removeprefix(PREFIX).partition("|")
    return chat, message


def _mac(place: Place, person: str, secret: str) -> str:
    said = "\0".join(("warmline", place.tenant, place.channel, place.thread, person))
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()[:32]
