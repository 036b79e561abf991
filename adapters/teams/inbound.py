"""Teams' payloads → Activities. Pure: no calls, no clock; what is not for us gives none.

An activity has one id and further names (`twins`) under which Teams may report it again: a delivery that was not
answered in time comes again, sometimes with a new id, so what was done, by whom, where and when is a name as well.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from typing import Final

from adapters.teams.cards import pressed_of
from adapters.teams.commonmark import from_html, from_text
from adapters.teams.emoji import symbol_of
from adapters.teams.forms import FORM, fields_of, is_form
from adapters.teams.moments import as_moment
from adapters.teams.places import PLATFORM, Kind, kind_of, place_of
from bot.core.activity import (
    OPENED,
    Activity,
    Content,
    Deleted,
    Edited,
    File,
    Person,
    Place,
    Pressed,
    Reacted,
    Ref,
    Said,
    Submitted,
)
from bot.core.json_values import NOTHING, Json, as_object, as_objects, as_size, as_text

LATE_SECONDS: Final = 120.0
_EDITS: Final = frozenset({"editMessage", "undeleteMessage"})
UNSEEN: Final = "unseen:"
"""Begins the id of a file that Teams only hints at: it was sent in a channel, where apps get none."""
_ATTACHMENT: Final = re.compile(r"<attachment id=\"([^\"<>]{1,80})\"")
_DOWNLOAD: Final = "application/vnd.microsoft.teams.file.download.info"


@dataclass(frozen=True, slots=True)
class Hearing:
    """What is needed to understand a payload: our account, where un-mentioned words are heard, and the time.

    `channels` are ids of channels and group chats, `teams` ids of teams, `tenant` is the one that we belong to.
    `now` is in seconds since 1970.
    """

    bot: str
    now: float
    channels: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    tenant: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a payload comes from, who did it and when."""

    place: Place
    kind: Kind
    author: Person
    account: str
    at: float
    team: str
    bots: frozenset[str]
    raw: Json = field(repr=False)

    @property
    def message(self) -> str:
        """The id of the payload itself, which for messages is the message's."""
        return as_text(self.raw.get("id"))

    @property
    def direct(self) -> bool:
        """A personal chat, or a group chat: neither has threads."""
        return self.kind is not Kind.CHANNEL


def tenant_of(payload: Json, otherwise: str) -> str:
    """The tenant that a payload comes from; some clients do not say, and there is one that we belong to."""
    told = as_object(as_object(payload.get("channelData")).get("tenant")).get("id")
    return as_text(told) or as_text(as_object(payload.get("conversation")).get("tenantId")) or otherwise


def scene_of(payload: Json, hearing: Hearing) -> Scene | None:
    """Read the parts that all payloads share; None when it was not done by a person in a conversation."""
    conversation = as_object(payload.get("conversation"))
    data = as_object(payload.get("channelData"))
    tenant = tenant_of(payload, hearing.tenant)
    account = as_object(payload.get("from"))
    who, whole = as_text(account.get("id")), as_text(conversation.get("id"))
    bots = frozenset({hearing.bot, as_text(as_object(payload.get("recipient")).get("id"))}) - {""}
    if not who or not whole or who in bots or who.startswith("28:") or account.get("role") == "bot":
        return None
    place = place_of(tenant, whole, as_text(payload.get("id")))
    said_kind = as_text(conversation.get("conversationType"))
    client = next((e for e in as_objects(payload.get("entities")) if e.get("type") == "clientInfo"), NOTHING)
    author = Person(
        PLATFORM,
        tenant,
        as_text(account.get("aadObjectId")) or who,
        as_text(account.get("name")),
        locale=as_text(payload.get("locale")) or as_text(client.get("locale")),
        timezone=as_text(payload.get("localTimezone")) or as_text(client.get("timezone")),
    )
    at = as_moment(payload.get("timestamp")) or hearing.now
    team = as_text(as_object(data.get("team")).get("id"))
    return Scene(place, kind_of(place.channel, said_kind), author, who, at, team, bots, payload)


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
    if not scene.message or not _is_heard(scene, hearing):
        return None
    text, files = text_of(scene), _files(scene.raw) or _unseen(scene)
    if not text and not files and not is_addressed(scene):
        return None
    done = _digest(as_text(scene.raw.get("text")), *(file.id for file in files))
    content = Said(Ref(scene.place, scene.message), text, files)
    return _activity(content, scene, hearing, ("said", scene.message), ("gesture", scene.account, _moment(scene), done))


