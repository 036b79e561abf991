"""What one case was, read from its journal: when, why, where, by whom, how it ended. Never anybody's words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Final, Protocol

from bot.core.cases.stats import CLOSED


class Fact(Protocol):
    """One line of a journal. `at` is in seconds since 1970."""

    @property
    def at(self) -> float: ...
    @property
    def case(self) -> int | None: ...
    @property
    def kind(self) -> str: ...
    @property
    def labels(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Chapter:
    """One case. Times are seconds since 1970, None until it happened; `csat` is the rating as it was left, 1 to 5.

    `could_have` is what its agent says of whether the bot could have answered it, `lessons` how many were made of it.
    """

    case: int
    opened_at: float
    platform: str = ""
    desk: str = ""
    reason: str = ""
    intent: str = ""
    agent: str = ""
    claimed_at: float | None = None
    first_answer_at: float | None = None
    closed_at: float | None = None
    outcome: str = ""
    reopened: int = 0
    sla_breaches: int = 0
    csat: int | None = None
    could_have: str = ""
    lessons: int = 0


COLUMNS: Final = tuple(field.name for field in fields(Chapter))
_LABELS: Final = ("platform", "desk", "reason", "intent", "agent")


def chapter_of(number: int, journal: Iterable[Fact]) -> Chapter | None:
    """What a conversation's journal says of one of its cases; None when it does not say that it was opened."""
    found: Chapter | None = None
    for fact in journal:
        if fact.case != number:
            continue
        if found is None:
            if fact.kind != "handed_over":
                continue
            found = Chapter(number, fact.at)
        found = _after(found, fact)
    return found


def _after(chapter: Chapter, fact: Fact) -> Chapter:
    known = {name: fact.labels[name] for name in _LABELS if fact.labels.get(name)}
    chapter = replace(chapter, **known)  # type: ignore[arg-type]  # all of these are texts
    match fact.kind:
        case "claimed":
            return replace(chapter, claimed_at=chapter.claimed_at or fact.at)
        case "first_answered":
            return replace(chapter, first_answer_at=chapter.first_answer_at or fact.at)
        case "reopened":
            return replace(chapter, reopened=chapter.reopened + 1, closed_at=None, outcome="")
        case "sla_breached":
            return replace(chapter, sla_breaches=chapter.sla_breaches + 1)
        case "rated":
            score = fact.labels.get("score", "")
            return replace(chapter, csat=int(score) if score.isdigit() else chapter.csat)
        case "could_have":
            return replace(chapter, could_have=fact.labels.get("answer", ""))
        case "taught":
            return replace(chapter, lessons=chapter.lessons + 1)
        case kind if kind in CLOSED:
            return replace(chapter, closed_at=fact.at, outcome=fact.labels.get("resolution") or kind)
        case _:
            return chapter
