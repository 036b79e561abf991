"""The commands that there are: how each is written, what it takes, who may give it, and what `help` says of them.

A new command is a row in `VERBS`, its place in a chapter of `help`, and an answer that `bot.composition.operating`
names. How typed words are understood says `commands`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum
from types import MappingProxyType
from typing import Final

SHARE: Final = "share"
"""The last word of a command whose answer is for the whole channel."""


class Role(IntEnum):
    """Who somebody is to the product. A higher role may do all that a lower one may."""

    CUSTOMER = 0
    AGENT = 1
    LEAD = 2
    OPERATOR = 3


class Takes(Enum):
    """What follows a verb."""

    NOTHING = "nothing"
    CASE = "a case number"
    CASE_OR_WHOSE = "a case number, or whose cases"
    CASE_AND_SPAN = "a case number, and how long"
    CASE_AND_WORDS = "a case number, and words"
    STATS = "a window, and what to split by"
    EXPORT = "a window, and a format"
    WORDS = "words"
    SOME_WORDS = "words, at least one"


@dataclass(frozen=True, slots=True)
class Verb:
    """One command: how it is written, the role it needs unless configured, a line of help, and an example.

    An `everyday` verb is what customers say, too: where they write, it is a command only behind `/support`.
    """

    usage: str
    role: Role
    takes: Takes
    help: str
    example: str
    everyday: bool = False


VERBS: Final[Mapping[str, Verb]] = MappingProxyType(
    {
        "help": Verb("help", Role.CUSTOMER, Takes.NOTHING, "what you can ask for here", "help", everyday=True),
        "stats": Verb(
            "stats [today|24h|7d|30d] [by reason|intent|agent|desk|platform]",
            Role.AGENT,
            Takes.STATS,
            "conversations, hand-overs, times, satisfaction, with a chart",
            "stats 7d by reason",
        ),
        "queue": Verb("queue", Role.AGENT, Takes.NOTHING, "open cases, who has them, how long they wait", "queue"),
        "case": Verb("case N", Role.AGENT, Takes.CASE, "one case: where it stands, what was said last", "case 1042"),
        "why": Verb("why N", Role.AGENT, Takes.CASE, "why a case came to people, decision by decision", "why 1042"),
        "reveal": Verb(
            "reveal N", Role.LEAD, Takes.CASE, "what is masked in a case, for you alone; that is noted", "reveal 1042"
        ),
        "claim": Verb("claim N", Role.AGENT, Takes.CASE, "take a case", "claim 1042"),
        "assign": Verb(
            "assign N @who", Role.AGENT, Takes.CASE_AND_WORDS, "give a case to somebody", "assign 1042 @ana"
        ),
        "resolve": Verb(
            "resolve N [reason] [note]",
            Role.AGENT,
            Takes.CASE,
            "close a case: solved, no_answer_needed, duplicate or other",
            "resolve 1042 solved refunded twice",
        ),
        "merge": Verb(
            "merge N INTO",
            Role.AGENT,
            Takes.CASE_AND_WORDS,
            "let a double go on in another case of the same customer",
            "merge 1043 1042",
        ),
        "dismiss": Verb("dismiss N", Role.AGENT, Takes.CASE, "close what was no request", "dismiss 1042"),
        "hand_back": Verb("hand_back N", Role.AGENT, Takes.CASE, "give a case back to the bot", "hand_back 1042"),
        "transfer": Verb(
            "transfer N DESK [note]",
            Role.AGENT,
            Takes.CASE_AND_WORDS,
            "pass a case on to another desk, with everything that is known",
            "transfer 1042 legal she asks for the contract",
        ),
        "reopen": Verb("reopen N", Role.AGENT, Takes.CASE, "open a closed case again", "reopen 1042"),
        "snooze": Verb(
            "snooze N 2h|17:30|friday [14:00]|customer",
            Role.AGENT,
            Takes.CASE_AND_SPAN,
            "put a case on hold for minutes, hours or days, until a time or a day, or until the customer writes",
            "snooze 1042 30m",
        ),
        "wake": Verb("wake N", Role.AGENT, Takes.CASE, "end the hold of a case", "wake 1042"),
        "release": Verb(
            "release N|mine|@who",
            Role.AGENT,
            Takes.CASE_OR_WHOSE,
            "put a case back into the queue, or all that somebody has",
            "release 1042",
        ),
        "home": Verb("home", Role.AGENT, Takes.NOTHING, "your cases, the queue, your duty", "home", everyday=True),
        "macro": Verb(
            "macro list|NAME|add NAME text|edit NAME text|remove NAME",
            Role.AGENT,
            Takes.WORDS,
            "ready-made replies; `?NAME` in a case's thread sends one",
            "macro add refund Hello {customer.first_name}, your refund is on its way.",
        ),
        "on": Verb(
            "on [17:00|2h]",
            Role.AGENT,
            Takes.WORDS,
            "go on duty at this desk, until you say so",
            "on 17:00",
            everyday=True,
        ),
        "off": Verb(
            "off [13:00|30m]", Role.AGENT, Takes.WORDS, "go off duty, or for a while", "off 30m", everyday=True
        ),
        "who": Verb("who", Role.AGENT, Takes.NOTHING, "who is on duty, with how many cases", "who", everyday=True),
        "hours": Verb("hours", Role.AGENT, Takes.WORDS, "when the desks are staffed", "hours", everyday=True),
        "sla": Verb("sla", Role.AGENT, Takes.WORDS, "targets, and what is due next", "sla", everyday=True),
        "teach": Verb("teach N", Role.AGENT, Takes.WORDS, "let the bot learn from a case", "teach 1042"),
        "review": Verb(
            "review [list|N|approve N|reject N why]",
            Role.LEAD,
            Takes.WORDS,
            "approve what the bot is taught, and look at what it was not sure of",
            "review",
        ),
        "model": Verb(
            "model [list|rollback V]",
            Role.OPERATOR,
            Takes.WORDS,
            "the models of understanding, which one answers, and back to an earlier one",
            "model list",
        ),
        "health": Verb(
            "health", Role.LEAD, Takes.NOTHING, "whether everything runs, and what waits", "health", everyday=True
        ),
        "export": Verb(
            "export [today|24h|7d|30d] [csv|xlsx|json]",
            Role.LEAD,
            Takes.EXPORT,
            "the cases of a time as a file, without anybody's words; for a spreadsheet, xlsx",
            "export 30d xlsx",
        ),
        "forget": Verb(
            "forget @who|#N|list",
            Role.OPERATOR,
            Takes.SOME_WORDS,
            "delete what is kept of a customer, once it was confirmed",
            "forget @ada",
        ),
    }
)


def needed(verb: str, may: Mapping[str, Role]) -> Role:
    """The role that a verb takes: as configured, else its own."""
    return may.get(verb, VERBS[verb].role)


def refusal(verb: str, role: Role, may: Mapping[str, Role] = MappingProxyType({})) -> str | None:
    """Why somebody in that role may not use a verb; None when they may. `may` is what the configuration says."""
    wanted = needed(verb, may)
    if role >= wanted:
        return None
    where = f" Whoever is in a desk's channel, and no guest, is *{wanted.name.lower()}*."
    if wanted > Role.AGENT:
        where = " Roles are given in the configuration, under `roles`."
    return f"`{verb}` is for the role *{wanted.name.lower()}*, and you are *{role.name.lower()}* here.{where}"


def help_for(role: Role, may: Mapping[str, Role] = MappingProxyType({}), known: Collection[str] = VERBS) -> str:
    """The `known` commands that somebody in that role may use, by what they are for, with examples."""
    parts: list[str] = []
    for title, verbs in _CHAPTERS:
        lines = [f"- `{VERBS[v].usage}` — {VERBS[v].help}" for v in verbs if v in known and role >= needed(v, may)]
        if lines:
            parts.append("\n".join([f"**{title}**", *lines]))
    if role is Role.CUSTOMER:
        return "\n\n".join(parts)
    examples = [f"`{VERBS[v].example}`" for v in _TAUGHT[role] if v in known and role >= needed(v, may)]
    parts.append(
        f"You are *{role.name.lower()}* here. Try {', '.join(examples)}. Add `{SHARE}` to any command, and the "
        "channel sees the answer; without it, you alone do."
    )
    return "\n\n".join(parts)


_CHAPTERS: Final = (
    ("Warmline commands", ("help",)),
    (
        "A case",
        (
            "case",
            "why",
            "reveal",
            "claim",
            "assign",
            "release",
            "transfer",
            "merge",
            "snooze",
            "wake",
            "resolve",
            "reopen",
            "dismiss",
            "hand_back",
        ),
    ),
    ("The desk", ("home", "queue", "macro", "on", "off", "who", "hours", "sla")),
    ("Learning", ("teach", "review")),
    ("Numbers", ("stats", "export", "health")),
    ("The product", ("model", "forget")),
)
_TAUGHT: Final[Mapping[Role, Sequence[str]]] = {
    Role.AGENT: ("queue", "claim", "snooze"),
    Role.LEAD: ("queue", "stats", "export"),
    Role.OPERATOR: ("stats", "health", "model"),
}
