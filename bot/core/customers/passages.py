"""Which sentences of an answer a further question is about: *and on Sundays?* after the opening hours.

Words are held together by their beginnings, and a question for the price is about what names one. Nothing is said that
the answer does not say.
"""

from __future__ import annotations

import re
from typing import Final

from bot.core.customers.leaning_words import BARE, POINTERS, PREPOSITIONS

_STEM: Final = 5
"""Letters by which a word is known in its forms: *Sunday*, *Sundays*."""
_LEAST_LETTERS: Final = 4
_MOST_SENTENCES: Final = 2

_WORDS: Final = re.compile(r"[^\W_]+")
_SENTENCES: Final = re.compile(r"(?<=[.!?;])\s+|\n+")
_COST: Final = re.compile(
    r"\b(?:how much|pay|free|costs?|charged?|fees?|kost\w*|bezahlen|zahlen|gratis|umsonst|combien (?:ça|cela) coûte"
    r"|pay(?:er|ant)\w*|gratuit\w*|coût\w*|cher|cuesta\w*|cuestan|pagar|coste|custa\w*|pago|paga|grátis|costa\w*|pagare|costo"
    r"|cu[aá]nto es|quanto é)\b",
    re.IGNORECASE,
)
_PRICE: Final = re.compile(
    r"[€$£%]|\b(?:free|kosten(?:los|frei)\w*|gratis|umsonst|gratuit\w*|grátis|kostet nichts|ne coûte rien)\b",
    re.IGNORECASE,
)


def passage(answer: str, said: str) -> str:
    """The sentences of an answer, two at most, that name what was said; "" where none does, or nearly all."""
    sentences = [sentence.strip() for sentence in _SENTENCES.split(answer) if sentence.strip()]
    stems = {word[:_STEM] for word in _own_words(said)}
    found = [sentence for sentence in sentences if stems & {w[:_STEM] for w in _long_words(sentence)}]
    if not found and _COST.search(said):
        found = [sentence for sentence in sentences if _PRICE.search(sentence)]
    return (
        " ".join(sentence.rstrip(";") for sentence in found)
        if len(found) <= _MOST_SENTENCES and len(found) < len(sentences)
        else ""
    )


def _own_words(said: str) -> set[str]:
    return {word for word in _long_words(said) if word not in BARE | POINTERS | PREPOSITIONS}


def _long_words(text: str) -> list[str]:
    return [word for word in _WORDS.findall(text.casefold()) if len(word) >= _LEAST_LETTERS]
