"""Tracker events to JSON and back, in Rasa's shape: for the stored tracker and for custom actions.

What comes from an action server is untrusted: `event_from_json` raises ValueError for anything that
is not an event in Rasa's shape, and knows which events are fine to pass over.
"""

from __future__ import annotations

import math
from datetime import datetime, timezone
from typing import Final, assert_never

from bot.dialogue.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    AgentUttered,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    FollowupAction,
    LoopInterrupted,
    ReminderCancelled,
    ReminderScheduled,
    Restarted,
    SessionStarted,
    SlotSet,
    TrackerEvent,
    UserUtteranceReverted,
    UserUttered,
)
from bot.dialogue.json_value import Json, list_of, object_of, text_of
from nlu.types import Entity, Intent, RetrievedResponse, entity_from_json, entity_to_json

_PASSED_OVER: Final = frozenset(
    {"export", "user_featurization", "entities", "form_validation", "session_ended", "stack", "flow_started"}
)
"""Events that Rasa knows and that change nothing here."""

_BARE: Final[dict[str, TrackerEvent]] = {
    "reset_slots": AllSlotsReset(),
    "rewind": UserUtteranceReverted(),
    "undo": ActionReverted(),
    "restart": Restarted(),
    "session_started": SessionStarted(),
    "pause": ConversationPaused(),
    "resume": ConversationResumed(),
}
"""Events that say no more than that they happened."""

_BARE_NAMES: Final = {type(event): name for name, event in _BARE.items()}

_RANKING_KEPT: Final = 5


def event_to_json(event: TrackerEvent) -> dict[str, Json]:  # noqa: C901 - one case an event, read in one sitting
    """Return the event in Rasa's shape."""
    match event:
        case UserUttered():
            return _user_to_json(event)
        case ActionExecuted():
            data: dict[str, Json] = {"event": "action", "name": event.name, "policy": event.policy or None}
            data |= {"confidence": event.confidence, "timestamp": event.at, "action_text": None}
            return data | {"hide_rule_turn": event.hidden}
        case BotUttered():
            metadata: dict[str, Json] = {"utter_action": event.response} if event.response else {}
            return {"event": "bot", "text": event.text, "data": event.data, "metadata": metadata, "timestamp": event.at}
        case SlotSet():
            return {"event": "slot", "name": event.name, "value": event.value}
        case ActiveLoop():
            return {"event": "active_loop", "name": event.name}
        case LoopInterrupted():
            return {"event": "loop_interrupted", "is_interrupted": event.interrupted}
        case ActionExecutionRejected():
            return {"event": "action_execution_rejected", "name": event.name}
        case FollowupAction():
            return {"event": "followup", "name": event.name}
        case ReminderScheduled():
            when = datetime.fromtimestamp(event.at, tz=timezone.utc).isoformat()  # noqa: UP017 - one spelling for 3.11 to 3.13
            entities: list[Json] = [entity_to_json(e) for e in event.entities]
            data = {"event": "reminder", "intent": event.intent, "entities": entities, "date_time": when}
            return data | {"name": event.name, "kill_on_user_msg": event.kill}
        case ReminderCancelled():
            return {"event": "cancel_reminder", "name": event.name or None, "intent": event.intent or None}
        case AgentUttered():
            return {"event": "agent", "text": event.text, "data": None, "timestamp": event.at}
        case (
            AllSlotsReset()
            | UserUtteranceReverted()
            | ActionReverted()
            | Restarted()
            | SessionStarted()
            | ConversationPaused()
            | ConversationResumed()
        ):
            return {"event": _BARE_NAMES[type(event)]}
    assert_never(event)


def _user_to_json(event: UserUttered) -> dict[str, Json]:
    entities: list[Json] = [entity_to_json(e) for e in event.entities]
    return {
        "event": "user",
        "text": event.text,
        "timestamp": event.at,
        "input_channel": event.channel,
        "metadata": dict[str, Json](event.metadata),
        "parse_data": {
            "text": event.text,
            "intent": {"name": event.intent, "confidence": event.confidence},
            "entities": entities,
            "intent_ranking": _ranking(event),
            "full_retrieval_intent": event.full_intent or None,
            "response_selector": _selected(event),
        },
        "use_text_for_featurization": event.featurize_text,
    }


def _selected(event: UserUttered) -> dict[str, Json]:
    """What was found for retrieval intents, where Rasa's selectors put it.

    Under the name of each, with its ranking, and under `default` for the intent that was meant, else the likeliest.
    """
    found = {r.intent: r for r in event.retrieved}
    meant = found.get(event.intent)
    if "/" in event.full_intent and (meant is None or meant.key != event.full_intent):
        found[event.intent] = RetrievedResponse(event.intent, event.full_intent, event.confidence)
    if not found:
        return {}
    default = found.get(event.intent) or max(found.values(), key=lambda r: r.confidence)
    told: dict[str, Json] = {intent: _retrieved(r) for intent, r in found.items()}
    told["default"] = _retrieved(default)
    told["all_retrieval_intents"] = list[Json](found)
    return told


def _retrieved(found: RetrievedResponse) -> dict[str, Json]:
    response: dict[str, Json] = {
        "intent_response_key": found.key,
        "confidence": found.confidence,
        "utter_action": f"utter_{found.key}",
    }
    ranking = found.ranking or (Intent(found.key, found.confidence),)
    likely: list[Json] = [{"intent_response_key": i.name, "confidence": i.confidence} for i in ranking]
    return {"response": response, "ranking": likely}


