"""Slack's payloads → Activities. Pure: no calls, no clock; what is not for us gives None.

An activity has one id and further names (`twins`) under which Slack may report it again: one post with a
mention comes as `message` and as `app_mention`, a Slack Connect channel reports once per workspace,
and one gesture may come as two events with the same `client_msg_id`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from adapters.commonmark_escapes import escaped
from adapters.slack.envelope import (
    PLATFORM,
    Envelope,
    Hearing,
    Json,
    author_of,
    envelope_of,
    name_of_report,
    place_of,
)
from adapters.slack.moments import as_seconds
from adapters.slack.outbound import MENU_ACTION, pressed_action
from adapters.slack.text.emoji import symbol_of
from adapters.slack.text.mrkdwn import to_commonmark
from bot.core.activity import (
    OPENED,
    Activity,
    Content,
    Deleted,
    Edited,
    File,
    Mention,
    Person,
    Place,
    Pressed,
    Reacted,
    Ref,
    Said,
)
from bot.core.platforms.json_values import as_list, as_object, as_size, as_text

EPHEMERAL: Final = "~"
"""Begins the id of a message that one person alone was shown: nothing can be done to it later."""
LATE_SECONDS: Final = 120.0

_SAID: Final = frozenset({"", "thread_broadcast", "file_share", "me_message"})
_CALLED: Final = re.compile(
    r"<@([UW][A-Z0-9]{1,40})(?:\|([^<>]*))?>|<!(here|channel|everyone|subteam\^[A-Z0-9]{1,40})(?:\|([^<>]*))?>"
)
"""An account and its label, or several people at once and what they are called."""
_CHANNEL: Final = re.compile(r"<#([A-Z0-9]{1,40})(?:\|([^<>]*))?>")
_FROM_BOTS: Final = frozenset({"bot_message"})


def activity_of(payload: Json, hearing: Hearing) -> Activity | None:
    """What one `event_callback` reports, or None when it is none of our business."""
    envelope = envelope_of(payload, hearing.us)
    event = as_object(payload.get("event"))
    match event.get("type"):
        case "message":
            return _from_message(event, envelope, hearing)
        case "app_mention":
            return _said(event, envelope, hearing)
        case "reaction_added" | "reaction_removed":
            return _reacted(event, envelope, hearing)
        case _:
            return None


def mentioned_in(payload: Json) -> tuple[str, ...]:
    """The accounts that a message, or what it was changed to, mentions without saying their names."""
    event = as_object(payload.get("event"))
    text = as_text(event.get("text")) or as_text(as_object(event.get("message")).get("text"))
    return tuple(dict.fromkeys(account for account, label, *_ in _CALLED.findall(text) if account and not label))


def _mentions(raw: str, envelope: Envelope, hearing: Hearing) -> tuple[Mention, ...]:
    """Whom a message calls, the app itself left out: people, several at once (`<!here>`, a user group), channels."""
    found: list[Mention] = []
    for account, label, group, group_label in _CALLED.findall(raw):
        if account and account != envelope.us.user_id:
            name = html.unescape(label) or hearing.names(account)
            found.append(Mention(Person(PLATFORM, envelope.team, account).key, name))
        elif group:
            found.append(Mention("", html.unescape(group_label).removeprefix("@") or group.partition("^")[0]))
    found += [Mention("", f"#{html.unescape(label) or channel}") for channel, label in _CHANNEL.findall(raw)]
    return tuple(dict.fromkeys(found))


def _from_message(event: Json, envelope: Envelope, hearing: Hearing) -> Activity | None:
    match as_text(event.get("subtype")):
        case "message_changed":
            return _changed(event, envelope, hearing)
        case "message_deleted":
            return _deleted(event, as_object(event.get("previous_message")), event.get("deleted_ts"), envelope, hearing)
        case _:
            return _said(event, envelope, hearing)


def _said(event: Json, envelope: Envelope, hearing: Hearing) -> Activity | None:
    subtype = as_text(event.get("subtype"))
    allowed = _SAID | _FROM_BOTS if hearing.hear_bots else _SAID
    channel, ts = as_text(event.get("channel")), as_text(event.get("ts"))
    if subtype not in allowed or not channel or not as_seconds(ts) or event.get("hidden") is True:
        return None
    author = author_of(event, envelope, hearing)
    if author is None:
        return None
    place = place_of(channel, ts, as_text(event.get("thread_ts")), envelope)
    raw = as_text(event.get("text"))
    direct = _is_direct(event, channel)
    forwarded = _forwarded(event)
    text = _words(event, hearing, envelope)
    files = tuple(_file(file) for source in (event, *forwarded) for file in _objects(source, "files") if file.get("id"))
    twins = [name_of_report(envelope, "said", channel, ts)]
    gesture = as_text(event.get("client_msg_id"))
    if gesture:
        twins.append(name_of_report(envelope, "gesture", gesture))
    us = envelope.us.user_id
    addressed = event.get("type") == "app_mention" or bool(us and f"<@{us}" in raw)
    return _activity(
        Said(Ref(place, ts), text, files, _mentions(raw, envelope, hearing), borrowed=bool(forwarded)),
        envelope,
        hearing,
        place=place,
        author=author,
        at=as_seconds(ts),
        twins=tuple(twins),
        direct=direct,
        addressed=addressed,
    )


def _changed(event: Json, envelope: Envelope, hearing: Hearing) -> Activity | None:
    """An edit, when text or files are others: a link preview or a pin changes none. A tombstone is a deletion."""
    message, before = as_object(event.get("message")), as_object(event.get("previous_message"))
    if message.get("subtype") == "tombstone":
        return _deleted(event, before, message.get("ts"), envelope, hearing)
    text, channel, ts = as_text(message.get("text")), as_text(event.get("channel")), as_text(message.get("ts"))
    had, still = _files_in(before), _files_in(message)
    lost = any(file not in still for file in had)
    if (text == as_text(before.get("text")) and not lost) or not channel or not as_seconds(ts):
        return None
    author = author_of(message, envelope, hearing)
    if author is None:
        return None
    edited = as_object(message.get("edited"))
    if not edited and not lost:
        return None
    # a file that is deleted leaves the mark of an older edit as it was
    when = (as_text(edited.get("ts")) if not lost else "") or as_text(event.get("ts"))
    place = place_of(channel, ts, as_text(message.get("thread_ts")), envelope)
    content = Edited(Ref(place, ts), _words(message, hearing, envelope), still if had else None)
    return _activity(
        content,
        envelope,
        hearing,
        place=place,
        author=author,
        at=as_seconds(when),
        twins=(name_of_report(envelope, "edited", channel, ts, when),),
        direct=_is_direct(event, channel),
    )


def _deleted(event: Json, before: Json, deleted: object, envelope: Envelope, hearing: Hearing) -> Activity | None:
    channel, ts = as_text(event.get("channel")), as_text(deleted)
    if not channel or not as_seconds(ts):
        return None
    author = author_of(before, envelope, hearing)
    if author is None:
        return None
    thread = as_text(before.get("thread_ts")) or hearing.thread_of(channel, ts)
    place = place_of(channel, ts, thread, envelope)
    return _activity(
        Deleted(Ref(place, ts)),
        envelope,
        hearing,
        place=place,
        author=author,
        at=as_seconds(event.get("ts")) or as_seconds(event.get("event_ts")),
        twins=(name_of_report(envelope, "deleted", channel, ts),),
        direct=_is_direct(event, channel),
    )


def _reacted(event: Json, envelope: Envelope, hearing: Hearing) -> Activity | None:
    item = as_object(event.get("item"))
    channel, ts = as_text(item.get("channel")), as_text(item.get("ts"))
    name, user = as_text(event.get("reaction")), as_text(event.get("user"))
    if item.get("type") != "message" or not channel or not as_seconds(ts) or not name or not user:
        return None
    author = author_of(event, envelope, hearing)
    if author is None:
        return None
    place = place_of(channel, ts, hearing.thread_of(channel, ts), envelope)
    added = event.get("type") == "reaction_added"
    when = as_text(event.get("event_ts"))
    return _activity(
        Reacted(Ref(place, ts), symbol_of(name), added),
        envelope,
        hearing,
        place=place,
        author=author,
        at=as_seconds(when),
        twins=(name_of_report(envelope, "reacted", channel, ts, user, name, str(added), when),),
        direct=channel.startswith("D"),
    )


def in_thread(activity: Activity, thread: str) -> Activity:
    """The same activity, once its thread was looked up."""
    content = activity.content
    place = replace(activity.place, thread="" if thread == content.ref.id else thread)
    return replace(activity, place=place, content=replace(content, ref=Ref(place, content.ref.id)))


def _pressed(action: Json) -> tuple[str, str]:
    """The action and value of a button, or of an entry of a menu of ours; an empty action for anything else."""
    name = pressed_action(as_text(action.get("action_id")))
    if action.get("type") == "button":
        return name, as_text(action.get("value"))
    if action.get("type") != "overflow" or name != MENU_ACTION:
        return "", ""
    chosen, _, value = as_text(as_object(action.get("selected_option")).get("value")).partition("\n")
    return chosen, value


def pressed_of(payload: Json, hearing: Hearing) -> Activity | None:
    """What one `block_actions` payload reports: a press of a button of ours; None for anything else."""
    envelope = envelope_of({**payload, "team_id": as_object(payload.get("team")).get("id")}, hearing.us)
    action = as_object(next(iter(as_list(payload.get("actions"))), None))
    container = as_object(payload.get("container"))
    user = as_object(payload.get("user"))
    channel = as_text(container.get("channel_id")) or as_text(as_object(payload.get("channel")).get("id"))
    ts, user_id = as_text(container.get("message_ts")), as_text(user.get("id"))
    name, value = _pressed(action)
    if not name or not channel or not as_seconds(ts) or not user_id:
        return None
    message = as_object(payload.get("message"))
    thread = as_text(container.get("thread_ts")) or as_text(message.get("thread_ts")) or hearing.thread_of(channel, ts)
    place = place_of(channel, ts, thread, envelope)
    name_known = hearing.names(user_id)
    author = Person(
        PLATFORM,
        envelope.team,
        user_id,
        name_known if name_known != user_id else "",
        is_outsider=envelope.is_elsewhere(as_text(user.get("team_id"))),
    )
    when = as_text(action.get("action_ts"))
    ephemeral = container.get("is_ephemeral") is True
    reported = name_of_report(envelope, "pressed", channel, ts, user_id, as_text(action.get("action_id")), when)
    content = Pressed(Ref(place, EPHEMERAL + ts if ephemeral else ts), name, value)
    at = as_seconds(when) or hearing.now
    return Activity(
        reported, at, place, author, content, direct=channel.startswith("D"), metadata=_opening(place.thread or ts)
    )


# the parts ------------------------------------------------------------------------------------


def _activity(
    content: Content,
    envelope: Envelope,
    hearing: Hearing,
    *,
    place: Place,
    author: Person,
    at: float,
    twins: tuple[str, ...],
    direct: bool,
    addressed: bool = False,
) -> Activity:
    reported = name_of_report(envelope, "event", envelope.team, envelope.event_id) if envelope.event_id else twins[0]
    at = at or hearing.now
    late = (("late", "1"),) if hearing.now - at > LATE_SECONDS else ()
    return Activity(reported, at, place, author, content, twins, direct, addressed, late + _opening(place.thread))


def _opening(thread: str) -> tuple[tuple[str, str], ...]:
    """When the thread was opened: Slack's messages are named by the time at which they came."""
    return ((OPENED, f"{as_seconds(thread):.6f}"),) if as_seconds(thread) else ()


