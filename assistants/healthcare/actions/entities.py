"""What was found in a message, as values: reads entities in the shapes of Rasa and of Duckling. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast


@dataclass(frozen=True, slots=True)
class Found:
    """One entity. `begins` and `ends`: ISO moments of a `time`, "" where there is none; `seconds`: of a duration."""

    entity: str
    start: int
    end: int
    begins: str = ""
    ends: str = ""
    grain: str = "day"
    seconds: float | None = None


def found_in(message: Mapping[str, Any]) -> tuple[Found, ...]:
    """The entities of a message, in its order."""
    return tuple(_found(raw) for raw in cast("list[dict[str, Any]]", message.get("entities") or []))


def named_in(message: Mapping[str, Any]) -> frozenset[str]:
    """The names of the entities of a message."""
    return frozenset(one.entity for one in found_in(message))


def intent_of(message: Mapping[str, Any]) -> str:
    """The name of the intent of a message."""
    return str(cast("dict[str, Any]", message.get("intent") or {}).get("name") or "")


def _found(raw: Mapping[str, Any]) -> Found:
    about = cast("dict[str, Any]", raw.get("additional_info") or {})
    value = raw.get("value")
    ends = cast("dict[str, Any]", value) if isinstance(value, dict) else {"from": value}
    first = cast("dict[str, Any]", about.get("from") or {})
    lasting = cast("dict[str, Any]", about.get("normalized") or {}).get("value")
    return Found(
        entity=str(raw.get("entity")),
        start=int(raw.get("start") or 0),
        end=int(raw.get("end") or 0),
        begins=str(ends.get("from") or ""),
        ends=str(ends.get("to") or ""),
        grain=str(about.get("grain") or first.get("grain") or "day"),
        seconds=float(lasting) if isinstance(lasting, int | float) else None,
    )
