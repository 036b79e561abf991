"""How files cross: read from the platform that they were sent on, chunk by chunk, into the one they go to.

Nobody holds a whole file in memory. A platform whose adapter is no `FileCarrier` neither gives nor takes any.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

from bot.core.activity import File, Place, Ref
from bot.core.effects import Body
from bot.ports.chat import Posted

CHUNK: Final = 64 * 1024
"""Bytes that are read at a time."""


@dataclass(frozen=True, slots=True)
class FileStream:
    """An open file: its size in bytes, and its chunks, to be read once.

    From `FileCarrier.open_file` a size of 0 is one that the platform does not tell; from `FileSource.open`
    the size is exact.
    """

    size: int
    chunks: AsyncIterator[bytes]


class FileSource(Protocol):
    """One file that is to be sent on, and how to get at its bytes."""

    @property
    def file(self) -> File:
        """The file as its platform described it, under a name that is safe; its type is not to be trusted."""
        ...

    def open(self) -> AbstractAsyncContextManager[FileStream]:
        """Read it. Raises TooLarge, Throttled, NotDone or Refused, on entering or between chunks.

        May be opened again after a failure. A file that ends too early or too late raises before it ends.
        """
        ...

    async def shelve(self) -> str:
        """Keep a copy for a while where people can fetch it; the address, "" when we have none that they reach."""
        ...


class Shelf(Protocol):
    """Where copies of files wait for people who follow a link."""

    async def keep(self, file: File, stream: FileStream) -> str:
        """Keep a copy; its address, which says nothing of the file and stops working after a while."""
        ...


@runtime_checkable
class FileCarrier(Protocol):
    """An adapter of a platform on which files are sent and received (`Capabilities.files`)."""

    def open_file(self, file: File) -> AbstractAsyncContextManager[FileStream]:
        """Read a file that this adapter has reported, from the platform's own hosts and no other.

        Raises Throttled, NotDone or Refused, on entering or between chunks.
        """
        ...

    async def post_file(self, to: Place, body: Body, source: FileSource, *, key: str) -> Posted:
        """Put a file into a place, as a message of its own; `body` says whose it is, and its text is empty.

        Raises what `source` raises and what `ChatAdapter.post` raises; `key` as there.
        """
        ...

    async def remove_file(self, ref: Ref) -> None:
        """Delete a message of ours that shows a file, and the file. One that is gone already is fine."""
        ...
