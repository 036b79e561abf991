"""Reads values out of JSON that somebody else wrote: a wrong type is an empty value, never an error.

Text comes out storable: no lone surrogates, no NUL.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

Json = Mapping[str, object]

NOTHING: Json = {}


def as_object(value: object) -> Json:
    """The JSON object, or an empty one."""
    return cast("Json", value) if isinstance(value, dict) else NOTHING


def as_list(value: object) -> list[object]:
    """The JSON array, or an empty one."""
    return cast("list[object]", value) if isinstance(value, list) else []


def as_objects(value: object) -> list[Json]:
    """The objects of a JSON array; what is none, or empty, is left out."""
    return [found for item in as_list(value) if (found := as_object(item))]


def as_text(value: object) -> str:
    """The string, or an empty one; characters that cannot be stored are replaced."""
    if not isinstance(value, str):
        return ""
    if value.isascii():
        return value.replace("\0", "")
    return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def as_moment(value: object) -> float:
    """An ISO 8601 time as seconds since 1970; without an offset it is UTC; 0 when it is none."""
    text = as_text(value)
    if not 10 <= len(text) <= 40:
        return 0.0
    try:
        moment = datetime.fromisoformat(text)
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return 0.0
    return seconds if 0.0 < seconds < 1e11 else 0.0


def as_size(value: object) -> int:
    """A count that is not negative."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0
