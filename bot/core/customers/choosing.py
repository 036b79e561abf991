"""Which button somebody means who types instead of pressing: its label, even mistyped, or its place in the list.

Knows what was offered last, and no model. A bare figure is a value, not a place, where the labels have small figures of
their own (*2* of *2 years*, *4 years*).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from bot.core.conversation import Offer
from bot.core.customers.escalation import normal

_LEAST_LETTERS: Final = 4
"""Of a label that may be mistyped: of shorter ones too many words differ by one letter."""
_LIKE: Final = 0.82
"""How alike a mistyped label is to the right one, as `difflib` measures it: one slip in five letters, two in ten."""

_PLACES: Final = (
    "1 1st first erste ersten erster erstes premier première primero primera primer primeiro primeira primo prima",
    "2 2nd second zweite zweiten zweiter zweites deuxième seconde segundo segunda secondo seconda",
    "3 3rd third dritte dritten dritter drittes troisième tercero tercera tercer terceiro terceira terzo terza",
    "4 4th fourth vierte vierten vierter viertes quatrième cuarto cuarta quarto quarta",
    "5 5th fifth fünfte fünften fünfter fünftes cinquième quinto quinta",
    "6 6th sixth sechste sechsten sechster sechstes sixième sexto sexta sesto sesta",
)
_LAST: Final = "last letzte letzten letzter letztes dernier dernière último última ultimo ultima"
_COUNTS: Final = (
    "1 one eins un uno um",
    "2 two zwei deux dos dois due",
    "3 three drei trois tres três tre",  # codespell:ignore tre
    "4 four vier quatre cuatro quatro quattro",
    "5 five fünf cinq cinco cinque",
    "6 six sechs six seis sei",
)
_PLACE_OF: Final = {word: place for place, words in enumerate(_PLACES) for word in words.split()}
_COUNT_OF: Final = {word: place for place, words in enumerate(_COUNTS) for word in words.split()}

_ARTICLE: Final = "the|die|der|das|den|le|la|el|l|o|a|il"
_NOUN: Final = "one|option|choice|button|möglichkeit|choix|opción|opção|opzione|scelta"
_NUMBER: Final = "number|no|nr|nummer|numéro|número|numero|option|choice|opción|opção|opzione"
_COURTESY: Final = re.compile(
    r"^(?:(?:ok|okay|yes|ja|oui|sí|sim|sì|then|dann|i ll take|i take|i d like|ich nehme|ich möchte|je prends"
    r"|je voudrais|quiero|quero|prendo|vorrei) )*"
    r"|(?: (?:please|pls|bitte|svp|s il vous plaît|merci|por favor|per favore|thanks|danke|gracias|obrigad[oa]"
    r"|grazie))*$"
)
_BY_PLACE: Final = re.compile(
    rf"(?P<article>(?:{_ARTICLE}) )?(?P<place>{'|'.join((*_PLACE_OF, *_LAST.split()))})(?P<noun> (?:{_NOUN}))?"
)
_BY_NUMBER: Final = re.compile(rf"(?:{_NUMBER}) (?P<count>{'|'.join(_COUNT_OF)})")


def chosen(offer: Offer | None, text: str) -> str | None:
    """What the button says that a customer has typed in place of pressing it; None where that is none, or unclear."""
    if offer is None:
        return None
    said = _COURTESY.sub("", normal(text))
    place = _labelled([normal(label) for _, label in offer.guesses], normal(text), said)
    if place is None:
        counted = offer.guesses[len(offer.guesses) - offer.places :]
        at = _counted([label for _, label in counted], said)
        place = None if at is None else len(offer.guesses) - offer.places + at
    return None if place is None else offer.guesses[place][0]


def _labelled(labels: Sequence[str], *said: str) -> int | None:
    """The place of the one label that was typed, letter by letter or nearly."""
    for words in said:
        if labels.count(words) == 1:
            return labels.index(words)
    words = said[-1]
    near = [place for place, label in enumerate(labels) if _is_slip(label, words)]
    return near[0] if len(near) == 1 else None


def _is_slip(label: str, words: str) -> bool:
    """Whether a label was mistyped: letters alone, since another figure is another thing."""
    if min(len(label), len(words)) < _LEAST_LETTERS or any(c.isdigit() for c in label + words):
        return False
    return len(label.split()) == len(words.split()) and SequenceMatcher(None, label, words).ratio() >= _LIKE


def _counted(labels: Sequence[str], said: str) -> int | None:
    """The place that is named among labels that were shown together."""
    if len(labels) < 2:
        return None
    if by_number := _BY_NUMBER.fullmatch(said):
        return _within(_COUNT_OF[by_number["count"]], labels)
    found = _BY_PLACE.fullmatch(said)
    if found is None:
        return None
    word = found["place"]
    if word.isdigit():
        figures = [int(figure) for label in labels for figure in re.findall(r"\d+", label)]
        is_value = bool(found["noun"]) or any(figure <= len(labels) for figure in figures)
        return None if is_value else _within(_PLACE_OF[word], labels)
    if not (found["article"] or found["noun"]):  # "segunda" is Monday as well, "prima" before
        return None
    return len(labels) - 1 if word in _LAST.split() else _within(_PLACE_OF[word], labels)


def _within(place: int, labels: Sequence[str]) -> int | None:
    return place if place < len(labels) else None
