"""What every adapter that carries files keeps, as tests to inherit (`Capabilities.files`). Knows no platform."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

import pytest

from bot.core.activity import File, Place, Ref, Said
from bot.core.effects import Body, Voice
from bot.errors import NotDone, Refused
from bot.ports import FileCarrier, FileStream
from tests.contract.adapter_contract import Room


@dataclass(frozen=True, slots=True)
class SeenFile:
    """One file as a person sees it: under which name, in which message, and what they get when they fetch it."""

    message: str
    name: str
    content: bytes


class FileRoom(Room, Protocol):
    """A room on whose platform files are sent."""

    async def sends(self, who: str, place: Place, text: str, name: str, content: bytes) -> Ref: ...

    async def files(self, who: str, place: Place) -> Sequence[SeenFile]:
        """The files that somebody sees there, oldest first."""
        ...

    async def accepts(self) -> None:
        """Ann does what her platform asks before it gives her a file, if it asks anything."""
        ...

    async def lose(self, file: File) -> None:
        """The file is deleted on the platform."""
        ...


@dataclass
class Held:
    """`bot.ports.FileSource` of bytes in memory, which can break off."""

    name: str
    content: bytes
    breaks: bool = False
    file: File = field(init=False)

    def __post_init__(self) -> None:
        self.file = File("held", self.name, "application/octet-stream", len(self.content))

    def open(self) -> AbstractAsyncContextManager[FileStream]:
        return self._open()

    @asynccontextmanager
    async def _open(self) -> AsyncGenerator[FileStream]:
        yield FileStream(len(self.content), self._chunks())

    async def _chunks(self) -> AsyncGenerator[bytes]:
        half = len(self.content) // 2
        yield self.content[:half]
        if self.breaks:
            raise NotDone("read", "the other platform's connection broke")
        yield self.content[half:]


def carrier_of(room: Room) -> FileCarrier:
    assert isinstance(room.adapter, FileCarrier)
    return room.adapter


async def read(carrier: FileCarrier, file: File) -> bytes:
    async with carrier.open_file(file) as stream:
        held = b"".join([chunk async for chunk in stream.chunks])
        assert stream.size in {0, len(held)}
    return held


class FileContract:
    """`capabilities.files`."""

    async def test_a_file_is_reported_and_can_be_read(self, room: FileRoom) -> None:
        content = bytes(range(256)) * 1000
        await room.sends("ann", room.chat, "my receipt", "receipt.pdf", content)
        (activity,) = room.intake.taken
        assert isinstance(activity.content, Said)
        assert activity.content.text == "my receipt"
        (file,) = activity.content.files
        assert file.name == "receipt.pdf"
        assert file.size in {0, len(content)}
        assert await read(carrier_of(room), file) == content

    async def test_a_file_that_is_gone_is_refused(self, room: FileRoom) -> None:
        await room.sends("ann", room.chat, "", "receipt.pdf", b"bytes")
        (activity,) = room.intake.taken
        assert isinstance(activity.content, Said)
        await room.lose(activity.content.files[0])
        with pytest.raises(Refused):
            await read(carrier_of(room), activity.content.files[0])

    async def test_a_file_elsewhere_is_never_asked_for(self, room: FileRoom) -> None:
        for url in ("http://127.0.0.1:9/x", "https://files.slack.com.evil.example/x", "file:///etc/passwd", "//x"):
            with pytest.raises(Refused):
                await read(carrier_of(room), File("F1", "x", url=url))

    async def test_people_see_a_file_that_we_post_and_get_its_bytes(self, room: FileRoom) -> None:
        content = b"%PDF" + bytes(200_000)
        body = Body("", voice=Voice("Bob"))
        await carrier_of(room).post_file(room.chat, body, Held("Angebot März.pdf", content), key="k-file")
        await room.accepts()
        (seen,) = await room.files("ann", room.chat)
        assert (seen.name, seen.content) == ("Angebot März.pdf", content)
        assert any("Bob" in shown.text for shown in room.sees("ann", room.chat))
        await room.settled()
        assert room.intake.offered == []

    async def test_a_file_goes_into_the_thread_that_was_asked_for(self, room: FileRoom) -> None:
        root = await room.adapter.post(room.channel, Body("case 1"), key="k-root")
        posted = await carrier_of(room).post_file(root.thread, Body(""), Held("a.txt", b"abc"), key="k-in-thread")
        assert [s.id for s in room.sees("bob", root.thread)] == [root.ref.id, posted.ref.id]

    async def test_a_source_that_breaks_off_leaves_nothing_behind(self, room: FileRoom) -> None:
        with pytest.raises((NotDone, Refused)):
            await carrier_of(room).post_file(room.chat, Body(""), Held("a.bin", bytes(300_000), breaks=True), key="k-b")
        assert await room.files("ann", room.chat) == []
        assert room.sees("ann", room.chat) == []

    async def test_a_file_that_is_removed_is_gone_with_its_message(self, room: FileRoom) -> None:
        posted = await carrier_of(room).post_file(room.chat, Body(""), Held("a.txt", b"abc"), key="k-remove")
        for _ in range(2):
            await carrier_of(room).remove_file(posted.ref)
        assert await room.files("ann", room.chat) == []
        assert room.sees("ann", room.chat) == []


class FileLookUpContract:
    """`capabilities.files` and `capabilities.look_up`."""

    async def test_a_file_is_found_by_its_key(self, room: FileRoom) -> None:
        since = room.now()
        carrier = carrier_of(room)
        for key in ("k-1", "k-2"):
            await carrier.post_file(room.channel, Body(""), Held("same.txt", b"same"), key=key)
        found = await room.adapter.find(room.channel, "k-2", since=since)
        assert [p.ref.id for p in found] == [(await room.files("bob", room.channel))[1].message]
        assert list(await room.adapter.find(room.channel, "k-3", since=since)) == []
