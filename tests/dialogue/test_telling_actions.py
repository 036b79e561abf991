"""What the project's code is told of a conversation, in the shape that Rasa 3.6 gives it."""

from __future__ import annotations

from typing import Any

from bot.dialogue import names
from bot.dialogue.domain import Domain, IntentSettings
from bot.dialogue.events import ActionExecuted, UserUttered
from bot.dialogue.tracker import Tracker
from bot.dialogue.tracker_json import action_payload, dump_tracker, load_tracker

DOMAIN = Domain(intents={"faq": IntentSettings(), "hi": IntentSettings()})


def told_after(said: UserUttered) -> dict[str, Any]:
    tracker = Tracker.new(DOMAIN, "u", [ActionExecuted(names.LISTEN), said])
    kept = load_tracker(dump_tracker(tracker), DOMAIN, "u")
    told = action_payload("action_a", kept)["tracker"]
    assert isinstance(told, dict)
    message = told["latest_message"]
    assert isinstance(message, dict)
    return message


def test_code_finds_the_answer_that_was_chosen_where_rasas_selectors_put_it() -> None:
    found = told_after(UserUttered("when are you open", "faq", 0.9, full_intent="faq/hours"))["response_selector"]
    for selector in ("faq", "default"):
        assert found[selector]["response"]["intent_response_key"] == "faq/hours"
        assert found[selector]["response"]["utter_action"] == "utter_faq/hours"


def test_without_a_chosen_answer_there_is_none() -> None:
    assert told_after(UserUttered("hello", "hi", 0.9))["response_selector"] == {}
