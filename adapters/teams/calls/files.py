"""Files of Teams', in and out, chunk by chunk. Decides nothing and retries nothing.

In: a file of a personal chat from the sender's OneDrive, a picture from the connector. Teams gives apps no other
file that was sent in a channel. Out: into a personal chat with the person's consent (a card, then an upload to their
own OneDrive); anywhere else as a link to a copy on our shelf, because without Graph an app can put no file there.
Source: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from adapters.commonmark_runs import Run, Style, cleaned
from adapters.file_session import BROKEN, FileSession, broke, chunks_of
from adapters.teams.calls.connector import Connector, retry_after
from adapters.teams.calls.hosts import is_sharepoint
from adapters.teams.calls.web import trust
from adapters.teams.cards import mention_name
from adapters.teams.settings import TeamsSettings
from adapters.teams.text.rich_text import Element, run_html
from adapters.teams.words import UNSEEN
from bot.core.activity import File
from bot.core.effects import Body, Button
from bot.core.platforms.json_values import Json, as_object, as_text
from bot.errors import NotDone, Refused, Throttled
from bot.ports import CHUNK, FileStream, Kept

CONSENT: Final = "application/vnd.microsoft.teams.card.file.consent"
INFO: Final = "application/vnd.microsoft.teams.card.file.info"
_READ: Final = "download"
_SENT: Final = "upload"
_SLICE: Final = 160 * CHUNK
"""Bytes a request of an upload: a multiple of 320 KiB, at most 60 MiB.
https://learn.microsoft.com/graph/api/driveitem-createuploadsession"""


class Files:
    """Downloads and uploads. Opens its connections at the first call."""

    def __init__(self, connector: Connector, settings: TeamsSettings) -> None:
        self._connector = connector
        self._settings = settings
        self._client = FileSession(settings.file_seconds, trust)

    async def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        await self._client.close()

    @asynccontextmanager
    async def open(self, file: File) -> AsyncGenerator[FileStream]:
        """See `bot.ports.FileCarrier.open_file`."""
        if file.id.startswith(UNSEEN):
            raise Refused(_READ, "Teams gives apps no files that are sent in a channel; paste a link to it")
        headers = {"Accept-Encoding": "identity"}
        if not is_sharepoint(file.url, self._settings.file_hosts):
            headers |= await self._with_token(file.url)
        try:
            async with self._client().get(file.url, headers=headers, allow_redirects=False) as answer:
                _judge_download(answer, file)
                yield FileStream(answer.content_length or 0, chunks_of(answer, _READ))
        except BROKEN as error:
            raise broke(_READ, error) from error

    async def _with_token(self, url: str) -> dict[str, str]:
        """Our token, for a picture on the connector's own host and for nothing else."""
        try:
            parts = urlsplit(url)
        except ValueError:
            raise Refused(_READ, "that is no address") from None
        home = f"{parts.scheme}://{parts.netloc}/"
        if "/v3/attachments/" not in parts.path or not url.isascii():
            raise Refused(_READ, "it is kept outside Teams; ask for the file itself, or for a link")
        return await self._connector.authorization(home, _READ)

    async def upload(self, url: str, stream: FileStream) -> None:
        """Bring the bytes to the address that a person's consent named. Never raises Uncertain."""
        if not is_sharepoint(url, self._settings.file_hosts):
            raise Refused(_SENT, "Teams named an address for the upload that is not Microsoft's")
        for start in range(0, stream.size, _SLICE):
            size = min(_SLICE, stream.size - start)
            headers = {
                "Content-Length": str(size),
                "Content-Range": f"bytes {start}-{start + size - 1}/{stream.size}",
                "Content-Type": "application/octet-stream",
            }
            data = _slice(stream.chunks, size)
            try:
                async with self._client().put(url, data=data, headers=headers, allow_redirects=False) as answer:
                    _judge_upload(answer)
            except BROKEN as error:
                raise broke(_SENT, error) from error


