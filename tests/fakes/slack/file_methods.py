"""The Web API methods for files: arguments in, Slack's JSON out."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from tests.fakes.slack.blocks import problem_with
from tests.fakes.slack.files import StoredFile
from tests.fakes.slack.state import App, Message, Refusal

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack


def _need(app: App, scope: str) -> None:
    if scope not in app.scopes:
        raise Refusal("missing_scope", needed=scope, provided=",".join(sorted(app.scopes)))


def _file(slack: FakeSlack, id: str) -> StoredFile:  # as Slack calls it
    file = slack.files.files.get(id)
    if file is None:
        raise Refusal("file_not_found")
    return file


def get_upload_url(slack: FakeSlack, app: App, args: dict[str, Any]) -> dict[str, Any]:
    _need(app, "files:write")
    name, length = str(args.get("filename") or ""), str(args.get("length") or "")
    if not name or not length.isdigit() or int(length) < 1:
        raise Refusal("invalid_arguments")
    file = slack.files.new(name, int(length), app.bot_user)
    return {"upload_url": f"{slack.files.url}/upload/v1/{file.id}", "file_id": file.id}


def complete_upload(slack: FakeSlack, app: App, args: dict[str, Any]) -> dict[str, Any]:
    _need(app, "files:write")
    given = args.get("files")
    wanted = json.loads(given) if isinstance(given, str) else given or []
    blocks = args.get("blocks") or []
    if isinstance(blocks, str):
        blocks = json.loads(blocks)
    problem = problem_with(blocks)
    if problem:
        raise Refusal(problem)
    channel = slack.workspace.channel_for(app, str(args.get("channel_id", "")), writing=True)
    stored = [_file(slack, str(one["id"])) for one in wanted]
    if any(not file.uploaded or file.deleted for file in stored):
        raise Refusal("file_not_found")
    for file, one in zip(stored, wanted, strict=True):
        file.title = str(one.get("title") or file.name)
    slack.take_token(channel.id)
    if slack.files.never_share:
        slack.files.never_share -= 1
        return {"files": [{"id": file.id, "title": file.title} for file in stored]}
    comment = str(args.get("initial_comment") or "")
    message = Message(
        slack.workspace.next_ts(),
        channel.id,
        app.bot_user,
        comment,
        blocks=[] if comment else blocks,
        thread_ts=slack.workspace.landing_thread(channel.id, str(args.get("thread_ts") or "")),
        bot_id=app.bot_id,
        app_id=app.id,
        subtype="file_share",
        files=[file.payload() for file in stored],
    )
    slack.say(message)

    def show() -> None:
        for file in stored:
            file.shares[channel.id] = (message.ts, message.thread_ts)

    if slack.files.share_seconds:
        asyncio.get_running_loop().call_later(slack.files.share_seconds, show)
    else:
        show()
    return {"files": [{"id": file.id, "title": file.title} for file in stored]}


def info(slack: FakeSlack, app: App, args: dict[str, Any]) -> dict[str, Any]:
    _need(app, "files:read")
    file = _file(slack, str(args.get("file", "")))
    if file.deleted:
        raise Refusal("file_deleted")
    shares: dict[str, Any] = {}
    for channel, (ts, thread) in file.shares.items():
        kind = "public" if slack.workspace.channels[channel].kind == "public" else "private"
        share = {"ts": ts, "channel_name": slack.workspace.channels[channel].name}
        shares.setdefault(kind, {})[channel] = [share | ({"thread_ts": thread} if thread else {})]
    return {"file": file.payload() | {"shares": shares}}


def delete(slack: FakeSlack, app: App, args: dict[str, Any]) -> dict[str, Any]:
    _need(app, "files:write")
    file = _file(slack, str(args.get("file", "")))
    if file.deleted:
        raise Refusal("file_deleted")
    if file.user != app.bot_user:
        raise Refusal("cant_delete_file")
    file.deleted = True
    return {}
