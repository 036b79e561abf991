"""Copies of files are there for whoever has the link, for as long as was said, and for nobody else."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.shelf.shelf import FolderShelf
from bot.core.activity import File
from bot.errors import NotDone, Refused
from bot.ports import FileStream

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
Client = TestClient[web.Request, web.Application]


@dataclass
class HandClock:
    time: float = 1_700_000_000.0

    def now(self) -> float:
        return self.time


async def chunks(content: bytes, *, breaks: bool = False) -> AsyncGenerator[bytes]:
    yield content[:10]
    if breaks:
        raise NotDone("read", "broke off")
    yield content[10:]


def stream(content: bytes) -> FileStream:
    return FileStream(len(content), chunks(content))


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def shelf(tmp_path: Path, clock: HandClock) -> FolderShelf:
    return FolderShelf(tmp_path / "files", clock, public_url="https://support.example.com/", seconds=3600)


@pytest.fixture
async def client(shelf: FolderShelf) -> AsyncGenerator[Client]:
    app = web.Application()
    shelf.mount(app)
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_a_link_says_nothing_of_the_file_and_stops_working(
    shelf: FolderShelf, client: Client, clock: HandClock
) -> None:
    kept = await shelf.keep(File("F1", "secret plan.html"), stream(b"<script>alert(1)</script>"))
    assert kept.link == f"https://support.example.com/files/{kept.token}"
    assert "plan" not in kept.link
    answer = await client.get(f"/files/{kept.token}")
    assert (answer.status, answer.content_type) == (200, "application/octet-stream")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    clock.time += 3601
    assert (await client.get(f"/files/{kept.token}")).status == 410
    with pytest.raises(Refused):
        async with shelf.open(kept.token):
            pass


async def test_what_expired_is_deleted_when_the_next_comes(
    shelf: FolderShelf, clock: HandClock, tmp_path: Path
) -> None:
    await shelf.keep(File("F1", "a"), stream(b"old"))
    clock.time += 3601
    await shelf.keep(File("F2", "b"), stream(b"new"))
    assert [p.read_bytes() for p in (tmp_path / "files").glob("*.bin")] == [b"new"]


async def test_a_copy_that_breaks_off_leaves_nothing(shelf: FolderShelf, tmp_path: Path) -> None:
    with pytest.raises(NotDone):
        await shelf.keep(File("F1", "a"), FileStream(100, chunks(b"x" * 100, breaks=True)))
    assert list((tmp_path / "files").iterdir()) == []


async def test_a_picture_is_known_by_what_is_in_it(shelf: FolderShelf, client: Client) -> None:
    kept = await shelf.keep(File("F1", "no name at all"), stream(PNG))
    assert kept.is_picture
    assert (await client.get(f"/files/{kept.token}")).content_type == "image/png"
    assert not (await shelf.keep(File("F2", "page.png", "image/png"), stream(b"<html>" * 10))).is_picture


@pytest.mark.parametrize("token", ["x", "..%2F..%2Fetc%2Fpasswd", "a" * 43, "%00" * 43, "....................json"])
async def test_whoever_guesses_gets_nothing(client: Client, token: str) -> None:
    assert (await client.get(f"/files/{token}")).status in {404, 410}


async def test_a_copy_is_forgotten_with_its_message(shelf: FolderShelf, tmp_path: Path) -> None:
    kept = await shelf.keep(File("F1", "a"), stream(b"abc"))
    await shelf.attach(kept.token, "teams|t|c|1")
    for _ in range(2):
        await shelf.drop(message="teams|t|c|1")
    assert list((tmp_path / "files").iterdir()) == []