def _judge_download(answer: aiohttp.ClientResponse, file: File) -> None:
    status = answer.status
    if status == 429:
        raise Throttled(_READ, "HTTP 429", retry_after=retry_after(answer.headers))
    if status >= 500 or status in {408, 412}:
        raise NotDone(_READ, f"HTTP {status}")
    if status in {401, 403, 404, 410}:
        raise Refused(_READ, "the file was deleted, or its address has expired; ask for it again")
    if status != 200:
        raise Refused(_READ, f"HTTP {status}")
    if answer.content_type == "text/html" and not file.name.lower().endswith((".html", ".htm")):
        raise Refused(_READ, "Microsoft answered with a page instead of the file; ask for it again")


def _judge_upload(answer: aiohttp.ClientResponse) -> None:
    status = answer.status
    if status == 429:
        raise Throttled(_SENT, "HTTP 429", retry_after=retry_after(answer.headers))
    if status >= 500 or status in {408, 412}:
        raise NotDone(_SENT, f"HTTP {status}")
    if status not in {200, 201, 202}:
        raise Refused(_SENT, f"HTTP {status}")


async def _slice(chunks: AsyncIterator[bytes], size: int) -> AsyncGenerator[bytes]:
    """The next `size` bytes of the chunks, which end where a slice does: all are of `CHUNK` bytes but the last."""
    sent = 0
    while sent < size:
        chunk = await anext(chunks)
        sent += len(chunk)
        yield chunk


# what is shown --------------------------------------------------------------------------------


def consent_message(body: Body, file: File, token: str) -> Element:
    """What asks a person in a personal chat whether they want a file. What they answer comes with the token."""
    name = cleaned(file.name)
    by = " ".join(cleaned(body.voice.name).split())[:80] if body.voice is not None else ""
    context: Element = {"warmline": token, "by": by}
    content: Element = {
        "description": name,
        "sizeInBytes": file.size,
        "acceptContext": context,
        "declineContext": context,
    }
    return _said(by) | {"attachments": [{"contentType": CONSENT, "name": name, "content": content}]}


def _said(by: str) -> Element:
    """A message that says whose file it shows."""
    shown: Element = {"type": "message"}
    return shown | {"textFormat": "xml", "text": f"<p>{run_html(Run(by, Style(bold=True)))}</p>"} if by else shown


def link_body(body: Body, file: File, kept: Kept) -> Body:
    """The message that shows a link to a copy."""
    name = " ".join(cleaned(file.name).split())[:60] or mention_name(file.id)
    picture = kept.link if kept.is_picture and kept.link.startswith("https://") else ""
    button = Button(f"⬇ {name}", "", url=kept.link)
    return Body("📎", voice=body.voice, mention=body.mention, buttons=(button,), image=picture, alt=name)


def consent_of(payload: Json) -> tuple[str, bool, Json] | None:
    """What somebody answered to `consent_message`: the token, whether they agreed, and where to upload to."""
    value = as_object(payload.get("value"))
    token = as_text(as_object(value.get("context")).get("warmline"))
    if payload.get("name") != "fileConsent/invoke" or not token:
        return None
    return token, value.get("action") == "accept", as_object(value.get("uploadInfo"))


def info_message(payload: Json) -> Element:
    """What shows the file once it lies in the person's own OneDrive."""
    value = as_object(payload.get("value"))
    upload = as_object(value.get("uploadInfo"))
    by = " ".join(cleaned(as_text(as_object(value.get("context")).get("by"))).split())[:80]
    content = {"uniqueId": as_text(upload.get("uniqueId")), "fileType": as_text(upload.get("fileType"))}
    shown: Element = {
        "contentType": INFO,
        "contentUrl": as_text(upload.get("contentUrl")),
        "name": as_text(upload.get("name")),
        "content": content,
    }
    return _said(by) | {"attachments": [shown]}
