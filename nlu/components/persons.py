"""Finds names of people: `my name is Ada Lovelace`, `mit frau müller`, `remind me to call Paul`, `c'est jean dupont`.

It goes by common given names, by titles, and by what stands before a name, in six languages. A capital alone makes no
name: sentences begin with one, German nouns have one, and so have shops and cities. What another extractor has found
to be something else stays that, unless somebody presents themselves so. Rasa's spaCy extractor calls the entity
PERSON, and so does this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Final

from nlu.components.given_names import brands, is_given_name, is_nothing_but_a_name, no_names, no_surnames
from nlu.components.overlaps import letters, letters_of
from nlu.components.patterns import merge_entities
from nlu.components.person_cues import (
    ARTICLE,
    CONTACT,
    GREETING,
    NEAR,
    NO_PAIR_AFTER,
    NO_TITLE_AFTER,
    PRESENTED,
    PRESENTED_LOOSELY,
    SIGNED,
    SMALL_TITLE,
    STREET_AFTER,
    STREET_BEFORE,
    TITLE,
    TITLE_WITH_CAPITAL,
)
from nlu.components.quantities.amounts import Span
from nlu.draft import Draft
from nlu.types import Entity

NAME: Final = "PERSON"
_WORD: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))*")
_MORE: Final = re.compile(
    r"\s(?P<small>(?:(?:van|von|de|da|di|del|della|der|la|le|dos|du|do|das|zu|ter|bin|al)\s){0,2})"
    r"(?P<word>[^\W\d_](?:\.(?=\s)|(?:[^\W\d_]|['’-](?=[^\W\d_]))*))"
)
_PLACED: Final = re.compile(
    r"\s*(?:$|[.,;:!?)\n]|(?:from|von|vom|de|from|here|hier|et|und|and|y|e|speaking|am|about|à|ici)\b)", re.IGNORECASE
)
_MOST_WORDS: Final = 4
_GENITIVE: Final = re.compile(r"['’]s$")


class Cue(IntEnum):
    """How plainly what stands before a word says that a name follows; the plainest first."""

    PRESENTED = 0
    TITLED = 1
    SIGNED = 2
    ADDRESSED = 3
    PRESENTED_LOOSELY = 4
    IN_CONTACT = 5
    NEAR = 6
    NONE = 7


_CUES: Final = (
    (Cue.PRESENTED, PRESENTED),
    (Cue.TITLED, TITLE),
    (Cue.TITLED, TITLE_WITH_CAPITAL),
    (Cue.SIGNED, SIGNED),
    (Cue.ADDRESSED, GREETING),
    (Cue.PRESENTED_LOOSELY, PRESENTED_LOOSELY),
    (Cue.IN_CONTACT, CONTACT),
    (Cue.NEAR, NEAR),
)
_CONFIDENCE: Final = {Cue.NONE: 0.7, Cue.NEAR: 0.6, Cue.IN_CONTACT: 0.7}


@dataclass(frozen=True, slots=True)
class PersonExtractor:
    """Adds entities `PERSON` to `draft.entities`. Learns nothing."""

    def process(self, draft: Draft) -> None:
        found: list[Entity] = []
        others = letters_of((e.start, e.end) for e in draft.entities if e.entity != NAME)
        for cue, start, end in people(draft.text):
            if cue > Cue.ADDRESSED and others & letters(start, end):
                continue
            name = draft.text[start:end]
            confidence = _CONFIDENCE.get(cue, 0.8)
            found.append(Entity(NAME, name, start, end, confidence, extractor="PersonExtractor"))
        draft.entities = merge_entities(draft.entities, found)

    def save(self, folder: Path) -> None:
        """Write nothing: there is nothing to learn."""

    @classmethod
    def load(cls, _folder: Path) -> PersonExtractor:
        """Return the extractor."""
        return cls()


def people(text: str) -> Iterator[tuple[Cue, int, int]]:
    """Yield names that do not overlap, in their order, as what told them, start and end."""
    cues = _cues(text)
    capitals = _says_capital_something(text)
    end = 0
    for word in _WORD.finditer(text):
        if word.start() < end or "@" in (text[word.start() - 1 : word.start()], text[word.end() : word.end() + 1]):
            continue
        cue = cues.get(word.start(), Cue.NONE)
        span = _name(text, word, cue, capitals=capitals)
        if span is not None:
            end = span[1]
            yield cue, *span


def _cues(text: str) -> dict[int, Cue]:
    """Where a name may begin, and the plainest cue that says so."""
    found: dict[int, Cue] = {}
    for cue, pattern in _CUES:
        for match in pattern.finditer(text):
            if cue is Cue.TITLED and _is_a_word(text, match):
                continue
            found[match.end()] = min(cue, found.get(match.end(), Cue.NONE))
    return found


def _is_a_word(text: str, title: re.Match[str]) -> bool:
    """Whether what may be a title is none here: *meine Frau ist*, *a senhora pode*."""
    before = text[max(0, title.start() - 12) : title.start()]
    if NO_TITLE_AFTER.search(before):
        return True
    is_small = text[title.end() : title.end() + 1].islower()
    return is_small and (ARTICLE.search(before) is not None or SMALL_TITLE.fullmatch(title[0]) is None)


def _says_capital_something(text: str) -> bool:
    """Whether capitals mean anything here: they do not where most words have one, or none."""
    words = [w[0] for w in _WORD.finditer(text) if len(w[0]) > 3]
    return not words or sum(w[0].isupper() for w in words) <= 0.6 * len(words) or len(words) <= 4


def _name(text: str, first: re.Match[str], cue: Cue, *, capitals: bool) -> Span | None:
    """The span of the name that begins at a word, or None where none does."""
    start = first.start()
    word = _GENITIVE.sub("", first[0])
    is_capital = word[0].isupper()
    is_known = is_capital and cue <= Cue.IN_CONTACT and is_given_name(word)  # `ask Will`
    if (word.casefold() in no_names() and not is_known) or (len(word) < 2 and cue > Cue.TITLED):
        return None
    if not _may_begin(text, first, word, cue, capitals=capitals):
        return None
    end = start + len(word)
    if len(word) == len(first[0]):
        end = _surname(text, end, lower=not is_capital, cue=cue)
    whole = text[start:end]
    if whole.casefold() in brands() or first[0].casefold() in brands() or _is_a_street(text, start, first.end(), end):
        return None
    return start, end


def _may_begin(text: str, first: re.Match[str], word: str, cue: Cue, *, capitals: bool) -> bool:
    is_capital = word[0].isupper()
    certain, known = is_nothing_but_a_name(word), is_given_name(word)
    match cue:
        case Cue.PRESENTED:
            shouts = len(word) > 1 and word.isupper() and not text.isupper()
            return (
                (is_capital and not shouts) or known or (len(word) > 2 and _PLACED.match(text, first.end()) is not None)
            )
        case Cue.TITLED:
            return is_capital or (len(word) > 2 and word.casefold() not in no_surnames())
        case Cue.SIGNED:
            return is_capital or known
        case Cue.ADDRESSED:
            return certain or (known and is_capital)
        case Cue.PRESENTED_LOOSELY | Cue.IN_CONTACT:
            if certain or (known and is_capital and _ends_or_goes_on(text, first.end())):
                return True
            return is_capital and capitals and not word.isupper() and _is_a_pair(text, first)
        case Cue.NEAR:
            return certain
        case Cue.NONE:
            return is_capital and certain and not (word.isupper() and not text.isupper())


def _ends_or_goes_on(text: str, end: int) -> bool:
    """Whether a name that is a word as well ends here, or a surname or something small follows."""
    after = _next_word(text, end)
    return after is None or after[0][0].isupper() or after[0].casefold() in no_surnames()


def _is_a_pair(text: str, first: re.Match[str]) -> bool:
    """Whether two capitals that nobody knows are a name: `call Zbigniew Kowalski`."""
    after = _next_word(text, first.end())
    if after is None or not after[0][0].isupper() or after[0].isupper() or after[0].casefold() in no_names():
        return False
    before = text[max(0, first.start() - 12) : first.start()].rstrip().casefold()
    return not before.endswith(NO_PAIR_AFTER)


def _next_word(text: str, end: int) -> re.Match[str] | None:
    return _WORD.match(text, end + 1) if text[end : end + 1] == " " else None


def _surname(text: str, end: int, *, lower: bool, cue: Cue) -> int:
    """Where a name ends that goes on: with capitals, or, where it was presented in small letters, one word more."""
    for _ in range(_MOST_WORDS - 1):
        more = _MORE.match(text, end)
        if more is None or more["word"].casefold() in no_names():
            return end
        if more["word"][0].isupper():
            end = more.end() - len(_genitive(more["word"]))
            continue
        is_last = _PLACED.match(text, more.end()) is not None
        if (
            lower
            and cue in {Cue.PRESENTED, Cue.PRESENTED_LOOSELY}
            and is_last
            and len(more["word"]) > 2
            and more["word"].casefold() not in no_surnames()
        ):
            return more.end()
        return end
    return end


def _genitive(word: str) -> str:
    found = _GENITIVE.search(word)
    return found[0] if found else ""


def _is_a_street(text: str, start: int, first_end: int, end: int) -> bool:
    behind = STREET_AFTER.search(text, first_end, end + 12)
    before = text[max(0, start - 16) : start]
    return STREET_BEFORE.search(before) is not None or (behind is not None and behind.start() <= end)
