"""Which language a customer writes, by what is known of their words and of the conversation so far."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from bot.core.conversation import Conversation, Speaker
from bot.core.policy import Policy
from bot.core.wording.words import LANGUAGES, language_of
from nlu.types import ParseResult

_LEAST_WORDS: Final = 3
_LEAST_WORDS_TO_LEAVE_IT: Final = 5
"""Of what our own examples of moods say in three words of five foreign languages, one in seven is taken for another
language, mostly for the assistant's own; in five words one in sixty."""

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

_BEGINNINGS: Final = {
    "de": "hallo hallöchen moin servus grüezi tag abend morgen guten grüß gott danke dankeschön bitte ja nein hilfe",
    "fr": "bonjour bonsoir salut coucou rebonjour merci oui aide svp au revoir",
    "es": "hola buenas buenos días dias tardes noches gracias ayuda adiós adios",
    "pt": "olá ola oi bom dia boa tarde noite obrigado obrigada sim não ajuda tchau",
    "it": "ciao buongiorno buonasera buondì salve grazie mille aiuto sì arrivederci",
}

BEGINNINGS: Final[Mapping[str, frozenset[str]]] = {
    name: frozenset(words.split()) for name, words in _BEGINNINGS.items()
}
"""Words with which people begin to write, or write alone; each stands in one of the languages only."""


def tongue_of(conversation: Conversation, spoken: str, parse: ParseResult, policy: Policy) -> str:
    """The language that a customer writes: that of these words where they are enough to tell, else that of before.

    Who has written another language than the default one is not taken to have left it by a few words. While nothing
    is known, one or two words are believed that people begin with in one language alone, or, unless their platform
    tells another language than the default one, that understanding takes for a foreign one of ours although it expects
    the assistant's own of so few: that is right nineteen times in twenty, and the next message of some length decides.
    """
    known = conversation.language
    if parse.language in {"", "und"}:
        return known
    if not known and (begun := _begun_in(spoken)):
        return begun
    settled = known not in {"", policy.default_language} and _has_written_enough(conversation)
    least = _LEAST_WORDS_TO_LEAVE_IT if settled else _LEAST_WORDS
    if len(spoken.split()) >= least:
        return parse.language
    if known:
        return known
    told = language_of("", conversation.customer.locale, policy) != policy.default_language
    foreign = not told and parse.language in LANGUAGES and parse.language != policy.default_language
    return parse.language if foreign else ""


def _has_written_enough(conversation: Conversation) -> bool:
    said = (line.text for line in conversation.transcript if line.speaker is Speaker.CUSTOMER)
    return any(len(text.split()) >= _LEAST_WORDS for text in said)


def _begun_in(spoken: str) -> str:
    words = {word.lower() for word in _WORD.findall(spoken)}
    return next((language for language, own in BEGINNINGS.items() if words and words <= own), "")
