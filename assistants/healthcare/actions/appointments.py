"""Actions about appointments: free times, one's own; booking, moving and cancelling once the patient has said yes."""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .appointment_forms import OFFERED, appointment_buttons, soonest, wish_in
from .complaints import kind_of
from .entities import intent_of, named_in
from .patients import patient_of
from .practice import Appointment, Patient, Slot, SlotQuery, SlotTakenError
from .sdk import Action, Button, Dispatcher, Domain, Event, FollowupAction, SlotSet, Tracker
from .wiring import current_practice, now
from .wording import appointment_line, clinician_line, day, moment, slot_button, slot_line

_FORM_SLOTS: Final = {
    # each with the entities that fill it
    "department": {"department", "clinician", "slot_id"},
    "clinician": {"clinician"},
    "when": {"time", "soonest", "part_of_day"},
    "chosen_slot": {"slot_id"},
    "appointment": {"appointment_number"},
    "contact": set[str](),
    "symptom": {"symptom"},
    "warning_signs": set[str](),
    "age_group": {"age_group"},
    "since": set[str](),
    "severity": {"severity"},
    "red_flag": {"red_flag"},
    "offered": set[str](),
    "decided": set[str](),
    "confirming": set[str](),
}
_FORM_OF: Final = {"book": "booking_form", "move": "move_form", "cancel": "cancel_form"}
_LEFT: Final = {"book": "utter_not_booked", "move": "utter_nothing_changed", "cancel": "utter_nothing_changed"}
_YES_NO: Final[list[Button]] = [{"title": "Yes", "payload": "/affirm"}, {"title": "No", "payload": "/deny"}]


class ActionBegin(Action):
    """Forgets what earlier forms were told, so that an old wish does not answer for a new one."""

    def name(self) -> str:
        return "action_begin"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        found = named_in(tracker.latest_message)
        events = [
            SlotSet(slot, None)
            for slot, entities in _FORM_SLOTS.items()
            if tracker.get_slot(slot) is not None and not entities & found
        ]
        message = tracker.latest_message
        if intent_of(message) == "symptom_check" and kind_of(str(message.get("text") or "")):
            # the complaint in whole words: whoever has told it is not asked for it
            events.append(SlotSet("symptom", message["text"]))
        return events


class ActionFreeSlots(Action):
    """Tells when somebody is free, with buttons that book."""

    def name(self) -> str:
        return "action_free_slots"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        practice = current_practice()
        wish = wish_in(tracker, tracker.get_slot("when") or "") or soonest()
        clinician = await practice.clinician_named(str(tracker.get_slot("clinician") or ""))
        department = await practice.department_named(str(tracker.get_slot("department") or ""))
        slots = await practice.free_slots(
            SlotQuery(
                wish.first,
                wish.last,
                wish.earliest,
                wish.latest,
                department=None if clinician else department,
                clinician=clinician.key if clinician else None,
                limit=OFFERED,
            )
        )
        if not slots:
            dispatcher.utter_message(response="utter_nothing_free")
            return []
        lines = "\n".join(slot_line(slot) for slot in slots)
        buttons: list[Button] = [
            {"title": slot_button(slot), "payload": f'/book_appointment{{"slot_id": "{slot.key}"}}'} for slot in slots
        ]
        dispatcher.utter_message(text=f"These times are free at the moment:\n{lines}", buttons=buttons)
        return []


class ActionMyAppointments(Action):
    """Lists what the patient has before them."""

    def name(self) -> str:
        return "action_my_appointments"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        own, events = await _all_own(dispatcher, tracker)
        if not own:
            return events
        lines = "\n".join(f"• {appointment_line(one)}" for one in own)
        dispatcher.utter_message(
            text=f"You have booked:\n{lines}",
            buttons=[
                {"title": "Move one", "payload": "/move_appointment"},
                {"title": "Cancel one", "payload": "/cancel_appointment"},
            ],
        )
        return []


class ActionConfirmBooking(Action):
    """Says what would be booked and asks whether to."""

    def name(self) -> str:
        return "action_confirm_booking"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        slot = await current_practice().slot(str(tracker.get_slot("chosen_slot")))
        if slot is None:
            return _taken(dispatcher, "booking_form")
        what = f"{moment(slot.start)} with {slot.clinician.title}, {slot.clinician.department}"
        if await patient_of(tracker):
            dispatcher.utter_message(text=f"{what}. Shall I book it?", buttons=_YES_NO)
        else:
            text = (
                f"{what}, for {tracker.get_slot('contact')}. Shall I pass it on to the reception, who book it for you?"
            )
            dispatcher.utter_message(text=text, buttons=_YES_NO)
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
        text = f"{appointment_line(own)}: move it to {moment(slot.start)} with {slot.clinician.title}?"
        dispatcher.utter_message(text=text, buttons=_YES_NO)
        return _to_confirm("move", slot)


