"""An answer's attachment as a file that can be sent on: its size is known before its first byte leaves."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from bot.core.activity import File
from bot.ports.answers import Attachment
from bot.ports.files import CHUNK, FileStream

_IN_MEMORY: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class AttachmentSource:
    """`bot.ports.FileSource` of an attachment. More than a megabyte waits on disk for its size to be known."""

    attachment: Attachment

    @property
    def file(self) -> File:
        """The file; its size is known once it is open."""
        return File("", self.attachment.name, self.attachment.media_type)

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[FileStream]:
        """Read it whole, then give it out. Raises StoreUnavailable."""
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as held:
            async for piece in self.attachment.open():
                held.write(piece)
            size = held.tell()
            held.seek(0)

            async def chunks() -> AsyncIterator[bytes]:
                while piece := held.read(CHUNK):
                    yield piece

            yield FileStream(size, chunks())