def _words(message: Json, hearing: Hearing, envelope: Envelope) -> str:
    """What a message says, with what is forwarded in it as quotations."""

    def read(text: str) -> str:
        return to_commonmark(text, hearing.names, app_user=envelope.us.user_id)

    return "\n\n".join(
        filter(None, (read(as_text(message.get("text"))), *(_quoted(one, read) for one in _forwarded(message))))
    )


def _forwarded(message: Json) -> tuple[Json, ...]:
    """The messages that were forwarded with this one; a link's preview is none."""
    return tuple(one for one in _objects(message, "attachments") if one.get("is_share") is True)


def _quoted(forwarded: Json, read: Callable[[str], str]) -> str:
    said = read(as_text(forwarded.get("text")) or as_text(forwarded.get("fallback")))
    author = escaped(as_text(forwarded.get("author_name")))
    lines = [*([f"{author}:"] if author else []), *said.split("\n")]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _objects(source: Json, name: str) -> list[Json]:
    return [as_object(one) for one in as_list(source.get(name))]


def _is_direct(event: Json, channel: str) -> bool:
    return event.get("channel_type") == "im" or channel.startswith("D")


def _files_in(message: Json) -> tuple[str, ...]:
    """The ids of a message's files; one that was deleted leaves a tombstone."""
    files = (as_object(file) for file in as_list(message.get("files")))
    return tuple(as_text(file.get("id")) for file in files if file.get("mode") != "tombstone" and file.get("id"))


def _file(file: Json) -> File:
    return File(
        id=as_text(file.get("id")),
        name=as_text(file.get("name")) or as_text(file.get("title")) or as_text(file.get("id")),
        media_type=as_text(file.get("mimetype")),
        size=as_size(file.get("size")),
        url=as_text(file.get("url_private")),
    )
