"""The forms that find a free time and the appointment that is meant, and how they ask."""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from .choosing import (
    appointment_meant,
    department_meant,
    has_no_preference,
    read_number,
    slot_meant,
    wants_earlier,
    wants_others,
)
from .complaints import child_told, kind_of
from .entities import Found, found_in, intent_of
from .patients import patient_of
from .practice import Appointment, Slot, SlotQuery
from .sdk import Action, Button, Dispatcher, Domain, Event, FormValidationAction, SlotSet, Tracker
from .terms import term
from .triage import department_for
from .values import language_of
from .wiring import current_practice, now
from .wish import HORIZON_DAYS, Wish, decode, names_limit, read_wish
from .wording import Told, appointments_listed, offer, slot_button, tell

OFFERED: Final = 4
"""How many times are offered at once: more cannot be compared in a chat."""

_SHORTEST_CONTACT: Final = 8


class TimeForm(FormValidationAction):
    """What looking for a free time has in common; no form by itself, since it has no name."""

    @abstractmethod
    def name(self) -> str:
        """As rasa-sdk finds it: `validate_` and the form's name."""

    async def validate_department(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        practice = current_practice()
        named = [
            str(e.get("value")) for e in tracker.latest_message.get("entities") or () if e.get("entity") == "clinician"
        ]
        clinician = await practice.clinician_named(named[0]) if named else None
        department = clinician.department if clinician else await practice.department_named(str(value))
        if department is None and child_told(str(value)):  # and no number in the list: "she's 4"
            department = "children"
        if department is None and wish_in(tracker, "") is None:  # a day is no department, but it is kept
            department = department_meant(str(value), [one.name for one in await practice.departments()])
            department = department or department_for(kind_of(str(value)))
            if department is None and has_no_preference(str(value)):
                department = "general practice"
            if department is None:
                dispatcher.utter_message(response="utter_wrong_department")
        return {"department": department}

    async def validate_clinician(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        clinician = await current_practice().clinician_named(str(value))
        if clinician is None:
            dispatcher.utter_message(response="utter_wrong_clinician", clinician_name=str(value))
            return {"clinician": None}
        return {"clinician": clinician.title, "department": clinician.department}

    def validate_when(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        wish = decode(value) or wish_in(tracker, value, _wished_before(tracker))
        if wish is None:
            dispatcher.utter_message(response="utter_wrong_when")
            return {"when": None}
        return {"when": wish.encode() if _is_possible(wish, dispatcher) else None}

    async def validate_chosen_slot(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        practice, typed = current_practice(), str(value)
        chosen = await practice.slot(typed)
        offered = await offered_slots(tracker)
        if chosen is None and not names_limit(typed):
            # a yes is asked for before anything is booked, so the first one is as good as any
            is_any = has_no_preference(typed) or (len(offered) == 1 and intent_of(tracker.latest_message) == "affirm")
            chosen = offered[0] if offered and is_any else slot_meant(typed, offered)
        if chosen is not None:
            return {"chosen_slot": chosen.key, "department": chosen.clinician.department}
        wish = wish_in(tracker, typed, decode(tracker.get_slot("when")))
        if wish is not None and _is_possible(wish, dispatcher):
            return {"chosen_slot": None, "when": wish.encode()}
        refused = intent_of(tracker.latest_message) == "deny"  # of all that were offered
        others = await other_times(typed, offered, tracker, refused=refused) if wish is None else None
        if others is not None:
            return {"chosen_slot": None, "when": others.encode()}
        if wish is None and offered and wants_earlier(typed):
            dispatcher.utter_message(response="utter_nothing_earlier")
            return {"chosen_slot": None}
        if wish is None:
            dispatcher.utter_message(response="utter_wrong_slot")
        return {"chosen_slot": None}

    async def validate_appointment(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        patient = await patient_of(tracker)
        own = await current_practice().appointments_of(patient) if patient else ()
        meant = appointment_meant(str(value), own, await _department_named(tracker, str(value)))
        if meant is not None:
            return {"appointment": meant.number, "department": meant.slot.clinician.department}
        if wish_in(tracker, "") is None:  # a day is no appointment, but it is kept
            # the same words whether there is none of that number or it is somebody else's
            number = read_number(value) or term("that one", language_of(tracker))
            dispatcher.utter_message(response="utter_appointment_not_found", number=number)
        return {"appointment": None}


class ValidateBookingForm(TimeForm):
    """A visitor also says how to be reached: the reception books for them."""

    def name(self) -> str:
        return "validate_booking_form"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> list[str]:
        needless: set[str] = set()
        if await patient_of(tracker):
            needless.add("contact")
        if tracker.get_slot("chosen_slot"):
            needless |= {"department", "when"}  # a button carried everything
        return [slot for slot in domain_slots if slot not in needless]

    def validate_contact(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        typed = " ".join(str(value).split())
        if len(typed) < _SHORTEST_CONTACT or not (any(letter.isdigit() for letter in typed) or "@" in typed):
            dispatcher.utter_message(response="utter_wrong_contact")
            return {"contact": None}
        return {"contact": typed}


class ValidateMoveForm(TimeForm):
    """Nothing is asked of somebody who has no appointment, or whom we do not know: the next action tells them."""

    def name(self) -> str:
        return "validate_move_form"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> list[str]:
        return domain_slots if await _has_any(tracker) else []


class ValidateCancelForm(TimeForm):
    """Which appointment to cancel."""

    def name(self) -> str:
        return "validate_cancel_form"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> list[str]:
        return domain_slots if await _has_any(tracker) else []


class ActionAskChosenSlot(Action):
    """Offers free times that fit the wish, or the next ones after it, and remembers which were offered."""

    def name(self) -> str:
        return "action_ask_chosen_slot"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        wish = decode(tracker.get_slot("when")) or soonest()
        query = await _query(tracker, wish)
        practice = current_practice()
        slots = await practice.free_slots(query)
        fits = bool(slots)
        if not fits:
            open_end = now().date() + timedelta(days=HORIZON_DAYS)
            slots = await practice.free_slots(SlotQuery(wish.first, open_end, besides=wish.besides, **_whom(query)))
        if not slots:
            dispatcher.utter_message(response="utter_nothing_free")
            return [SlotSet("offered", None)]
        language = language_of(tracker)
        buttons: list[Button] = [
            {"title": slot_button(slot, language), "payload": f'/inform{{"slot_id": "{slot.key}"}}'} for slot in slots
        ]
        tell(dispatcher, offer(slots, wish, language, fits=fits), buttons)
        return [SlotSet("offered", [slot.key for slot in slots])]


class ActionAskAppointment(Action):
    """Shows the patient's own appointments to choose from."""

    def name(self) -> str:
        return "action_ask_appointment"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        patient = await patient_of(tracker)
        own = await current_practice().appointments_of(patient) if patient else ()
        language = language_of(tracker)
        asked = Told("utter_ask_which_appointment", {"appointments": appointments_listed(own, language)})
        tell(dispatcher, asked, appointment_buttons(own, language))
        return []


class ActionFindAppointment(Action):
    """Finds out which own appointment is meant, where there is no doubt, so that nobody has to be asked."""

    def name(self) -> str:
        return "action_find_appointment"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        patient = await patient_of(tracker)
        own = await current_practice().appointments_of(patient) if patient else ()
        typed = str(tracker.get_slot("appointment") or tracker.latest_message.get("text") or "")
        meant = appointment_meant(typed, own, await _department_named(tracker, typed))
        if meant is None and len(own) == 1 and read_number(typed) is None:
            meant = own[0]
        if meant is None:
            return []
        events = [SlotSet("appointment", meant.number), SlotSet("department", meant.slot.clinician.department)]
        day = meant.slot.start.date()
        wish = wish_in(tracker, "", Wish(day, day))  # "to the week after": the one after that appointment's
        if wish is not None and tracker.get_slot("when") is None:
            events.append(SlotSet("when", wish.encode()))
        return events


async def _department_named(tracker: Tracker, typed: str) -> str | None:
    """The department by which an appointment is meant: `disdire la fisioterapia`."""
    found = tracker.latest_message.get("entities") or ()
    named = [str(entity.get("value")) for entity in found if entity.get("entity") == "department"]
    return await current_practice().department_named(named[0] if named else typed)


def soonest() -> Wish:
    """As soon as possible: all days that the calendar is open."""
    today = now().date()
    return Wish(today, today + timedelta(days=HORIZON_DAYS))


def wish_in(tracker: Tracker, value: object, earlier: Wish | None = None) -> Wish | None:
    """When the latest message would like it, its button's value included; None where it says nothing of that.

    What it leaves open stays as in the `earlier` wish.
    """
    message = tracker.latest_message
    of_message = read_wish(str(message.get("text") or ""), found_in(message), now(), earlier)
    return of_message or read_wish(str(value), [Found("time", 0, 0, begins=str(value))], now(), earlier)


def appointment_buttons(own: Sequence[Appointment], language: str, *, intent: str = "inform") -> list[Button]:
    """A button for each appointment, as short as buttons are."""
    return [
        {
            "title": f"{one.number} · {slot_button(one.slot, language)}",
            "payload": f'/{intent}{{"appointment_number": "{one.number}"}}',
        }
        for one in own[:5]
    ]


async def _has_any(tracker: Tracker) -> bool:
    patient = await patient_of(tracker)
    return patient is not None and bool(await current_practice().appointments_of(patient))


async def offered_slots(tracker: Tracker) -> tuple[Slot, ...]:
    """The times that were offered last and are still free."""
    keys: list[str] = tracker.get_slot("offered") or []
    found = [await current_practice().slot(key) for key in keys]
    return tuple(slot for slot in found if slot is not None)


async def _query(tracker: Tracker, wish: Wish) -> SlotQuery:
    practice = current_practice()
    clinician, department = tracker.get_slot("clinician"), tracker.get_slot("department")
    known = await practice.clinician_named(str(clinician)) if clinician else None
    field = await practice.department_named(str(department)) if department else None
    query = SlotQuery(wish.first, wish.last, wish.earliest, wish.latest, limit=OFFERED, besides=wish.besides)
    return replace(query, clinician=known.key) if known else replace(query, department=field)


async def other_times(text: str, offered: Sequence[Slot], tracker: Tracker, *, refused: bool = False) -> Wish | None:
    """When to look instead of what was `offered`: before it, or after it where it is `refused` or said not to suit.

    None where nothing else is asked for, or nothing is free before it: on the same day, else on the days before.
    """
    if not offered:
        return None
    today, day = now().date(), offered[0].start.date()
    if wants_earlier(text):
        before = (offered[0].start - timedelta(minutes=1)).time()
        wishes = (Wish(day, day, latest=before), Wish(today, day - timedelta(days=1)))
        for wish in wishes if today < day else wishes[:1]:
            if await current_practice().free_slots(await _query(tracker, wish)):
                return wish
        return None
    if not (refused or wants_others(text)):
        return None
    before_that = decode(tracker.get_slot("when")) or soonest()
    next_day = offered[-1].start.date() + timedelta(days=1)
    return replace(before_that, first=next_day, last=today + timedelta(days=HORIZON_DAYS))


def _whom(query: SlotQuery) -> dict[str, Any]:
    return {"clinician": query.clinician, "department": query.department, "limit": query.limit}


def _wished_before(tracker: Tracker) -> Wish | None:
    """The wish that the form knew before this message filled its slot anew; a form that began anew knows none."""
    values = [
        event.get("value") for event in tracker.events if event.get("event") == "slot" and event.get("name") == "when"
    ]
    told = next((value for value in reversed(values) if value is None or decode(value)), None)
    return decode(told)


def _is_possible(wish: Wish, dispatcher: Dispatcher) -> bool:
    """Whether the practice could be open then; if not, the patient is told why not."""
    today = now().date()
    if wish.last < today:
        dispatcher.utter_message(response="utter_when_is_past")
    elif wish.first > today + timedelta(days=HORIZON_DAYS):
        dispatcher.utter_message(response="utter_when_is_far")
    elif wish.is_on_sundays_only:
        dispatcher.utter_message(response="utter_closed_on_sundays")
    elif wish.is_at_night:
        dispatcher.utter_message(response="utter_closed_at_night")
    else:
        return True
    return False
