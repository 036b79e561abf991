"""Files of Slack's, in and out, chunk by chunk. Nothing of a file is ever kept, and nothing is retried.

Out: `files.getUploadURLExternal`, the bytes to the address that it names, `files.completeUploadExternal`, by which the
file is shared: until then nobody sees anything, so whatever fails before is certainly not done. In: `url_private`
with our token, from Slack's own hosts only. Source: https://docs.slack.dev/messaging/working-with-files
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

import aiohttp

from adapters.file_session import BROKEN, FileSession, broke, chunks_of
from adapters.slack.calls.hosts import is_slacks
from adapters.slack.calls.web_api import RefusedBySlack, WebApi, throttled
from adapters.slack.settings import SlackSettings
from bot.core.activity import File, Place, Ref
from bot.core.platforms.json_values import as_list, as_object, as_text
from bot.errors import NotDone, Refused, Uncertain
from bot.ports import FileStream

_READ: Final = "download"
_SENT: Final = "upload"
_SHARED: Final = "files.completeUploadExternal"
_LOOKS: Final = (0.0, 0.3, 0.7, 1.5)
"""Seconds before each look for the message that shows a file: Slack shares it a moment after it has said so."""
_GONE: Final = frozenset({"tombstone", "hidden_by_limit"})


class Files:
    """Uploads and downloads with one token. Opens its connections at the first call."""

    def __init__(self, api: WebApi, settings: SlackSettings) -> None:
        self._api = api
        self._settings = settings
        self._client = FileSession(settings.file_seconds)

    async def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        await self._client.close()

    # in --------------------------------------------------------------------------------------

    @asynccontextmanager
    async def open(self, file: File) -> AsyncGenerator[FileStream]:
        """See `bot.ports.FileCarrier.open_file`."""
        url = file.url or await self._address(file.id)
        if not is_slacks(url, self._settings.file_hosts):
            raise Refused(_READ, "it is kept outside Slack; ask for the file itself, or for a link")
        headers = {"Authorization": f"Bearer {self._settings.bot_token}", "Accept-Encoding": "identity"}
        try:
            async with self._client().get(url, headers=headers, allow_redirects=False) as answer:
                _judge_download(answer, file)
                yield FileStream(answer.content_length or 0, chunks_of(answer, _READ))
        except BROKEN as error:
            raise broke(_READ, error) from error

    async def _address(self, id: str) -> str:
        """Where a file is that an event only names, as in channels that are shared with others."""
        try:
            answer = await self._api.read("files.info", {"file": id})
        except RefusedBySlack as error:
            raise Refused(_READ, f"Slack does not give it out: {error.why}") from error
        found = as_object(answer.get("file"))
        if as_text(found.get("mode")) in _GONE:
            raise Refused(_READ, "it was deleted, or the workspace's plan hides it")
        return as_text(found.get("url_private"))

    # out -------------------------------------------------------------------------------------

    async def upload(self, name: str, stream: FileStream) -> str:
        """Bring the bytes to Slack; the file's id. Nobody sees it yet. Never raises Uncertain."""
        granted = await self._api.read("files.getUploadURLExternal", {"filename": name, "length": str(stream.size)})
        url, uploaded = as_text(granted.get("upload_url")), as_text(granted.get("file_id"))
        if not is_slacks(url, self._settings.file_hosts) or not uploaded:
            raise Refused(_SENT, "Slack named an address for the upload that is not Slack's own")
        headers = {"Content-Length": str(stream.size), "Content-Type": "application/octet-stream"}
        try:
            async with self._client().post(url, data=stream.chunks, headers=headers, allow_redirects=False) as answer:
                status = answer.status
                if status == 429:
                    raise throttled(_SENT, answer.headers)
        except BROKEN as error:
            raise broke(_SENT, error) from error
        if status >= 500 or status == 408:
            raise NotDone(_SENT, f"HTTP {status}")
        if status != 200:
            raise Refused(_SENT, f"HTTP {status}")
        return uploaded

    async def share(self, id: str, name: str, to: Place, blocks: list[dict[str, object]]) -> None:
        """Let people see an uploaded file, in a message of ours."""
        arguments: dict[str, object] = {
            "files": [{"id": id, "title": name}],
            "channel_id": to.channel,
            "blocks": blocks,
        }
        if to.thread:
            arguments["thread_ts"] = to.thread
        await self._api.write(_SHARED, arguments)

    async def shown_at(self, id: str, to: Place) -> tuple[str, str]:
        """The message that shows the file there, and the thread that it is in. Raises Uncertain when it is not seen."""
        for pause in _LOOKS:
            await asyncio.sleep(pause)
            try:
                answer = await self._api.read("files.info", {"file": id})
            except NotDone:
                continue
            shares = as_object(as_object(answer.get("file")).get("shares"))
            for kind in ("public", "private"):
                for one in map(as_object, as_list(as_object(shares.get(kind)).get(to.channel))):
                    if as_text(one.get("ts")):
                        return as_text(one.get("ts")), as_text(one.get("thread_ts"))
        raise Uncertain(_SHARED, "Slack took the file and does not show it yet")

    async def delete(self, ref: Ref) -> None:
        """Delete the files that a message of ours shows; the message stays."""
        arguments = {
            "channel": ref.place.channel,
            "latest": ref.id,
            "oldest": ref.id,
            "inclusive": "true",
            "limit": "1",
        }
        method = "conversations.replies" if ref.place.thread else "conversations.history"
        if ref.place.thread:
            arguments["ts"] = ref.place.thread
        try:
            answer = await self._api.read(method, arguments)
        except RefusedBySlack as error:
            if error.code not in {"thread_not_found", "message_not_found"}:
                raise
            return
        for message in map(as_object, as_list(answer.get("messages"))):
            if as_text(message.get("ts")) != ref.id:
                continue
            for file in map(as_object, as_list(message.get("files"))):
                await self._delete(as_text(file.get("id")))

    async def _delete(self, id: str) -> None:
        try:
            await self._api.write("files.delete", {"file": id})
        except RefusedBySlack as error:
            if error.code not in {"file_not_found", "file_deleted"}:
                raise


def _judge_download(answer: aiohttp.ClientResponse, file: File) -> None:
    """Raises what an answer that is not the file stands for."""
    status = answer.status
    if status == 429:
        raise throttled(_READ, answer.headers)
    if status >= 500 or status == 408:
        raise NotDone(_READ, f"HTTP {status}")
    if 300 <= status < 400 or status in {401, 403}:
        raise Refused(_READ, "Slack wants a sign-in; the app needs the scope files:read")
    if status != 200:
        raise Refused(_READ, "the file was deleted" if status in {404, 410} else f"HTTP {status}")
    is_page = answer.content_type == "text/html"
    if is_page and (not file.media_type.startswith("text/html") or _differs(answer, file)):
        # With 200, Slack shows its sign-in page to a token that may not read files.
        raise Refused(_READ, "Slack answered with a page instead; the app needs the scope files:read")


def _differs(answer: aiohttp.ClientResponse, file: File) -> bool:
    return bool(file.size and answer.content_length and file.size != answer.content_length)
