"""Reactions as Teams names them, and as Unicode. Pure.

People's six old reactions have words (`like`), all others a code point and a word (`2705_whiteheavycheckmark`).
Source: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events
and https://learn.microsoft.com/microsoftteams/platform/teams-sdk/in-depth-guides/message-reactions
"""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final = {
    "like": "👍",
    "heart": "❤️",
    "laugh": "😆",
    "surprised": "😮",
    "sad": "🙁",
    "angry": "😠",
    "plusOne": "➕",
}
_NAMES: Final = {
    "✅": "2705_whiteheavycheckmark",
    "👀": "1f440_eyes",
    "⚠️": "26a0_warning",
    "🔒": "1f512_lock",
    "⏳": "23f3_hourglassnotdone",
    "❌": "274c_crossmark",
    "📌": "1f4cc_pushpin",
}
_CODED: Final = re.compile(r"^([0-9a-f]{2,6}(?:-[0-9a-f]{2,6}){0,7})(?:_[\w-]*)?$")


def symbol_of(reaction: str) -> str:
    """The emoji of a reaction's name; `:name:` for one that nobody knows."""
    if reaction in _WORDS:
        return _WORDS[reaction]
    for symbol, name in _NAMES.items():
        if reaction == name:
            return symbol
    coded = _CODED.match(reaction)
    if coded:
        try:
            return "".join(chr(int(point, 16)) for point in coded[1].split("-"))
        except (ValueError, OverflowError):
            pass
    if not reaction.isascii():
        return reaction[:16]
    return f":{re.sub(r'[^A-Za-z0-9_+-]', '', reaction)[:60]}:"


def name_of(emoji: str) -> str | None:
    """The name of an emoji's reaction; None for what Teams does not know as one."""
    for known, symbol in _WORDS.items():
        if symbol == emoji:
            return known
    return _NAMES.get(emoji)
