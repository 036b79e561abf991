"""JSON as a type: what slots hold and what custom actions send. Never anything that JSON cannot say."""

from __future__ import annotations

from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


def object_of(value: Json) -> dict[str, Json]:
    """Return the value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: Json) -> list[Json]:
    """Return the value if it is a JSON list, else an empty one."""
    return value if isinstance(value, list) else []


def text_of(value: Json, default: str = "") -> str:
    """Return a string as it is, a number as Python writes it, anything else as `default`."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    return str(value)
