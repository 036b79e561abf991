"""Reads the tables in `words/`: what everyday words mean here, in the six languages. Reads each file once."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

_WORDS: Final = Path(__file__).parent / "words"


@cache
def table(name: str) -> Sequence[Mapping[str, str]]:
    """The rows of `words/<name>.csv`; a cell named `words` is the middle of a regular expression."""
    with (_WORDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def pattern(words: str) -> re.Pattern[str]:
    """Finds any of these words whole, in any case."""
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
