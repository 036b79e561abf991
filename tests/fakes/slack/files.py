"""The fake's files: kept on disk, uploaded to and downloaded from a host of their own, as Slack does it.

A download wants the token of an app that may read files; without it Slack answers 200 with its sign-in page.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import tempfile
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.fakes.slack.state import Refusal

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack

_SIGN_IN = "<!DOCTYPE html><html><title>Sign in | Slack</title></html>"


class FileFault(StrEnum):
    """What happens to one upload or download."""

    THROTTLED = "429"
    ERROR = "500"
    PAGE = "200 with an HTML page"
    REDIRECT = "redirect to another host"
    BROKEN_OFF = "the connection ends in the middle"
    LONGER = "more bytes than were said"
    SLOW = "pauses in the middle"


@dataclass(slots=True)
class StoredFile:
    """One file. `path` holds its bytes once they are there; `shares` is channel → (ts, thread)."""

    id: str
    name: str
    size: int
    mimetype: str
    user: str
    path: Path
    url: str
    uploaded: bool = False
    deleted: bool = False
    title: str = ""
    shares: dict[str, tuple[str, str]] = field(default_factory=dict)
    mode: str = "hosted"

    def payload(self) -> dict[str, Any]:
        """As events and messages show it."""
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mimetype,
            "size": self.size,
            "mode": self.mode,
            "user": self.user,
            "is_external": False,
            "url_private": self.url,
            "url_private_download": self.url.replace("/files-pri/", "/files-pri/download/"),
        }


class FileHost:
    """`files.slack.com`. `next_downloads` and `next_uploads` script what goes wrong."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack
        self._folder = Path(tempfile.mkdtemp(prefix="fake-slack-"))
        self.url = ""
        self.files: dict[str, StoredFile] = {}
        self.next_downloads: deque[FileFault] = deque()
        self.next_uploads: deque[FileFault] = deque()
        self.authorizations: list[str] = []
        """The Authorization header of every request, foreign ones included."""
        self.share_seconds = 0.0
        """How long after its completion a file shows which message shares it."""
        self.never_share = 0
        """So many of the next completions are answered well, and share nothing."""

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def mount(self, app: web.Application) -> None:
        app.router.add_post("/upload/v1/{id}", self._upload)
        app.router.add_get("/files-pri/{name:.*}", self._download)
        app.router.add_get("/elsewhere", self._elsewhere)

    def new(self, name: str, size: int, user: str, mimetype: str = "application/octet-stream") -> StoredFile:
        id = self._slack.workspace.next_id("F")  # noqa: A001  # as Slack calls it
        path = (
            f"/files-pri/{self._slack.workspace.team}-{id}/{name.encode('ascii', 'ignore').decode().replace(' ', '_')}"
        )
        file = StoredFile(id, name, size, mimetype, user, self._folder / id, self.url + path)
        self.files[id] = file
        return file

    def put(self, name: str, content: bytes, user: str, mimetype: str = "application/octet-stream") -> StoredFile:
        """A file that a person has uploaded."""
        file = self.new(name, len(content), user, mimetype)
        file.path.write_bytes(content)
        file.uploaded = True
        return file

    def put_zeros(self, name: str, size: int, user: str) -> StoredFile:
        """The same with so many zeros, which take no memory."""
        file = self.new(name, size, user)
        with file.path.open("wb") as out:
            out.truncate(size)
        file.uploaded = True
        return file

    def digest(self, id: str) -> str:  # as Slack calls it
        with self.files[id].path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        self.authorizations.append(request.headers.get("Authorization", ""))
        file = self.files.get(request.match_info["id"])
        if file is None:
            return web.Response(status=404, text="no_such_upload")
        fault = self.next_uploads.popleft() if self.next_uploads else None
        if fault is FileFault.THROTTLED:
            return web.Response(status=429, headers={"Retry-After": "1"})
        if fault is FileFault.ERROR:
            return web.Response(status=500, text="<html>oops</html>", content_type="text/html")
        count = 0
        with file.path.open("wb") as out:
            async for chunk in request.content.iter_chunked(65536):
                count += len(chunk)
                out.write(chunk)
                if fault is FileFault.BROKEN_OFF:
                    assert request.transport is not None
                    request.transport.abort()
                    return web.Response()
        if count != file.size:
            return web.Response(status=400, text="wrong length")
        file.uploaded = True
        return web.Response(text=f"OK - {count}")

    async def _download(self, request: web.Request) -> web.StreamResponse:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.authorizations.append(request.headers.get("Authorization", ""))
        id = request.match_info["name"].removeprefix("download/").partition("/")[0].rpartition("-")[2]  # noqa: A001
        file = self.files.get(id)
        fault = self.next_downloads.popleft() if self.next_downloads else None
        if fault is FileFault.THROTTLED:
            return web.Response(status=429, headers={"Retry-After": "1"})
        if fault is FileFault.ERROR:
            return web.Response(status=503, text="busy")
        if fault is FileFault.REDIRECT:
            raise web.HTTPFound(f"{self._slack.url}/elsewhere")
        try:
            app = self._slack.workspace.app_of_token(token)
        except Refusal:
            app = None
        if fault is FileFault.PAGE or app is None or "files:read" not in app.scopes:
            return web.Response(text=_SIGN_IN, content_type="text/html")
        if file is None or file.deleted:
            return web.Response(status=404, text="not found")
        return await self._send(request, file, fault)

    async def _send(self, request: web.Request, file: StoredFile, fault: FileFault | None) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": file.mimetype, "Content-Length": str(file.size)})
        await response.prepare(request)
        sent = 0
        with file.path.open("rb") as content:
            while chunk := content.read(65536):
                if fault is FileFault.BROKEN_OFF and sent + len(chunk) >= file.size:
                    await response.write(chunk[: len(chunk) // 2])
                    assert request.transport is not None
                    request.transport.abort()
                    return response
                if fault is FileFault.SLOW:
                    await asyncio.sleep(0.2)
                await response.write(chunk)
                sent += len(chunk)
        return response

    async def _elsewhere(self, request: web.Request) -> web.StreamResponse:
        self.authorizations.append(f"elsewhere {request.headers.get('Authorization', '')}")
        return web.Response(text="whoever follows gets here")
