"""The fake's files: people's OneDrive on a host of its own, and pictures on the connector, kept on disk.

A OneDrive address is good by itself, and expires; a picture wants the bot's token.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from tests.fakes.teams.server import FakeTeams

_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
MAX_REQUEST = 60 * 1024 * 1024
GRAIN = 320 * 1024


class FileFault(StrEnum):
    """What happens to one upload or download."""

    THROTTLED = "429"
    ERROR = "503"
    PAGE = "200 with an HTML page"
    REDIRECT = "redirect to another host"
    BROKEN_OFF = "the connection ends in the middle"
    EXPIRED = "the address has expired"


@dataclass(slots=True)
class StoredFile:
    """One file. `picture` (a media type) ones are on the connector."""

    id: str
    name: str
    size: int
    path: Path
    picture: str = ""
    gone: bool = False
    complete: bool = True


class FileHost:
    """`contoso-my.sharepoint.com` and the connector's attachments."""

    def __init__(self, teams: FakeTeams) -> None:
        self._teams = teams
        self._folder = Path(tempfile.mkdtemp(prefix="fake-teams-"))
        self.url = ""
        self.files: dict[str, StoredFile] = {}
        self.next_downloads: deque[FileFault] = deque()
        self.next_uploads: deque[FileFault] = deque()
        self.authorizations: list[str] = []
        """The Authorization header of every request to OneDrive, and of whoever follows a redirect."""

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def mount(self, app: web.Application) -> None:
        app.router.add_get("/personal/{id}/download", self._download)
        app.router.add_put("/personal/{id}/upload", self._upload)
        app.router.add_get("/elsewhere", self._elsewhere)

    def new(self, name: str, size: int, *, picture: str = "") -> StoredFile:
        number = f"{self._teams.tenant.next_number():08d}"
        file = StoredFile(number, name, size, self._folder / number, picture)
        self.files[number] = file
        return file

    def put(self, name: str, content: bytes, *, picture: str = "") -> StoredFile:
        """A file that a person has."""
        file = self.new(name, len(content), picture=picture)
        file.path.write_bytes(content)
        return file

    def put_zeros(self, name: str, size: int, *, picture: str = "") -> StoredFile:
        """The same with so many zeros, which take no memory."""
        file = self.new(name, size, picture=picture)
        with file.path.open("wb") as out:
            out.truncate(size)
        return file

    def digest(self, number: str) -> str:
        with self.files[number].path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()

    def attachment(self, file: StoredFile) -> dict[str, Any]:
        """As a message to the bot shows it."""
        if file.picture:
            url = f"{self._teams.service_url}v3/attachments/{file.id}/views/original"
            return {"contentType": file.picture, "contentUrl": url, "name": file.name}
        return {
            "contentType": "application/vnd.microsoft.teams.file.download.info",
            "contentUrl": f"{self.url}/personal/{file.id}/{file.name}",
            "name": file.name,
            "content": {
                "downloadUrl": f"{self.url}/personal/{file.id}/download?tempauth=abc",
                "uniqueId": file.id,
                "fileType": file.name.rpartition(".")[2],
            },
        }

    def upload_info(self, name: str, size: int) -> dict[str, Any]:
        """Where a person's consent lets the bot upload to."""
        file = self.new(name, size)
        file.complete = False
        return {
            "contentUrl": f"{self.url}/personal/{file.id}/{name}",
            "name": name,
            "uploadUrl": f"{self.url}/personal/{file.id}/upload",
            "uniqueId": file.id,
            "fileType": name.rpartition(".")[2],
        }

    async def picture(self, request: web.Request) -> web.StreamResponse:
        """A picture of the connector's, for the bot alone."""
        if self._teams.issuer.bot_of(request.headers.get("Authorization", "")) is not self._teams.bot:
            return web.json_response({"error": {"code": "Unauthorized"}}, status=401)
        return await self._answer(request, self.files.get(request.match_info["id"]))

    async def _download(self, request: web.Request) -> web.StreamResponse:
        self.authorizations.append(request.headers.get("Authorization", ""))
        return await self._answer(request, self.files.get(request.match_info["id"]))

    async def _answer(self, request: web.Request, file: StoredFile | None) -> web.StreamResponse:
        fault = self.next_downloads.popleft() if self.next_downloads else None
        match fault:
            case FileFault.THROTTLED:
                return web.Response(status=429, headers={"Retry-After": "1"})
            case FileFault.ERROR:
                return web.Response(status=503, text="<html>busy</html>", content_type="text/html")
            case FileFault.PAGE:
                return web.Response(text="<html>Sign in to your account</html>", content_type="text/html")
            case FileFault.REDIRECT:
                raise web.HTTPFound(f"{self._teams.url}/elsewhere")
            case FileFault.EXPIRED:
                return web.Response(status=401, text="expired")
            case _:
                pass
        if file is None or file.gone:
            return web.Response(status=404)
        # Pictures come without their length, as the connector sends them.
        headers = {"Content-Type": file.picture or "application/octet-stream"}
        if not file.picture:
            headers["Content-Length"] = str(file.size)
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        sent = 0
        with file.path.open("rb") as content:
            while chunk := content.read(65536):
                if fault is FileFault.BROKEN_OFF and sent + len(chunk) >= file.size:
                    assert request.transport is not None
                    request.transport.abort()
                    return response
                await response.write(chunk)
                sent += len(chunk)
        return response

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        self.authorizations.append(request.headers.get("Authorization", ""))
        file = self.files[request.match_info["id"]]
        fault = self.next_uploads.popleft() if self.next_uploads else None
        self._teams.touch()
        if fault is FileFault.ERROR:
            return web.Response(status=503)
        if fault is FileFault.THROTTLED:
            return web.Response(status=429, headers={"Retry-After": "1"})
        found = _RANGE.fullmatch(request.headers.get("Content-Range", ""))
        assert found is not None
        start, end, total = map(int, found.groups())
        size, last = end - start + 1, end + 1 == total
        if total != file.size or size > MAX_REQUEST or (not last and size % GRAIN):
            return web.Response(status=416)
        count = 0
        with file.path.open("r+b" if start else "wb") as out:
            out.seek(start)
            async for chunk in request.content.iter_chunked(65536):
                count += len(chunk)
                out.write(chunk)
        if count != size:
            return web.Response(status=400)
        file.complete = last
        if last:
            return web.json_response({"id": file.id}, status=201)
        return web.json_response({"nextExpectedRanges": [f"{end + 1}-"]}, status=202)

    async def _elsewhere(self, request: web.Request) -> web.StreamResponse:
        self.authorizations.append(f"elsewhere {request.headers.get('Authorization', '')}")
        return web.Response(text="whoever follows gets here")
