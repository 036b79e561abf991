"""Reads JSON that somebody else wrote: what is no object is refused, and a value of a wrong type is an empty one. Pure.

Text comes out storable: no lone surrogates, no NUL.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, NoReturn, cast

Json = Mapping[str, object]

NOTHING: Final[Json] = {}
MAX_DEPTH: Final = 60
"""Levels of nesting: far more than any platform's payloads have, far fewer than a reader's stack."""


def object_in(text: str) -> dict[str, object]:
    """The JSON object that a text is. Raises ValueError, without quoting it, for anything else."""
    try:
        loaded: object = json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deep") from None
    except ValueError:
        raise ValueError("not JSON") from None
    if not isinstance(loaded, dict):
        raise ValueError("JSON, but not an object")  # noqa: TRY004  # a reader gets one kind of error
    found = cast("dict[str, object]", loaded)
    if _is_too_deep(found):
        raise ValueError("nested too deep")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _is_too_deep(value: object) -> bool:
    level: list[object] = [value]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in cast("list[object]", list(outer.values()) if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True


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


def as_size(value: object) -> int:
    """A count that is not negative."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0
