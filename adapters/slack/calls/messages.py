"""Our own messages on Slack: posts, shares files, edits, deletes, reacts, and finds what was posted. Never retries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import structlog

from adapters.slack.calls.files import Files
from adapters.slack.calls.looking import Looking, posted_at
from adapters.slack.calls.threads import Threads
from adapters.slack.calls.web_api import RefusedBySlack, WebApi
from adapters.slack.inbound import EPHEMERAL
from adapters.slack.marks import block_mark_of, mark_of
from adapters.slack.outbound import UNADORNED, file_blocks, message
from adapters.slack.settings import SlackSettings
from adapters.slack.text.emoji import name_of
from bot.core.activity import Person, Place, Ref
from bot.core.effects import Body
from bot.core.platforms.degrade import in_words
from bot.core.platforms.json_values import as_object, as_text
from bot.errors import DeliveryError, Refused, Uncertain
from bot.ports import FileSource, Posted

_log = structlog.get_logger("slack")

_BAD_LOOKS: Final = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
"""What Slack says of blocks; also of a picture that it cannot fetch."""


class Messages:
    """See `bot.ports.ChatAdapter` and `FileCarrier` for what the methods promise, and raise."""

    def __init__(self, api: WebApi, settings: SlackSettings, looking: Looking, threads: Threads, files: Files) -> None:
        self._api = api
        self._settings = settings
        self._looking = looking
        self._threads = threads
        self._files = files

    async def post(self, to: Place, body: Body, *, key: str) -> Posted:
        as_user = self._shows_as_user(to, body)
        arguments: dict[str, object] = {
            "channel": to.channel,
            **UNADORNED,
            "metadata": mark_of(key, to.channel, self._settings.mark_secrets),
        }
        if to.thread:
            arguments["thread_ts"] = to.thread
        if as_user and body.voice is not None:
            arguments["username"] = body.voice.name[:80]
            if body.voice.picture.startswith("https://"):
                arguments["icon_url"] = body.voice.picture
        answer = await self._write("chat.postMessage", arguments, body, name_in_text=not as_user)
        ts = as_text(answer.get("ts"))
        if not ts:
            raise Uncertain("chat.postMessage", "the answer names no message")
        landed = as_text(as_object(answer.get("message")).get("thread_ts"))
        if to.thread and landed != to.thread:
            await self._take_back(to, ts)
            raise Refused("chat.postMessage", "the thread was deleted")
        posted = posted_at(to, ts)
        self._threads.remember(posted.ref)
        return posted

    async def _write(
        self, method: str, arguments: Mapping[str, object], body: Body, *, name_in_text: bool = True
    ) -> Mapping[str, object]:
        """Show a body; when Slack does not take its looks, which it says before anything is done, its words alone."""
        words = in_words(body)
        try:
            return await self._api.write(method, {**arguments, **message(body, name_in_text=name_in_text)})
        except RefusedBySlack as error:
            if error.code not in _BAD_LOOKS or words == body:
                raise
            _log.warning("looks refused", call=method, why=error.code)
        return await self._api.write(method, {**arguments, **message(words, name_in_text=name_in_text)})

    def _shows_as_user(self, place: Place, body: Body) -> bool:
        """Whether Slack shows whose words these are by itself, so that the text need not."""
        return body.voice is not None and place.channel in self._settings.username_channels

    async def _take_back(self, to: Place, ts: str, *, file: bool = False) -> None:
        """Delete what landed outside its thread. If that fails, `find` will do it: hence Uncertain."""
        stray = Ref(to.root, ts)
        try:
            await (self.remove_file(stray) if file else self.delete(stray))
        except DeliveryError as error:
            raise Uncertain(
                "chat.postMessage", f"landed outside its thread and is still there ({error.why})"
            ) from error

    async def post_file(self, to: Place, body: Body, source: FileSource, *, key: str) -> Posted:
        """Upload and share. The message takes no metadata, so its first block carries the mark."""
        name = source.file.name
        async with source.open() as stream:
            uploaded = await self._files.upload(name, stream)
        mark = block_mark_of(key, to.channel, self._settings.mark_secrets)
        await self._files.share(uploaded, name, to, file_blocks(body, name, mark))
        ts, thread = await self._files.shown_at(uploaded, to)
        if to.thread and thread != to.thread:
            await self._take_back(to, ts, file=True)
            raise Refused("files.completeUploadExternal", "the thread was deleted")
        posted = posted_at(to, ts)
        self._threads.remember(posted.ref)
        return posted

    async def remove_file(self, ref: Ref) -> None:
        await self._files.delete(ref)
        await self.delete(ref)

    async def edit(self, ref: Ref, body: Body) -> None:
        if ref.id.startswith(EPHEMERAL):
            return
        arguments = {"channel": ref.place.channel, "ts": ref.id, "link_names": False, "parse": "none"}
        await self._write("chat.update", arguments, body, name_in_text=not self._shows_as_user(ref.place, body))

    async def delete(self, ref: Ref) -> None:
        if ref.id.startswith(EPHEMERAL):
            return
        try:
            await self._api.write("chat.delete", {"channel": ref.place.channel, "ts": ref.id})
        except RefusedBySlack as error:
            if error.code != "message_not_found":
                raise

    async def react(self, ref: Ref, emoji: str, *, added: bool) -> None:
        name = name_of(emoji)
        if name is None:
            raise Refused("reactions.add", "Slack has no name for this emoji")
        method, already = ("reactions.add", "already_reacted") if added else ("reactions.remove", "no_reaction")
        try:
            await self._api.write(method, {"channel": ref.place.channel, "timestamp": ref.id, "name": name})
        except RefusedBySlack as error:
            if error.code != already:
                raise

    async def whisper(self, place: Place, to: Person, body: Body) -> None:
        arguments: dict[str, object] = {"channel": place.channel, "user": to.id, **UNADORNED}
        if place.thread:
            arguments["thread_ts"] = place.thread
        try:
            await self._write("chat.postEphemeral", arguments, body)
        except RefusedBySlack as error:
            if error.code != "user_not_in_channel":
                raise
            await self._write("chat.postMessage", {"channel": to.id, **UNADORNED}, body)

    async def find(self, place: Place, key: str, *, since: float) -> Sequence[Posted]:
        try:
            return await self._looking.marked(place, key, since)
        except RefusedBySlack as error:
            if error.code != "thread_not_found":
                raise
        await self._clear_root(place, key, since=since)
        raise Refused("conversations.replies", "the thread was deleted")

    async def _clear_root(self, place: Place, key: str, *, since: float) -> None:
        """Delete what was meant for a thread that is gone: Slack put it at the channel's root."""
        for stray in await self.find(place.root, key, since=since):
            await self.delete(stray.ref)
