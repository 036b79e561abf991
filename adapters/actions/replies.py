"""Checks what a custom action answered. In process or over HTTP, it is untrusted: shape, size and kind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, cast

from bot.dialogue.acting import ActionFailed, ActionResult
from bot.dialogue.event_json import event_from_json
from bot.dialogue.events import TrackerEvent
from bot.dialogue.json_value import Json

MAX_EVENTS: Final = 500
MAX_MESSAGES: Final = 50
MAX_CHARACTERS: Final = 1_000_000  # of the whole answer as JSON


def result_of(name: str, answer: object) -> ActionResult:
    """Read an answer in the shape of rasa-sdk's `/webhook`. Raises ActionFailed, saying what is wrong with it."""
    if not isinstance(answer, Mapping):
        raise ActionFailed(name, f"the answer must be an object with events and responses, not {type(answer).__name__}")
    given = cast("Mapping[str, object]", answer)
    plain = _plain(name, {"events": given.get("events") or [], "responses": given.get("responses") or []})
    events, responses = plain["events"], plain["responses"]
    if not isinstance(events, list) or not isinstance(responses, list):
        raise ActionFailed(name, "events and responses must be lists")
    if len(events) > MAX_EVENTS or len(responses) > MAX_MESSAGES:
        raise ActionFailed(name, f"more than {MAX_EVENTS} events or {MAX_MESSAGES} messages in one answer")
    read: list[TrackerEvent] = []
    for event in events:
        try:
            one = event_from_json(event)
        except ValueError as error:
            raise ActionFailed(name, f"an event cannot be read: {error}") from error
        if one is not None:
            read.append(one)
    messages: list[Mapping[str, Json]] = []
    for response in responses:
        if not isinstance(response, dict):
            raise ActionFailed(name, "a message must be an object")
        messages.append(response)
    return ActionResult(tuple(read), tuple(messages))


def _plain(name: str, answer: dict[str, Any]) -> dict[str, Json]:
    """The answer as JSON would carry it, so that both ways of running give the same."""
    try:
        text = json.dumps(answer, default=_as_json, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ActionFailed(name, f"the answer is not JSON: {error}") from error
    if len(text) > MAX_CHARACTERS:
        raise ActionFailed(name, f"the answer is larger than {MAX_CHARACTERS:,} characters")
    return cast("dict[str, Json]", json.loads(text))


def _as_json(value: object) -> object:
    """What actions put into slots although JSON has no word for it: dates, decimals, sets, numpy numbers."""
    if isinstance(value, set | frozenset | tuple):
        return list(cast("set[object]", value))
    isoformat = getattr(value, "isoformat", None)
    if callable(isoformat):
        return isoformat()
    item = getattr(value, "item", None)
    if callable(item):
        return item()
    if type(value).__name__ == "Decimal":
        return float(str(value))
    raise TypeError(f"{type(value).__name__} cannot be stored in a slot or message; use text, numbers, lists, objects")
