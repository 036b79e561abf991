"""`/support …`: what the words mean that operators and agents type. Reads only; `bot.services.operations` answers.

Which commands there are says `verbs`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.core.typed.case_numbers import case_number
from bot.core.typed.hold_ends import is_end
from bot.core.typed.verbs import SHARE, VERBS, Takes, Verb

WINDOWS: Final[Mapping[str, float]] = MappingProxyType({"24h": 86400.0, "7d": 7 * 86400.0, "30d": 30 * 86400.0})
"""Look-backs in seconds; `today` counts from the asker's own midnight."""

SPLITS: Final = ("reason", "intent", "agent", "desk", "platform")
"""What `stats … by` knows."""

FORMATS: Final = ("csv", "xlsx", "json")

COMMAND: Final = "command"
"""The action of a button whose value is a command: pressing it gives the command where the button is."""

MINE: Final = "mine"
"""All cases of whoever says so."""

_SLASH: Final = re.compile(r"/support(?=\s|$)\s*", re.IGNORECASE)
_WHOSE: Final = re.compile(rf"{MINE}$|<?@", re.IGNORECASE)
_DEFAULT_WINDOW: Final = {Takes.STATS: "today", Takes.EXPORT: "30d"}


@dataclass(frozen=True, slots=True)
class Command:
    """A command that was understood. `case` is there when the verb wants one; `shared` when all may see the answer.

    The argument of `stats` and `export` is a window, and what to split by or the format, if there was one.
    """

    verb: str
    case: int | None = None
    argument: str = ""
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """A command that was not; `why` is what its author is told."""

    why: str


def behind_slash(words: str) -> str | None:
    """What stands behind `/support`, which may be nothing; None for words that do not begin with it."""
    slash = _SLASH.match(words)
    return words[slash.end() :].strip() if slash else None


def read(words: str, known: Collection[str] = VERBS) -> Command | Misunderstood:
    """Understand what somebody typed after `/support`, of the `known` verbs. No words mean `help`."""
    behind = behind_slash(words.lstrip())
    words = words if behind is None else behind
    verb, *rest = words.split() or ["help"]
    verb = verb.lower()
    if verb not in VERBS or verb not in known:
        near = difflib.get_close_matches(verb, sorted(known), n=1, cutoff=0.5)
        hint = f" Did you mean `{near[0]}`?" if near else ""
        return Misunderstood(f"“{verb[:40]}” is not a command.{hint} `help` lists them all.")
    # the text of a macro may end in that word, and is never an answer to be shared
    shared = bool(rest) and rest[-1].lower() == SHARE and not (verb == "macro" and len(rest) > 2)
    if shared:
        rest, words = rest[:-1], words.rstrip()[: -len(SHARE)]
    found = _read(verb, VERBS[verb], rest, words)
    if shared and isinstance(found, Command):
        return Command(found.verb, found.case, found.argument, shared=True)
    return found


def _read(verb: str, row: Verb, rest: Sequence[str], words: str) -> Command | Misunderstood:
    match row.takes:
        case Takes.NOTHING:
            return Command(verb)
        case Takes.STATS:
            return _windowed(verb, rest, Takes.STATS)
        case Takes.EXPORT:
            return _windowed(verb, rest, Takes.EXPORT)
        case Takes.WORDS | Takes.SOME_WORDS:
            if not rest and row.takes is Takes.SOME_WORDS:
                return _lacks(verb, "more than its name")
            # macros keep their line breaks
            text = words.strip()[len(verb) :].strip()
            return Command(verb, argument=text if verb == "macro" else " ".join(rest))
        case Takes.CASE_OR_WHOSE if rest and _WHOSE.match(rest[0]):
            return Command(verb, argument=" ".join(rest))
        case Takes.CASE | Takes.CASE_OR_WHOSE | Takes.CASE_AND_SPAN | Takes.CASE_AND_WORDS:
            number = case_number(rest[0]) if rest else None
            if number is None:
                return _lacks(verb, "a case number")
            more = " ".join(rest[1:])
            if row.takes is Takes.CASE_AND_SPAN and more and not is_end(more):
                return _lacks(
                    verb, "a time within a year behind the number, such as 30m, 2h, 1d, 17:30, tomorrow or friday 14:00"
                )
            if row.takes is Takes.CASE_AND_WORDS and not more:
                return _lacks(verb, "something behind the number")
            return Command(verb, number, more)


def _lacks(verb: str, what: str) -> Misunderstood:
    row = VERBS[verb]
    return Misunderstood(f"`{verb}` needs {what}: `{row.usage}`, for example `{row.example}`.")


def _windowed(verb: str, rest: Sequence[str], takes: Takes) -> Command | Misunderstood:
    is_stats = takes is Takes.STATS
    kind, choices = ("split `by`", SPLITS) if is_stats else ("format", FORMATS)
    windows, chosen = list[str](), list[str]()
    words = [word.lower() for word in rest]
    for word in words:
        if word == "today" or word in WINDOWS:
            windows.append(word)
        elif word in choices:
            chosen.append(word)
        elif word != "by" or not is_stats:
            return Misunderstood(
                f"“{word[:20]}” is no window and no {kind}. Windows: today, {', '.join(WINDOWS)}; "
                f"{kind}: {', '.join(choices)}. For example `{VERBS[verb].example}`."
            )
    if words[-1:] == ["by"]:
        return Misunderstood(f"By what? One of {', '.join(SPLITS)}. For example `{VERBS[verb].example}`.")
    for several, what in ((windows, "window"), (chosen, kind)):
        if len(several) > 1:
            return Misunderstood(f"One {what} at a time, not {' and '.join(several)[:60]}.")
    window, more = "".join(windows) or _DEFAULT_WINDOW[takes], "".join(chosen)
    return Command(verb, argument=f"{window} {more}".strip())
