"""Reads values out of JSON that somebody else wrote: a wrong type is an empty value, never an error.

Text comes out storable: no lone surrogates, no NUL.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

_NOTHING: Mapping[str, object] = {}


def as_object(value: object) -> Mapping[str, object]:
    """The JSON object, or an empty one."""
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else _NOTHING


def as_list(value: object) -> list[object]:
    """The JSON array, or an empty one."""
    return cast("list[object]", value) if isinstance(value, list) else []


def as_text(value: object) -> str:
    """The string, or an empty one; characters that cannot be stored are replaced."""
    if not isinstance(value, str):
        return ""
    if value.isascii():
        return value.replace("\0", "")
    return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def as_seconds(value: object) -> float:
    """A Slack timestamp (`1700000000.000100`, or a number) as seconds since 1970; 0 when it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return 0.0
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return 0.0
    return seconds if 0.0 < seconds < 1e11 else 0.0


def as_size(value: object) -> int:
    """A count that is not negative."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0
