"""Actions about what the practice has on file: whether a test result is there, never what it says."""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

from .patients import patient_of
from .sdk import Action, Dispatcher, Domain, Event, Tracker
from .values import language_of
from .wiring import current_practice, now
from .wording import result, tell


class ActionTestResults(Action):
    """Tells which results are back, and offers somebody who tells what they say."""

    def name(self) -> str:
        return "action_test_results"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        patient = await patient_of(tracker)
        if patient is None:
            dispatcher.utter_message(response="utter_results_need_login")
            return []
        results = await current_practice().results_of(patient)
        if not results:
            dispatcher.utter_message(response="utter_no_results")
            return []
        for one in results:
            tell(dispatcher, result(one, now().date(), language_of(tracker)))
        if any(one.ready for one in results):
            dispatcher.utter_message(response="utter_results_by_people")
        return []
