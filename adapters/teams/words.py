"""What a message of Teams' has in it: its words, as CommonMark, and its files. Pure."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from adapters.teams.places import PLATFORM, Kind
from adapters.teams.scene import Scene, is_us, mentions_in
from adapters.teams.text.commonmark import from_html, from_text
from bot.core.activity import File, Mention, Person
from bot.core.platforms.json_values import NOTHING, Json, as_object, as_objects, as_size, as_text

UNSEEN: Final = "unseen:"
"""Begins the id of a file that Teams only hints at: it was sent in a channel, where apps get none."""
_MOST_MENTIONS: Final = 20
_ATTACHMENT: Final = re.compile(r"<attachment id=\"([^\"<>]{1,80})\"")
_OF_ANOTHER: Final = re.compile(r"<blockquote[^<>]*schema\.skype\.com/(?:Reply|Forward)", re.IGNORECASE)
_DOWNLOAD: Final = "application/vnd.microsoft.teams.file.download.info"
_MEDIA: Final = ("image/", "audio/", "video/")


def text_of(scene: Scene) -> str:
    """The words in CommonMark: our own mention taken out, others as `@name`."""
    mentions = mentions_in(scene)

    def mention(number: str, words: str) -> str:
        entity = NOTHING
        if number.isascii() and number.isdigit() and int(number[:4]) < len(mentions):
            entity = mentions[int(number[:4])]
        if shown_name(entity) != words:
            entity = next((e for e in mentions if shown_name(e) == words), NOTHING)
        if entity and is_us(entity, scene):
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


def is_borrowed(scene: Scene) -> bool:
    """Whether words of another message are in it that Teams put there: it was forwarded, or quoted in an answer."""
    return any(_OF_ANOTHER.search(as_text(one.get("content"))) for one in as_objects(scene.raw.get("attachments"))[:20])


def called_in(scene: Scene) -> tuple[Mention, ...]:
    """Whom a message calls, the app itself left out: people, and several at once (a team, a channel, a tag)."""
    found: list[Mention] = []
    for entity in mentions_in(scene)[:_MOST_MENTIONS]:
        mentioned = as_object(entity.get("mentioned"))
        account, name = as_text(mentioned.get("aadObjectId")) or as_text(mentioned.get("id")), shown_name(entity)
        if not is_us(entity, scene) and (account or name):
            key = Person(PLATFORM, scene.place.tenant, account).key if account else ""
            found.append(Mention(key, name or account))
    return tuple(dict.fromkeys(found))


def shown_name(entity: Json) -> str:
    """The words of a mention, as the text shows them."""
    shown = as_text(entity.get("text"))
    inside = shown.partition(">")[2].rpartition("</")[0] if shown.lower().startswith("<at") else ""
    return inside or as_text(as_object(entity.get("mentioned")).get("name"))


def files_of(scene: Scene) -> tuple[File, ...]:
    """The files, or what Teams tells of them."""
    return _files(scene.raw) or _unseen(scene)


def files_left_in(scene: Scene) -> tuple[str, ...] | None:
    """The ids of the files that an edited message still has; None where that is not certain.

    A picture's address may be another one after an edit, and nobody promises that an edit names the files at all:
    taking back what is still there would be worse than leaving what is not.
    """
    left = files_of(scene)
    if not left or any(_is_media(a) for a in as_objects(scene.raw.get("attachments"))):
        return None
    return tuple(file.id for file in left)


def _is_media(attachment: Json) -> bool:
    return as_text(attachment.get("contentType")).startswith(_MEDIA)


def _files(payload: Json) -> tuple[File, ...]:
    found: list[File] = []
    for one in as_objects(payload.get("attachments"))[:20]:
        kind, name = as_text(one.get("contentType")), as_text(one.get("name"))
        content = as_object(one.get("content"))
        if kind == _DOWNLOAD:
            url = as_text(content.get("downloadUrl"))
            unique = as_text(content.get("uniqueId")) or digest(url)
            found.append(File(unique, name or unique, "", as_size(content.get("fileSize")), url))
        elif _is_media(one):
            url = as_text(one.get("contentUrl"))
            found.append(File(digest(url), name or kind.partition("/")[0], kind, 0, url))
    return tuple(found)


def _unseen(scene: Scene) -> tuple[File, ...]:
    """Files that a message in a channel had: all that is told of them is that they were there."""
    if scene.kind is not Kind.CHANNEL:
        return ()
    shown = [as_text(one.get("content")) for one in as_objects(scene.raw.get("attachments"))[:20]]
    hints = [hint for html in shown for hint in _ATTACHMENT.findall(html)[:20]]
    return tuple(File(f"{UNSEEN}{hint}", "file") for hint in hints)


def digest(*parts: str) -> str:
    """What stands for a text, or several, where they would be too long for a name."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
