"""What is asked of a trial, and what it answers: the two pieces of JSON between `bot.learning` and `trial`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from adapters.rasa.lessons import Taught

CANDIDATES: Final = "candidates"
"""The folder of a store in which models are tried out; nothing in it answers customers."""

MEASURED: Final = "measured"
"""The folder among the candidates that outlasts them: what the next trial would measure again."""


@dataclass(frozen=True, slots=True)
class Task:
    """What to try. `project` and `store` are folders; `cache` keeps learned dialogue."""

    project: Path
    store: Path
    cache: Path
    lessons: tuple[Taught, ...]

    def to_json(self) -> dict[str, Any]:
        """The task as it is handed over."""
        lessons = [lesson.to_json() for lesson in self.lessons]
        return {
            "project": str(self.project),
            "store": str(self.store),
            "cache": str(self.cache),
            "lessons": lessons,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Task:
        """What `to_json` made."""
        lessons = tuple(Taught.from_json(row) for row in data["lessons"])
        return cls(Path(data["project"]), Path(data["store"]), Path(data["cache"]), lessons)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it. `unfit` are lessons that clash with the project, `refused` those to blame for what was lost.

    The candidate knows all the others. `passed` says whether it may go live; it is kept only then.
    """

    model: str
    passed: bool
    report: tuple[str, ...]
    unfit: dict[int, str]
    refused: dict[int, str]

    def to_json(self) -> dict[str, Any]:
        """The result as it is printed."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Result:
        """What `to_json` made."""
        unfit, refused = ({int(n): str(why) for n, why in data[key].items()} for key in ("unfit", "refused"))
        return cls(str(data["model"]), bool(data["passed"]), tuple(data["report"]), unfit, refused)
