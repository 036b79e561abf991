"""What was sung on platforms, decoded: `bot.ports.SongBook` on a store."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from bot.core.platforms.canary import Song
from bot.engine.codec import Unreadable, read, write
from bot.ports import Songs

_log = structlog.get_logger("engine")


@dataclass(frozen=True, slots=True)
class StoredSongs:
    """`bot.ports.SongBook`."""

    songs: Songs

    async def last(self, platform: str) -> tuple[Song, str]:
        known, heard = await self.songs.last(platform)
        try:
            return (read(known, Song) if known else Song()), heard
        except Unreadable as error:
            _log.warning("song_unreadable", platform=platform, why=str(error))
            return Song(), heard

    async def sung(self, platform: str, song: Song) -> None:
        await self.songs.sung(platform, write(song, Song))

    async def heard(self, platform: str, word: str) -> None:
        await self.songs.heard(platform, word)
