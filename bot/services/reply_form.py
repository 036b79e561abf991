"""*Reply with…*: a window that begins with the suggestion, with what answered a similar case, or with a macro. Pure.

Everything in it can be changed before it is sent; what it becomes then is the machine's.
"""

from __future__ import annotations

from typing import Final

from bot.core.activity import Person, Submitted
from bot.core.agents import macros, relay
from bot.core.cases import pack
from bot.core.conversation import Case, Conversation, Similar
from bot.core.forms import MAX_TYPED, FieldKind, Form, FormField, missing
from bot.core.policy import Policy
from bot.core.wording.shortening import on_one_line
from bot.core.wording.words import language_of

ACTION: Final = "reply_with"
TEXT: Final = "text"

_CASE: Final = "case:"
_LABEL: Final = 75
_NONE: Final = "What you often write can be kept: `macro add NAME text`."
_FEW: Final = 75
"""So many fit into every platform's window."""
_MANY: Final = "Where a window has no room for all of them, ?name in the thread sends any macro."


def form(conversation: Conversation, number: str, asker: Person, policy: Policy, *, start: str | None = None) -> Form:
    """The window. `start` is what was chosen to begin with, "" for nothing; None when it has just been opened.

    `policy.live` holds the macros.
    """
    case = conversation.case
    options = (*_cases(case), *_macros(conversation, policy))
    if start is None:
        suggestion = pack.suggested(case, conversation.language) if case else None
        start = f"{_CASE}{suggestion.source}" if suggestion else ""
    text, hint = _begun(conversation, asker, policy, start)
    hint = hint if options else _NONE
    words = FormField(TEXT, f"To {conversation.customer.label}", FieldKind.LONG_TEXT, value=text, hint=hint)
    begin = FormField(
        macros.START,
        "Begin with",
        FieldKind.CHOICE,
        required=False,
        value=start,
        options=options,
        hint=_MANY if len(options) > _FEW else "",
        fills="Use this",
    )
    return Form(ACTION, number, f"Reply in #{number}", "Send", (begin, words) if options else (words,))


def chosen(conversation: Conversation, submitted: Submitted, asker: Person, policy: Policy) -> Form:
    """The window as it begins with what was chosen in it."""
    start = dict(submitted.fields).get(macros.START, "")
    return form(conversation, submitted.value, asker, policy, start=start)


def faults(
    conversation: Conversation, submitted: Submitted, asker: Person, policy: Policy
) -> tuple[tuple[str, str], ...]:
    """What is wrong with what was filled in, and why it could not be sent: then the window stays, with every word."""
    begun, given = chosen(conversation, submitted, asker, policy), dict(submitted.fields)
    if wrong := missing(begun, submitted.fields):
        return wrong
    said, offered = given.get(TEXT, ""), next(f.value for f in begun.fields if f.name == TEXT)
    still_open = macros.fields_of(offered) if given.get(macros.START, "").startswith(macros.IN_FORMS) else ()
    if left := [f"{{{name}}}" for name in still_open if f"{{{name}}}" in said]:
        return ((TEXT, f"Write what belongs in place of {', '.join(left)}."),)
    why = relay.bars_reply(conversation, asker, said, policy)
    return ((TEXT, why.replace("**", "")),) if why else ()


def _begun(conversation: Conversation, asker: Person, policy: Policy, start: str) -> tuple[str, str]:
    """What stands in the window, and what is said below it."""
    if start.startswith(_CASE):
        found = next((s for s in _similar(conversation.case) if f"{_CASE}{s.source}" == start), None)
        if found is not None:
            return _fitting(found.answer, f"What answered {found.source}: read it, and change what does not fit.")
    if start.startswith(macros.IN_FORMS):
        draft = macros.drafted(start.removeprefix(macros.IN_FORMS), conversation, asker, policy)
        if draft is not None:
            lacking = ", ".join(f"{{{name}}}" for name in draft.missing)
            more = f" Not known here: {lacking}. Write what belongs there." if lacking else ""
            return _fitting(draft.text, f"?{draft.name}, filled in.{more}")
    return "", ""


def _fitting(text: str, hint: str) -> tuple[str, str]:
    if len(text) <= MAX_TYPED:
        return text, hint
    return "", "That is too long for a window: send it from the thread, by its name behind a question mark."


def _cases(case: Case | None) -> tuple[tuple[str, str], ...]:
    return tuple(
        (f"{_CASE}{each.source}", _label(f"{each.source}, {each.likeness:.0%} alike", each.answer))
        for each in _similar(case)
    )


def _macros(conversation: Conversation, policy: Policy) -> tuple[tuple[str, str], ...]:
    language = language_of(conversation.language, conversation.customer.locale, policy)
    found = macros.choices(policy.live.macros, language)
    return tuple((f"{macros.IN_FORMS}{each.name}", _label(f"?{each.name}", each.text)) for each in found)


def _similar(case: Case | None) -> tuple[Similar, ...]:
    return case.similar if case is not None else ()


def _label(name: str, text: str) -> str:
    return on_one_line(f"{name}: {text}", _LABEL)
