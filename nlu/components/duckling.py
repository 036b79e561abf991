"""Extracts quantities, moments and contact data in the shape of Rasa's DucklingEntityExtractor, without a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nlu.artifacts import read_json, write_json
from nlu.components.overlaps import letters, letters_of
from nlu.components.quantities.moments import moments
from nlu.components.quantities.numbers import FINDERS
from nlu.draft import Draft
from nlu.types import Entity

DIMENSIONS: Final = ("time", "amount-of-money", "duration", "email", "url", "phone-number", "ordinal", "number")
"""In order of precedence: what a more particular dimension covers is no plain number."""


def the_present() -> datetime:
    """Return the time by the machine's clock; whoever needs another hands another function in."""
    return datetime.now(UTC)  # noqa: TID251 - the one place of this library that asks the machine's clock


@dataclass(frozen=True, slots=True)
class DucklingEntityExtractor:
    """Adds to `draft.entities`. `region` (`DE`) is whose phone numbers need no country code; `present` is the clock."""

    dimensions: tuple[str, ...] = DIMENSIONS
    timezone: str = "UTC"
    region: str | None = None
    present: Callable[[], datetime] = the_present

    def process(self, draft: Draft) -> None:
        found: list[Entity] = []
        for dimension in DIMENSIONS:
            if dimension not in self.dimensions:
                continue
            covered = letters_of((o.start, o.end) for o in found) if dimension in {"number", "ordinal", "url"} else 0
            found += [
                e for e in self._of(dimension, draft.text, draft.language) if not covered & letters(e.start, e.end)
            ]
        draft.entities = (*draft.entities, *found)

    def _of(self, dimension: str, text: str, language: str) -> Iterator[Entity]:
        if dimension == "time":
            yield from moments(text, self.present().astimezone(_zone(self.timezone)), language)
        elif dimension == "phone-number":
            if sum(c.isdigit() for c in text) >= 7:
                # its tables of all countries take 30 MB: loaded when the first text needs them
                yield from import_module("nlu.components.quantities.phones").phone_numbers(text, self.region)
        else:
            yield from FINDERS[dimension](text)

    def save(self, folder: Path) -> None:
        about = {"dimensions": list(self.dimensions), "timezone": self.timezone, "region": self.region}
        write_json(folder / "duckling.json", about)

    @classmethod
    def load(cls, folder: Path) -> DucklingEntityExtractor:
        """Read what `save` wrote. Raises ModelError."""
        about = read_json(folder / "duckling.json")
        dimensions: list[str] = about["dimensions"]
        return cls(tuple(dimensions), str(about["timezone"]), about["region"])


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
