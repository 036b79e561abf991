"""Sings on each platform that lets it, listens whether it comes back, and tells people when it does not.

Run by every janitor; at each moment one of them looks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import structlog

from bot.core.cases.cards import duration
from bot.core.effects import Body
from bot.core.platforms.canary import EVERY_SECONDS, Song, listened, sung
from bot.core.policy import Policy
from bot.errors import DeliveryError, StoreUnavailable
from bot.ports import ChatAdapter, Clock, Errands, Singer, SongBook
from bot.services.announcing import tell_desks

_log = structlog.get_logger("canary")

_LOOKS_A_SONG: Final = 6


@dataclass(frozen=True, slots=True)
class Canary:
    """One song every `every` seconds on each platform."""

    songs: SongBook
    errands: Errands
    policy: Policy
    adapters: Mapping[str, ChatAdapter]
    clock: Clock
    fresh: Callable[[], str]
    missed: Callable[[float], None]
    """Told, when a platform is heard again, since when (seconds since 1970) what was written there may be missing."""

    every: float = EVERY_SECONDS

    async def run(self) -> None:
        """Look for ever. What goes wrong is logged, and looked at again."""
        while True:
            await asyncio.sleep(self.every / _LOOKS_A_SONG)
            try:
                await self.look()
            except StoreUnavailable as error:
                _log.warning("store_unavailable", doing="canary", why=str(error))
            except Exception:  # noqa: BLE001 - what watches must not end at the first surprise
                _log.exception("canary_failed")

    async def look(self) -> None:
        """Listen, and sing where it is due. Raises StoreUnavailable."""
        for platform, adapter in self.adapters.items():
            if isinstance(adapter, Singer) and adapter.sings:
                step = self.every / _LOOKS_A_SONG
                turn = f"canary|{platform}|{int(self.clock.now() // step)}"
                if await self.errands.begin(turn, 2 * step):
                    await self._look_at(platform, adapter)

    async def _look_at(self, platform: str, adapter: Singer) -> None:
        before, heard = await self.songs.last(platform)
        now = self.clock.now()
        song = listened(before, heard, now, every=self.every)
        if song.is_silent and not song.told:
            song = replace(song, told=await self._told_silent(platform, song, now))
        elif song.told and not song.missed:
            if before.since:
                self.missed(before.since - self.every)
            song = replace(song, told=not await self._told_back(platform, song))
        if now - song.at >= self.every:
            song = await self._sung(adapter, song, now)
        if song != before:
            await self.songs.sung(platform, song)

    async def _sung(self, adapter: Singer, song: Song, now: float) -> Song:
        word = self.fresh()[:12]
        try:
            return sung(song, word, await adapter.sing(word, song.ref), now)
        except DeliveryError as error:
            _log.warning("canary_not_sung", why=error.why)
            return sung(song, "", song.ref, now)

    async def _told_silent(self, platform: str, song: Song, now: float) -> bool:
        _log.error("platform_silent", platform=platform, seconds=round(now - song.since))
        text = (
            f"⚠️ **{platform.capitalize()} brings us nothing any more.** What Warmline itself did there "
            f"{duration(now - song.since)} ago has not come back: people may be writing without being heard. "
            "Look at the app's event subscriptions, its request address, and what stands in front of it."
        )
        return await self._told(text, f"canary|{song.word}|silent")

    async def _told_back(self, platform: str, song: Song) -> bool:
        _log.info("platform_heard_again", platform=platform)
        text = (
            f"✅ {platform.capitalize()} brings us what happens again. What people wrote meanwhile is asked for now, "
            "and comes late; what they edited, deleted or marked does not."
        )
        return await self._told(text, f"canary|{song.word}|back")

    async def _told(self, text: str, key: str) -> bool:
        """Whether at least one desk, where there is any, was told; else it is tried again."""
        missed = await tell_desks(self.policy, self.adapters, self.errands, Body(text), key=key)
        return not missed or len(missed) < len(self.policy.desks)


async def silent_among(songs: SongBook, platforms: Iterable[str]) -> Sequence[str]:
    """Those platforms that do not bring back what is done there. Raises StoreUnavailable."""
    return [platform for platform in platforms if (await songs.last(platform))[0].is_silent]
