"""What is told of appointments: free times, one's own, what to bring, who works here. Nothing here changes one."""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

from collections.abc import Sequence

from .appointment_forms import OFFERED, appointment_buttons, soonest, wish_in
from .form_memory import offered
from .patients import patient_of
from .practice import Appointment, SlotQuery
from .sdk import Action, Button, Dispatcher, Domain, Event, Tracker
from .values import language_of
from .wiring import current_practice, now
from .wording import (
    Told,
    appointment_line,
    appointments_listed,
    clinicians_listed,
    slot_button,
    slots_listed,
    tell,
    things_to_bring,
)


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
                besides=wish.besides,
            )
        )
        if not slots:
            dispatcher.utter_message(response="utter_nothing_free")
            return []
        language = language_of(tracker)
        buttons: list[Button] = [
            {"title": slot_button(slot, language), "payload": f'/book_appointment{{"slot_id": "{slot.key}"}}'}
            for slot in slots
        ]
        tell(dispatcher, Told("utter_free_times", {"times": slots_listed(slots, language)}), buttons)
        return []


class ActionMyAppointments(Action):
    """Lists what the patient has before them."""

    def name(self) -> str:
        return "action_my_appointments"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        own, events = await all_own(dispatcher, tracker)
        if not own:
            return events
        listed = appointments_listed(own, language_of(tracker))
        tell(dispatcher, Told("utter_own_appointments", {"appointments": listed}))
        return []


class ActionRunningLate(Action):
    """Says what being late means, with the appointment of today where there is one."""

    def name(self) -> str:
        return "action_running_late"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        patient = await patient_of(tracker)
        own = await current_practice().appointments_of(patient) if patient else ()
        language = language_of(tracker)
        of_today = [one for one in own if one.slot.start.date() == now().date()]
        if of_today:
            of_now = appointment_line(of_today[0], language)
            tell(dispatcher, Told("utter_appointment_of_today", {"appointment": of_now}))
        buttons = appointment_buttons(of_today or own, language, intent="move_appointment")
        dispatcher.utter_message(response="utter_running_late", buttons=buttons)
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
        language = language_of(tracker)
        if own:
            fields = {"appointment": appointment_line(own[0], language)}
            bring = await what_to_bring(own[0].slot.clinician.department, language)
            tell(dispatcher, Told("utter_bring_to_appointment", {**fields, "bring": bring}))
            return []
        bring = await what_to_bring(named or "general practice", language)
        tell(dispatcher, Told("utter_bring", {"bring": bring}))
        return []


class ActionDoctors(Action):
    """Names who works here, of one department or of all."""

    def name(self) -> str:
        return "action_doctors"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        practice = current_practice()
        named = await practice.department_named(str(tracker.get_slot("department") or ""))
        who = [one for one in await practice.clinicians() if named in {None, one.department}]
        tell(dispatcher, Told("utter_clinicians", {"clinicians": clinicians_listed(who, language_of(tracker))}))
        return []


async def all_own(dispatcher: Dispatcher, tracker: Tracker) -> tuple[Sequence[Appointment], list[Event]]:
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


async def what_to_bring(department: str, language: str) -> str:
    """What that department wants to see, as a sentence."""
    departments = {one.name: one.bring for one in await current_practice().departments()}
    return things_to_bring(department, departments.get(department, ""), language)
