"""Files in the playground over real HTTP: staged, sent, seen by whom the message is for, gone with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from adapters.web import WebAdapter, WebSettings
from bot.core.activity import Place, Said
from bot.core.effects import Body
from tests.adapters.web.scripted import DESK, Journal, SteppingClock, served
from tests.contract.doubles import EchoCommands, ListIntake, ScriptedForms
from tests.contract.file_contract import Held
from tests.support.patience import comes_to, until

CHAT = Place("web", "playground", "customer-ada")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)
LIMIT = 1_000_000
BYTES = {"Content-Type": "application/octet-stream"}


@dataclass
class Files:
    adapter: WebAdapter
    intake: ListIntake
    folder: Path
    address: str
    http: aiohttp.ClientSession

    async def stage(
        self, who: str, name: str, content: bytes, status: int = 200, headers: dict[str, str] | None = None
    ) -> Any:
        asked = self.http.post(
            f"{self.address}/api/files", params={"as": who, "name": name}, data=content, headers=headers or BYTES
        )
        async with asked as response:
            answer = await response.json()
            assert response.status == status, answer
            return answer["file"] if status == 200 else answer["error"]

    async def act(self, who: str, status: int = 200, **what: object) -> dict[str, Any]:
        async with self.http.post(f"{self.address}/api/acts", json={"as": who, **what}) as response:
            answer = await response.json()
            assert response.status == status, answer
            return answer

    async def say(self, who: str, channel: str, text: str, *files: Any, status: int = 200, **more: object) -> Any:
        ids = [file["id"] for file in files]
        answer = await self.act(who, status, do="say", channel=channel, text=text, files=ids, **more)
        return answer["message"] if status == 200 else answer["error"]

    async def get(self, who: str, file: Any) -> tuple[int, bytes, dict[str, str]]:
        async with self.http.get(f"{self.address}/api/files/{file['id']}", params={"as": who}) as response:
            return response.status, await response.read(), dict(response.headers)

    def on_disk(self) -> int:
        return len(list((self.folder / "files").iterdir()))


@pytest.fixture
async def files(tmp_path: Path) -> AsyncIterator[Files]:
    intake = ListIntake()
    async with AsyncExitStack() as stack:
        settings = WebSettings(data_folder=tmp_path, max_file=LIMIT)
        adapter = WebAdapter(settings, SteppingClock(), Journal().follow)
        address = await stack.enter_async_context(served(adapter))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        await adapter.start(intake, EchoCommands(), ScriptedForms())
        stack.push_async_callback(adapter.stop)
        yield Files(adapter, intake, tmp_path, address, http)


async def test_a_message_may_be_a_file_alone_or_files_with_words(files: Files) -> None:
    one, two = await files.stage("ada", "a.pdf", b"%PDF"), await files.stage("ada", "b.txt", b"b")
    assert (await files.say("ada", CHAT.channel, "", one))["body"]["files"] == [one]
    said = await files.say("ada", CHAT.channel, "look", two)
    await until(lambda: len(files.intake.taken) >= 2)
    contents = [activity.content for activity in files.intake.taken]
    assert [(c.text, [f.name for f in c.files]) for c in contents if isinstance(c, Said)] == [
        ("", ["a.pdf"]),
        ("look", ["b.txt"]),
    ]
    await files.act("ada", do="edit", message=said["id"], text="look here")
    assert (await files.get("ada", two))[:2] == (200, b"b")


async def test_a_file_is_given_to_those_who_see_its_message_and_to_nobody_else(files: Files) -> None:
    file = await files.stage("ada", "a.pdf", b"secret")
    assert (await files.get("ada", file))[0] == 200
    assert [(await files.get(who, file))[0] for who in ("ben", "nora", "nobody", "")] == [404] * 4
    await files.say("ada", CHAT.channel, "", file)
    assert (await files.get("ada", file))[:2] == (200, b"secret")
    assert [(await files.get(who, file))[0] for who in ("ben", "nora", "nobody", "")] == [404] * 4


async def test_a_picture_is_shown_and_everything_else_is_saved(files: Files) -> None:
    claims = {"a.png": PNG, "page.html": b"<script>alert(1)</script>", "fake.png": b"<svg onload=alert(1)>"}
    seen = {}
    for name, content in claims.items():
        _, _, headers = await files.get("ada", await files.stage("ada", name, content))
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        seen[name] = (headers["Content-Type"], headers["Content-Disposition"].split(";")[0])
    saved = ("application/octet-stream", "attachment")
    assert seen == {"a.png": ("image/png", "inline"), "page.html": saved, "fake.png": saved}


async def test_a_name_that_could_deceive_is_made_safe(files: Files) -> None:
    names = ["../../etc/passwd", "gpj.\u202eexe", "con.txt", "a\r\nSet-Cookie: x=1.txt", "Ü ñ 日本.txt"]
    staged = [(await files.stage("ada", name, b"x")) for name in names]
    assert [file["name"] for file in staged] == [
        "_.._etc_passwd",
        "gpj.exe",
        "_con.txt",
        "aSet-Cookie_ x=1.txt",
        "Ü ñ 日本.txt",
    ]
    for file in staged:
        assert (await files.get("ada", file))[0] == 200


async def test_what_cannot_be_taken_is_refused_with_a_sentence_and_leaves_nothing(files: Files) -> None:
    assert "1 MB" in await files.stage("ada", "big.bin", bytes(LIMIT + 1), 413)
    assert "empty" in await files.stage("ada", "none.bin", b"", 400)
    assert "name" in await files.stage("ada", "", b"x", 400)
    assert "nobody" in await files.stage("eve", "a.bin", b"x", 403)
    assert "octet-stream" in await files.stage("ada", "a.bin", b"x", 415, {"Content-Type": "text/plain"})
    assert files.on_disk() == 0
    await files.stage("ada", "just.bin", bytes(LIMIT))


async def test_a_connection_that_breaks_during_an_upload_leaves_nothing(files: Files) -> None:
    async def half() -> AsyncIterator[bytes]:
        yield bytes(300_000)
        raise ConnectionResetError("the browser was closed")

    with pytest.raises((aiohttp.ClientError, ConnectionError)):
        await files.http.post(f"{files.address}/api/files?as=ada&name=a.bin", data=half(), headers=BYTES)

    async def left() -> int:
        return files.on_disk()

    await comes_to(left, lambda count: count == 0)


async def test_nobody_sends_what_somebody_else_has_staged_or_what_was_sent_already(files: Files) -> None:
    file = await files.stage("ada", "a.pdf", b"secret")
    assert "attach it again" in await files.say("ben", "customer-ben", "", file, status=409)
    assert "attach it again" in await files.say("nora", "desk", "", file, status=409)
    await files.say("ada", CHAT.channel, "", file, nonce="n1")
    await files.say("ada", CHAT.channel, "", file, nonce="n1")
    assert "attach it again" in await files.say("ada", CHAT.channel, "", file, nonce="n2", status=409)


async def test_a_deleted_message_takes_its_file_along_whoever_it_was_from(files: Files) -> None:
    mine = await files.stage("ada", "a.pdf", b"x")
    said = await files.say("ada", CHAT.channel, "", mine)
    posted = await files.adapter.post_file(CHAT, Body(""), Held("b.pdf", b"y"), key="k")
    (theirs,) = [f for m in await _view(files, "ada") for f in m["body"].get("files", []) if f["name"] == "b.pdf"]
    assert files.on_disk() == 2
    await files.act("ada", do="delete", message=said["id"])
    await files.adapter.remove_file(posted.ref)
    assert [(await files.get("ada", file))[0] for file in (mine, theirs)] == [410, 410]
    assert files.on_disk() == 0


async def test_the_same_key_shows_a_file_once_and_keeps_it_once(files: Files) -> None:
    refs = {(await files.adapter.post_file(DESK, Body(""), Held("a.txt", b"x"), key="k")).ref for _ in range(3)}
    assert len(refs) == 1
    assert files.on_disk() == 1


async def test_malformed_lists_of_files_are_refused(files: Files) -> None:
    for wrong in ("abc/../x", [1], ["../x"], ["a"] * 11, {"a": 1}):
        await files.act("ada", 400, do="say", channel=CHAT.channel, text="x", files=wrong)
    file = await files.stage("ada", "a.pdf", b"x")
    assert "command" in await files.say("ada", CHAT.channel, "/support help", file, status=400)


async def test_what_nobody_sent_is_swept_away_at_a_later_start(tmp_path: Path) -> None:
    clock = SteppingClock()
    for expected in (1, 0):
        adapter = WebAdapter(WebSettings(data_folder=tmp_path), clock, Journal().follow)
        async with served(adapter) as address, aiohttp.ClientSession() as http:
            await adapter.start(ListIntake(), EchoCommands(), ScriptedForms())
            room = Files(adapter, ListIntake(), tmp_path, address, http)
            if expected:
                await room.stage("ada", "a.pdf", b"x")
                (tmp_path / "files" / "left-by-a-crash").write_bytes(b"half")
            else:
                assert room.on_disk() == 0
            await adapter.stop()
        clock = SteppingClock(1_790_000_000.0 + 2 * 86400)


async def _view(files: Files, who: str) -> list[dict[str, Any]]:
    async with files.http.ws_connect(f"{files.address}/ws?as={who}") as ws:
        found: list[dict[str, Any]] = (await ws.receive_json())["messages"]
        return found
