"""The Web API methods: arguments in, Slack's JSON out. Raises Refusal with Slack's own error codes.

Each method needs the scopes that Slack asks for. What happens is told to `Courier` as events.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.fakes.slack import file_methods
from tests.fakes.slack.blocks import home_is_fine, modal_is_fine, pings_in, problem_with
from tests.fakes.slack.state import App, Channel, Message, Refusal, User

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack

MAX_TEXT = 40_000
SPLIT_AT = 4_000
_HISTORY_SCOPE = {"public": "channels:history", "private": "groups:history", "im": "im:history", "mpim": "mpim:history"}
_EMOJI_NAME = re.compile(r"[a-z0-9_+'’-]+(::skin-tone-[2-6])?")

Method = Callable[["FakeSlack", App, dict[str, Any]], dict[str, Any]]


def _need(app: App, scope: str) -> None:
    if scope not in app.scopes:
        raise Refusal("missing_scope", needed=scope, provided=",".join(sorted(app.scopes)))


def _structured(args: dict[str, Any], name: str, code: str) -> Any:
    value = args.get(name)
    if isinstance(value, str) and value:
        try:
            return json.loads(value)
        except ValueError:
            raise Refusal(code) from None
    return value


def _truth(value: Any, *, otherwise: bool) -> bool:
    if value is None:
        return otherwise
    return value in (True, "true", "1", 1)


def auth_test(slack: FakeSlack, app: App, args: dict[str, Any]) -> dict[str, Any]:
    space = slack.workspace
    return {
        "url": f"https://{space.name}.slack.com/",
        "team": space.name,
        "user": app.name,
        "team_id": app.team,
        "user_id": app.bot_user,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


def users_info(slack: FakeSlack, app: App, args: dict[str, Any]) -> dict[str, Any]:
    _need(app, "users:read")
    user = slack.workspace.users.get(str(args.get("user", "")))
    if user is None:
        raise Refusal("user_not_found")
    return {"user": _user_payload(user, with_email="users:read.email" in app.scopes, here=app.team)}


def _user_payload(user: User, *, with_email: bool, here: str) -> dict[str, Any]:
    profile = {
        "real_name": user.name,
        "display_name": user.name.split()[0],
        "image_72": f"https://avatars.slack-edge.com/{user.id}_72.png",
        "team": user.team,
    }
    if with_email and user.email and not user.is_bot:
        profile["email"] = user.email
    shown: dict[str, Any] = {
        "id": user.id,
        "team_id": user.team,
        "name": user.name.lower().replace(" ", "."),
        "deleted": user.deleted,
        "real_name": user.name,
        "tz": user.tz,
        "profile": profile,
        "is_bot": user.is_bot,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "locale": user.locale,
    }
    if user.team != here:
        shown["is_stranger"] = user.is_stranger
    return shown


def bots_info(slack: FakeSlack, app: App, args: dict[str, Any]) -> dict[str, Any]:
    _need(app, "users:read")
    found = next((a for a in slack.workspace.apps if a.bot_id == args.get("bot")), None)
    if found is None:
        raise Refusal("bot_not_found")
    return {"bot": {"id": found.bot_id, "app_id": found.id, "user_id": found.bot_user, "name": found.name}}


_READ_SCOPE = {"public": "channels:read", "private": "groups:read", "im": "im:read", "mpim": "mpim:read"}


def conversations_info(slack: FakeSlack, app: App, args: dict[str, Any]) -> dict[str, Any]:
    channel = slack.workspace.channels.get(str(args.get("channel", "")))
    if channel is None or (channel.kind != "public" and app.bot_user not in channel.members):
        raise Refusal("channel_not_found")
    _need(app, _READ_SCOPE[channel.kind])
    return {"channel": _channel_payload(channel, app)}


def _channel_payload(channel: Channel, app: App) -> dict[str, Any]:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": channel.kind == "public",
        "is_group": channel.kind == "private",
        "is_im": channel.kind == "im",
        "is_private": channel.kind != "public",
        "is_archived": channel.archived,
        "is_member": app.bot_user in channel.members,
        "is_ext_shared": bool(channel.shared_with),
    }


def users_conversations(slack: FakeSlack, app: App, args: dict[str, Any]) -> dict[str, Any]:
    """The conversations that the app is in."""
    kinds = set(str(args.get("types") or "public_channel").split(","))
    names = {"public": "public_channel", "private": "private_channel", "im": "im", "mpim": "mpim"}
    found = [
        channel
        for channel in slack.workspace.channels.values()
        if app.bot_user in channel.members and names[channel.kind] in kinds
    ]
    for channel in found:
        _need(app, _READ_SCOPE[channel.kind])
    limit, start = min(int(args.get("limit") or 100), slack.max_page), int(args.get("cursor") or 0)
    more = start + limit < len(found)
    return {
        "channels": [_channel_payload(channel, app) for channel in found[start : start + limit]],
        "response_metadata": {"next_cursor": str(start + limit) if more else ""},
    }


def conversations_members(slack: FakeSlack, app: App, args: dict[str, Any]) -> dict[str, Any]:
    channel = slack.workspace.channel_for(app, str(args.get("channel", "")), writing=False)
    return {"members": sorted(channel.members), "response_metadata": {"next_cursor": ""}}


def conversations_open(slack: FakeSlack, app: App, args: dict[str, Any]) -> dict[str, Any]:
    _need(app, "im:write")
    users = str(args.get("users", "")).split(",")
    if len(users) != 1 or users[0] not in slack.workspace.users:
        raise Refusal("user_not_found")
    return {"channel": {"id": slack.workspace.direct(app.bot_user, users[0]).id}}


def conversations_history(slack: FakeSlack, app: App, args: dict[str, Any]) -> dict[str, Any]:
    channel = slack.workspace.channel_for(app, str(args.get("channel", "")), writing=False)
    _need(app, _HISTORY_SCOPE[channel.kind])
    found = [m for m in channel.messages if m.thread_ts in ("", m.ts) or m.subtype == "thread_broadcast"]
    return _page(slack, found, args, newest_first=True)


def conversations_replies(slack: FakeSlack, app: App, args: dict[str, Any]) -> dict[str, Any]:
    channel = slack.workspace.channel_for(app, str(args.get("channel", "")), writing=False)
    _need(app, _HISTORY_SCOPE[channel.kind])
    ts = str(args.get("ts", ""))
    parent = channel.by_ts.get(ts)
    if parent is None or parent.deleted or parent.ephemeral_to:
        raise Refusal("thread_not_found")
    if parent.thread_ts not in ("", ts):
        return _page(slack, [parent], args, newest_first=False)
    found = [parent, *slack.workspace.replies(channel.id, ts)]
    return _page(slack, found, args, newest_first=False)


def _page(slack: FakeSlack, messages: list[Message], args: dict[str, Any], *, newest_first: bool) -> dict[str, Any]:
    oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or 1e12)
    limit = min(int(args.get("limit") or 100), slack.max_page)
    start = int(args.get("cursor") or 0)
    with_metadata = _truth(args.get("include_all_metadata"), otherwise=False)
    horizon = slack.now() - slack.read_lag
    found = [
        m
        for m in messages
        if not m.deleted and not m.ephemeral_to and oldest <= float(m.ts) <= latest and m.posted_at <= horizon
    ]
    found.sort(key=lambda m: m.ts, reverse=newest_first)
    page = found[start : start + limit]
    more = start + limit < len(found)
    return {
        "messages": [slack.shown(m, metadata=with_metadata) for m in page],
        "has_more": more,
        "response_metadata": {"next_cursor": str(start + limit) if more else ""},
    }


def post_message(slack: FakeSlack, app: App, args: dict[str, Any]) -> dict[str, Any]:
    _need(app, "chat:write")
    channel = slack.workspace.channel_for(app, str(args.get("channel", "")), writing=True)
    text, blocks, metadata = _content(args)
    if args.get("username") or args.get("icon_url") or args.get("icon_emoji"):
        _need(app, "chat:write.customize")
    slack.take_token(channel.id)
    thread = str(args.get("thread_ts") or "")
    landing = slack.workspace.landing_thread(channel.id, thread)
    parts = [text]
    if not blocks and len(text) > SPLIT_AT:
        parts = [text[i : i + SPLIT_AT] for i in range(0, min(len(text), MAX_TEXT), SPLIT_AT)]
    first: Message | None = None
    for part in parts:
        message = Message(
            slack.workspace.next_ts(),
            channel.id,
            app.bot_user,
            part,
            blocks=blocks,
            thread_ts=landing,
            bot_id=app.bot_id,
            app_id=app.id,
            metadata=metadata,
            username=str(args.get("username") or ""),
            icon_url=str(args.get("icon_url") or ""),
            subtype="bot_message" if args.get("username") else "",
        )
        slack.note_pings(message, pings_in(part, blocks, link_names=_links_names(args)))
        slack.say(message)
        first = first or message
    assert first is not None
    return {"channel": channel.id, "ts": first.ts, "message": slack.shown(first, metadata=True)}


def _links_names(args: dict[str, Any]) -> bool:
    return _truth(args.get("link_names"), otherwise=False) or args.get("parse") == "full"


def _content(args: dict[str, Any]) -> tuple[str, list[dict[str, Any]], dict[str, Any] | None]:
    text = str(args.get("text") or "")
    blocks = _structured(args, "blocks", "invalid_blocks_format") or []
    metadata = _structured(args, "metadata", "invalid_metadata_format")
    if not text and not blocks and not args.get("attachments"):
        raise Refusal("no_text")
    if len(text) > MAX_TEXT:
        raise Refusal("msg_too_long")
    problem = problem_with(blocks)
    if problem:
        raise Refusal(problem)
    if metadata is not None:
        if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
            raise Refusal("invalid_metadata_format")
        if not isinstance(metadata.get("event_payload"), dict):
            raise Refusal("invalid_metadata_format")
        if len(json.dumps(metadata)) > 8_000:
            raise Refusal("metadata_too_large")
    return text, blocks, metadata


def post_ephemeral(slack: FakeSlack, app: App, args: dict[str, Any]) -> dict[str, Any]:
    _need(app, "chat:write")
    channel = slack.workspace.channel_for(app, str(args.get("channel", "")), writing=True)
    user = str(args.get("user", ""))
    if user not in channel.members:
        raise Refusal("user_not_in_channel")
    text, blocks, _ = _content(args)
    message = Message(
        slack.workspace.next_ts(),
        channel.id,
        app.bot_user,
        text,
        blocks=blocks,
        thread_ts=str(args.get("thread_ts") or ""),
        bot_id=app.bot_id,
        app_id=app.id,
        ephemeral_to=user,
    )
    slack.say(message)
    return {"message_ts": message.ts}


def update(slack: FakeSlack, app: App, args: dict[str, Any]) -> dict[str, Any]:
    _need(app, "chat:write")
    channel = slack.workspace.channel_for(app, str(args.get("channel", "")), writing=True)
    message = slack.workspace.message(channel.id, str(args.get("ts", "")))
    if message.app_id != app.id:
        raise Refusal("cant_update_message")
    if not args.get("text") and not args.get("blocks"):
        raise Refusal("no_text")
    text, blocks, metadata = _content({**args, "text": args.get("text") or message.text})
    if len(text) > SPLIT_AT:
        raise Refusal("msg_too_long")
    slack.note_pings(message, pings_in(text, blocks, link_names=_links_names(args)))
    slack.change(message, text=text, blocks=blocks, by=app.bot_user, metadata=metadata)
    return {"channel": channel.id, "ts": message.ts, "text": text, "message": slack.shown(message)}


def delete(slack: FakeSlack, app: App, args: dict[str, Any]) -> dict[str, Any]:
    _need(app, "chat:write")
    channel = slack.workspace.channel_for(app, str(args.get("channel", "")), writing=True)
    message = slack.workspace.message(channel.id, str(args.get("ts", "")))
    if message.app_id != app.id or message.username:
        raise Refusal("cant_delete_message")
    slack.remove(message)
    return {"channel": channel.id, "ts": message.ts}


def add_reaction(slack: FakeSlack, app: App, args: dict[str, Any]) -> dict[str, Any]:
    message, name = _reaction(slack, app, args)
    if app.bot_user in message.reactions.get(name, []):
        raise Refusal("already_reacted")
    slack.react(message, name, by=app.bot_user, added=True)
    return {}


def remove_reaction(slack: FakeSlack, app: App, args: dict[str, Any]) -> dict[str, Any]:
    message, name = _reaction(slack, app, args)
    if app.bot_user not in message.reactions.get(name, []):
        raise Refusal("no_reaction")
    slack.react(message, name, by=app.bot_user, added=False)
    return {}


def _reaction(slack: FakeSlack, app: App, args: dict[str, Any]) -> tuple[Message, str]:
    _need(app, "reactions:write")
    channel = slack.workspace.channel_for(app, str(args.get("channel", "")), writing=True)
    name = str(args.get("name", ""))
    if not _EMOJI_NAME.fullmatch(name):
        raise Refusal("invalid_name")
    return slack.workspace.message(channel.id, str(args.get("timestamp", ""))), name


def connections_open(slack: FakeSlack, app: App, args: dict[str, Any]) -> dict[str, Any]:
    return {"url": slack.socket_url(app)}


def views_open(slack: FakeSlack, app: App, args: dict[str, Any]) -> dict[str, Any]:
    who = slack.triggers.pop(str(args.get("trigger_id", "")), None)
    if who is None:
        raise Refusal("expired_trigger_id")
    view = _structured(args, "view", "invalid_arguments")
    if not isinstance(view, dict) or not modal_is_fine(view):
        raise Refusal("invalid_arguments")
    opened = {**view, **_stamped(slack, app), "id": slack.workspace.next_id("V")}
    slack.modals.setdefault(who, []).append(opened)
    return {"view": opened}


def views_update(slack: FakeSlack, app: App, args: dict[str, Any]) -> dict[str, Any]:
    """Change a modal that somebody has open; with a `hash` only if it was not changed since."""
    wanted = str(args.get("view_id", ""))
    places = [(views, n) for views in slack.modals.values() for n, each in enumerate(views) if each["id"] == wanted]
    if not places:
        raise Refusal("not_found")
    views, n = places[0]
    if args.get("hash", views[n]["hash"]) != views[n]["hash"]:
        raise Refusal("hash_conflict")
    view = _structured(args, "view", "invalid_arguments")
    if not isinstance(view, dict) or not modal_is_fine(view):
        raise Refusal("invalid_arguments")
    views[n] = {**view, **_stamped(slack, app), "id": wanted}
    return {"view": views[n]}


def _stamped(slack: FakeSlack, app: App) -> dict[str, Any]:
    return {"app_id": app.id, "state": {"values": {}}, "hash": slack.workspace.next_id("h")}


def views_publish(slack: FakeSlack, app: App, args: dict[str, Any]) -> dict[str, Any]:
    user = str(args.get("user_id", ""))
    if user not in slack.workspace.users:
        raise Refusal("user_not_found")
    view = _structured(args, "view", "invalid_arguments")
    if not isinstance(view, dict) or not home_is_fine(view):
        raise Refusal("invalid_arguments")
    slack.homes[user] = {**view, "id": slack.workspace.next_id("V"), "app_id": app.id}
    return {"view": slack.homes[user]}


METHODS: dict[str, Method] = {
    "apps.connections.open": connections_open,
    "auth.test": auth_test,
    "bots.info": bots_info,
    "chat.delete": delete,
    "chat.postEphemeral": post_ephemeral,
    "chat.postMessage": post_message,
    "chat.update": update,
    "conversations.history": conversations_history,
    "conversations.info": conversations_info,
    "conversations.members": conversations_members,
    "conversations.open": conversations_open,
    "conversations.replies": conversations_replies,
    "files.completeUploadExternal": file_methods.complete_upload,
    "files.delete": file_methods.delete,
    "files.getUploadURLExternal": file_methods.get_upload_url,
    "files.info": file_methods.info,
    "reactions.add": add_reaction,
    "reactions.remove": remove_reaction,
    "users.conversations": users_conversations,
    "users.info": users_info,
    "views.open": views_open,
    "views.publish": views_publish,
    "views.update": views_update,
}
