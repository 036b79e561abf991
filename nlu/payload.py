"""Reads payloads: what a button says instead of words (`/order_status{"order_id": "4711"}`). It knows no model."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final, cast

from nlu.types import Entity, Intent, ParseResult

_PAYLOAD: Final = re.compile(
    r"/(?P<intent>[^\s{@]+)(?=\s*(?:[{@]|$))(?:@(?P<confidence>[0-9.]+))?\s*(?P<entities>\{.*\})?.*", re.DOTALL
)


def parse_payload(payload: str) -> ParseResult | None:
    """Read `/intent{"entity": "value"}`, with `@0.9` for a confidence; None when no intent is named in that shape.

    As in Rasa, the intent counts also where what follows it cannot be read, and a value of null takes back what a
    slot holds.
    """
    found = _PAYLOAD.fullmatch(payload.strip())
    if found is None:
        return None
    intent = Intent(found["intent"], _confidence(found["confidence"] or ""))
    return ParseResult(payload, intent, (intent,), _entities(found["entities"] or ""))


def _confidence(written: str) -> float:
    try:
        return min(float(written), 1.0)
    except ValueError:
        return 1.0


def _entities(written: str) -> tuple[Entity, ...]:
    try:
        given: object = json.loads(written or "{}")
    except (ValueError, RecursionError):
        return ()
    named = cast("dict[str, object]", given) if isinstance(given, dict) else {}
    return tuple(
        Entity(name, _value(value), 0, 0)
        for name, values in named.items()
        for value in cast("list[object]", values if isinstance(values, list) else [values])
    )


def _value(given: object) -> str | float | Mapping[str, object] | None:
    if isinstance(given, dict):
        return cast("dict[str, object]", given)
    return given if given is None or isinstance(given, str | int | float) else str(given)
