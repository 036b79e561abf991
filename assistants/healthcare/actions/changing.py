"""Changing appointments: booking, moving and cancelling, each only once the patient has said yes to it."""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

from typing import Final

from .appointment_forms import offered_slots, other_times, wish_in
from .appointments import all_own, what_to_bring
from .choosing import slot_meant
from .entities import named_in
from .form_memory import forget_all, offered
from .patients import patient_of
from .practice import Appointment, Patient, Slot, SlotTakenError
from .sdk import Action, Dispatcher, Domain, Event, FollowupAction, SlotSet, Tracker
from .values import language_of, moment, upper_first, yes_no
from .wiring import current_practice
from .wish import decode, names_limit
from .wording import Told, appointment_line, cancelled, slot_whole, tell, to_move

_FORM_OF: Final = {"book": "booking_form", "move": "move_form", "cancel": "cancel_form"}
_LEFT: Final = {"book": "utter_not_booked", "move": "utter_nothing_changed", "cancel": "utter_nothing_changed"}
_DESK: Final = "en"  # the language of notes for whoever takes over


class ActionConfirmBooking(Action):
    """Says what would be booked and asks whether to."""

    def name(self) -> str:
        return "action_confirm_booking"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        slot = await current_practice().slot(str(tracker.get_slot("chosen_slot")))
        if slot is None:
            return _taken(dispatcher, "booking_form")
        language = language_of(tracker)
        what = upper_first(slot_whole(slot, language))
        asked = Told("utter_shall_i_book", {"what": what})
        if not await patient_of(tracker):
            asked = Told("utter_shall_reception_book", {"what": what, "contact": str(tracker.get_slot("contact"))})
        tell(dispatcher, asked, yes_no(language))
        return _to_confirm("book", slot)


class ActionConfirmMove(Action):
    """Says what would be moved and asks whether to."""

    def name(self) -> str:
        return "action_confirm_move"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        own, events = await _own_one(dispatcher, tracker)
        if own is None:
            return events
        slot = await current_practice().slot(str(tracker.get_slot("chosen_slot")))
        if slot is None:
            return _taken(dispatcher, "move_form")
        language = language_of(tracker)
        tell(dispatcher, to_move(own, slot, language), yes_no(language))
        return _to_confirm("move", slot)


class ActionConfirmCancellation(Action):
    """Says what would be cancelled and asks whether to."""

    def name(self) -> str:
        return "action_confirm_cancellation"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        own, events = await _own_one(dispatcher, tracker)
        if own is None:
            return events
        language = language_of(tracker)
        asked = Told("utter_shall_i_cancel", {"appointment": appointment_line(own, language)})
        tell(dispatcher, asked, yes_no(language))
        return _to_confirm("cancel", own.slot)


class ActionCarryOut(Action):
    """Does what the patient has just said yes to; for a visitor, a person does it."""

    def name(self) -> str:
        return "action_carry_out"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        what, _, key = str(tracker.get_slot("decided") or "").partition(" ")
        if what in {"person", "call", "search"}:
            return _take_up_offer(what, key, tracker)
        patient = await patient_of(tracker)
        if what == "cancel" and patient:
            return await _cancel(dispatcher, tracker, patient)
        slot = await current_practice().slot(key)
        if what not in _FORM_OF or slot is None:
            return _taken(dispatcher, _FORM_OF.get(what, "booking_form"))
        if patient is None:
            wanted = f"{moment(slot.start, _DESK)} with {slot.clinician.title}"
            reason = f"A visitor wants to book {wanted}: {tracker.get_slot('contact')}."
            return [*forget_all(), SlotSet("handoff_reason", reason), FollowupAction("action_human_handoff")]
        try:
            if what == "book":
                done: Appointment | None = await current_practice().book(slot, patient)
            else:
                done = await current_practice().move(str(tracker.get_slot("appointment")), slot, patient)
        except SlotTakenError:
            return _taken(dispatcher, _FORM_OF[what])
        if done is None:
            dispatcher.utter_message(response="utter_appointment_not_found", number=tracker.get_slot("appointment"))
            return forget_all()
        language = language_of(tracker)
        bring = await what_to_bring(done.slot.clinician.department, language)
        fields = {"appointment": appointment_line(done, language), "bring": bring}
        tell(dispatcher, Told("utter_booked" if what == "book" else "utter_moved", fields))
        dispatcher.utter_message(response="utter_reminder_comes")
        return forget_all()


