"""What is asked of a trial, and what it answers: the pieces of JSON between `bot.training.learning` and `trial`."""

from __future__ import annotations

import json
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


@dataclass(frozen=True, slots=True)
class Failure:
    """Why nothing came of it; `errno` is the system's number for what it refused, None for anything else."""

    why: str
    errno: int | None = None

    def to_json(self) -> dict[str, object]:
        """The failure as it is printed."""
        return {"failed": self.why, "errno": self.errno}


def answer_in(printed: str) -> Result | Failure | None:
    """What a trial answered in the last line that it printed; None where that is no answer."""
    try:
        found = json.loads(printed.splitlines()[-1])
        if "failed" not in found:
            return Result.from_json(found)
        return Failure(str(found["failed"]), int(found["errno"]) if found["errno"] else None)
    except (IndexError, KeyError, TypeError, ValueError, AttributeError):
        return None
