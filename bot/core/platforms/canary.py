"""Whether a platform still brings us what happens on it: something is done there now and then that has to come back.

A platform may be connected, take every call, and deliver nothing: an address that changed, a subscription that was
switched off, a proxy that swallows. Nobody notices, because nobody is heard. Pure: it neither sings nor listens.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

EVERY_SECONDS: Final = 60.0
PATIENCE: Final = 0.5
"""The share of the time between two songs after which one counts as missed."""

TOO_MANY: Final = 2
"""Songs in a row that did not come back, until the platform is silent: one may have been lost."""


@dataclass(frozen=True, slots=True)
class Song:
    """What was sung last on a platform. Times are seconds since 1970.

    `word` is what has to come back, "" when it could not be sung. `ref` is the platform's own name of where it was
    sung. `missed` counts songs in a row that did not come back, the first of them sung at `since`; `judged` says
    whether this one is counted, `told` whether people were told of the silence.
    """

    word: str = ""
    at: float = 0.0
    ref: str = ""
    missed: int = 0
    since: float = 0.0
    judged: bool = False
    told: bool = False

    @property
    def is_silent(self) -> bool:
        """Whether the platform does not bring back what is done there."""
        return self.missed >= TOO_MANY


def listened(song: Song, heard: str, now: float, *, every: float = EVERY_SECONDS) -> Song:
    """The song, once it is known which word came back last. Singing is due `every` seconds."""
    if not song.word:
        return song
    if song.word == heard:
        return replace(song, missed=0, since=0.0, judged=True)
    if song.judged or now - song.at < PATIENCE * every:
        return song
    return replace(song, missed=song.missed + 1, since=song.since or song.at, judged=True)


def sung(song: Song, word: str, ref: str, now: float) -> Song:
    """The next song; with an empty word it could not be sung, which says nothing of what comes back."""
    return replace(song, word=word, ref=ref, at=now, judged=False)