def _edited(scene: Scene, hearing: Hearing) -> Activity | None:
    event = as_text(as_object(scene.raw.get("channelData")).get("eventType"))
    if (event and event not in _EDITS) or not scene.message or not _is_heard(scene, hearing):
        return None
    done = _digest(as_text(scene.raw.get("text")), event)
    content = Edited(Ref(scene.place, scene.message), text_of(scene))
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
    said = _digest(*(part for field in fields for part in field))
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


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def _is_heard(scene: Scene, hearing: Hearing) -> bool:
    """Whether words there are for us: said to us, or in a place that was configured. All else is overheard."""
    if scene.kind is Kind.PERSONAL or is_addressed(scene):
        return True
    return scene.place.channel in hearing.channels or bool(scene.team and scene.team in hearing.teams)


def is_addressed(scene: Scene) -> bool:
    """Whether the app was mentioned."""
    return any(_is_us(entity, scene) for entity in _mentions(scene))


def _mentions(scene: Scene) -> list[Json]:
    return [e for e in as_objects(scene.raw.get("entities")) if e.get("type") == "mention"]


def _is_us(entity: Json, scene: Scene) -> bool:
    return as_text(as_object(entity.get("mentioned")).get("id")) in scene.bots


def _name(entity: Json) -> str:
    """The words of a mention, as the text shows them."""
    shown = as_text(entity.get("text"))
    inside = shown.partition(">")[2].rpartition("</")[0] if shown.lower().startswith("<at") else ""
    return inside or as_text(as_object(entity.get("mentioned")).get("name"))


def text_of(scene: Scene) -> str:
    """The words in CommonMark: our own mention taken out, others as `@name`."""
    mentions = _mentions(scene)

    def mention(number: str, words: str) -> str:
        entity = NOTHING
        if number.isascii() and number.isdigit() and int(number[:4]) < len(mentions):
            entity = mentions[int(number[:4])]
        if _name(entity) != words:
            entity = next((e for e in mentions if _name(e) == words), NOTHING)
        if entity and _is_us(entity, scene):
            return ""
        return f"@{words}" if entity or number else f"<at>{words}</at>"

    rich = next((a for a in as_objects(scene.raw.get("attachments")) if a.get("contentType") == "text/html"), NOTHING)
    source, plain = as_text(rich.get("content")), as_text(scene.raw.get("text"))
    if source:
        found = from_html(source, mention)
        if found or not plain:
            return found
    if scene.raw.get("textFormat") == "xml":
        return from_html(plain, mention)
    return from_text(plain, mention)


def _files(payload: Json) -> tuple[File, ...]:
    found: list[File] = []
    for one in as_objects(payload.get("attachments"))[:20]:
        kind, name = as_text(one.get("contentType")), as_text(one.get("name"))
        content = as_object(one.get("content"))
        if kind == _DOWNLOAD:
            url = as_text(content.get("downloadUrl"))
            unique = as_text(content.get("uniqueId")) or _digest(url)
            found.append(File(unique, name or unique, "", as_size(content.get("fileSize")), url))
        elif kind.startswith(("image/", "audio/", "video/")):
            url = as_text(one.get("contentUrl"))
            found.append(File(_digest(url), name or kind.partition("/")[0], kind, 0, url))
    return tuple(found)


def _unseen(scene: Scene) -> tuple[File, ...]:
    """Files that a message in a channel had: all that is told of them is that they were there."""
    if scene.kind is not Kind.CHANNEL:
        return ()
    shown = [as_text(one.get("content")) for one in as_objects(scene.raw.get("attachments"))[:20]]
    hints = [hint for html in shown for hint in _ATTACHMENT.findall(html)[:20]]
    return tuple(File(f"{UNSEEN}{hint}", "file") for hint in hints)
