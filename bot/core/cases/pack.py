"""What agents are told of a case besides its state: the hand-over pack, line by line, in words.

Says what is known and how sure that is, and nothing that is not known. How it looks is each adapter's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.core.conversation import Case, Conversation, Mood, Similar, Speaker
from bot.core.policy import Policy
from bot.core.trend import trend
from bot.core.wording.shortening import on_one_line, shortened

_BARS: Final = "▁▂▃▄▅▆▇█"
_MOODS_SHOWN: Final = 4
_TURNS_TO_CALL_IT_A_TREND: Final = 0.15
_QUOTE: Final = 160
_NAME: Final = 80
_SUGGESTION: Final = 1000
_SAYS_NOTHING: Final = frozenset({"", "0", "0.0", "False", "None", "[]"})
"""Values of slots that tell an agent nothing: counters at zero, switches that are off."""

_TONGUES: Final = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}


def name(conversation: Conversation) -> str:
    """The customer's name, as long as a title may be."""
    return on_one_line(conversation.customer.label, _NAME)


def evidence(case: Case) -> tuple[str, ...]:
    """The words behind the reason, each as long as a quotation may be."""
    return tuple(on_one_line(each, _QUOTE) for each in case.why.evidence)


def who(conversation: Conversation) -> str:
    """The customer: name, platform, tier."""
    customer = conversation.customer
    tier = f"tier {customer.tier}" if customer.tier else ""
    return " · ".join(x for x in (name(conversation), customer.platform, tier) if x)


def tongue(conversation: Conversation) -> str:
    """The language that the customer writes, as far as it was recognised."""
    return tongue_named(conversation.language) or "language unknown"


def tongue_named(language: str) -> str:
    """What agents call a language: `German` for `de`; one that we have no word for is called by its code."""
    return _TONGUES.get(language, language)


def wants(case: Case, policy: Policy) -> str:
    """What was understood, and how surely."""
    need = policy.intent_labels.get(case.need.intent, case.need.intent.replace("_", " "))
    return f"{need} ({case.need.confidence:.0%} sure)" if need else "not understood"


def details(case: Case) -> str:
    """Entities, and slots that are filled."""
    return ", ".join(
        f"{name.replace('_', ' ')}: {value}" for name, value in case.need.entities if value not in _SAYS_NOTHING
    )


def mood(moods: Sequence[Mood]) -> str:
    """How upset the customer was over the last turns: a bar each on a scale from 0 to 1, the words, the trend."""
    shown = moods[-_MOODS_SHOWN:]
    if not shown:
        return ""
    bars = "".join(_BARS[min(int(each.upset * len(_BARS)), len(_BARS) - 1)] for each in shown)
    labels = " → ".join(each.label for each in shown)
    levels = " → ".join(f"{each.upset:.0%}" for each in shown)
    together = f", together {trend(moods):.0%}" if len(moods) > 1 else ""
    return f"{bars} {labels}, upset {levels}{together}{_direction(shown)}"


def _direction(moods: Sequence[Mood]) -> str:
    change = moods[-1].upset - moods[0].upset
    if len(moods) < 2 or abs(change) < _TURNS_TO_CALL_IT_A_TREND:
        return ""
    return ", rising" if change > 0 else ", calming down"


def tried(conversation: Conversation, case: Case) -> str:
    """What the bot said in this passage, before people came."""
    began = conversation.earlier[-1].resolved_at if conversation.earlier else 0.0
    lines = [line for line in conversation.transcript if began <= line.at <= case.opened_at]
    said = [line for line in lines if line.speaker is Speaker.BOT]
    if not said:
        return "nothing yet"
    asked = [x for x in lines if x.speaker is Speaker.CUSTOMER and x.at <= said[-1].at]
    words = f"“{on_one_line(asked[-1].text, 60)}”" if asked and asked[-1].text.strip() else "a file"
    to = f" to {words}" if asked else ""
    return f"{len(said)} answer{'s' if len(said) > 1 else ''}; the last{to}: “{on_one_line(said[-1].text, _QUOTE)}”"


def earlier(conversation: Conversation) -> str:
    """The customer's earlier cases, newest first."""
    shown = [f"#{closed.number} ({closed.reason.value})" for closed in reversed(conversation.earlier)]
    return ", ".join(shown[:3]) + (f" and {len(shown) - 3} more" if len(shown) > 3 else "")


def similar(case: Case) -> str:
    """Cases that people solved before and that are like this one; once it is solved itself nobody needs them."""
    if case.resolved_at is not None:
        return ""
    return "\n".join(
        f"{each.source}, {each.likeness:.0%} alike: “{on_one_line(each.question, _QUOTE)}”" for each in case.similar
    )


def suggested(case: Case, language: str) -> Similar | None:
    """The one answer that may fit, None when there is none in the customer's language."""
    return next((each for each in case.similar if not language or each.language in {"", language}), None)


def suggested_reply(case: Case, language: str) -> str:
    """The suggestion as the card shows it."""
    found = suggested(case, language)
    if found is None or case.resolved_at is not None:
        return ""
    return f"{shortened(found.answer, _SUGGESTION)}\n(what answered {found.source})"
