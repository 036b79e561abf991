"""Which words on Teams are a `/support` command: Teams has no slash commands of apps, so plain words serve. Pure.

`/support stats 7d` is one everywhere. The words alone are one when they are a whole command and nothing else: to the
app in a personal chat, or with a mention of it. In a desk's channel, outside the cases' threads, everything
said to the app is one. `help`, `on` or `hours` alone is what customers say, too: those are one in a desk only.
"""

from __future__ import annotations

import re
from typing import Final

from bot.core.activity import Activity, Said
from bot.core.commands import SHARE, VERBS, Command, read

_SLASH: Final = re.compile(r"/support(?=\s|$)\s*", re.IGNORECASE)
_ESCAPE: Final = re.compile(r"\\([!-/:-@\[-`{-~])")


def command_of(activity: Activity, desks: frozenset[str]) -> str | None:
    """The words of the command that an activity is; None when it is none."""
    if not isinstance(activity.content, Said):
        return None
    words = _ESCAPE.sub(r"\1", activity.content.text).strip()
    slash = _SLASH.match(words)
    if slash:
        return words[slash.end() :].strip()
    if not (activity.addressed or activity.direct):
        return None
    in_desk = activity.place.channel in desks
    if in_desk and not activity.place.thread:
        return words
    return words if _is_whole(words, everyday_too=in_desk) else None


def _is_whole(words: str, *, everyday_too: bool) -> bool:
    """Whether the words are a command that is understood, without a word too many."""
    verb, *rest = words.lower().split() or [""]
    if rest and rest[-1] == SHARE:
        rest = rest[:-1]
    if verb not in VERBS or (len(rest) >= len(VERBS[verb].usage.split()) and verb != "macro"):
        return False
    return isinstance(read(words), Command) and (everyday_too or not VERBS[verb].everyday)