def _ranking(event: UserUttered) -> list[Json]:
    """The candidates as Rasa orders them: what was decided comes first, `nlu_fallback` included."""
    known = [i for i in event.ranking if i.name != event.intent][: _RANKING_KEPT - 1]
    decided = Intent(event.intent, event.confidence)
    return [{"name": i.name, "confidence": i.confidence} for i in (decided, *known)]


def event_from_json(data: Json) -> TrackerEvent | None:  # noqa: C901, PLR0912 - likewise
    """Read one event in Rasa's shape; None for one that Rasa knows and that changes nothing here.

    Raises ValueError, saying what is wrong, for anything else.
    """
    if not isinstance(data, dict):
        raise ValueError(f"an event must be an object, not {type(data).__name__}")  # noqa: TRY004 - one kind of error for callers
    kind = data.get("event")
    name = text_of(data.get("name"))
    match kind:
        case "user":
            return _user_from_json(data)
        case "action":
            return ActionExecuted(
                name or text_of(data.get("action_text")),
                text_of(data.get("policy")),
                _number(data.get("confidence"), 1.0),
                data.get("hide_rule_turn") is True,
                at=_number(data.get("timestamp"), 0.0),
            )
        case "bot":
            metadata = object_of(data.get("metadata"))
            return BotUttered(
                text_of(data.get("text")),
                object_of(data.get("data")),
                text_of(metadata.get("utter_action")),
                _number(data.get("timestamp"), 0.0),
            )
        case "slot":
            return SlotSet(_named(name, "slot"), data.get("value"))
        case "active_loop" | "form":
            return ActiveLoop(name or None)
        case "loop_interrupted":
            return LoopInterrupted(data.get("is_interrupted") is True)
        case "action_execution_rejected":
            return ActionExecutionRejected(_named(name, "action_execution_rejected"))
        case "followup":
            return FollowupAction(_named(name, "followup"))
        case "reminder":
            return _reminder(data, name)
        case "cancel_reminder":
            return ReminderCancelled(name, text_of(data.get("intent")))
        case "agent":
            return AgentUttered(text_of(data.get("text")), _number(data.get("timestamp"), 0.0))
        case str() if kind in _BARE:
            return _BARE[kind]
        case str() if kind in _PASSED_OVER:
            return None
        case _:
            raise ValueError(f"{kind!r} is not an event that Rasa knows")


def _user_from_json(data: dict[str, Json]) -> UserUttered:
    parse = object_of(data.get("parse_data"))
    intent = object_of(parse.get("intent"))
    ranking = [object_of(i) for i in list_of(parse.get("intent_ranking"))]
    return UserUttered(
        text=text_of(data.get("text")),
        intent=text_of(intent.get("name")),
        confidence=_number(intent.get("confidence"), 1.0),
        entities=entities_from_json(parse.get("entities")),
        ranking=tuple(
            Intent(text_of(i.get("name")), _number(i.get("confidence"), 0.0))
            for i in ranking
            if i.get("name") != intent.get("name")
        ),
        full_intent=text_of(parse.get("full_retrieval_intent")),
        at=_number(data.get("timestamp"), 0.0),
        channel=text_of(data.get("input_channel")),
        metadata=tuple((k, text_of(v)) for k, v in object_of(data.get("metadata")).items()),
        featurize_text=data.get("use_text_for_featurization") is True,
    )


def entities_from_json(value: Json) -> tuple[Entity, ...]:
    """Read entities: Rasa's list, or a short form `{"city": "Rome"}` as payloads and reminders have it."""
    if isinstance(value, dict):
        return tuple(
            Entity(name, v if v is None or isinstance(v, str | int | float | dict) else str(v), 0, 0)
            for name, one in value.items()
            for v in (one if isinstance(one, list) else [one])
        )
    found: list[Entity] = []
    for item in list_of(value):
        if not isinstance(item, dict) or not isinstance(item.get("entity"), str):
            raise ValueError(f"an entity must be an object with the key 'entity', not {item!r}")  # noqa: TRY004 - likewise
        given = item.get("value")
        known = given if given is None or isinstance(given, str | int | float | dict) else str(given)
        try:
            found.append(
                entity_from_json({**item, "value": known, "start": item.get("start") or 0, "end": item.get("end") or 0})
            )
        except (TypeError, ValueError, KeyError) as error:
            raise ValueError(f"an entity cannot be read: {error}") from error
    return tuple(found)


def _reminder(data: dict[str, Json], name: str) -> ReminderScheduled:
    intent = text_of(data.get("intent")) or text_of(data.get("action"))
    when = text_of(data.get("date_time"))
    try:
        at = datetime.fromisoformat(when).timestamp()  # without a zone: this machine's, as rasa-sdk means it
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError(f"a reminder's date_time must be an ISO 8601 time, not {when!r}") from error
    return ReminderScheduled(
        name or intent,
        _named(intent, "reminder"),
        at,
        entities_from_json(data.get("entities")),
        data.get("kill_on_user_msg") is not False,
    )


def _named(name: str, kind: str) -> str:
    if not name:
        raise ValueError(f"an event {kind!r} must have a name")
    return name


def _number(value: Json, default: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    number = float(value)
    return number if math.isfinite(number) else default
