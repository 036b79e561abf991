"""The tracker as a string between turns, and as the JSON that custom actions receive.

The string is versioned. One that cannot be read gives a new conversation: an upgrade must not take a
customer's thread down.
"""

from __future__ import annotations

import json
from typing import Final, cast

from bot.dialogue.domain import Domain
from bot.dialogue.event_json import event_from_json, event_to_json
from bot.dialogue.events import ReminderScheduled, Restarted, TrackerEvent, UserUttered
from bot.dialogue.json_value import Json, list_of, object_of, text_of
from bot.dialogue.tracker import Moment, Tracker, start_of

VERSION: Final = 1
KEPT_MESSAGES: Final = 12
"""Messages of the customer that stay as events; older ones are folded into the snapshot."""

_EMPTY: Final[tuple[Json, ...]] = (None, "", False, [], {})
_KEPT: Final = ("value", "kill_on_user_msg")  # where being empty says something
_RANKINGS_KEPT: Final = 2  # only fallback asks for a ranking, and only for the last messages


def dump_tracker(tracker: Tracker) -> str:
    """Return the tracker as compact JSON, old messages folded away."""
    small = tracker.folded(KEPT_MESSAGES)
    uttered = [i for i, e in enumerate(small.events) if isinstance(e, UserUttered)]
    fresh = set(uttered[-_RANKINGS_KEPT:])
    events: list[Json] = [_slim(event_to_json(e), keep_ranking=i in fresh) for i, e in enumerate(small.events)]
    document: dict[str, Json] = {
        "v": VERSION,
        "turns": small.turns,
        "refusals": small.refusals,
        "base": _moment_to_json(small.base),
        "events": events,
    }
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def load_tracker(text: str, domain: Domain, sender: str) -> Tracker:
    """Read a tracker; an empty or unreadable string is a new conversation."""
    if not text:
        return Tracker.new(domain, sender)
    try:
        document = object_of(cast("Json", json.loads(text)))
        if document.get("v") != VERSION:
            return Tracker.new(domain, sender)
        read = [event_from_json(e) for e in list_of(document.get("events"))]
        base = _moment_from_json(object_of(document.get("base")), domain)
    except (ValueError, RecursionError):
        return Tracker.new(domain, sender)
    events = [e for e in read if e is not None]
    return Tracker(domain, sender, base, events, _count(document.get("turns")), _count(document.get("refusals")))


def _count(value: Json) -> int:
    return value if isinstance(value, int) else 0


def _slim(event: dict[str, Json], *, keep_ranking: bool) -> dict[str, Json]:
    """Leave out what is empty anyway, and what only the latest messages need."""
    slim: dict[str, Json] = {k: v for k, v in event.items() if v not in _EMPTY or k in _KEPT}
    parse = slim.get("parse_data")
    if isinstance(parse, dict):
        unneeded = ("text", "response_selector", *(() if keep_ranking else ("intent_ranking",)))
        slim["parse_data"] = {k: v for k, v in parse.items() if v and k not in unneeded}
    return slim


def _moment_to_json(moment: Moment) -> dict[str, Json]:
    document: dict[str, Json] = {
        "slots": {k: v for k, v in moment.slots.items() if v is not None},
        "touched": list[Json](sorted(moment.touched)),
        "message": _slim(event_to_json(moment.message), keep_ranking=True) if moment.message else None,
        "action": moment.action,
        "loop": moment.loop,
        "rejected": moment.loop_rejected,
        "interrupted": moment.loop_interrupted,
        "followup": moment.followup,
        "paused": moment.paused,
        "reminders": [event_to_json(r) for r in moment.reminders],
    }
    return {k: v for k, v in document.items() if v not in _EMPTY}


def _moment_from_json(data: dict[str, Json], domain: Domain) -> Moment:
    moment = start_of(domain)
    moment.slots.update(object_of(data.get("slots")))
    stored = data.get("message")
    message = event_from_json(stored) if stored else None
    reminders = [event_from_json(r) for r in list_of(data.get("reminders"))]
    loop = text_of(data.get("loop")) or None
    moment.touched = frozenset(text_of(t) for t in list_of(data.get("touched")))
    moment.message = message if isinstance(message, UserUttered) else None
    moment.action = text_of(data.get("action"))
    moment.loop = loop if loop and domain.is_loop(loop) else None
    moment.loop_rejected = data.get("rejected") is True
    moment.loop_interrupted = data.get("interrupted") is True
    moment.followup = text_of(data.get("followup")) or None
    moment.paused = data.get("paused") is True
    moment.reminders = tuple(r for r in reminders if isinstance(r, ReminderScheduled))
    return moment


def action_payload(name: str, tracker: Tracker) -> dict[str, Json]:
    """The JSON that Rasa sends to an action server for this action."""
    now = tracker.now
    message: dict[str, Json] = {}
    if now.message is not None:
        message.update(object_of(event_to_json(now.message).get("parse_data")))
        _add_wordings(object_of(message.get("response_selector")), object_of(tracker.domain.raw.get("responses")))
        message["metadata"] = dict[str, Json](now.message.metadata)
        message["message_id"] = None
    events: list[Json] = list[Json](_timed([event_to_json(e) for e in since_restart(tracker)]))
    state: dict[str, Json] = {
        "sender_id": tracker.sender,
        "slots": dict(now.slots),
        "latest_message": message,
        "latest_event_time": now.message.at if now.message else 0.0,
        "followup_action": now.followup,
        "paused": now.paused,
        "events": events,
        "latest_input_channel": now.message.channel if now.message else "",
        "active_loop": _loop_json(now),
        "latest_action": {"action_name": now.action},
        "latest_action_name": now.action,
    }
    return {
        "next_action": name,
        "sender_id": tracker.sender,
        "tracker": state,
        "domain": dict(tracker.domain.raw),
        "version": "3.6.21",
    }


def _timed(events: list[dict[str, Json]]) -> list[dict[str, Json]]:
    """Give every event a time, as Rasa's have: one without happened with the one before it."""
    at = next((e["timestamp"] for e in events if e.get("timestamp")), 0.0)
    for event in events:
        at = event.get("timestamp") or at
        event["timestamp"] = at
    return events


def _add_wordings(selected: dict[str, Json], responses: dict[str, Json]) -> None:
    """Say to each answer that was found how it is worded, as Rasa's selectors do."""
    for found in selected.values():
        if isinstance(found, dict):
            response = object_of(found.get("response"))
            response["responses"] = responses.get(text_of(response.get("utter_action")), [])


def _loop_json(now: Moment) -> dict[str, Json]:
    if now.loop is None:
        return {}
    return {
        "name": now.loop,
        "is_interrupted": now.loop_interrupted,
        "rejected": now.loop_rejected,
        "trigger_message": {},
    }


def since_restart(tracker: Tracker) -> list[TrackerEvent]:
    """The events since the conversation was last restarted."""
    for index in range(len(tracker.events) - 1, -1, -1):
        if isinstance(tracker.events[index], Restarted):
            return tracker.events[index + 1 :]
    return list(tracker.events)
