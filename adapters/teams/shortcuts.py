"""Message extensions: what somebody chose in the menu of a message. Pure.

Source: https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/action-commands/define-action-command
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from adapters.teams.places import Kind, place_of
from adapters.teams.scene import Hearing, scene_of
from bot.core.activity import Person, Ref
from bot.core.platforms.json_values import Json, as_object, as_text

INVOKES: Final = frozenset({"composeExtension/fetchTask"})
SUBMITTED: Final = "composeExtension/submitAction"
"""A form that a shortcut had opened comes back."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A shortcut: `name` is its command id, `ref` the message, in the thread that it is in or would open."""

    name: str
    asker: Person
    ref: Ref


def chosen_of(payload: Json, hearing: Hearing) -> Chosen | None:
    """What such an invoke reports; None when it names no message."""
    scene, value = scene_of(payload, hearing), as_object(payload.get("value"))
    name, message = as_text(value.get("commandId")), as_text(as_object(value.get("messagePayload")).get("id"))
    if scene is None or not name or not message:
        return None
    whole = as_text(as_object(payload.get("conversation")).get("id"))
    place = place_of(scene.place.tenant, whole, message)
    if scene.kind is Kind.CHANNEL and not place.thread:
        place = replace(place, thread=message)
    return Chosen(name, scene.author, Ref(place, message))
