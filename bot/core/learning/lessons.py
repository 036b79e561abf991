"""What the bot is taught: lessons, the states they go through, and what a lesson may be. Pure, and without wording.

A lesson is some customer's words with what they mean. One for an intent that is there brings words alone, one for a new
intent the answer, too. It is proposed by an agent, approved by a lead, and goes live with a model that passed the gate.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.core.forms import MAX_TYPED

MAX_TEXTS: Final = 20
"""Messages that one lesson teaches at most."""
MAX_TEXT: Final = 500
"""Characters of one of them: what is longer is no example of anything."""
MAX_ANSWER: Final = MAX_TYPED
MAX_NAME: Final = 60
"""Characters of a new intent's name."""
MAX_LESSONS: Final = 5000
"""Lessons that are kept, those that were rejected aside."""

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*(/[a-z][a-z0-9_]*)?")
_NO_WORD: Final = re.compile(r"[^\w]+")


class LessonState(StrEnum):
    """Where a lesson stands. HELD: the gate kept the model that carries it from going live, and `why` says so."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    LIVE = "live"
    HELD = "held"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson. `texts` are a customer's own words, masked, and never empty; times are in seconds since 1970.

    `answer` is "" for an intent that is there already. `case` is 0 where it came from a doubtful message instead of a
    case. `by` and `reviewer` are people's names. `model` is the version in which it went live, kept while a rollback
    holds it; `settled_at` is when it was last reviewed, went live or was held. `news` is how little of it the bot knew
    when it was written, 0 to 1.
    `version` counts from 1; the store keeps it beside the row.
    """

    number: int
    texts: tuple[str, ...]
    intent: str
    answer: str
    language: str
    case: int
    by: str
    at: float
    state: LessonState = LessonState.PROPOSED
    reviewer: str = ""
    why: str = ""
    model: str = ""
    version: int = 0
    approved_at: float = 0.0
    settled_at: float = 0.0
    news: float = 0.0

    @property
    def is_wanted(self) -> bool:
        """Whether the next model shall know it."""
        return self.state in WANTED

    @property
    def waits(self) -> bool:
        """Whether somebody has to decide about it."""
        return self.state in {LessonState.PROPOSED, LessonState.HELD}


@dataclass(frozen=True, slots=True)
class Doubt:
    """A message that the bot was not sure of. `text` is fit for a lesson, `at` in seconds since 1970.

    `customer` is the key of the person who wrote it.
    `guesses` are pairs of intent and probability, best first; `meant` is the one that the customer pressed, if any.
    """

    id: str
    text: str
    language: str
    at: float
    conversation: str
    customer: str
    guesses: tuple[tuple[str, float], ...] = ()
    meant: str = ""

    @property
    def code(self) -> str:
        """A short name that people can type."""
        return hashlib.sha256(self.id.encode()).hexdigest()[:8]

    @property
    def suggested(self) -> str:
        """What it most likely means: what the customer pressed, else the best guess; "" without any."""
        return self.meant or (self.guesses[0][0] if self.guesses else "")

    @property
    def informative(self) -> float:
        """How much is learned from it, from 0: what the customer has explained first, then what the bot wavered on."""
        first, second = (*(p for _, p in self.guesses), 0.0, 0.0)[:2]
        return (1.0 if self.meant else 0.0) + 1.0 - (first - second)


WANTED: Final = frozenset({LessonState.APPROVED, LessonState.LIVE})


def is_new_name(name: str) -> bool:
    """Whether a new intent may have that name; `faq/parking` is one more question of `faq`."""
    return len(name) <= MAX_NAME and _NAME.fullmatch(name) is not None


def named(typed: str) -> str:
    """The name of a new intent as somebody typed it: `Late parcel?` becomes `late_parcel`; "" when nothing is left."""
    plain = unicodedata.normalize("NFKD", typed).encode("ascii", "ignore").decode().lower()
    parts = (_NO_WORD.sub("_", part.strip()).strip("_") for part in plain.split("/"))
    return "/".join(part for part in parts if part)


def lines_of(typed: str) -> tuple[str, ...]:
    """The messages in a field that has one a line: none empty, each once."""
    lines = (" ".join(line.split()) for line in typed.splitlines())
    found: dict[str, str] = {}
    for line in lines:
        if line:
            found.setdefault(same(line), line)
    return tuple(found.values())


def same(text: str) -> str:
    """Texts that are the same here are the same example: case, punctuation and spaces do not count."""
    words = _NO_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()
    return words or text.strip()


def taught_words(lessons: Iterable[Lesson], *, apart_from: int = 0) -> Mapping[str, Lesson]:
    """The earliest lesson that teaches each text, by what `same` makes of it; those rejected do not count."""
    found: dict[str, Lesson] = {}
    for lesson in lessons:
        if lesson.state is not LessonState.REJECTED and lesson.number != apart_from:
            for text in lesson.texts:
                found.setdefault(same(text), lesson)
    return found
