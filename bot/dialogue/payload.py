"""Reads payloads: what a button says instead of words (`/order_status{"order_id": "4711"}`)."""

from __future__ import annotations

import json
import re
from typing import Final, cast

from bot.dialogue.event_json import entities_from_json
from bot.dialogue.json_value import Json
from nlu.types import Intent, ParseResult

_PAYLOAD: Final = re.compile(
    r"/(?P<intent>[^\s{@]+)(?:@(?P<confidence>[0-9.]+))?\s*(?P<entities>\{.*\})?\s*", re.DOTALL
)


def parse_payload(payload: str) -> ParseResult | None:
    """Read `/intent{"entity": "value"}`, with `@0.9` for a confidence; None when it is not of that shape."""
    found = _PAYLOAD.fullmatch(payload.strip())
    if found is None:
        return None
    given: Json = {}
    if found["entities"]:
        try:
            given = cast("Json", json.loads(found["entities"]))
        except (ValueError, RecursionError):
            return None
    try:
        confidence = min(float(found["confidence"]), 1.0) if found["confidence"] else 1.0
        entities = entities_from_json(given)
    except ValueError:
        return None
    intent = Intent(found["intent"], confidence)
    return ParseResult(payload, intent, (intent,), entities)
