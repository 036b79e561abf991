"""Teams' payloads → Activities. Pure: no calls, no clock; what is not for us gives none.

An activity has one id and further names (`twins`) under which Teams may report it again: a delivery that was not
answered in time comes again, sometimes with a new id, so what was done, by whom, where and when is a name as well.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from adapters.teams.cards import pressed_of
from adapters.teams.forms import FORM, fields_of, is_form
from adapters.teams.places import PLATFORM, place_of
from adapters.teams.scene import Hearing, Scene, is_addressed, is_heard, scene_of
from adapters.teams.text.emoji import symbol_of
from adapters.teams.words import called_in, digest, files_left_in, files_of, is_borrowed, text_of
from bot.core.activity import (
    OPENED,
    Activity,
    Content,
    Deleted,
    Edited,
    Place,
    Pressed,
    Reacted,
    Ref,
    Said,
    Submitted,
)
from bot.core.platforms.json_values import Json, as_object, as_objects, as_text

LATE_SECONDS: Final = 120.0
_EDITS: Final = frozenset({"editMessage", "undeleteMessage"})


def activities_of(payload: Json, hearing: Hearing) -> tuple[Activity, ...]:
    """What one payload reports, oldest first; none when it is none of our business."""
    scene = scene_of(payload, hearing)
    if scene is None:
        return ()
    match payload.get("type"):
        case "message":
            found = _pressed(scene, hearing) or _said(scene, hearing)
        case "messageUpdate":
            found = _edited(scene, hearing)
        case "messageDelete":
            found = _deleted(scene, hearing)
        case "messageReaction":
            return _reacted(scene, hearing)
        case "invoke":
            found = _pressed(scene, hearing)
        case _:
            found = None
    return (found,) if found else ()


def _said(scene: Scene, hearing: Hearing) -> Activity | None:
    if not scene.message or not is_heard(scene, hearing):
        return None
    text, files = text_of(scene), files_of(scene)
    if not text and not files and not is_addressed(scene):
        return None
    done = digest(as_text(scene.raw.get("text")), *(file.id for file in files))
    content = Said(Ref(scene.place, scene.message), text, files, called_in(scene), borrowed=is_borrowed(scene))
    return _activity(content, scene, hearing, ("said", scene.message), ("gesture", scene.account, _moment(scene), done))


def _edited(scene: Scene, hearing: Hearing) -> Activity | None:
    event = as_text(as_object(scene.raw.get("channelData")).get("eventType"))
    if (event and event not in _EDITS) or not scene.message or not is_heard(scene, hearing):
        return None
    done = digest(as_text(scene.raw.get("text")), event, *(file.id for file in files_of(scene)))
    content = Edited(Ref(scene.place, scene.message), text_of(scene), files_left_in(scene))
    return _activity(content, scene, hearing, ("edited", scene.message, _moment(scene), done))


def _deleted(scene: Scene, hearing: Hearing) -> Activity | None:
    event = as_text(as_object(scene.raw.get("channelData")).get("eventType"))
    if (event and event != "softDeleteMessage") or not scene.message:
        return None
    content = Deleted(Ref(scene.place, scene.message))
    return _activity(content, scene, hearing, ("deleted", scene.message, _moment(scene)))


def _reacted(scene: Scene, hearing: Hearing) -> tuple[Activity, ...]:
    target = as_text(scene.raw.get("replyToId"))
    if not target:
        return ()
    place = place_of(scene.place.tenant, as_text(as_object(scene.raw.get("conversation")).get("id")), target)
    found: list[Activity] = []
    for name, added in (("reactionsRemoved", False), ("reactionsAdded", True)):
        for one in as_objects(scene.raw.get(name))[:20]:
            kind = as_text(one.get("type"))
            if kind:
                content = Reacted(Ref(place, target), symbol_of(kind), added)
                done = ("reacted", target, scene.account, kind, str(added), _moment(scene))
                found.append(_activity(content, scene, hearing, done, place=place))
    return tuple(found)


def data_of(payload: Json) -> Json:
    """What a button brings with it: Action.Execute's, a dialog's, or that of a message with a value."""
    value = as_object(payload.get("value"))
    return as_object(as_object(value.get("action")).get("data")) or as_object(value.get("data")) or value


def _pressed(scene: Scene, hearing: Hearing) -> Activity | None:
    data = data_of(scene.raw)
    if is_form(data):
        return _submitted(scene, data, hearing)
    pressed = pressed_of(data)
    target = as_text(scene.raw.get("replyToId"))
    if pressed is None or not target:
        return None
    whole = as_text(as_object(scene.raw.get("conversation")).get("id"))
    place = place_of(scene.place.tenant, whole, target)
    names: list[tuple[str, ...]] = [("pressed", target, scene.account, *pressed, _moment(scene))]
    if scene.message:
        names.insert(0, ("press", scene.message))
    return _activity(Pressed(Ref(place, target), *pressed), scene, hearing, *names, place=place)


def _submitted(scene: Scene, data: Json, hearing: Hearing) -> Activity | None:
    """A filled-in form. Whom and what it is about is what the form says; see `forms.is_sealed`."""
    pressed, about = pressed_of(data), as_object(data.get(FORM))
    channel, opened = as_text(about.get("channel")), as_text(about.get("opened"))
    if pressed is None or not channel:
        return None
    place = Place(PLATFORM, scene.place.tenant, channel, as_text(about.get("thread")))
    ref, fields = Ref(place, as_text(about.get("message"))), fields_of(data)
    said = digest(*(part for field in fields for part in field))
    done = ("submitted", ref.id, scene.account, *pressed, opened, said)
    found = _activity(Submitted(ref, *pressed, fields), scene, hearing, done, place=place)
    return replace(found, direct=scene.direct and place.channel == scene.place.channel)


# the parts ------------------------------------------------------------------------------------


def _activity(
    content: Content, scene: Scene, hearing: Hearing, *names: tuple[str, ...], place: Place | None = None
) -> Activity:
    first, *twins = ("|".join((PLATFORM, scene.place.tenant, scene.place.channel, *parts)) for parts in names)
    late = (("late", "1"),) if hearing.now - scene.at > LATE_SECONDS else ()
    where = place or scene.place
    return Activity(
        first,
        scene.at,
        where,
        scene.author,
        content,
        tuple(twins),
        direct=scene.direct,
        addressed=is_addressed(scene),
        metadata=late + _opening(where),
    )


def _opening(place: Place) -> tuple[tuple[str, str], ...]:
    """When the thread was opened: Teams' messages are named by the milliseconds since 1970 at which they came."""
    thread = place.thread
    is_time = len(thread) == 13 and thread.isascii() and thread.isdigit()
    return ((OPENED, f"{int(thread) / 1000:.3f}"),) if is_time else ()


def _moment(scene: Scene) -> str:
    """When it happened, as written: that stays the same when it is delivered again."""
    return as_text(scene.raw.get("timestamp"))
