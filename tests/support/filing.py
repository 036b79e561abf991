"""A town whose people send files, too: what stands here is the bytes that somebody would download."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.core.activity import Activity, File, Person, Place, Ref, Said
from bot.core.effects import Body
from bot.errors import DeliveryError
from bot.ports import Capabilities, FileSource, FileStream, Posted
from tests.support.town import FAST, Town


class FilingTown(Town):
    """`bot.ports.ChatAdapter` and `bot.ports.FileCarrier`. `breaks` ends the next reading after its first chunk."""

    def __init__(self, capabilities: Capabilities | None = None) -> None:
        super().__init__(capabilities or Capabilities(pace=FAST, files=True))
        self.contents: dict[str, bytes] = {}
        self.tells_sizes = True
        self.breaks: DeliveryError | None = None
        self.taken: dict[str, bytes] = {}
        """What arrived, by the name that it was given."""

    def sends(self, who: Person, place: Place, text: str, *files: tuple[str, bytes]) -> Activity:
        """Somebody writes, with files."""
        made: list[File] = []
        for name, content in files:
            name_here = f"F{len(self.contents) + 1}"
            self.contents[name_here] = content
            made.append(File(name_here, name, "text/plain", len(content) if self.tells_sizes else 0, "town:"))
        activity = self.says(who, place, text)
        assert isinstance(activity.content, Said)
        return replace(activity, content=replace(activity.content, files=tuple(made)))

    @asynccontextmanager
    async def open_file(self, file: File) -> AsyncGenerator[FileStream]:
        yield FileStream(file.size, self._chunks(self.contents[file.id]))

    async def _chunks(self, content: bytes) -> AsyncGenerator[bytes]:
        for start in range(0, len(content), 7):
            yield content[start : start + 7]
            await asyncio.sleep(0)
            if self.breaks is not None:
                error, self.breaks = self.breaks, None
                raise error

    async def post_file(self, to: Place, body: Body, source: FileSource, *, key: str) -> Posted:
        async with source.open() as stream:
            held = b"".join([chunk async for chunk in stream.chunks])
            assert len(held) == stream.size
        shown = replace(body, text=f"[{source.file.name}]")

        def take() -> Posted:
            self.taken[source.file.name] = held
            return self._post(to, shown, key)

        return await self._call("post", key, take, shown.text)

    async def remove_file(self, ref: Ref) -> None:
        await self.delete(ref)

    def shown(self, place: Place) -> Sequence[str]:
        """What stands in a place, without the app's own words to the customer."""
        return [text for text in self.visible(place) if text]
