"""What the project's code is told of a conversation, in the shape that Rasa 3.6 gives it."""

from __future__ import annotations

from typing import Any

from bot.dialogue import names
from bot.dialogue.domain import Domain, IntentSettings
from bot.dialogue.events import ActionExecuted, ActiveLoop, BotUttered, SessionStarted, SlotSet, UserUttered
from bot.dialogue.tracker import Tracker
from bot.dialogue.tracker_json import action_payload, dump_tracker, load_tracker
from nlu.types import NLU_FALLBACK, Intent, RetrievedResponse

DOMAIN = Domain(
    intents={"faq": IntentSettings(), "hi": IntentSettings()},
    raw={"responses": {"utter_faq/hours": [{"text": "From nine to five."}]}},
)


def told_after(said: UserUttered) -> dict[str, Any]:
    tracker = Tracker.new(DOMAIN, "u", [ActionExecuted(names.LISTEN), said])
    return told_of(load_tracker(dump_tracker(tracker), DOMAIN, "u"))


def told_of(tracker: Tracker) -> dict[str, Any]:
    told: Any = action_payload("action_a", tracker)["tracker"]
    message = told["latest_message"]
    assert isinstance(message, dict)
    return message


def test_code_finds_the_answer_that_was_chosen_where_rasas_selectors_put_it() -> None:
    found = told_after(UserUttered("when are you open", "faq", 0.9, full_intent="faq/hours"))["response_selector"]
    for selector in ("faq", "default"):
        assert found[selector]["response"]["intent_response_key"] == "faq/hours"
        assert found[selector]["response"]["utter_action"] == "utter_faq/hours"


def test_code_finds_what_every_selector_found_whichever_intent_was_meant() -> None:
    ranking = (Intent("faq/hours", 0.6), Intent("faq/place", 0.4))
    found = (RetrievedResponse("faq", "faq/hours", 0.6, ranking), RetrievedResponse("talk", "talk/age", 0.8))
    said = UserUttered("hm", NLU_FALLBACK, 0.3, retrieved=found)
    told = told_of(Tracker.new(DOMAIN, "u", [ActionExecuted(names.LISTEN), said]))["response_selector"]
    assert [r["intent_response_key"] for r in told["faq"]["ranking"]] == ["faq/hours", "faq/place"]
    assert told["faq"]["response"]["responses"] == [{"text": "From nine to five."}]
    assert told["talk"]["ranking"] == [{"intent_response_key": "talk/age", "confidence": 0.8}]
    assert told["default"]["response"]["intent_response_key"] == "talk/age"
    assert told["all_retrieval_intents"] == ["faq", "talk"]


def test_what_was_found_beside_the_answer_is_not_kept() -> None:
    found = RetrievedResponse("faq", "faq/hours", 0.6, (Intent("faq/hours", 0.6), Intent("faq/place", 0.4)))
    tracker = Tracker.new(DOMAIN, "u", [ActionExecuted(names.LISTEN)])
    for at in range(20):
        tracker.update(UserUttered("when", "faq", 0.9, full_intent="faq/hours", at=float(at), retrieved=(found,)))
    assert "faq/place" not in dump_tracker(tracker)


def test_without_a_chosen_answer_there_is_none() -> None:
    assert told_after(UserUttered("hello", "hi", 0.9))["response_selector"] == {}


def test_every_event_has_a_time() -> None:
    said = UserUttered("hello", "hi", 0.9, at=5.0)
    tracker = Tracker.new(DOMAIN, "u", [SessionStarted(), ActionExecuted(names.LISTEN), said, SlotSet("a", 1)])
    tracker.update(BotUttered("Hello.", at=6.0))
    tracker.extend([ActiveLoop("form"), SlotSet("a", 2)])
    told: Any = action_payload("action_a", tracker)["tracker"]
    assert [e["timestamp"] for e in told["events"]] == [5.0, 5.0, 5.0, 5.0, 6.0, 6.0, 6.0]
