"""`/support …`: the words that operators and agents type, what they mean, and who may use them."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final


class Role(IntEnum):
    """Who somebody is to the product. A higher role may do all that a lower one may."""

    CUSTOMER = 0
    AGENT = 1
    LEAD = 2
    OPERATOR = 3


@dataclass(frozen=True, slots=True)
class Verb:
    """One command: how it is written, the role it needs, and a line of help."""

    usage: str
    role: Role
    help: str


VERBS: Final[dict[str, Verb]] = {
    "help": Verb("help", Role.CUSTOMER, "what you can ask for, by what you may do"),
    "stats": Verb("stats [today|24h|7d|30d]", Role.AGENT, "conversations, hand-overs, times and reasons"),
    "queue": Verb("queue", Role.AGENT, "open cases, who has them, how long they wait"),
    "case": Verb("case N", Role.AGENT, "one case: where it stands and what was said last"),
    "why": Verb("why N", Role.AGENT, "why a case came to people, and every decision on the way"),
    "claim": Verb("claim N", Role.AGENT, "take a case"),
    "resolve": Verb("resolve N", Role.AGENT, "close a case"),
    "reopen": Verb("reopen N", Role.AGENT, "open a closed case again"),
    "snooze": Verb("snooze N 2h", Role.AGENT, "put a case on hold for minutes, hours or days (30m, 2h, 1d)"),
    "release": Verb("release N", Role.AGENT, "put a case back into the queue"),
}

WINDOWS: Final[dict[str, float]] = {"24h": 86400.0, "7d": 7 * 86400.0, "30d": 30 * 86400.0}
"""Look-back of `stats` in seconds; `today` counts from midnight UTC."""

_NUMBERED: Final = frozenset({"case", "why", "claim", "resolve", "reopen", "snooze", "release"})


@dataclass(frozen=True, slots=True)
class Command:
    """A command that was understood. `case` is there when the verb wants one."""

    verb: str
    case: int | None = None
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """A command that was not; `why` is what its author is told."""

    why: str


def read(words: str) -> Command | Misunderstood:
    """Understand what somebody typed after `/support`. No words mean `help`."""
    verb, *rest = words.replace("#", " ").split() or ["help"]
    verb = verb.lower()
    if verb not in VERBS:
        near = difflib.get_close_matches(verb, VERBS, n=1, cutoff=0.5)
        hint = f" Did you mean `{near[0]}`?" if near else ""
        return Misunderstood(f"“{verb[:40]}” is not a command.{hint} `help` lists them all.")
    if verb == "stats":
        return _stats(rest)
    if verb not in _NUMBERED:
        return Command(verb, argument=" ".join(rest))
    if not rest or not re.fullmatch(r"\d{1,12}", rest[0]):
        return Misunderstood(f"`{verb}` needs a case number: `{VERBS[verb].usage}`, for example `{verb} 1001`.")
    return Command(verb, int(rest[0]), " ".join(rest[1:]))


def refusal(verb: str, role: Role) -> str | None:
    """Why somebody in that role may not use a verb; None when they may."""
    needed = VERBS[verb].role
    if role >= needed:
        return None
    return f"`{verb}` is for the role *{needed.name.lower()}*, and you are *{role.name.lower()}* here."


def help_for(role: Role) -> str:
    """The commands that somebody in that role may use, with their usage."""
    lines = [f"- `{verb.usage}` — {verb.help}" for verb in VERBS.values() if role >= verb.role]
    return "**Warmline commands**\n" + "\n".join(lines)


def _stats(rest: list[str]) -> Command | Misunderstood:
    window = rest[0].lower() if rest else "today"
    if window != "today" and window not in WINDOWS:
        return Misunderstood(f"“{window[:20]}” is no window. Choose one of: today, {', '.join(WINDOWS)}.")
    return Command("stats", argument=window)