class ActionConfirmCancellation(Action):
    """Says what would be cancelled and asks whether to."""

    def name(self) -> str:
        return "action_confirm_cancellation"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        own, events = await _own_one(dispatcher, tracker)
        if own is None:
            return events
        dispatcher.utter_message(text=f"{appointment_line(own)}. Shall I cancel it?", buttons=_YES_NO)
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
            wanted = f"{moment(slot.start)} with {slot.clinician.title}"
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
        said = "Booked" if what == "book" else "Moved"
        dispatcher.utter_message(text=f"{said}: {appointment_line(done)}. {await _bring(done.slot)}")
        dispatcher.utter_message(response="utter_reminder_comes")
        return forget_all()


class ActionLeaveIt(Action):
    """Leaves everything as it was."""

    def name(self) -> str:
        return "action_leave_it"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        what = str(tracker.get_slot("decided") or "").partition(" ")[0]
        dispatcher.utter_message(response=_LEFT.get(what, "utter_all_right"))
        return forget_all()


class ActionReconsider(Action):
    """Takes up a change of mind in the middle of a confirmation: another day, another clinician, or just more words."""

    def name(self) -> str:
        return "action_reconsider"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        what = str(tracker.get_slot("decided") or "").partition(" ")[0]
        found = named_in(tracker.latest_message)
        wish = wish_in(tracker, "")
        if what not in {"book", "move"} or not (wish or found & {"clinician", "department", "slot_id"}):
            dispatcher.utter_message(response="utter_yes_or_no", buttons=_YES_NO)
            return []
        events = [SlotSet("confirming", None), SlotSet("decided", None)]
        if "slot_id" not in found:
            events.append(SlotSet("chosen_slot", None))
        if wish:
            events.append(SlotSet("when", wish.encode()))
        if "department" in found and "clinician" not in found:
            events.append(SlotSet("clinician", None))
        return [*events, FollowupAction(_FORM_OF[what])]


class ActionRunningLate(Action):
    """Says what being late means, with the appointment of today where there is one."""

    def name(self) -> str:
        return "action_running_late"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        patient = await patient_of(tracker)
        own = await current_practice().appointments_of(patient) if patient else ()
        of_today = [one for one in own if one.slot.start.date() == now().date()]
        if of_today:
            dispatcher.utter_message(text=f"I see {appointment_line(of_today[0])}.")
        dispatcher.utter_message(
            response="utter_running_late", buttons=appointment_buttons(of_today or own, intent="move_appointment")
        )
        return []


class ActionWhatToBring(Action):
    """Says what to bring: of the department that was named, or of the next appointment."""

    def name(self) -> str:
        return "action_what_to_bring"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        practice = current_practice()
        named = await practice.department_named(str(tracker.get_slot("department") or ""))
        patient = await patient_of(tracker)
        own = await practice.appointments_of(patient) if patient and not named else ()
        if own:
            dispatcher.utter_message(text=f"For {appointment_line(own[0])}: {await _bring(own[0].slot)}")
            return []
        departments = {one.name: one.bring for one in await practice.departments()}
        dispatcher.utter_message(text=departments.get(named or "general practice", ""))
        return []


class ActionDoctors(Action):
    """Names who works here, of one department or of all."""

    def name(self) -> str:
        return "action_doctors"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        practice = current_practice()
        named = await practice.department_named(str(tracker.get_slot("department") or ""))
        who = [one for one in await practice.clinicians() if named in {None, one.department}]
        lines = "\n".join(clinician_line(one) for one in who)
        dispatcher.utter_message(text=f"You can see:\n{lines}\nShall I look for a time with one of them?")
        return []


def forget_all() -> list[Event]:
    """Forget everything that the forms were told."""
    return [SlotSet(slot, None) for slot in _FORM_SLOTS]


def offered(what: str) -> list[Event]:
    """Remember what a yes would be to: `person`, `call`, or `search` with a department."""
    return [SlotSet("confirming", True), SlotSet("decided", what)]


def _take_up_offer(what: str, department: str, tracker: Tracker) -> list[Event]:
    if what == "search":
        return [*forget_all(), SlotSet("department", department or None), FollowupAction("booking_form")]
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


async def _all_own(dispatcher: Dispatcher, tracker: Tracker) -> tuple[Sequence[Appointment], list[Event]]:
    """The patient's appointments; where there are none to show, they are asked what they would like instead."""
    patient = await patient_of(tracker)
    if patient is None:
        dispatcher.utter_message(response="utter_needs_login")
        return (), offered("person")
    own = await current_practice().appointments_of(patient)
    if not own:
        dispatcher.utter_message(response="utter_no_appointments")
        return (), offered("search")
    return own, []


async def _own_one(dispatcher: Dispatcher, tracker: Tracker) -> tuple[Appointment | None, list[Event]]:
    own, events = await _all_own(dispatcher, tracker)
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
        start = gone.slot.start
        dispatcher.utter_message(
            response="utter_cancelled", number=gone.number, day=day(start.date()), time=f"{start:%H:%M}"
        )
        return [*forget_all(), *offered(f"search {gone.slot.clinician.department}")]
    return forget_all()


async def _bring(slot: Slot) -> str:
    departments = {one.name: one.bring for one in await current_practice().departments()}
    return departments.get(slot.clinician.department, "")
