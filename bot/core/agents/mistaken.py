"""Words in a case's thread that look like a command: `home`, `queue`, `resolve 1042`. Looks only; the core asks.

In a thread everything that the owner writes goes to the customer, so that a command typed there by mistake would, too.
"""

from __future__ import annotations

import re
from typing import Final

from bot.core.typed.commands import Command, behind_slash, read
from bot.core.typed.verbs import SHARE, VERBS, Takes
from bot.core.wording.escapes import unescaped

_MENTION: Final = re.compile(r"^@\S{1,40}\s+(?=\S)")
_LONGEST: Final = 120
_WHEN: Final = re.compile(r"\d{1,2}[:.]\d{2}|\d{1,4}\s?[mh]", re.IGNORECASE)
_WHOM: Final = re.compile(r"[<@#]\S+|\w+:\S+")
_SECOND: Final = {
    "on": _WHEN,
    "off": _WHEN,
    "forget": _WHOM,
    "assign": _WHOM,
    "release": re.compile(r"#?\d+|mine|<?@\S+", re.IGNORECASE),
    "teach": re.compile(r"#?\d+"),
    "review": re.compile(r"list|next|approve|reject|skip|#?\d+", re.IGNORECASE),
    "model": re.compile(r"list|rollback", re.IGNORECASE),
    "hours": re.compile(r"(?!)"),
    "sla": re.compile(r"(?!)"),
}
"""What may stand behind a verb that is an everyday word, too: “on it” is an answer, “on 17:00” a command."""


def is_whole(words: str, *, everyday_too: bool) -> bool:
    """Whether the words are a command that is understood, without a word too many."""
    verb, *rest = words.lower().split() or [""]
    if rest and rest[-1] == SHARE:
        rest = rest[:-1]
    if verb not in VERBS or (len(rest) >= len(VERBS[verb].usage.split()) and verb != "macro"):
        return False
    return isinstance(read(words), Command) and (everyday_too or not VERBS[verb].everyday)


def command_in(text: str) -> str | None:
    """The words of the command that a message looks like; None when it reads as words for people.

    `/support` in front says so for certain, and so does a mention of somebody before a whole command.
    """
    words = unescaped(text).strip()
    if "\n" in words or len(words) > _LONGEST:
        return None
    if (asked := behind_slash(words)) is not None:
        return asked or "help"
    words = _MENTION.sub("", words, count=1)
    if not is_whole(words, everyday_too=True):
        return None
    verb, *rest = words.lower().split()
    if VERBS[verb].takes is Takes.NOTHING and rest not in ([], [SHARE]):
        return None
    wanted = _SECOND.get(verb)
    second = rest[1:] if verb == "assign" else rest
    if wanted is not None and second and second != [SHARE] and not wanted.fullmatch(second[0]):
        return None
    return words
