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


@dataclass(frozen=True, slots=True)
class Kept:
    """A copy on the shelf: its name there, an address for people, and whether it is a picture that a card can show."""

    token: str
    link: str
    is_picture: bool = False


class Shelf(Protocol):
    """Where copies of files wait for people who follow a link, on platforms that take no file itself."""

    @property
    def has_links(self) -> bool:
        """Whether people can reach us: without a public address, copies have no links."""
        ...

    async def keep(self, file: File, stream: FileStream) -> Kept:
        """Keep a copy for a while, under a name that cannot be guessed. Raises what reading raises, and NotDone."""
        ...

    async def attach(self, token: str, message: str) -> None:
        """Remember which message shows the copy (a `Ref.key`), so that `drop` finds it."""
        ...

    def open(self, token: str) -> AbstractAsyncContextManager[tuple[File, FileStream]]:
        """Read a copy. Raises Refused when it has expired."""
        ...

    async def drop(self, *, token: str = "", message: str = "") -> None:
        """Forget a copy, by its name or by the message that shows it. One that is gone already is fine."""
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