class ActionLeaveIt(Action):
    """Leaves everything as it was."""

    def name(self) -> str:
        return "action_leave_it"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        what = str(tracker.get_slot("decided") or "").partition(" ")[0]
        if changed := await _second_thoughts(what, tracker):
            return changed  # "no, the second one", "no, friday"
        dispatcher.utter_message(response=_LEFT.get(what, "utter_all_right"))
        return forget_all()


class ActionReconsider(Action):
    """Takes up a change of mind in the middle of a confirmation: another day, another clinician, or just more words."""

    def name(self) -> str:
        return "action_reconsider"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        what = str(tracker.get_slot("decided") or "").partition(" ")[0]
        wish = wish_in(tracker, "", decode(tracker.get_slot("when")))
        if what == "search" and wish:
            # a day is as good as a yes to "shall we find a time?"
            department = str(tracker.get_slot("decided")).partition(" ")[2]
            known = [SlotSet("department", department or None), SlotSet("when", wish.encode())]
            return [*forget_all(), *known, FollowupAction("booking_form")]
        changed = await _second_thoughts(what, tracker)
        if not changed:
            dispatcher.utter_message(response="utter_yes_or_no", buttons=yes_no(language_of(tracker)))
        return changed


async def _second_thoughts(what: str, tracker: Tracker) -> list[Event]:
    """What follows where the message says another time, day or clinician instead; nothing where it says none."""
    if what not in {"book", "move"}:
        return []
    text = str(tracker.latest_message.get("text") or "")
    found, before = named_in(tracker.latest_message), decode(tracker.get_slot("when"))
    offered = await offered_slots(tracker)
    other = None if names_limit(text) else slot_meant(text, offered)
    wish = wish_in(tracker, "", before) or await other_times(text, offered, tracker)
    if not (other or wish or found & {"clinician", "department", "slot_id"}):
        return []
    events = [SlotSet("confirming", None), SlotSet("decided", None)]
    if "slot_id" not in found:
        events.append(SlotSet("chosen_slot", other.key if other else None))
    if wish and not other:
        events.append(SlotSet("when", wish.encode()))
    if "department" in found and "clinician" not in found:
        events.append(SlotSet("clinician", None))
    return [*events, FollowupAction(_FORM_OF[what])]


def _take_up_offer(what: str, department: str, tracker: Tracker) -> list[Event]:
    if what == "search":
        wish = decode(tracker.get_slot("when"))
        known = [SlotSet("department", department or None), SlotSet("when", wish.encode() if wish else None)]
        return [*forget_all(), *known, FollowupAction("booking_form")]
    if what == "call":
        symptom = tracker.get_slot("symptom") or "no complaint named"
        reason = f"The symptom check says today: {symptom}. The patient wants to be called back."
    else:
        reason = "Somebody whom the bot does not recognise wants to see or change an appointment."
    return [*forget_all(), SlotSet("handoff_reason", reason), FollowupAction("action_human_handoff")]


def _to_confirm(what: str, slot: Slot) -> list[Event]:
    # the choice moves out of the form's slot, so that the form asks again if the patient thinks better of it
    return [SlotSet("confirming", True), SlotSet("decided", f"{what} {slot.key}"), SlotSet("chosen_slot", None)]


def _taken(dispatcher: Dispatcher, form: str) -> list[Event]:
    dispatcher.utter_message(response="utter_slot_taken")
    cleared = [SlotSet(slot, None) for slot in ("confirming", "decided", "chosen_slot")]
    return [*cleared, FollowupAction(form)]


async def _own_one(dispatcher: Dispatcher, tracker: Tracker) -> tuple[Appointment | None, list[Event]]:
    own, events = await all_own(dispatcher, tracker)
    if not own:
        return None, events
    number = tracker.get_slot("appointment")
    found = next((one for one in own if one.number == number), None)
    if found is None:
        dispatcher.utter_message(response="utter_appointment_not_found", number=str(number))
    return found, []


async def _cancel(dispatcher: Dispatcher, tracker: Tracker, patient: Patient) -> list[Event]:
    number = str(tracker.get_slot("appointment"))
    gone = await current_practice().cancel(number, patient)
    if gone is None:
        dispatcher.utter_message(response="utter_appointment_not_found", number=number)
    else:
        tell(dispatcher, cancelled(gone.number, gone.slot.start, language_of(tracker)))
        return [*forget_all(), *offered(f"search {gone.slot.clinician.department}")]
    return forget_all()
