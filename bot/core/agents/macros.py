"""Ready-made replies: `?name` in a case's thread becomes the macro's text, with what is known filled in. Pure.

A macro that is not there, or that lacks something, becomes a problem for its author's eyes, and nothing is ever sent
half-filled. `name.de` is the same macro in German, for customers who speak it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from bot.core.activity import Person
from bot.core.conversation import Conversation
from bot.core.forms import MAX_TYPED
from bot.core.live import Macro
from bot.core.policy import Policy
from bot.core.wording.escapes import unescaped
from bot.core.wording.words import LANGUAGES, language_of, say

MAX_TEXT: Final = MAX_TYPED
"""So that what stands in the book fits into a window, too."""
MAX_MACROS: Final = 500
START: Final = "start"
"""The field of a form that says what it began with; `IN_FORMS` and a name for a macro."""
IN_FORMS: Final = "macro:"

_NAME: Final = re.compile(rf"[a-z][a-z0-9_-]{{0,39}}(\.({'|'.join(LANGUAGES)}))?")
_CALL: Final = re.compile(r"\s*\?([A-Za-z][\w-]*(?:\.[A-Za-z]{2})?)\s*")
_FIELD: Final = re.compile(r"\{\s*([A-Za-z_][\w.-]*)\s*\}")
_FIXED: Final = ("customer.first_name", "customer.name", "agent.name", "case.number", "team")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a macro cannot be sent; its author alone is told."""

    why: str


def called(text: str) -> str | None:
    """The macro that a message asks for when it is `?name` and nothing else; None when it is an ordinary message."""
    found = _CALL.fullmatch(unescaped(text))
    return found[1].lower() if found else None


def is_name(name: str) -> bool:
    """Whether a macro may have that name."""
    return _NAME.fullmatch(name) is not None


def fields_of(text: str) -> tuple[str, ...]:
    """The fields in a macro's text, each once, in order."""
    return tuple(dict.fromkeys(_FIELD.findall(text)))


def slots_of(text: str) -> tuple[str, ...]:
    """Those fields that only a conversation's own slots can fill."""
    return tuple(name for name in fields_of(text) if name not in _FIXED)


@dataclass(frozen=True, slots=True)
class Draft:
    """A macro's text with what is known filled in; what is `missing` still stands in it as `{field}`."""

    name: str
    text: str
    missing: tuple[str, ...] = ()


def drafted(name: str, conversation: Conversation, agent: Person, policy: Policy) -> Draft | None:
    """What the customer would read if that agent sent that macro now, as far as it is known; None for no such macro."""
    macro = _chosen(name, policy.live.macros, language_of(conversation.language, conversation.customer.locale, policy))
    if macro is None:
        return None
    known = _known(conversation, agent, policy)
    missing = tuple(field for field in fields_of(macro.text) if not known.get(field))
    return Draft(macro.name, _FIELD.sub(lambda field: known.get(field[1]) or f"{{{field[1]}}}", macro.text), missing)


def filled(name: str, conversation: Conversation, agent: Person, policy: Policy) -> str | Problem:
    """The text that the customer would read if that agent sent that macro now."""
    draft = drafted(name, conversation, agent, policy)
    if draft is None:
        near = get_close_matches(name, [m.name for m in policy.live.macros], n=1, cutoff=0.5)
        hint = f" Did you mean `?{near[0]}`?" if near else ""
        return Problem(f"There is no macro `?{name}`, so nothing was sent.{hint} `macro list` has them all.")
    if draft.missing:
        lacking = ", ".join(f"`{field}`" for field in draft.missing)
        return Problem(f"`?{draft.name}` needs {lacking}, which is not known here, so nothing was sent.")
    return draft.text


def chosen(start: str, conversation: Conversation, agent: Person, policy: Policy) -> str | None:
    """The name of the macro with which a form began, None when it began with none."""
    if not start.startswith(IN_FORMS):
        return None
    draft = drafted(start.removeprefix(IN_FORMS), conversation, agent, policy)
    return draft.name.partition(".")[0] if draft else None


def choices(macros: Iterable[Macro], language: str) -> tuple[Macro, ...]:
    """Each macro once, in that language where there is such a one; by name."""
    listed = tuple(macros)
    names = sorted({macro.name.partition(".")[0] for macro in listed})
    found = (_chosen(name, listed, language) for name in names)
    return tuple(macro for macro in found if macro is not None)


def _chosen(name: str, macros: Sequence[Macro], language: str) -> Macro | None:
    by_name = {macro.name: macro for macro in macros}
    if name in by_name and "." in name:
        return by_name[name]
    return by_name.get(f"{name}.{language}") or by_name.get(name)


def _known(conversation: Conversation, agent: Person, policy: Policy) -> Mapping[str, str]:
    """What fields can be filled with. Slots cannot take the place of what is ours to say."""
    customer, case = conversation.customer, conversation.case
    need = case.need if case and case.need.entities else conversation.need
    language = language_of(conversation.language, customer.locale, policy)
    words = customer.name.split()
    fixed = {
        "customer.first_name": words[0] if words else "",
        "customer.name": customer.name,
        "agent.name": policy.persona or agent.label,
        "case.number": str(case.number) if case else "",
        "team": policy.team or say("team", language, policy),
    }
    return {**dict(need.entities), **fixed}
