"""A file on its way from one platform to another: read where it was sent, capped, counted, never held whole.

A platform that does not tell a size has the file copied to a temporary file first, because whoever takes a file wants
to know how long it is. What broke while reading is remembered: then nothing was sent, whatever the call says.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from typing import IO

from bot.core.activity import File
from bot.core.effects import Post
from bot.core.platforms.filenames import safe_name
from bot.engine.entries import Entry
from bot.errors import DeliveryError, NotDone, Refused, TooLarge
from bot.ports import CHUNK, ChatAdapter, FileCarrier, FileStream

_CALL = "read file"


class Transfer:
    """`bot.ports.FileSource` of one attempt. `failure` is what broke while the file was read, if anything did."""

    def __init__(self, carrier: FileCarrier | None, file: File, limit: int) -> None:
        self._carrier = carrier
        self._original = file
        self._limit = limit
        self.file = replace(file, name=safe_name(file.name, safe_name(file.id)))
        self.failure: DeliveryError | None = None

    def open(self) -> AbstractAsyncContextManager[FileStream]:
        """See `FileSource.open`."""
        return self._open()

    @asynccontextmanager
    async def _open(self) -> AsyncGenerator[FileStream]:
        async with AsyncExitStack() as stack:
            # What whoever reads from us raises passes through here, too: only what is raised in here is the file's.
            stream = await self._begun(stack)
            if stream.size > 0:
                chunks = await stack.enter_async_context(aclosing(self._counted(stream)))
                yield FileStream(stream.size, chunks)
            else:
                yield await self._copied(stack, stream)

    async def _begun(self, stack: AsyncExitStack) -> FileStream:
        try:
            if self._carrier is None:
                raise Refused(_CALL, "the platform that it was sent on gives no files")
            if self._original.size > self._limit:
                raise TooLarge(_CALL, limit=self._limit)
            stream = await stack.enter_async_context(self._carrier.open_file(self._original))
            if stream.size > self._limit:
                raise TooLarge(_CALL, limit=self._limit)
        except DeliveryError as error:
            raise self._noted(error) from error
        return stream

    async def _counted(self, stream: FileStream) -> AsyncGenerator[bytes]:
        """The chunks, as many bytes as were promised, or an error before whoever takes them can be content."""
        count = 0
        try:
            async for chunk in stream.chunks:
                count += len(chunk)
                if count > stream.size:
                    raise NotDone(_CALL, "more bytes came than the platform had said")
                yield chunk
            if count < stream.size:
                raise NotDone(_CALL, "the file broke off")
        except DeliveryError as error:
            raise self._noted(error) from error

    async def _copied(self, stack: AsyncExitStack, stream: FileStream) -> FileStream:
        """The same from a temporary file, by which its size is known."""
        copy = stack.enter_context(await asyncio.to_thread(tempfile.TemporaryFile))
        size = 0
        try:
            async for chunk in stream.chunks:
                size += len(chunk)
                if size > self._limit:
                    raise TooLarge(_CALL, limit=self._limit)
                await asyncio.to_thread(copy.write, chunk)
            if size == 0:
                raise Refused(_CALL, "the file is empty")
        except DeliveryError as error:
            raise self._noted(error) from error
        await asyncio.to_thread(copy.seek, 0)
        return FileStream(size, await stack.enter_async_context(aclosing(_read(copy))))

    def _noted(self, error: DeliveryError) -> DeliveryError:
        self.failure = self.failure or error
        return error


async def _read(copy: IO[bytes]) -> AsyncGenerator[bytes]:
    while chunk := await asyncio.to_thread(copy.read, CHUNK):
        yield chunk


@dataclass(frozen=True, slots=True)
class Transfers:
    """Begins transfers. `limit` is in bytes."""

    adapters: Mapping[str, ChatAdapter]
    limit: int

    def of(self, entry: Entry) -> Transfer | None:
        """The transfer that an entry asks for, None when it carries no file."""
        effect = entry.effect
        if not isinstance(effect, Post) or not effect.body.files:
            return None
        origin = self.adapters.get(effect.source.place.platform) if effect.source else None
        carrier = origin if isinstance(origin, FileCarrier) else None
        return Transfer(carrier, effect.body.files[0], self.limit)
