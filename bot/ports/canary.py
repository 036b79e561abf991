"""Something that is done on a platform so that the platform brings it back, and what is known of it."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from bot.core.platforms.canary import Song


@runtime_checkable
class Singer(Protocol):
    """An adapter of a platform that brings the app's own doings back. Whoever hears a word says so (`Songs.heard`)."""

    @property
    def sings(self) -> bool:
        """Whether it has a place to sing in."""
        ...

    async def sing(self, word: str, ref: str) -> str:
        """Do something that comes back with that word. `ref` is what the last song gave, "" for the first; the next.

        Raises DeliveryError.
        """
        ...


class Songs(Protocol):
    """Of each platform the last song, encoded, and the word that came back last. All of it raises StoreUnavailable."""

    async def last(self, platform: str) -> tuple[str, str]:
        """Both; "" for what there is none of."""
        ...

    async def sung(self, platform: str, song: str) -> None:
        """Remember a song."""
        ...

    async def heard(self, platform: str, word: str) -> None:
        """A word came back."""
        ...


class SongBook(Protocol):
    """The same, decoded. Every method raises StoreUnavailable."""

    async def last(self, platform: str) -> tuple[Song, str]:
        """The last song, an empty one when there is none that can be read, and the word that came back last."""
        ...

    async def sung(self, platform: str, song: Song) -> None:
        """Remember a song."""
        ...

    async def heard(self, platform: str, word: str) -> None:
        """A word came back."""
        ...
