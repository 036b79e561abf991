"""Takes up a fact that comes out of the blue ("thursday", "FP-2041", "a rash"): decides what it was said for."""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

from typing import Final

from .appointment_forms import wish_in
from .choosing import speaks_of_another
from .entities import named_in
from .form_memory import offered
from .patients import patient_of
from .sdk import Action, Dispatcher, Domain, Event, FollowupAction, SlotSet, Tracker
from .values import language_of
from .wiring import current_practice, now
from .wording import Told, appointments_listed, tell

_LEADS_TO: Final = {
    "appointment_number": "action_my_appointments",
    "symptom": "symptom_form",
    "clinician": "booking_form",
    "department": "booking_form",
    "soonest": "booking_form",
    "slot_id": "booking_form",
}
"""What an entity on its own asks for; the first of these that is in the message counts. Of a day alone it is asked."""

_OFFERED_A_TIME: Final = {"utter_vaccination": "travel and vaccinations"}
"""Responses that offer to find a time, with the department: a day is as good as a yes to them."""


class ActionTakeUp(Action):
    """Goes on with what the message's entities are about, or asks what is wanted."""

    def name(self) -> str:
        return "action_take_up"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        named = named_in(tracker.latest_message)
        department = _OFFERED_A_TIME.get(_last_done(tracker))
        if department and named & {"time", "part_of_day", "soonest"}:
            return [SlotSet("department", department), FollowupAction("booking_form")]
        follows = next((action for entity, action in _LEADS_TO.items() if entity in named), None)
        if follows is not None:
            return [FollowupAction(follows)]
        wish = wish_in(tracker, "")
        if wish is not None and wish.last >= now().date():
            dispatcher.utter_message(response="utter_offer_appointment")
            return [*offered("search"), SlotSet("when", wish.encode())]
        if not named and speaks_of_another(str(tracker.latest_message.get("text") or "")):
            patient = await patient_of(tracker)
            own = await current_practice().appointments_of(patient) if patient else ()
            if own:
                language = language_of(tracker)
                listed = Told("utter_all_your_appointments", {"appointments": appointments_listed(own, language)})
                tell(dispatcher, listed)
                return []
        dispatcher.utter_message(response="utter_please_rephrase")
        return []


def _last_done(tracker: Tracker) -> str:
    done = (str(event.get("name")) for event in reversed(tracker.events) if event.get("event") == "action")
    return next((name for name in done if name != "action_listen"), "")
